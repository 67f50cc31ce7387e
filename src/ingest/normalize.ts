/** The last check before an activity goes on: shapes, bounds, sane dates, no secrets, one spelling for addresses. */
import ipaddr from 'ipaddr.js';
import {
  ACCESSES,
  type Activity,
  activitySchema,
  CREDENTIAL_KINDS,
  IDENTITY_KINDS,
  LIMITS,
  OUTCOMES,
} from '../../schemas/activity.ts';
import type { Network } from '../../schemas/inventory.ts';
import type { Fingerprinter } from '../secrets.ts';
import { isInstant } from './format.ts';

/** Whose network an address is in; undefined when nobody said. */
export interface NetworkLookup {
  lookup(ip: string): Network | undefined;
}

/** Addresses whose spelling and network are remembered; when full the memory starts again. */
const CACHE_ENTRIES = 65_536;
/** Bounds of event time. No machine log is older or from so far ahead; such dates come from a broken clock or a broken parser. */
const EARLIEST = '2000-01-01T00:00:00.000Z';
const LATEST = '2100-01-01T00:00:00.000Z';
const CONTROL = /[\p{Cc}]/u;

const accesses = new Set<string>(ACCESSES);
const outcomes = new Set<string>(OUTCOMES);
const identityKinds = new Set<string>(IDENTITY_KINDS);
const credentialKinds = new Set<string>(CREDENTIAL_KINDS);

interface Place {
  readonly ip: string | undefined;
  readonly network: Network | undefined;
}

/** One spelling for an address: RFC 5952, no port, no brackets, IPv4 out of IPv6; undefined when it is none. */
export function canonicalIp(text: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  if (bare.length > 64 || !/^[0-9a-fA-F.:]+(?:%[\w.-]+)?$/.test(bare)) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare).toString();
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined;
  const address = ipaddr.IPv6.parse(bare);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** Says what is wrong in the words of the schema; slow, so only for what was refused. */
function explain(activity: unknown, fallback: string): string {
  const issue = activitySchema.safeParse(activity).error?.issues[0];
  return issue === undefined ? fallback : `${issue.path.join('.')}: ${issue.message}`;
}

