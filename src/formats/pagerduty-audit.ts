/** Reads PagerDuty's audit trail: what people, API keys and apps change of services, schedules, teams and one another. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: PagerDuty's REST API v2, audit records, as PagerDuty/go-pagerduty 1ea858f (audit.go and its test) has them, November 2026.

type Fields = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, Activity['identity']['kind']>> = {
  user_reference: 'human',
  api_key_reference: 'api-key',
  app_reference: 'oauth-app',
};
/** Who may do what, and by which keys: all else is what an organisation works with. */
const GOVERNS = /^(?:user|api_key|team_membership|role|permission|webhook_subscription|extension|app)/;

const isRecord = (record: Fields | undefined) =>
  typeof record?.execution_time === 'string' &&
  typeof record.action === 'string' &&
  objectAt(record.root_resource) !== undefined &&
  objectAt(record.method) !== undefined;

function whoOf(record: Fields, context: ReadContext): Pick<Activity, 'identity' | 'onBehalfOf'> | undefined {
  const actors = listAt(record.actors).flatMap((actor) => {
    const [id, type] = [context.scrub(textAt(objectAt(actor)?.id) ?? ''), textAt(objectAt(actor)?.type) ?? ''];
    const name = textAt(context.scrub(textAt(objectAt(actor)?.summary) ?? ''));
    return id === '' || isNobody(id) ? [] : [{ id, kind: KINDS[type] ?? ('unknown' as const), name }];
  });
  // An app or a key that acts for a person stands beside them.
  const first = actors.find(({ kind }) => kind !== 'human') ?? actors[0];
  if (first === undefined) return undefined;
  const others = actors.filter((one) => one !== first).map(({ id, kind }) => ({ id, kind }));
  return {
    identity: { id: first.id, kind: first.kind, provider: 'pagerduty', ...given({ name: first.name }) },
    ...(others.length > 0 && { onBehalfOf: others }),
  };
}

function accessOf(action: string, type: string): Access {
  return GOVERNS.test(type) ? 'admin' : action === 'read' ? 'read' : 'write';
}

function changeOf(action: string, thing: Fields, root: Fields): Activity['change'] {
  const type = (textAt(thing.type) ?? textAt(root.type) ?? '').replace(/_reference$/, '');
  if (action !== 'create') return undefined;
  if (type === 'user' || type === 'app') return { kind: 'identity', ...given({ identity: textAt(root.id) }) };
  return type.includes('api_key') ? { kind: 'credential', ...given({ identity: textAt(root.id) }) } : undefined;
}

export const format: Format = {
  id: 'pagerduty-audit',
  about: {
    title: 'PagerDuty audit trail',
    source: 'Audit records of the REST API ({"records": [...]}), one by one or as the pages they come in.',
  },
  recognises: (raw) => isRecord(objectAt(raw)),
  split(raw) {
    const page = objectAt(raw)?.records;
    return Array.isArray(page) && isRecord(objectAt(page[0])) ? page : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.execution_time, true);
    if (at === undefined) return dead('execution_time: expected a time');
    const who = whoOf(record, context);
    if (who === undefined) return skip('actors names nobody');
    const root = objectAt(record.root_resource) ?? {};
    const thing = objectAt(objectAt(record.details)?.resource) ?? {};
    const type = (textAt(root.type) ?? '').replace(/_reference$/, '');
    const action = context.scrub(`${type}.${textAt(record.action) ?? ''}`);
    const [id, part] = [textAt(root.id), textAt(thing.id)];
    const target = context.scrub([id, part === id ? undefined : part].flatMap((one) => one ?? []).join('/'));
    const used = objectAt(record.method) ?? {};
    const token = textAt(used.truncated_token);
    const told = textAt(record.id);
    return {
      status: 'read',
      activities: [
        {
          id: told === undefined ? `pagerduty:${context.hashOf(record)}` : `pagerduty:${context.scrub(told)}`,
          at,
          tenant: context.tenant,
          ...who,
          // The end of a token is told, never the token.
          ...(token !== undefined && { credential: { id: context.scrub(`…${token}`), kind: 'other' as const } }),
          action: { name: action, service: 'pagerduty', access: accessOf(textAt(record.action) ?? '', type) },
          ...(target !== '' && { resource: { id: target, ...given({ type: context.scrub(type) || undefined }) } }),
          source: given({ ip: textAt(objectAt(record.execution_context)?.remote_address) }),
          outcome: 'success',
          ...given({ change: changeOf(textAt(record.action) ?? '', thing, root) }),
        },
      ],
    };
  },
};
