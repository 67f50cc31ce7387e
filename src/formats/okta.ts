/** Reads the Okta System Log. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  type Format,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  type Reading,
  respelled,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** People have a stable id too, but are known by it nowhere else; machines keep theirs as identity. */
function kindOf(type: string): Activity['identity']['kind'] {
  if (type === 'User') return 'human';
  if (/^(?:PublicClientApp|AppInstance|App|ServiceClient|ApiToken)/i.test(type)) return 'oauth-app';
  return /^System/i.test(type) ? 'provider-service' : 'unknown';
}

/** `authenticate` for sessions and tokens; `admin` for privileges, policies, factors and keys; else by the words of the type. */
function accessOf(event: string): Access {
  if (
    /^(?:user\.(?:session|authentication)|system\.(?:push|sms|voice|email)\.send_|app\.oauth2\..*(?:token|authorize)|policy\.evaluate)/.test(
      event,
    )
  )
    return 'authenticate';
  if (/privilege|^policy\.|mfa|factor|api_token|^security\.|^zone\.|idp\.|credentials|iam\./.test(event))
    return 'admin';
  const access = accessOfName(event.slice(event.lastIndexOf('.') + 1));
  return access === 'authenticate' ? 'write' : access;
}

function outcomeOf(told: unknown): Pick<Activity, 'outcome' | 'errorCode'> {
  const outcome = objectAt(told);
  // Some exports keep the result alone.
  const result = textAt(outcome?.result) ?? textAt(told);
  if (
    result === undefined ||
    result === 'SUCCESS' ||
    result === 'ALLOW' ||
    result === 'SKIPPED' ||
    // One more factor is asked for: nothing was refused.
    result === 'CHALLENGE' ||
    result === 'UNKNOWN'
  )
    return { outcome: 'success' };
  const reason = textAt(outcome?.reason);
  const denied =
    result === 'DENY' ||
    /INVALID|DENIED|NOT_ALLOWED|LOCKED|unauthor|access_denied|permission|forbidden/i.test(reason ?? '');
  return { outcome: denied ? 'denied' : 'failed', errorCode: reason ?? result };
}

function sourceOf(record: Fields): Activity['source'] {
  const client = objectAt(record.client);
  const security = objectAt(record.securityContext);
  const source: Activity['source'] = {};
  // Of a chain of hops the last one is who was connected.
  const ip = textAt(client?.ipAddress) ?? textAt(objectAt(listAt(objectAt(record.request)?.ipChain).at(-1))?.ip);
  if (ip !== undefined) source.ip = ip;
  if (typeof security?.asNumber === 'number') source.asn = security.asNumber;
  const org = textAt(security?.asOrg);
  if (org !== undefined) source.org = org;
  const place = objectAt(client?.geographicalContext);
  const country = textAt(place?.country);
  if (country !== undefined) source.country = country;
  const region = textAt(place?.state);
  if (region !== undefined) source.region = region;
  const agent = textAt(objectAt(client?.userAgent)?.rawUserAgent);
  if (agent !== undefined) source.userAgent = agent;
  return source;
}

/** The token where the log names it; Okta's own apps get none, so the device's token hash stands in. */
function credentialOf(record: Fields, debug: Fields | undefined): Activity['credential'] {
  const token = textAt(objectAt(objectAt(record.transaction)?.detail)?.requestApiTokenId);
  if (token !== undefined) return { id: token, kind: 'pat', longLived: true };
  const hash = textAt(debug?.dtHash);
  return hash === undefined ? undefined : { id: hash, kind: 'other' };
}

