/** Reads the Slack audit log: apps installed and what they do, channels, files, settings. */
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
  listAt,
  objectAt,
  objectIn,
  skip,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';

// Field map: Slack Audit Logs API v1 (https://api.slack.com/audit/v1/logs), as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** What is inside `{type: 'user', user: {...}}`. */
const inside = (thing: Fields | undefined) => objectAt(thing?.[textAt(thing.type) ?? '']);

function whoOf(record: Fields): Pick<Activity, 'identity' | 'onBehalfOf'> | undefined {
  const actor = objectAt(record.actor);
  const user = inside(actor);
  const app = objectAt(objectAt(record.context)?.app);
  const id = textAt(user?.id);
  const account = given({ account: textAt(user?.team) });
  const isKnown = id !== undefined && !isNobody(id);
  // What an app did for somebody is the app's act.
  const appId = textAt(app?.id);
  if (appId !== undefined && !isNobody(appId))
    return {
      identity: { id: appId, kind: 'oauth-app', provider: 'slack', ...given({ name: textAt(app?.name) }) },
      ...(isKnown && { onBehalfOf: [{ id, kind: 'human' }] }),
    };
  if (!isKnown) return undefined;
  const isBot = actor?.type === 'bot' || user?.is_bot === true || /^B[A-Z0-9]{8,}$/.test(id);
  return {
    identity: {
      id,
      kind: isBot ? 'bot' : 'human',
      provider: 'slack',
      ...given({ name: firstText(user?.email, user?.name) }),
      ...account,
    },
  };
}

function accessOf(action: string): Access {
  if (/^user_log(?:in|out)|session|signin|_2fa_/.test(action)) return 'authenticate';
  if (/downloaded|accessed|viewed|exported|previewed|listed/.test(action)) return 'read';
  if (
    /role_change|app_|pref\.|dlp|barrier|ekm|sso|mfa|token|owner|admin|permission|scope|invite|retention|external|approved|restricted/.test(
      action,
    )
  )
    return 'admin';
  const access = accessOfName(action);
  return access === 'unknown' ? 'write' : access;
}

/** Objects and lists that warehouses keep as JSON in a text. */
const PACKED = ['actor', 'entity', 'context', 'details'];

export const format: Format = {
  id: 'slack-audit',
  about: {
    title: 'Slack audit',
    source: 'Entries of the Audit Logs API, or the pages they come in ({"entries": [...]}).',
  },
  recognises(raw) {
    const record = objectAt(raw);
    const context = objectIn(record?.context);
    return (
      typeof record?.action === 'string' &&
      objectIn(record.actor) !== undefined &&
      context !== undefined &&
      objectAt(context.location) !== undefined &&
      ('ip_address' in context || 'ua' in context || 'app' in context)
    );
  },
  split(raw) {
    const page = objectAt(raw);
    return Array.isArray(page?.entries) && objectAt(objectAt(page.entries[0])?.context)?.location !== undefined
      ? page.entries
      : undefined;
  },
  read(raw, context) {
    const told = objectAt(raw);
    if (told === undefined) return dead('record: expected an object');
    const record = unpackedIn(told, PACKED);
    const { date_create: date } = record;
    const at = instantOfEpoch(date) ?? instantOf(date, true);
    if (at === undefined) return dead('date_create: expected seconds since the epoch');
    const action = context.scrub(textAt(record.action) ?? '');
    if (action === '') return dead('action: expected a non-empty string');
    // Slack tells of what is unusual about somebody beside what they did.
    if (action === 'anomaly') return skip('what Slack found, not an act');
    const who = whoOf(record);
    if (who === undefined) return skip('actor names nobody');
    const where = objectAt(record.context);
    const entity = objectAt(record.entity);
    const thing = inside(entity);
    const target = firstText(thing?.id, thing?.name, thing?.domain);
    const session = typeof where?.session_id === 'number' ? String(where.session_id) : textAt(where?.session_id);
    const scopes = listAt(thing?.scopes).flatMap((one) => textAt(one) ?? []);
    const id = textAt(record.id);
    const isRefused = /_failed$|_denied$|^user_login_failed/.test(action);
    return {
      status: 'read',
      activities: [
        {
          id: `slack:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: action, service: 'slack', access: accessOf(action) },
          source: given({ ip: textAt(where?.ip_address), userAgent: textAt(where?.ua) }),
          outcome: isRefused ? 'denied' : 'success',
          ...(target !== undefined && { resource: { id: target, ...given({ type: textAt(entity?.type) }) } }),
          ...(session !== undefined && session !== '' && session !== '0' && session !== 'null'
            ? { actor: { id: session, kind: 'session' } }
            : {}),
          ...(scopes.length > 0 && { scopes }),
        },
      ],
    };
  },
};