/** Why an activity is refused; thrown inside this file only, to leave a deep walk at once. */
class Refusal {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

export interface Normalizer {
  /**
   * Makes the activity fit to go on, in place: free text is cut to its bound, secrets become fingerprints, the address is
   * spelled one way and its network filled in where the log says nothing. Returns why it is refused, or undefined.
   */
  admit(activity: Activity): string | undefined;
}

export function createNormalizer(options: {
  readonly fingerprinter: Fingerprinter;
  readonly networks?: NetworkLookup;
}): Normalizer {
  const { fingerprinter, networks } = options;
  let places = new Map<string, Place>();

  function placeOf(text: string): Place {
    const known = places.get(text);
    if (known !== undefined) return known;
    const ip = canonicalIp(text);
    const place = { ip, network: ip === undefined ? undefined : networks?.lookup(ip) };
    if (places.size >= CACHE_ENTRIES) places = new Map();
    places.set(text, place);
    return place;
  }

  function id(tenant: string, value: string, max: number, field: string, rare = false): string {
    if (typeof value !== 'string' || value === '') throw new Refusal(`${field}: expected a non-empty string`);
    const clean = fingerprinter.scrub(tenant, value, rare);
    if (clean.length > max) throw new Refusal(`${field}: longer than ${max} characters`);
    return clean;
  }

  function text(tenant: string, value: string, max: number, field: string): string {
    if (typeof value !== 'string' || value === '') throw new Refusal(`${field}: expected a non-empty string`);
    const clean = fingerprinter.scrub(tenant, value);
    return clean.length > max ? clean.slice(0, max) : clean;
  }

  /** A long name is cut, but two long names that differ stay different. */
  function name(tenant: string, value: string, max: number, field: string): string {
    if (typeof value !== 'string' || value === '') throw new Refusal(`${field}: expected a non-empty string`);
    const clean = fingerprinter.scrub(tenant, value);
    return clean.length > max
      ? `${clean.slice(0, max - 28)}~${fingerprinter.fingerprint(tenant, 'name', clean)}`
      : clean;
  }

  function instant(value: string, field: string): void {
    if (typeof value !== 'string' || !isInstant(value))
      throw new Refusal(`${field}: expected a time as RFC 3339 in UTC with milliseconds`);
  }

  function source(t: string, s: Activity['source']): void {
    if (s.ip !== undefined) {
      const { ip, network } = placeOf(s.ip);
      if (ip === undefined) {
        if (s.workload === undefined) s.workload = s.ip;
        delete s.ip;
      } else {
        s.ip = ip;
        if (network !== undefined) {
          if (network.asn !== undefined && s.asn === undefined) s.asn = network.asn;
          if (network.org !== undefined && s.org === undefined) s.org = network.org;
          if (network.country !== undefined && s.country === undefined) s.country = network.country;
          if (network.region !== undefined && s.region === undefined) s.region = network.region;
          if (network.workload !== undefined && s.workload === undefined) s.workload = network.workload;
        }
      }
    }
    if (s.asn !== undefined && !(Number.isInteger(s.asn) && s.asn >= 0 && s.asn <= 4_294_967_295))
      throw new Refusal('source.asn: expected an integer from 0 to 4294967295');
    if (s.org !== undefined) s.org = text(t, s.org, LIMITS.name, 'source.org');
    if (s.country !== undefined) s.country = text(t, s.country, 64, 'source.country');
    if (s.region !== undefined) s.region = text(t, s.region, 64, 'source.region');
    if (s.userAgent !== undefined) s.userAgent = text(t, s.userAgent, LIMITS.userAgent, 'source.userAgent');
    if (s.workload !== undefined) s.workload = name(t, s.workload, LIMITS.name, 'source.workload');
    if (s.vpcEndpoint !== undefined) s.vpcEndpoint = name(t, s.vpcEndpoint, 128, 'source.vpcEndpoint');
  }

  function who(t: string, a: Activity): void {
    const { identity, credential, actor } = a;
    identity.id = id(t, identity.id, LIMITS.name, 'identity.id');
    if (!identityKinds.has(identity.kind)) throw new Refusal('identity.kind: not a known kind');
    identity.provider = text(t, identity.provider, 64, 'identity.provider');
    if (identity.name !== undefined) identity.name = text(t, identity.name, LIMITS.name, 'identity.name');
    if (identity.account !== undefined) identity.account = name(t, identity.account, LIMITS.name, 'identity.account');
    if (identity.environment !== undefined)
      identity.environment = text(t, identity.environment, 64, 'identity.environment');
    if (credential !== undefined) {
      credential.id = id(t, credential.id, LIMITS.id, 'credential.id');
      if (!credentialKinds.has(credential.kind)) throw new Refusal('credential.kind: not a known kind');
      if (credential.issuedAt !== undefined) instant(credential.issuedAt, 'credential.issuedAt');
      if (credential.expiresAt !== undefined) instant(credential.expiresAt, 'credential.expiresAt');
    }
    if (actor !== undefined) {
      actor.id = name(t, actor.id, LIMITS.name, 'actor.id');
      actor.kind = text(t, actor.kind, 64, 'actor.kind');
      if (actor.version !== undefined) actor.version = text(t, actor.version, 128, 'actor.version');
      if (actor.model !== undefined) actor.model = text(t, actor.model, 128, 'actor.model');
    }
    if (a.onBehalfOf !== undefined) {
      // The nearest delegators and whoever started it; the middle of an endless chain says least.
      if (a.onBehalfOf.length > LIMITS.chain)
        a.onBehalfOf = [...a.onBehalfOf.slice(0, LIMITS.chain - 1), a.onBehalfOf.at(-1)!];
      for (const link of a.onBehalfOf) {
        link.id = name(t, link.id, LIMITS.name, 'onBehalfOf.id');
        link.kind = text(t, link.kind, 64, 'onBehalfOf.kind');
      }
    }
  }

  function names(t: string, list: string[], max: number, field: string): string[] {
    const kept = list.length > max ? list.slice(0, max) : list;
    for (let i = 0; i < kept.length; i++) kept[i] = name(t, kept[i]!, LIMITS.name, field);
    return kept;
  }

  function walk(a: Activity): void {
    if (typeof a.tenant !== 'string' || a.tenant === '' || a.tenant.length > 128 || CONTROL.test(a.tenant))
      throw new Refusal('tenant: expected 1 to 128 printable characters');
    const t = fingerprinter.scrub(a.tenant, a.tenant);
    a.tenant = t;
    a.id = id(t, a.id, LIMITS.id, 'id', true);
    instant(a.at, 'at');
    if (a.at < EARLIEST || a.at >= LATEST) throw new Refusal('at: expected a time between the years 2000 and 2099');
    who(t, a);
    a.action.name = name(t, a.action.name, LIMITS.name, 'action.name');
    a.action.service = name(t, a.action.service, 128, 'action.service');
    if (!accesses.has(a.action.access)) throw new Refusal('action.access: not a known access');
    if (a.resource !== undefined) {
      a.resource.id = name(t, a.resource.id, LIMITS.resource, 'resource.id');
      if (a.resource.type !== undefined) a.resource.type = text(t, a.resource.type, 128, 'resource.type');
      if (a.resource.account !== undefined)
        a.resource.account = name(t, a.resource.account, LIMITS.name, 'resource.account');
    }
    source(t, a.source);
    if (!outcomes.has(a.outcome)) throw new Refusal('outcome: expected success, denied or failed');
    if (a.errorCode !== undefined) a.errorCode = text(t, a.errorCode, LIMITS.id, 'errorCode');
    if (a.scopes !== undefined) a.scopes = names(t, a.scopes, LIMITS.scopes, 'scopes');
    if (a.run !== undefined) {
      a.run.id = name(t, a.run.id, LIMITS.name, 'run.id');
      if (a.run.declared !== undefined) a.run.declared = names(t, a.run.declared, LIMITS.declared, 'run.declared');
    }
    const amount = a.amount;
    if (amount !== undefined && !((amount.bytes ?? 0) >= 0 && (amount.records ?? 0) >= 0))
      throw new Refusal('amount: expected numbers of at least 0');
  }

  return {
    admit(activity) {
      try {
        walk(activity);
        return undefined;
      } catch (error) {
        if (error instanceof Refusal) return error.reason;
        // A format that builds something else than an activity: the schema says what, the record is set aside, the pipeline goes on.
        if (error instanceof TypeError) return explain(activity, 'not an activity');
        throw error;
      }
    },
  };
}