/** What an event is about, by its type: of the several things it lists that one counts, whoever else was concerned. */
const ABOUT: readonly (readonly [RegExp, RegExp])[] = [
  // The privilege, then the group: that somebody was given rights is told by which, more than by whom.
  [/privilege|\.role\.|^iam\./, /^(?:ROLE|CUSTOM_ROLE|ResourceSet|Privilege)/i],
  [/^group\.|\.group|group_membership/, /^UserGroup|^Group/i],
  [/^(?:application|app)\./, /^(?:AppInstance|App$|PublicClientApp|ServiceClient|OAuth)/i],
  [/^policy\./, /^Policy/i],
  [/^(?:zone|network_zone|security)\./, /^(?:NetworkZone|Zone)/i],
  [
    /^system\.(?:idp|api_token|log_stream|event_hook|inline_hook|org)/,
    /^(?:IdentityProvider|Idp|Token|ApiToken|LogStream|Hook)/i,
  ],
  // Where one signs in to, before who it is.
  [/^user\.authentication\./, /^AppInstance$/i],
  [/^user\./, /^User$/i],
];

/** The server that grants a token, by the path it is asked under: the organisation's own has no id. */
function grantorOf(debug: Fields | undefined): { id: string; type: string } | undefined {
  const path = /^\/oauth2(?:\/([^/?]+))?\/v1\/(?:token|authorize)/.exec(textAt(debug?.requestUri) ?? '');
  return path === null ? undefined : { id: path[1] ?? 'org', type: 'AuthorizationServer' };
}

/** A token or code that was just made: it is another one each time, so it is what was given and not where access was asked for. */
const MADE_ANEW = /^(?:access_token|refresh_token|id_token|authorization_code|device_code|code)$/i;

/** Whom a right is given to, among the things that an event lists. */
const personIn = (record: Fields) =>
  [record.target]
    .flat()
    .map(objectAt)
    .find((target) => /^(?:User|PublicClientApp|App|ServiceClient)/.test(textAt(target?.type) ?? ''));

function targetOf(record: Fields, event: string): Fields | undefined {
  const targets = [record.target].flat().flatMap((item) => {
    const target = objectAt(item);
    const isThing = textAt(target?.id) !== undefined && !MADE_ANEW.test(textAt(target?.type) ?? '');
    return target === undefined || !isThing ? [] : [target];
  });
  for (const [about, type] of ABOUT) {
    const found = about.test(event) ? targets.find((target) => type.test(textAt(target.type) ?? '')) : undefined;
    if (found !== undefined) return found;
  }
  return targets[0];
}

/** What an event makes that others will use: a token, an app, a key of an app, or a right. */
function changeOf(
  event: string,
  who: string,
  target: Fields | undefined,
  debug: Fields | undefined,
): Activity['change'] {
  const id = textAt(target?.id);
  if (id === undefined) return undefined;
  if (event === 'system.api_token.create') return { kind: 'credential', identity: who, credential: id };
  if (/^app(?:lication)?\.(?:oauth2\.client\.)?lifecycle\.create$/.test(event))
    return { kind: 'identity', identity: id };
  if (/^app\..*(?:credentials|secret|jwk|key)\b.*(?:create|add|activate)/.test(event))
    return { kind: 'credential', identity: id };
  if (!event.endsWith('privilege.grant')) return undefined;
  const rights = (textAt(debug?.privilegeGranted) ?? '').split(/,\s*/).filter((right) => right !== '');
  return { kind: 'right', identity: id, ...(rights.length > 0 && { rights }) };
}

