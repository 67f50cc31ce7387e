/** Reads the audit log of Notion: what members and integrations read, share, export and change in a workspace. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  EVERYBODY,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  objectAt,
  type ReadContext,
  recipientsOf,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Notion's audit log as it is sent to a SIEM ({"event": {...}}), with records of panther-labs/panther-analysis daa10c8, November 2026.

type Fields = Readonly<Record<string, unknown>>;

function whoOf(actor: Fields, account: string | undefined, context: ReadContext): Activity['identity'] | undefined {
  const mail = textAt(objectAt(actor.person)?.email);
  const id = context.scrub(firstText(actor.id, mail) ?? '');
  if (id === '' || isNobody(id)) return undefined;
  const type = textAt(actor.type);
  const name = textAt(context.scrub(firstText(mail, actor.name, objectAt(actor.bot)?.name) ?? ''));
  const kind =
    type === 'person' ? 'human' : type === 'bot' ? 'bot' : type === 'workspace' ? 'provider-service' : 'unknown';
  return { id, kind, provider: 'notion', ...given({ name: name === id ? undefined : name, account }) };
}

const GOVERNS =
  /permission|role|member|setting|saml|scim|token|integration|connection|public|guest|login_method|security|teamspace/;

function accessOf(type: string): Access {
  if (/^user\.log(?:in|out)/.test(type)) return 'authenticate';
  if (/export|viewed|downloaded/.test(type)) return 'read';
  if (GOVERNS.test(type)) return 'admin';
  const access = accessOfName(type);
  return access === 'unknown' || access === 'read' ? 'write' : access;
}

const idIn = (value: unknown): string | undefined => {
  const thing = objectAt(value) ?? {};
  return firstText(thing.id, thing.page_id, thing.database_id, thing.workspace_id, objectAt(thing.person)?.email);
};

function changeOf(type: string, details: Fields): Activity['change'] {
  const whom = objectAt(details.entity) ?? objectAt(details.member);
  const right = firstText(details.new_permission, details.new_role, details.role);
  if (right !== undefined && whom !== undefined)
    return { kind: 'right', ...given({ identity: idIn(whom), rights: [right] }) };
  return /token(?:\.|_)(?:created|generated)/.test(type) ? { kind: 'credential' } : undefined;
}

export const format: Format = {
  id: 'notion-audit',
  about: {
    title: 'Notion audit log',
    source: 'Events as Notion sends them to a SIEM ({"event": {...}}), one JSON object an event.',
  },
  recognises(raw) {
    const event = objectAt(objectAt(raw)?.event);
    return (
      typeof event?.workspace_id === 'string' &&
      typeof event.type === 'string' &&
      objectAt(event.actor)?.object === 'user'
    );
  },
  read(raw, context) {
    const event = objectAt(objectAt(raw)?.event);
    if (event === undefined) return dead('event: expected an object');
    const at = instantOf(event.timestamp, true);
    if (at === undefined) return dead('event.timestamp: expected a time');
    const type = context.scrub(textAt(event.type) ?? '');
    if (type === '') return dead('event.type: expected a non-empty string');
    const account = context.scrub(textAt(event.workspace_id) ?? '');
    const identity = whoOf(objectAt(event.actor) ?? {}, textAt(account), context);
    if (identity === undefined) return skip('event.actor names nobody');
    // What was told of an act stands under `details`, or under the name of its type.
    const details = objectAt(event.details) ?? objectAt(event[textAt(event.type) ?? '']) ?? {};
    const target = details.target ?? details.new_public_page;
    const id = context.scrub(idIn(target) ?? (/^workspace\./.test(type) ? account : (idIn(details.parent) ?? '')));
    const told = textAt(objectAt(target)?.type) ?? textAt(objectAt(target)?.object);
    const ip = textAt(event.ip_address);
    const isPublic = details.new_public_page !== undefined || details.page_audience === 'shared_to_web';
    return {
      status: 'read',
      activities: [
        {
          id: `notion:${context.scrub(`${account}:${textAt(event.id) ?? ''}`)}:${context.hashOf(event)}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name: type, service: 'notion', access: accessOf(type) },
          ...(id !== '' && {
            resource: { id, ...given({ type: textAt(context.scrub(told?.replace(/_id$/, '') ?? '')) }) },
          }),
          source: given({ ip: ip === undefined || isNobody(ip) ? undefined : ip, userAgent: textAt(event.platform) }),
          outcome: 'success',
          ...given({ change: changeOf(type, details), recipients: isPublic ? recipientsOf([EVERYBODY]) : undefined }),
        },
      ],
    };
  },
};
