/** Reads the admin audit log of Zscaler Internet Access: what administrators and API clients change of policies, users, roles and log feeds. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  objectAt,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Zscaler's Nanolog Streaming Service, feed of admin audit logs in JSON (`zscalernss-audit`), with records of
// panther-labs/panther-analysis daa10c8, November 2026. Without a zone its times are those of the feed: UTC where nothing else was asked for.

type Fields = Readonly<Record<string, unknown>>;

const told = (value: unknown): string | undefined => {
  const text = textAt(value);
  return text === undefined || isNobody(text) ? undefined : text;
};

function accessOf(action: string): Access {
  if (/^SIGN_?(?:IN|OUT)/.test(action)) return 'authenticate';
  if (/^(?:DOWNLOAD|REPORT|EXPORT|VIEW|AUDIT_OPERATION)/.test(action)) return 'read';
  const access = accessOfName(action);
  // All that this log tells of is configuration of what guards a company.
  return access === 'read' ? 'read' : 'admin';
}

function changeOf(action: string, about: string, after: Fields): Activity['change'] {
  const identity = firstText(after.loginName, after.userName, after.email, after.name);
  const role = textAt(objectAt(after.role)?.name);
  if (/API_?KEY|CREDENTIAL|CERTIFICATE/.test(about) && /^(?:CREATE|UPDATE|IMPORT|REGENERATE)/.test(action))
    return { kind: 'credential' };
  if (!/USER|ADMIN/.test(about)) return undefined;
  if (action === 'CREATE')
    return { kind: 'identity', ...given({ identity, rights: role === undefined ? undefined : [role] }) };
  return action === 'UPDATE' && role !== undefined
    ? { kind: 'right', ...given({ identity, rights: [role] }) }
    : undefined;
}

export const format: Format = {
  id: 'zscaler-audit',
  about: {
    title: 'Zscaler Internet Access admin audit log',
    source: 'Records of the NSS or Cloud NSS feed of admin audit logs, as JSON.',
  },
  recognises(raw) {
    const event = objectAt(objectAt(raw)?.event) ?? objectAt(raw);
    return typeof event?.adminid === 'string' && 'auditlogtype' in event && 'recordid' in event;
  },
  read(raw, context) {
    const event = objectAt(objectAt(raw)?.event) ?? objectAt(raw);
    if (event === undefined) return dead('event: expected an object');
    const at = instantOf(event.time, true);
    if (at === undefined) return dead('event.time: expected a time');
    const admin = context.scrub(told(event.adminid) ?? '');
    if (admin === '') return skip('event.adminid names nobody');
    const action = context.scrub(textAt(event.action) ?? '');
    const about = context.scrub(firstText(told(event.subcategory), told(event.category)) ?? '');
    const [before, after] = [objectAt(event.preaction) ?? {}, objectAt(event.postaction) ?? {}];
    const target = textAt(context.scrub(firstText(told(event.resource), after.name, before.name) ?? ''));
    const access = accessOf(action);
    const isDone = /^success$/i.test(textAt(event.result) ?? 'SUCCESS');
    const code = told(event.errorcode);
    return {
      status: 'read',
      activities: [
        {
          id: `zscaler:${context.scrub(`${textAt(event.auditlogtype) ?? ''}:${textAt(event.recordid) ?? ''}`)}:${context.hashOf(event)}`,
          at,
          tenant: context.tenant,
          identity: { id: admin, kind: admin.includes('@') ? 'human' : 'service-account', provider: 'zscaler' },
          action: { name: `${about}:${action}`, service: 'zia', access },
          ...(target !== undefined && { resource: { id: target, ...given({ type: about || undefined }) } }),
          // By which door somebody came is a client of its own: the pages or the API.
          source: given({ ip: told(event.clientip), userAgent: told(event.interface) }),
          outcome: isDone ? 'success' : access === 'authenticate' ? 'denied' : 'failed',
          ...(!isDone && code !== undefined && { errorCode: context.scrub(code) }),
          ...given({ change: changeOf(action, about, after) }),
        },
      ],
    };
  },
};
