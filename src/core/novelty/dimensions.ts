/** The values of an activity that more than one detector looks at, each a hierarchy from coarse to exact. */
import ipaddr from 'ipaddr.js';
import type { Activity } from '../../../schemas/activity.ts';
import { CHANGE_RATES, PERSON_RATES, VOUCHING } from '../constants.ts';
import { type DetectorContext, defineDimension, type Novelty } from '../detector.ts';
import { homeOf, outsiders } from '../recipients.ts';
import { remembered } from '../remembered.ts';

/** Ranges that are not on the open net, in the words of ipaddr.js. */
const INSIDE: ReadonlySet<string> = new Set(['private', 'loopback', 'linkLocal', 'carrierGradeNat', 'uniqueLocal']);

export const isPrivate = remembered((ip) => ipaddr.isValid(ip) && INSIDE.has(ipaddr.process(ip).range()));

/** First `parts` groups of an address: octets of IPv4, hextets of IPv6 (doubled, so that 2 means a /32 there and a /16 here). */
export function prefixOf(ip: string, parts: number): string {
  const wide = ip.includes(':');
  const mark = wide ? ':' : '.';
  let end = -1;
  for (let n = wide ? parts + 1 : parts; n > 0; n--) {
    const next = ip.indexOf(mark, end + 1);
    if (next < 0) return ip;
    end = next;
  }
  return ip.slice(0, end + 1);
}

/** Where an activity comes from on the network: AS or first prefix, prefix, address. */
export const network = defineDimension({
  id: 'network',
  facet: 'origin',
  changeRates: CHANGE_RATES.network,
  personRates: PERSON_RATES.network,
  field: 'source.ip',
  cap: 36,
  depth: 3,
  whole: (a) => a.source.ip,
  levels: (a, ip) => {
    const asn = a.source.asn;
    const wide = isPrivate(ip) ? `private ${prefixOf(ip, 1)}` : asn !== undefined ? `AS${asn}` : prefixOf(ip, 2);
    return [wide, prefixOf(ip, 2), ip];
  },
});

export const country = defineDimension({
  id: 'country',
  facet: 'origin',
  personRates: PERSON_RATES.country,
  field: 'source.country',
  cap: 12,
  depth: 1,
  whole: (a) => a.source.country,
  levels: (_a, whole) => [whole],
});

export const region = defineDimension({
  id: 'region',
  facet: 'origin',
  field: 'source.region',
  cap: 10,
  depth: 1,
  whole: (a) => a.source.region,
  levels: (_a, whole) => [whole],
});

