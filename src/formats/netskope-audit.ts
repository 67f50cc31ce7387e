/** Reads the admin audit log of Netskope: what administrators and tokens of its REST API do. */
import type { Access } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  given,
  instantOf,
  instantOfEpoch,
  isNobody,
  listAt,
  objectAt,
  outcomeOfHttp,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Netskope's REST API v2, events of type audit (`admin_audit_logs`), with records of panther-labs/panther-analysis daa10c8, November 2026.

const REST = /^Rest API V\d Call$/i;

function accessOf(event: string, method: string | undefined): Access {
  if (method !== undefined) return /^(?:GET|HEAD|OPTIONS)$/.test(method) ? 'read' : 'write';
  if (/log(?:in|out|ged)/i.test(event)) return 'authenticate';
  if (/admin|role|token|user|policy|password|sso|settings?/i.test(event)) return 'admin';
  const access = accessOfName(event.replace(/^(\w+?)e?d\b/, '$1'));
  return access === 'unknown' ? 'write' : access;
}

export const format: Format = {
  id: 'netskope-audit',
  about: {
    title: 'Netskope admin audit log',
    source: 'Events of type audit of the REST API v2, one JSON object an event.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return record?.type === 'admin_audit_logs' && typeof record.audit_log_event === 'string';
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.timestamp, true) ?? instantOfEpoch(record.timestamp);
    if (at === undefined) return dead('timestamp: expected a time');
    const event = context.scrub(textAt(record.audit_log_event) ?? '');
    if (event === '') return dead('audit_log_event: expected a non-empty string');
    const id = context.scrub(textAt(record.user) ?? '');
    if (id === '' || isNobody(id)) return skip('user names nobody');
    const data = listAt(objectAt(record.supporting_data)?.data_values);
    // Of a call the values are its status, method and path. Of a sign-in the first is the address.
    const isCall = REST.test(event) && typeof data[1] === 'string' && typeof data[2] === 'string';
    const [method, path] = isCall
      ? [context.scrub(data[1] as string), context.scrub((data[2] as string).split('?')[0]!)]
      : [];
    const access = accessOf(event, method);
    const ip =
      !isCall && typeof data[0] === 'string' && /^(?:\d+\.){3}\d+$|^[0-9a-f]*:[0-9a-f:]+$/i.test(data[0])
        ? data[0]
        : undefined;
    const thing =
      path ??
      (access === 'authenticate'
        ? undefined
        : textAt(context.scrub(textAt(objectAt(record.supporting_data)?.data_type) ?? '')));
    const hasFailed = /fail|denied|locked/i.test(event);
    const isOwn = record.is_netskope_personnel === true;
    return {
      status: 'read',
      activities: [
        {
          id: `netskope:${context.scrub(textAt(record._id) ?? context.hashOf(record))}`,
          at,
          tenant: context.tenant,
          identity: {
            id,
            kind: isOwn ? 'provider-service' : id.includes('@') ? 'human' : 'service-account',
            provider: 'netskope',
          },
          action: { name: method === undefined ? event : `${method} ${path}`, service: 'netskope', access },
          ...(thing !== undefined && { resource: { id: thing, type: method === undefined ? 'thing' : 'path' } }),
          source: given({ ip }),
          ...(isCall
            ? outcomeOfHttp(data[0])
            : {
                outcome: hasFailed
                  ? access === 'authenticate'
                    ? ('denied' as const)
                    : ('failed' as const)
                  : ('success' as const),
              }),
        },
      ],
    };
  },
};
