/** Reads the events of OneLogin: who signs in to what, and what administrators and API credentials change of users, apps and factors. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  numberAt,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: OneLogin's Events API (developers.onelogin.com, "Event Resource"), with the types that rules and records of
// panther-labs/panther-analysis daa10c8 tell the meaning of, November 2026. An event names its type by a number; those without a line here keep it.

type Fields = Readonly<Record<string, unknown>>;
type Kind = readonly [name: string, access: Access, outcome?: Activity['outcome']];

const KINDS: Readonly<Record<string, Kind>> = {
  3: ['user-assumed', 'admin'],
  5: ['user-signed-in', 'authenticate'],
  6: ['user-sign-in-failed', 'authenticate', 'denied'],
  8: ['app-signed-in', 'authenticate'],
  11: ['password-changed', 'admin'],
  13: ['user-created', 'admin'],
  16: ['user-activated', 'admin'],
  17: ['user-deleted', 'admin'],
  24: ['otp-device-removed', 'admin'],
  72: ['privilege-granted', 'admin'],
  172: ['factor-removed', 'admin'],
  211: ['password-changed-by-admin', 'admin'],
  240: ['password-seen', 'read'],
  531: ['user-locked', 'admin'],
  551: ['user-suspended', 'admin'],
  553: ['user-locked', 'admin'],
};

/** Ids come as numbers or as text. */
const idAt = (value: unknown) => textAt(value) ?? (typeof value === 'number' ? String(value) : undefined);

function whoOf(
  record: Fields,
  account: string | undefined,
  context: ReadContext,
): Pick<Activity, 'identity' | 'onBehalfOf'> | undefined {
  const user = context.scrub(firstText(idAt(record.actor_user_id), idAt(record.user_id), record.actor_user_name) ?? '');
  const client = context.scrub(firstText(record.client_id, record.api_credential_name) ?? '');
  if (client !== '' && !isNobody(client)) {
    const name = textAt(context.scrub(textAt(record.api_credential_name) ?? ''));
    return {
      identity: {
        id: client,
        kind: 'oauth-app',
        provider: 'onelogin',
        ...given({ name: name === client ? undefined : name, account }),
      },
      ...(idAt(record.actor_user_id) !== undefined && { onBehalfOf: [{ id: user, kind: 'principal' }] }),
    };
  }
  if (user === '' || isNobody(user)) {
    const system = context.scrub(textAt(record.actor_system) ?? '');
    return system === '' || isNobody(system)
      ? undefined
      : { identity: { id: system, kind: 'provider-service', provider: 'onelogin', ...given({ account }) } };
  }
  const name = textAt(
    context.scrub(
      firstText(idAt(record.actor_user_id) === undefined ? record.user_name : record.actor_user_name) ?? '',
    ),
  );
  return { identity: { id: user, kind: 'human', provider: 'onelogin', ...given({ name, account }) } };
}

/** What it was about, the nearest first: an app, a role, another user. */
function targetOf(record: Fields, context: ReadContext): Activity['resource'] {
  const things: readonly (readonly [unknown, string])[] = [
    [record.app_id, 'app'],
    [record.role_id, 'role'],
    [record.policy_id, 'policy'],
    [record.privilege_name, 'privilege'],
    [record.user_id, 'user'],
    [record.otp_device_id, 'otp-device'],
  ];
  const [id, type] = things.find(([value]) => idAt(value) !== undefined) ?? [];
  return type === undefined ? undefined : { id: context.scrub(idAt(id)!), type };
}

function changeOf(type: string, record: Fields): Activity['change'] {
  const identity = idAt(record.user_id);
  if (type === '13') return { kind: 'identity', ...given({ identity }) };
  const right = textAt(record.privilege_name) ?? textAt(record.role_name);
  return type === '72'
    ? { kind: 'right', ...given({ identity, rights: right === undefined ? undefined : [right] }) }
    : undefined;
}

export const format: Format = {
  id: 'onelogin-events',
  about: {
    title: 'OneLogin events',
    source: 'Events of the API ({"data": [...]}) or of the event broadcaster, one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      numberAt(record.event_type_id) !== undefined &&
      ('user_id' in record || 'actor_user_id' in record)
    );
  },
  split(raw) {
    const page = objectAt(raw)?.data;
    return Array.isArray(page) && format.recognises(page[0]) ? page : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(firstText(record.event_timestamp, record.created_at), true);
    if (at === undefined) return dead('created_at: expected a time');
    const account = idAt(record.account_id);
    const who = whoOf(record, account, context);
    if (who === undefined) return skip('actor_user_id names nobody');
    const type = context.scrub(idAt(record.event_type_id) ?? '');
    const [name, access, outcome] = KINDS[type] ?? [`event-${type}`, 'unknown'];
    const told = textAt(context.scrub(textAt(record.error_description) ?? ''));
    const resource = targetOf(record, context);
    const id = firstText(record.uuid, idAt(record.id));
    return {
      status: 'read',
      activities: [
        {
          id: `onelogin:${id === undefined ? context.hashOf(record) : context.scrub(id)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name, service: 'onelogin', access },
          ...given({ resource }),
          source: given({ ip: textAt(record.ipaddr) }),
          outcome: outcome ?? (told === undefined ? 'success' : 'failed'),
          ...given({ errorCode: told, change: changeOf(type, record) }),
        },
      ],
    };
  },
};