/** The organisation, from a field that the way here adds: an event names none. A URL is its host. */
function organizationOf(record: Fields): string | undefined {
  const said = textAt(record.organization) ?? textAt(record.org) ?? textAt(record.orgUrl) ?? textAt(record.domain);
  return (
    said
      ?.replace(/^https?:\/\//i, '')
      .split('/')[0]
      ?.toLowerCase() || undefined
  );
}

function dead(reason: string): Reading {
  return { status: 'dead', reason };
}

/** Objects and lists that warehouses keep as JSON in a text. */
const PACKED = [
  'actor',
  'client',
  'outcome',
  'target',
  'debugContext',
  'transaction',
  'authenticationContext',
  'securityContext',
  'request',
];

/** Names that columns of warehouses hold in small letters. */
const SPELLED = ['eventType', 'debugContext', 'authenticationContext', 'securityContext'];
const asWritten = (record: Fields): Fields =>
  record.eventType === undefined && record.eventtype !== undefined ? respelled(record, SPELLED) : record;

export const format: Format = {
  id: 'okta',
  about: {
    title: 'Okta System Log',
    source:
      'Events of /api/v1/logs, of log streaming or of an event hook. The organisation is the account where the hook, EventBridge or a field `organization` names it.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof (record?.eventType ?? record?.eventtype) === 'string' &&
      typeof record?.published === 'string' &&
      objectIn(record.actor) !== undefined
    );
  },
  split(raw) {
    const hook = objectAt(raw);
    const events = objectAt(hook?.data)?.events;
    // Other vendors have lists of that name too.
    if (hook?.eventType !== 'com.okta.event_hook' || !Array.isArray(events)) return undefined;
    const organization = /^https?:\/\/([^/]+)\//.exec(textAt(hook.source) ?? '')?.[1];
    return organization === undefined
      ? events
      : events.map((event: unknown) => (objectAt(event) === undefined ? event : { organization, ...objectAt(event) }));
  },
  read(raw, context) {
    const told = objectAt(raw);
    if (told === undefined) return dead('record: expected an object');
    const record = unpackedIn(asWritten(told), PACKED);
    const at = instantOf(record.published, true);
    if (at === undefined) return dead('published: expected a time');
    const event = context.scrub(textAt(record.eventType) ?? '');
    if (event === '') return dead('eventType: expected a non-empty string');
    const actor = objectAt(record.actor);
    const id = textAt(actor?.id);
    if (actor === undefined) return dead('actor: expected an object');
    // Whoever gave a name that no account has is nobody, and all of them together are no identity.
    // Of a threat only the address is known.
    if (id === undefined || isNobody(id) || /^IP address$/i.test(textAt(actor.type) ?? ''))
      return { status: 'skip', reason: 'an actor unknown to Okta names nobody' };
    const debug = objectIn(objectAt(record.debugContext)?.debugData);
    const identity: Activity['identity'] = { id, kind: kindOf(textAt(actor.type) ?? ''), provider: 'okta' };
    const name = textAt(actor.alternateId) ?? textAt(actor.displayName);
    if (name !== undefined) identity.name = name;
    const organization = organizationOf(record);
    if (organization !== undefined) identity.account = organization;
    const uuid = textAt(record.uuid);
    const activity: Activity = {
      id: uuid === undefined ? `okta:${context.hashOf(record)}` : `okta:${uuid}`,
      at,
      tenant: context.tenant,
      identity,
      action: { name: event, service: event.split('.').slice(0, -1).join('.') || event, access: accessOf(event) },
      source: sourceOf(record),
      ...outcomeOf(record.outcome),
    };
    const credential = credentialOf(record, debug);
    if (credential !== undefined) activity.credential = credential;
    const session = textAt(objectAt(record.authenticationContext)?.externalSessionId);
    if (session !== undefined && session !== 'unknown') activity.actor = { id: session, kind: 'session' };
    const target = targetOf(record, event);
    const targetId = textAt(target?.id);
    const grantor = /^app\.oauth2\..*(?:token|authorize|code)/.test(event) ? grantorOf(debug) : undefined;
    if (grantor !== undefined) activity.resource = grantor;
    else if (target !== undefined && targetId !== undefined) {
      activity.resource = { id: targetId };
      const type = textAt(target.type);
      if (type !== undefined) activity.resource.type = type;
    }
    const about = event.endsWith('privilege.grant') ? personIn(record) : target;
    const change = activity.outcome === 'success' ? changeOf(event, id, about, debug) : undefined;
    if (change !== undefined) activity.change = change;
    const principal = objectAt(debug?.originalPrincipal);
    const original = textAt(principal?.id) ?? textAt(principal?.alternateId) ?? textAt(debug?.originalPrincipal);
    if (original !== undefined) activity.onBehalfOf = [{ id: original, kind: 'principal' }];
    const scopes = context
      .scrub(textAt(debug?.grantedScopes) ?? '')
      .split(/[\s,]+/)
      .filter((scope) => scope !== '');
    if (scopes.length > 0) activity.scopes = scopes;
    return { status: 'read', activities: [activity] };
  },
};
