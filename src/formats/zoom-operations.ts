/** Reads the operation logs of Zoom: what administrators and provisioning change of users, roles and settings. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  given,
  instantOf,
  isNobody,
  objectAt,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Zoom's API, "Get operation logs report" (operation_logs: operator, time, category_type, action, operation_detail), with records of
// panther-labs/panther-analysis daa10c8, November 2026. Its times are UTC.

/** Provisioning and calls of the API are told by the name of the action; `Add User ada@example.com  - User Type: Basic`. */
const TARGET =
  /^(?:Add|Update|Delete|Deactivate|Activate|Unlink)(?:ed|d)? (?:User|Role|Group|Account|App|IM Group)?\s*(\S+@\S+|"[^"]+"|.+?)(?:\s{2,}|\s*-\s|$)/;

function accessOf(action: string, category: string): Access {
  if (/sign (?:in|out)|log ?(?:in|out)/i.test(action)) return 'authenticate';
  if (/^(?:user|role|account|group|app|sso|billing|api|security|marketplace|phone system)/i.test(category))
    return 'admin';
  const access = accessOfName(action);
  return access === 'unknown' ? 'write' : access;
}

function changeOf(action: string, category: string, target: string | undefined): Activity['change'] {
  if (/^user$/i.test(category) && /^add$|\bcreate\b/i.test(action))
    return { kind: 'identity', ...given({ identity: target }) };
  return /^role/i.test(category) ? { kind: 'right', ...given({ identity: target }) } : undefined;
}

export const format: Format = {
  id: 'zoom-operations',
  about: {
    title: 'Zoom operation logs',
    source:
      'Entries of the operation logs report ({"operation_logs": [...]}), one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof record?.operator === 'string' &&
      typeof record.category_type === 'string' &&
      typeof record.operation_detail === 'string' &&
      typeof record.action === 'string'
    );
  },
  split(raw) {
    const page = objectAt(raw)?.operation_logs;
    return Array.isArray(page) && format.recognises(page[0]) ? page : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.time, true);
    if (at === undefined) return dead('time: expected a time');
    const id = context.scrub(textAt(record.operator) ?? '');
    if (id === '' || isNobody(id)) return skip('operator names nobody');
    const action = context.scrub(textAt(record.action) ?? '');
    const category = context.scrub(textAt(record.category_type) ?? '');
    const detail = context.scrub(textAt(record.operation_detail) ?? '');
    // Settings are told by their name in front of the first dash.
    const target = textAt((TARGET.exec(detail)?.[1] ?? detail.split(' - ')[0]!).trim().slice(0, 256));
    return {
      status: 'read',
      activities: [
        {
          id: `zoom:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity: { id, kind: id.includes('@') ? 'human' : 'unknown', provider: 'zoom' },
          action: { name: `${category}:${action}`, service: 'zoom', access: accessOf(action, category) },
          ...(target !== undefined && { resource: { id: target, type: category.toLowerCase() || 'thing' } }),
          source: {},
          outcome: 'success',
          ...given({ change: changeOf(action, category, target) }),
        },
      ],
    };
  },
};