/** First product of a user agent, without its version. */
export function clientName(userAgent: string): string {
  const open = userAgent.replace(/^[[\s]+/, '');
  if (/^mozilla\//i.test(open)) return 'browser';
  const end = open.search(/[/\s(;]/);
  return (end < 0 ? open : open.slice(0, end)).toLowerCase();
}

/** User agent with every number masked: the same software in another version. */
export const clientPattern = (userAgent: string) => userAgent.replace(/\d+/g, '#');

const clientLevels = remembered((userAgent): readonly string[] => [
  clientName(userAgent),
  clientPattern(userAgent),
  userAgent,
]);

/** Software that speaks: product, product and platform without versions, whole text. */
export const client = defineDimension({
  id: 'client',
  facet: 'origin',
  changeRates: CHANGE_RATES.client,
  field: 'source.userAgent',
  cap: 24,
  depth: 3,
  whole: (a) => a.source.userAgent,
  levels: (_a, whole) => clientLevels(whole),
});

const isProviderService = remembered((name) => /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|googleapis\.com)$/.test(name));

/** Whether a service of the provider calls on behalf of the identity: that is a part of the platform, and no place that somebody is at. */
const isPlatform = ({ source: { workload: name } }: Activity) => name !== undefined && isProviderService(name);

/** Where the acting workload runs: cluster, namespace, owner of the pod; or the endpoint it comes through. */
export const workload = defineDimension({
  id: 'workload',
  facet: 'origin',
  field: 'source.workload',
  cap: 12,
  depth: 2,
  whole: (a) => (isPlatform(a) ? undefined : (a.source.workload ?? a.source.vpcEndpoint)),
  levels: (_a, whole) => [whole.split('/').slice(0, 2).join('/'), whole],
});

/** How a list of usual values ends that leaves some out. */
const MORE = / and \d+ more$/;

/** The part of a place that names what runs there. */
const lastPart = (place: string) => place.slice(place.lastIndexOf('/') + 1);

/** Whether a workload has the name of one of its identity's usual ones, which are told as `DetectorContext.usual` tells them. */
export const keepsName = (place: string, usual: string): boolean =>
  usual
    .replace(MORE, '')
    .split(', ')
    .some((known) => lastPart(known) === lastPart(place));

/** Others who come through an endpoint make it one of the tenant's own, where the log does not tell its account. */
const ENDPOINT_SHARED = VOUCHING;

/**
 * Whose the private endpoint is that an activity comes through. Where no account is told, others who come through it as well make it the
 * tenant's own: such as are under no suspicion, or such as are, each from an address of its own, because a network is changed under a
 * whole group at once and alarms of it must not keep it strange. `unknown` says that nothing tells yet; undefined: there is no endpoint.
 */
export function endpointOwner(
  context: Pick<DetectorContext, 'activity' | 'holders' | 'suspects'>,
): 'own' | 'foreign' | 'unknown' | undefined {
  const { source, identity } = context.activity;
  if (source.vpcEndpoint === undefined) return undefined;
  if (source.vpcEndpointAccount !== undefined)
    return source.vpcEndpointAccount === identity.account ? 'own' : 'foreign';
  const exact = workload.depth - 1;
  const others = context.holders(workload, exact, source.vpcEndpoint);
  if (others >= ENDPOINT_SHARED) return 'own';
  const all = others + context.suspects(workload, exact, source.vpcEndpoint);
  const atAddress = (ip: string) => context.holders(network, 2, ip) + context.suspects(network, 2, ip);
  return all >= ENDPOINT_SHARED && source.ip !== undefined && atAddress(source.ip) === 0 ? 'own' : 'unknown';
}

/**
 * Whether an activity comes through a private endpoint that is known to be the tenant's. A machine has two faces then: its address
 * inside for what goes through the endpoint, and that of a gateway for the rest.
 */
export const throughOwnEndpoint = (context: Pick<DetectorContext, 'activity' | 'holders' | 'suspects'>): boolean =>
  endpointOwner(context) === 'own';

/** How an activity that comes through a private endpoint reaches us. */
const THROUGH_ENDPOINT = 'through a private endpoint';

/**
 * Whether an identity that never came through a private endpoint does so for the first time, and the log does not tell whose it is: most
 * likely its network was changed. One that always came through endpoints and now comes through a strange one is another matter.
 */
export const isFirstEndpoint = (
  context: Pick<DetectorContext, 'activity' | 'holders' | 'suspects' | 'holds'>,
): boolean => endpointOwner(context) === 'unknown' && !context.holds(reach, 0, THROUGH_ENDPOINT);

/** How what comes from outside does. */
export const OPEN_NET = 'public network';

/** Whether traffic stays inside, comes through an endpoint, or from the open net. */
export const reach = defineDimension({
  id: 'reach',
  facet: 'origin',
  field: 'source',
  cap: 6,
  depth: 1,
  whole: (a) => {
    if (isPlatform(a)) return undefined;
    if (a.source.workload !== undefined) return 'in a workload';
    if (a.source.vpcEndpoint !== undefined) return THROUGH_ENDPOINT;
    if (a.source.ip === undefined) return undefined;
    return isPrivate(a.source.ip) ? 'private network' : OPEN_NET;
  },
  levels: (_a, whole) => [whole],
});

/** What stands for a credential and an actor that a log does not tell. */
const NO_CREDENTIAL = 'no credential';
const NO_ACTOR = 'none';

/** How an activity is authenticated: kind of credential, and for lasting credentials which one. */
export const credential = defineDimension({
  id: 'credential',
  facet: 'authority',
  changeRates: CHANGE_RATES.credential,
  field: 'credential.id',
  cap: 12,
  depth: 2,
  exclusive: false,
  whole: (a) => (a.credential === undefined ? NO_CREDENTIAL : lasting(a) ? a.credential.id : a.credential.kind),
  levels: (a, whole) => [a.credential === undefined ? NO_CREDENTIAL : a.credential.kind, whole],
});

/** Whether a credential outlives a session. */
export function lasting(a: Activity): boolean {
  const c = a.credential;
  if (c === undefined) return false;
  if (c.longLived !== undefined) return c.longLived;
  return c.kind !== 'session-token' && c.kind !== 'jwt' && c.kind !== 'oauth-token';
}

export const action = defineDimension({
  id: 'action',
  facet: 'deed',
  field: 'action.name',
  cap: 80,
  depth: 2,
  whole: (a) => a.action.name,
  levels: (a, whole) => [a.action.service, whole],
});

/** Letters stay, runs of digits and long hexadecimal runs become one mark: names that count up are one name. */
export const masked = (text: string) => text.replace(/[0-9a-f]{8,}(-[0-9a-f]{4,})*|\d+/gi, '#');

/** A resource's name without the region it stands in, which `region` tells: the same things after a fail-over are no others. ARNs and Google's names hold one. */
const unplaced = (id: string) =>
  id.replace(/^(arn:[^:]*:[^:]*:)[^:]+/, '$1').replace(/\b(locations|regions|zones)\/[^/]+/, '$1/*');

/** The masked name, wherever it stands. */
const nameOf = remembered((id) => masked(unplaced(id)));

/** Parts of a resource name, coarse first. */
function pathOf(id: string): string[] {
  return id.split(/[/:]+/).filter((part) => part !== '');
}

/** What holds a thing, and its path without its name. */
const placesOf = remembered((whole) => {
  const parts = pathOf(whole);
  const half = Math.min(parts.length, Math.max(2, Math.ceil(parts.length / 2)));
  return {
    container: parts.slice(0, half).join('/'),
    path: parts.slice(0, Math.max(half, parts.length - 1)).join('/'),
  };
});

/** The resource that an activity touches: type, account or container, masked path, masked name. */
export const resource = defineDimension({
  id: 'resource',
  facet: 'deed',
  field: 'resource.id',
  cap: 72,
  depth: 4,
  whole: (a) => (a.resource === undefined ? undefined : nameOf(a.resource.id)),
  levels: (a, whole) => {
    const type = a.resource?.type ?? 'resource';
    const { container, path } = placesOf(whole);
    return [type, `${type} ${container}`, `${type} ${path}`, whole];
  },
});

/** The exact thing an act is aimed at, digits kept: two bank accounts are two. */
export const target = defineDimension({
  id: 'target',
  facet: 'deed',
  field: 'resource.id',
  cap: 64,
  depth: 2,
  whole: (a) => a.resource?.id,
  also: (a) => a.action.name,
  levels: (a, whole) => [`${a.action.name} → ${a.resource?.type ?? 'resource'}`, `${a.action.name} → ${whole}`],
});

/** Account whose things are touched, where it is not the identity's own. */
export const account = defineDimension({
  id: 'account',
  facet: 'deed',
  field: 'resource.account',
  cap: 12,
  depth: 1,
  isBeyond: true,
  whole: (a) => accountOf(a),
  levels: (_a, whole) => [whole],
});

/** Account in an ARN, empty where there is none. */
const arnAccount = remembered((id) => (id.startsWith('arn:') ? (ARN_ACCOUNT.exec(id)?.[1] ?? '') : ''));
const ARN_ACCOUNT = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/;

function accountOf(a: Activity): string | undefined {
  if (a.resource === undefined) return undefined;
  const named = a.resource.account ?? arnAccount(a.resource.id);
  if (named === '') return undefined;
  // Its own account is not foreign, and the first touch of a thing in it is no reach beyond it.
  return named === a.identity.account ? undefined : named;
}

/** Everybody and those outside to whom something is opened, all of one act together: by their accounts and domains, and as they are. */
export const recipient = defineDimension({
  id: 'recipient',
  facet: 'deed',
  field: 'recipients',
  cap: 24,
  depth: 2,
  whole: (a) => (a.recipients === undefined ? undefined : outsiders(a).join(', ') || undefined),
  levels: (a, whole) => [[...new Set(outsiders(a).map(homeOf))].sort().join(', '), whole],
});

/** An act that was refused or went wrong, by service and action. */
export const refusal = defineDimension({
  id: 'refusal',
  facet: 'deed',
  field: 'outcome',
  cap: 24,
  depth: 2,
  whole: (a) => (a.outcome === 'denied' ? `denied ${a.action.name}` : undefined),
  levels: (a, whole) => [`denied ${a.action.service}`, whole],
});

/** Kinds of the delegation chain in order, and its delegators. */
export const chain = defineDimension({
  id: 'chain',
  facet: 'authority',
  field: 'onBehalfOf',
  cap: 12,
  depth: 2,
  whole: (a) =>
    a.onBehalfOf === undefined || a.onBehalfOf.length === 0
      ? 'nobody'
      : a.onBehalfOf.length === 1
        ? (a.onBehalfOf[0]?.kind ?? '')
        : a.onBehalfOf.map((d) => d.kind).join(' < '),
  levels: (a, whole) => [`${a.onBehalfOf?.length ?? 0} deep`, whole],
});

/** Part of a delegator's name that says whose it is: host, account, repository owner, mail domain, or its class. */
export function realmOf(id: string, kind: string): string {
  const url = /^[a-z+]+:\/\/([^/]+)/i.exec(id);
  if (url) return `${kind} of ${url[1]}`;
  const arn = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}|):/.exec(id);
  if (arn) return `${kind} of account ${arn[1]}`;
  const mail = /@([a-z0-9.-]+)$/i.exec(id);
  if (mail) return `${kind} of ${mail[1]}`;
  const subject = /^(?:repo|repository|project_path|org)[:/]([^/:]+)\/|^organization:([^:]+):/.exec(id);
  if (subject) return `${kind} of ${subject[1] ?? subject[2]}`;
  const colon = id.indexOf(':');
  return colon > 0 ? `${kind} of ${id.slice(0, colon)}` : kind;
}

