/** Reads Duo's logs: what administrators and the Admin API change, and who proved a second factor for what. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  instantOfEpoch,
  isNobody,
  objectAt,
  objectIn,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Duo's Admin API, "Administrator Logs" and "Authentication Logs" (v1 and v2), with the samples of SEKOIA-IO/intake-formats b8f64fe
// (Duo/duo-security) and panther-labs/panther-analysis daa10c8, November 2026.

type Fields = Readonly<Record<string, unknown>>;

const isAdmin = (record: Fields) =>
  record.eventtype === 'admin_log' ||
  (typeof record.action === 'string' &&
    typeof record.username === 'string' &&
    'isotimestamp' in record &&
    'object' in record);
const isSignIn = (record: Fields) =>
  record.eventtype === 'auth_log' ||
  (objectAt(record.access_device) !== undefined && objectAt(record.application) !== undefined && 'factor' in record);

const timeOf = (record: Fields) =>
  instantOf(record.isotimestamp, true) ?? instantOf(record.timestamp, true) ?? instantOfEpoch(record.timestamp);

/** Acts through the Admin API have the name API, those that Duo does by itself System, and what a directory told `AD Sync: name`. */
function adminOf(record: Fields, told: Fields, context: ReadContext): Activity['identity'] | undefined {
  const id = context.scrub(firstText(record.username, told.email) ?? '');
  if (id === '' || isNobody(id)) return undefined;
  const kind =
    id === 'System'
      ? 'provider-service'
      : id === 'API'
        ? 'api-key'
        : /\bsync\b.*:/i.test(id)
          ? 'service-account'
          : 'human';
  return { id, kind, provider: 'duo', ...given({ account: textAt(record.host) }) };
}

const GOVERNS =
  /^(?:admin|integration|application|policy|bypass|group|phone|hardtoken|user|customer|role|u2f|webauthn|directory)/;

function accessOfAdmin(action: string): Access {
  if (/_log(?:in|out)/.test(action)) return 'authenticate';
  if (/_view$/.test(action)) return 'read';
  if (GOVERNS.test(action)) return 'admin';
  const access = accessOfName(action);
  return access === 'unknown' ? 'write' : access;
}

function changeOf(action: string, object: string | undefined): Activity['change'] {
  if (/^(?:admin|user|integration)_create$/.test(action) || action === 'application_install')
    return { kind: 'identity', ...given({ identity: object }) };
  return /^(?:bypass_create|integration_skey_bulk_reset|admin_activate_duo_push|hardtoken_create)$/.test(action)
    ? { kind: 'credential', ...given({ identity: object }) }
    : undefined;
}

function readAdmin(record: Fields, at: string, context: ReadContext): Reading {
  const action = context.scrub(textAt(record.action) ?? '');
  if (action === '') return dead('action: expected a non-empty string');
  const told = objectIn(record.description) ?? {};
  const identity = adminOf(record, told, context);
  if (identity === undefined) return skip('username names nobody');
  const object = textAt(context.scrub(textAt(record.object) ?? ''));
  const access = accessOfAdmin(action);
  const hasFailed = /_(?:error|failed|failure)$/.test(action);
  return {
    status: 'read',
    activities: [
      {
        id: `duo:${context.hashOf(record)}`,
        at,
        tenant: context.tenant,
        identity,
        action: { name: action, service: 'duo', access },
        ...(object !== undefined && { resource: { id: object, type: action.split('_')[0]! } }),
        source: given({ ip: textAt(told.ip_address) }),
        outcome: hasFailed ? (access === 'authenticate' ? 'denied' : 'failed') : 'success',
        ...given({ change: changeOf(action, object) }),
      },
    ],
  };
}

function readSignIn(record: Fields, at: string, context: ReadContext): Reading {
  const user = objectAt(record.user) ?? {};
  const name = textAt(context.scrub(firstText(user.name, record.email, record.username) ?? ''));
  const id = context.scrub(firstText(user.key) ?? name ?? '');
  if (id === '' || isNobody(id)) return skip('user names nobody');
  const app = objectAt(record.application) ?? {};
  const target = context.scrub(firstText(app.key, app.name) ?? '');
  const device = objectAt(record.access_device) ?? {};
  const result = textAt(record.result)?.toLowerCase();
  const reason = textAt(context.scrub(textAt(record.reason) ?? ''));
  const isLetIn = result === 'success' || result === 'allow';
  return {
    status: 'read',
    activities: [
      {
        id: `duo:${context.scrub(textAt(record.txid) ?? context.hashOf(record))}`,
        at,
        tenant: context.tenant,
        identity: {
          id,
          kind: 'human',
          provider: 'duo',
          ...given({ name: name === id ? undefined : name, account: textAt(record.host) }),
        },
        action: {
          name: context.scrub(`authentication:${textAt(record.factor) ?? 'none'}`),
          service: 'duo',
          access: 'authenticate',
        },
        ...(target !== '' && { resource: { id: target, type: 'application' } }),
        source: given({
          ip: firstText(device.ip, record.ip),
          country: textAt(objectAt(device.location)?.country),
        }),
        outcome: isLetIn ? 'success' : result === 'error' || result === undefined ? 'failed' : 'denied',
        ...(!isLetIn && reason !== undefined && { errorCode: reason }),
      },
    ],
  };
}

export const format: Format = {
  id: 'duo',
  about: {
    title: 'Duo',
    source: 'Administrator and authentication logs of the Admin API. Telephony and offline logs are skipped.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      (isAdmin(record) || isSignIn(record) || /^(?:telephony|offline)_log$/.test(textAt(record.eventtype) ?? ''))
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    if (!isAdmin(record) && !isSignIn(record)) return skip('a log of Duo other than of administrators and sign-ins');
    const at = timeOf(record);
    if (at === undefined) return dead('isotimestamp: expected a time');
    return isAdmin(record) ? readAdmin(record, at, context) : readSignIn(record, at, context);
  },
};
