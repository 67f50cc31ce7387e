/** Reads the audit log of Panther: what people, API tokens and provisioning change of detections, users, roles and settings of a SIEM. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Panther's audit logs (docs.panther.com, Panther.Audit), with records of panther-labs/panther-analysis daa10c8, November 2026.

type Fields = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<string, Activity['identity']['kind']>> = {
  USER: 'human',
  TOKEN: 'api-key',
  SYSTEM: 'provider-service',
};

const isEvent = (record: Fields | undefined) =>
  typeof record?.actionName === 'string' &&
  typeof record.actionResult === 'string' &&
  objectAt(record.actor)?.attributes !== undefined;

function whoOf(actor: Fields, context: ReadContext): Activity['identity'] | undefined {
  const id = context.scrub(firstText(actor.id, actor.name) ?? '');
  if (id === '') return undefined;
  const name = textAt(context.scrub(firstText(objectAt(actor.attributes)?.email, actor.name) ?? ''));
  // What Panther does by itself has the name System, provisioning the one of its protocol, and neither has an address.
  const isOwn = actor.name === 'System' || id === 'scim';
  if (!isOwn && isNobody(id)) return undefined;
  const kind = isOwn ? 'provider-service' : (KINDS[textAt(actor.type) ?? ''] ?? 'unknown');
  return {
    id: isOwn ? (name ?? id) : id,
    kind,
    provider: 'panther',
    ...given({ name: isOwn || name === id ? undefined : name }),
  };
}

function accessOf(name: string): Access {
  if (/SIGN_IN|SIGN_OUT|LOGIN/.test(name)) return 'authenticate';
  const access = accessOfName(name);
  if (access === 'read') return 'read';
  return /USER|ROLE|SAML|SETTINGS|TOKEN|LOG_SOURCE|DESTINATION|DETECTION|RULE|POLICY/.test(name)
    ? 'admin'
    : access === 'unknown'
      ? 'write'
      : access;
}

/** What was asked for, however deep a version wraps it. */
const askedOf = (record: Fields): Fields => {
  const told = objectAt(record.actionParams) ?? {};
  return objectAt(objectAt(told.dynamic)?.input) ?? objectAt(told.input) ?? {};
};

function changeOf(name: string, asked: Fields, target: string | undefined): Activity['change'] {
  if (/^(?:CREATE|INVITE)_USER$/.test(name)) return { kind: 'identity', ...given({ identity: target }) };
  if (/^(?:CREATE|ROTATE)_API_TOKEN$/.test(name)) return { kind: 'credential', ...given({ identity: target }) };
  if (!/_USER_ROLE$/.test(name)) return undefined;
  const rights = listAt(asked.permissions).flatMap((one) => textAt(one) ?? []);
  return { kind: 'right', ...given({ identity: target, rights: rights.length > 0 ? rights : undefined }) };
}

export const format: Format = {
  id: 'panther-audit',
  about: {
    title: 'Panther audit log',
    source: 'Audit logs that Panther keeps of itself, one JSON object an event.',
  },
  recognises: (raw) => isEvent(objectAt(raw)),
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.timestamp, true);
    if (at === undefined) return dead('timestamp: expected a time');
    const identity = whoOf(objectAt(record.actor) ?? {}, context);
    if (identity === undefined) return skip('actor names nobody');
    const name = context.scrub(textAt(record.actionName) ?? '');
    const asked = askedOf(record);
    const first = objectAt(listAt(asked.detections)[0]);
    const target = textAt(context.scrub(firstText(asked.id, asked.name, asked.email, first?.id) ?? ''));
    const isDone = record.actionResult === 'SUCCEEDED';
    const access = accessOf(name);
    return {
      status: 'read',
      activities: [
        {
          id: `panther:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name, service: 'panther', access },
          ...(target !== undefined && { resource: { id: target } }),
          source: given({ ip: textAt(record.sourceIP), userAgent: textAt(record.userAgent) }),
          outcome: isDone ? 'success' : access === 'authenticate' ? 'denied' : 'failed',
          ...given({ change: changeOf(name, asked, target) }),
        },
      ],
    };
  },
};