/** Parts of a delegator's name that tell its repository, and that tell the kind of trigger too: `repo:` `acme/` `api:` `ref:`. */
const REPOSITORY_PARTS = 3;
const TRIGGER_PARTS = 4;

/** A delegator from coarse to exact: realm, then ever longer beginnings of its name (repository, kind of trigger, branch). */
function delegatorLevels(id: string, kind: string): readonly string[] {
  const parts = id.split(/(?<=[:/])/);
  const begin = (n: number) => (parts.length <= n ? id : parts.slice(0, n).join(''));
  return [realmOf(id, kind), begin(REPOSITORY_PARTS), begin(TRIGGER_PARTS), id];
}

export const delegator = defineDimension({
  id: 'delegator',
  facet: 'authority',
  changeRates: CHANGE_RATES.delegator,
  field: 'onBehalfOf',
  cap: 40,
  depth: 4,
  joinsEqual: true,
  whole: (a) => a.onBehalfOf?.[0]?.id,
  levels: (a, whole) => delegatorLevels(whole, a.onBehalfOf?.[0]?.kind ?? ''),
});

/** The party that started the chain, where the chain is longer than one. */
export const initiator = defineDimension({
  id: 'initiator',
  facet: 'authority',
  changeRates: CHANGE_RATES.delegator,
  field: 'onBehalfOf',
  cap: 40,
  depth: 4,
  joinsEqual: true,
  whole: (a) =>
    a.onBehalfOf !== undefined && a.onBehalfOf.length > 1 ? a.onBehalfOf[a.onBehalfOf.length - 1]?.id : undefined,
  levels: (a, whole) => delegatorLevels(whole, a.onBehalfOf?.[a.onBehalfOf.length - 1]?.kind ?? ''),
});

