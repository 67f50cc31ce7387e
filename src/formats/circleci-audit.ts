/** Reads the audit log of CircleCI: who stores and uses secrets, makes keys and tokens, and approves and starts jobs. */
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
  objectIn,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: CircleCI Docs, "Audit logs", version 1 of the event schema, as of November 2026. Exports hold nested fields as JSON in a text.

type Fields = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, Activity['identity']['kind']>> = {
  user: 'human',
  system: 'provider-service',
  job: 'workload',
  workflow: 'workload',
  'api-token': 'api-key',
  token: 'api-key',
};

/** Secrets, keys, tokens, settings and members. */
const GOVERNS = /env_var|secret|key|token|settings|context|member|role|policy|group|sso|oidc|restriction/;

function accessOf(action: string): Access {
  const verb = action.slice(action.lastIndexOf('.') + 1);
  if (/^log(?:ged)?_(?:in|out)$/.test(verb)) return 'authenticate';
  if (/^(?:accessed|read|view|list)/.test(verb)) return 'read';
  if (/^workflow\.|^job\.|^pipeline\./.test(action)) return 'execute';
  if (GOVERNS.test(action)) return 'admin';
  const access = accessOfName(verb);
  return access === 'unknown' ? 'write' : access;
}

/** A thing of the log: it has an id and a type, and mostly a name. */
function thingOf(value: unknown): { readonly id: string; readonly type?: string; readonly name?: string } | undefined {
  const thing = objectIn(value);
  const id = textAt(thing?.id) ?? (typeof thing?.id === 'number' ? String(thing.id) : undefined);
  return id === undefined ? undefined : { id, ...given({ type: textAt(thing?.type), name: textAt(thing?.name) }) };
}

function targetOf(record: Fields, context: ReadContext): Activity['resource'] {
  const target = thingOf(record.target);
  if (target === undefined) return undefined;
  // Of a context or a project the variable is what counts: its name is in the payload.
  const payload = objectIn(record.payload) ?? {};
  const variable = firstText(payload.env_var, payload.env_var_name, payload.variable, objectAt(payload.env_var)?.name);
  const id = variable === undefined ? target.id : `${target.id}/${variable}`;
  return { id: context.scrub(id), ...given({ type: target.type }) };
}

export const format: Format = {
  id: 'circleci-audit',
  about: {
    title: 'CircleCI audit log',
    source: 'Events of audit log streaming or of an export, one JSON object an event.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      typeof record.action === 'string' &&
      typeof record.occurred_at === 'string' &&
      thingOf(record.actor) !== undefined &&
      thingOf(record.target) !== undefined &&
      'success' in record &&
      ('scope' in record || 'payload' in record)
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.occurred_at, true);
    if (at === undefined) return dead('occurred_at: expected a time');
    const action = context.scrub(textAt(record.action) ?? '');
    if (action === '') return dead('action: expected a non-empty string');
    const actor = thingOf(record.actor);
    if (actor === undefined || isNobody(actor.id)) return skip('actor names nobody');
    const scope = thingOf(record.scope);
    const hasFailed = record.success === false || record.success === 'false';
    const kind = actor.type?.toLowerCase() ?? '';
    return {
      status: 'read',
      activities: [
        {
          id: `circleci:${textAt(record.id) ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity: {
            id: actor.id,
            kind: Object.hasOwn(KINDS, kind) ? KINDS[kind]! : 'unknown',
            provider: 'circleci',
            ...given({ name: actor.name, account: scope?.name ?? scope?.id }),
          },
          action: { name: action, service: action.split('.')[0]!, access: accessOf(action) },
          source: given({ ip: firstText(objectIn(record.request)?.ip_address, objectIn(record.request)?.ip) }),
          outcome: hasFailed ? 'failed' : 'success',
          ...given({ resource: targetOf(record, context) }),
        },
      ],
    };
  },
};
