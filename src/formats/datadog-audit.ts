/** Reads Datadog's Audit Trail: which key, service account or person changed or read what in the organisation that watches the others. */
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
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Datadog documentation, "Audit Trail" and "Audit Trail Events", and the response of "Search Audit Logs events" of API v2, as of
// November 2026. Archives hold the same attributes. Not every event names the key; where one does, its id is the credential.

type Fields = Readonly<Record<string, unknown>>;

/** What the API wraps twice, an archive once, and a log pipeline not at all. */
function attributesOf(record: Fields): Fields {
  const outer = objectAt(record.attributes);
  return objectAt(outer?.attributes) ?? outer ?? record;
}

const isEvent = (record: Fields) => {
  const told = attributesOf(record);
  return textAt(objectAt(told.evt)?.name) !== undefined && (told.usr ?? objectAt(told.evt)?.actor) !== undefined;
};

const id = (value: unknown) => (typeof value === 'number' ? String(value) : textAt(value));

/** Ids of the keys that a request was signed with; an application key stands for its owner, an API key for itself. */
function keyOf(told: Fields): string | undefined {
  const metadata = objectAt(told.metadata) ?? {};
  for (const name of ['app_key', 'application_key', 'api_key']) {
    const key = id(objectAt(metadata[name])?.id) ?? id(objectAt(told[name])?.id) ?? id(metadata[`${name}_id`]);
    if (key !== undefined) return key;
  }
  return undefined;
}

function identityOf(told: Fields, key: string | undefined, context: ReadContext): Activity['identity'] | undefined {
  const user = objectAt(told.usr) ?? {};
  const type = textAt(objectAt(objectAt(told.evt)?.actor)?.type) ?? '';
  const account = firstText(objectAt(told.org)?.uuid, id(objectAt(told.org)?.id), objectAt(told.org)?.name);
  const who = firstText(user.uuid, id(user.id), user.email) ?? key;
  if (who === undefined || isNobody(who)) return undefined;
  const email = context.scrub(textAt(user.email) ?? '');
  // A service account has an address that is made of its id.
  const isService =
    /SERVICE_?ACCOUNT/i.test(type) || user.service_account === true || /^[0-9a-f-]{32,36}$/i.test(email);
  const kind = /SUPPORT|SYSTEM|DATADOG/i.test(type)
    ? 'provider-service'
    : isService
      ? 'service-account'
      : email !== ''
        ? 'human'
        : 'api-key';
  return {
    id: who,
    kind,
    provider: 'datadog',
    ...given({ name: firstText(email, context.scrub(textAt(user.name) ?? '')), account }),
  };
}

const GOVERNS =
  /^(?:Access Management|Authentication|Organization|OAuth|Audit Trail|Cloud Security|Sensitive Data|Log Management|Integration)/i;

function accessOf(event: string, action: string): Access {
  if (/log[_ -]?(?:in|out)|authenticat/i.test(action)) return 'authenticate';
  if (/^(?:accessed|viewed|read|queried|downloaded|exported|get)$/i.test(action)) return 'read';
  if (/^(?:executed|run|triggered)$/i.test(action)) return 'execute';
  if (GOVERNS.test(event)) return 'admin';
  const access = accessOfName(action.replace(/d$/, ''));
  return access === 'unknown' ? 'write' : access;
}

export const format: Format = {
  id: 'datadog-audit',
  about: {
    title: 'Datadog Audit Trail',
    source: 'Events of Audit Trail: the API one by one or as pages ({"data": [...]}), or the files of an archive.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return record !== undefined && isEvent(record);
  },
  split(raw) {
    const page = objectAt(raw);
    const first = Array.isArray(page?.data) ? objectAt(page.data[0]) : undefined;
    return first?.type === 'audit' && isEvent(first) ? (page!.data as unknown[]) : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const outer = objectAt(record.attributes) ?? {};
    const told = attributesOf(record);
    const moment = outer.timestamp ?? record.date ?? record.timestamp ?? told.timestamp;
    const at = instantOf(moment, true) ?? instantOfEpoch(moment);
    if (at === undefined) return dead('timestamp: expected a time');
    const event = context.scrub(textAt(objectAt(told.evt)?.name) ?? '');
    if (event === '') return dead('evt.name: expected a non-empty string');
    const key = keyOf(told);
    const identity = identityOf(told, key, context);
    if (identity === undefined) return skip('neither usr nor a key names anybody');
    const http = objectAt(told.http) ?? {};
    const asset = objectAt(told.asset) ?? {};
    const method = context.scrub(textAt(http.method) ?? '');
    const action = context.scrub(textAt(told.action) ?? '') || method.toLowerCase();
    const type = context.scrub(textAt(asset.type) ?? '');
    const path = context.scrub(firstText(objectAt(http.url_details)?.path, http.url) ?? '').split('?')[0]!;
    const thing = id(asset.id) ?? textAt(asset.name) ?? (path === '' ? undefined : path);
    const client = objectAt(objectAt(told.network)?.client) ?? {};
    const isError = /^error$/i.test(firstText(told.status, outer.status, record.status) ?? '');
    const answered = outcomeOfHttp(http.status_code);
    return {
      status: 'read',
      activities: [
        {
          id: `datadog:${firstText(record.id, record._id) ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: {
            name: [event, type, action].filter((part) => part !== '').join(':'),
            service: 'datadog',
            access: accessOf(event, action),
          },
          source: given({
            ip: textAt(client.ip),
            country: textAt(objectAt(objectAt(client.geoip)?.country)?.iso_code),
            userAgent: textAt(http.useragent),
          }),
          ...(isError && answered.outcome === 'success' ? { outcome: 'failed' as const } : answered),
          ...(thing !== undefined && { resource: { id: thing, ...given({ type: type === '' ? undefined : type }) } }),
          ...(key !== undefined && { credential: { id: key, kind: 'access-key' as const, longLived: true } }),
        },
      ],
    };
  },
};