/** Kind of thing that acts, and for agents the model behind it. */
export const actor = defineDimension({
  id: 'actor',
  facet: 'authority',
  changeRates: CHANGE_RATES.actor,
  field: 'actor',
  cap: 12,
  depth: 2,
  whole: (a) =>
    a.actor === undefined
      ? 'no actor'
      : a.actor.model === undefined
        ? a.actor.kind
        : `${a.actor.kind} ${a.actor.model}`,
  levels: (a, whole) => [a.actor?.kind ?? NO_ACTOR, whole],
});

/** Scopes the credential carries, as one set. */
export const scopes = defineDimension({
  id: 'scopes',
  facet: 'authority',
  field: 'scopes',
  cap: 10,
  depth: 1,
  whole: (a) =>
    a.scopes === undefined ? undefined : a.scopes.length === 1 ? a.scopes[0] : [...a.scopes].sort().join(' '),
  levels: (_a, whole) => [whole],
});

/**
 * Whether all that is new is that another log speaks. A service that is new to the identity is told of by a log of its own; that this one
 * names no credential or no actor, or is the first to name any client, says nothing of who acts. Where a known service tells less than
 * before, that does.
 */
export function isOtherLog(context: Pick<DetectorContext, 'novelty' | 'known'>, { dimension, seen }: Novelty): boolean {
  if (context.novelty(action)?.level !== 0) return false;
  if (dimension === credential) return seen === NO_CREDENTIAL;
  if (dimension === actor) return seen === NO_ACTOR;
  return dimension === client && context.known(client, 0) === 0;
}
