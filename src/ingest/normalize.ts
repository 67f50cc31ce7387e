/** The last check before an activity goes on: shapes, bounds, sane dates, no secrets, one spelling for addresses. */

import ipaddr from 'ipaddr.js';
import { type Activity, activitySchema } from '../../schemas/activity.ts';
import { firstProblem } from '../../schemas/first-problem.ts';
import type { Network } from '../../schemas/inventory.ts';
import { type Fingerprinter, READ_MAX_LENGTH, scrubbedBeginning } from '../secrets.ts';
import { FIELD_GROUPS, type Field, type FieldGroup, type FieldList } from './activity-fields.ts';
import { isActivity } from './activity-shape.ts';
import { isInstant, isNobody } from './format.ts';
import { KnownValues } from './known-values.ts';
import { pseudonymise } from './people.ts';

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

/** What a cut name ends in: `~` and a fingerprint. */
const CUT_MARK = 28;

interface Place {
  readonly ip: string | undefined;
  readonly network: Network | undefined;
}

/** One spelling for an address: RFC 5952, no port, brackets or zone (an interface of whoever wrote the log), IPv4 out of IPv6; undefined when it is none. */
function canonicalIp(text: string): string | undefined {
  // Of a list of hops the last one is who was connected: all before it is what that one says.
  const last = text.includes(',') ? text.slice(text.lastIndexOf(',') + 1).trim() : text;
  const bare = /^\[(.+)\](?::\d+)?$/.exec(last)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(last)?.[1] ?? last;
  if (bare.length > 64 || !/^[0-9a-fA-F.:]+(?:%[\w.-]+)?$/.test(bare)) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare).toString();
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined;
  const address = ipaddr.IPv6.parse(bare);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String().split('%')[0]!;
}

/** Longest of the words that stand for nothing. */
const NOTHING_CHARS = 9;
/** True for what logs write in the place of a thing that there is not. Names that a thing may have, such as `none`, are not among them. */
const isNothing = (text: unknown): boolean =>
  typeof text === 'string' && text.length <= NOTHING_CHARS && /^(?:-+|<?null>?|\(null\)|n\/a|undefined)$/i.test(text);

/** Says what is wrong in the words of the schema; slow, so only for what was refused. */
function explain(activity: unknown, fallback: string): string {
  const { error } = activitySchema.safeParse(activity);
  return error === undefined ? fallback : firstProblem(error);
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
   * Makes the activity fit to go on, in place: secrets become fingerprints, then text is cut to its bound, the address is
   * spelled one way and its network filled in where the log says nothing. Returns why it is refused, or undefined.
   */
  admit(activity: Activity): string | undefined;
  /** See `ReadContext.known`. */
  known(key: string, value: unknown): object | undefined;
  /**
   * Takes a value that `admit` of another process let go on: its types and bounds are checked and its network is filled in where
   * nobody did, nothing is searched for secrets. Undefined when it is not what `admit` leaves, and so must take the full way.
   */
  trust(value: unknown): Activity | undefined;
}

type Fields = Record<string, unknown>;

/** An object or a list that an activity holds. */
interface Part {
  readonly key: string;
  readonly group?: FieldGroup;
  readonly list?: FieldList;
  /** Those that went on as they were; absent where they are mostly new. */
  readonly known: KnownValues | undefined;
  /** The one of them that was taken last. */
  last?: object;
}

const [OWN, ...GROUPS] = FIELD_GROUPS;

/** Looking at numbers costs no more than asking whether they are known. */
const hasText = ({ fields, lists }: FieldGroup) =>
  lists.length > 0 || fields.some(({ kind }) => kind !== 'number' && kind !== 'integer');

export function createNormalizer(options: {
  readonly fingerprinter: Fingerprinter;
  readonly networks?: NetworkLookup;
}): Normalizer {
  const { fingerprinter, networks } = options;
  let places = new Map<string, Place>();
  /** Values that were changed so far. */
  let changes = 0;
  // A pseudonym depends on who else stands in the activity, so then no part of it is the same by itself.
  const isShared = fingerprinter.person === undefined;
  const parts: readonly Part[] = [
    ...OWN!.lists.map((ofList) => ({ key: ofList.key, list: ofList, known: isShared ? new KnownValues() : undefined })),
    ...GROUPS.map((group) => ({
      key: group.key,
      group,
      known: isShared && hasText(group) ? new KnownValues() : undefined,
    })),
  ];

  const byKey = new Map(parts.map((part) => [part.key, part]));

  function placeOf(text: string): Place {
    const known = places.get(text);
    if (known !== undefined) return known;
    const ip = canonicalIp(text);
    const place = { ip, network: ip === undefined ? undefined : networks?.lookup(ip) };
    if (places.size >= CACHE_ENTRIES) places = new Map();
    places.set(text, place);
    return place;
  }

  /**
   * Scrubbed first and cut afterwards: a secret cut in two is recognised by nobody. U+0000 is what keys are put together with, so an
   * id that holds one could pass for another identity's; what replaces it no vendor writes.
   */
  function clean(tenant: string, value: unknown, { kind, max, name, spread }: Field): string {
    if (typeof value !== 'string' || value === '') throw new Refusal(`${name}: expected a non-empty string`);
    const scrubbed = scrubbedBeginning(fingerprinter, tenant, value, kind === 'id' && spread === 'many');
    const text = scrubbed.includes('\u0000') ? scrubbed.replaceAll('\u0000', '\ufffd') : scrubbed;
    if (text !== value) changes++;
    if (text.length <= max) return text;
    changes++;
    if (kind === 'id') throw new Refusal(`${name}: longer than ${max} characters`);
    return kind === 'text'
      ? text.slice(0, max)
      : `${text.slice(0, max - CUT_MARK)}~${fingerprinter.fingerprint(tenant, 'name', value.length > READ_MAX_LENGTH ? value : text)}`;
  }

  /** The value as it goes on. */
  function admitted(tenant: string, value: unknown, field: Field): unknown {
    switch (field.kind) {
      case 'id':
      case 'name':
      case 'text':
        return clean(tenant, value, field);
      case 'word':
        if (!field.words.has(value)) throw new Refusal(`${field.name}: expected one of ${[...field.words].join(', ')}`);
        return value;
      case 'instant':
        if (typeof value !== 'string' || !isInstant(value))
          throw new Refusal(`${field.name}: expected a time as RFC 3339 in UTC with milliseconds`);
        return value;
      case 'integer':
        if (!(Number.isInteger(value) && (value as number) >= 0 && (value as number) <= field.max))
          throw new Refusal(`${field.name}: expected an integer from 0 to ${field.max}`);
        return value;
      case 'number':
        if (!(Number.isFinite(value) && (value as number) >= 0))
          throw new Refusal(`${field.name}: expected a number of at least 0`);
        return value;
      case 'flag':
        if (typeof value !== 'boolean') throw new Refusal(`${field.name}: expected true or false`);
        return value;
      default:
        // The tenant and the address are seen to before, because the other fields depend on them.
        return value;
    }
  }

  function fill(source: Activity['source'], network: Network): void {
    if (network.asn !== undefined && source.asn === undefined) source.asn = network.asn;
    if (network.org !== undefined && source.org === undefined) source.org = network.org;
    if (network.country !== undefined && source.country === undefined) source.country = network.country;
    if (network.region !== undefined && source.region === undefined) source.region = network.region;
    if (network.workload !== undefined && source.workload === undefined) source.workload = network.workload;
  }

  /** Takes away what only says that nothing was written: a log of one column for each thing has to write something. */
  function blank(a: Activity): void {
    if (isNothing(a.source.userAgent)) delete a.source.userAgent;
    if (isNothing(a.resource?.id)) delete a.resource;
  }

  function locate(source: Activity['source']): void {
    if (source.ip === undefined) return;
    const { ip, network } = placeOf(source.ip);
    if (ip === undefined) {
      // `-` and `<null>` say that there is no address, not what else the caller is called.
      if (source.workload === undefined && !isNobody(source.ip)) source.workload = source.ip;
      delete source.ip;
      return;
    }
    // What is known already is spelled so, and nobody may write to it.
    if (source.ip !== ip) source.ip = ip;
    if (network !== undefined) fill(source, network);
  }

  function list(tenant: string, holder: Fields, { key, max, name, fields }: FieldList): void {
    let items = holder[key] as unknown[];
    if (!Array.isArray(items)) throw new Refusal(`${name}: expected an array`);
    // Of a chain, the nearest delegators and whoever started it: the middle of an endless chain says least.
    if (items.length > max) {
      items = fields[0]!.key === '' ? items.slice(0, max) : [...items.slice(0, max - 1), items.at(-1)!];
      changes++;
    }
    for (let i = 0; i < items.length; i++) {
      if (fields[0]!.key === '') items[i] = admitted(tenant, items[i], fields[0]!);
      else
        for (const field of fields) {
          const item = items[i] as Fields;
          item[field.key] = admitted(tenant, item[field.key], field);
        }
    }
    holder[key] = items;
  }

  function fields(tenant: string, a: Activity, holder: Fields, all: readonly Field[]): void {
    for (const field of all) {
      const value = field.get(a);
      if (value === undefined && !field.isRequired) continue;
      const next = admitted(tenant, value, field);
      if (next !== value) holder[field.key] = next;
    }
  }

  /** Admits an object or a list of the activity, unless the same was admitted lately and went on as it was: then that one is taken. */
  function admitPart(a: Activity, part: Part): void {
    const { key, group, list: ofList, known } = part;
    const holder = a as unknown as Fields;
    const value = holder[key];
    if (value === undefined || value === part.last) return;
    const place = known === undefined || typeof value !== 'object' || value === null ? -1 : known.placeOf(value);
    const same = place < 0 ? undefined : known!.at(place, value as object);
    if (same !== undefined) {
      holder[key] = same;
      return;
    }
    const before = changes;
    if (ofList !== undefined) list(a.tenant, holder, ofList);
    if (group !== undefined) {
      fields(a.tenant, a, value as Fields, group.fields);
      for (const one of group.lists) if (one.get(a) !== undefined) list(a.tenant, value as Fields, one);
    }
    if (place >= 0 && changes === before) known!.keep(place, value as object);
  }

  function walk(a: Activity): void {
    if (typeof a.tenant !== 'string' || a.tenant === '' || a.tenant.length > 128 || CONTROL.test(a.tenant))
      throw new Refusal('tenant: expected 1 to 128 printable characters');
    a.tenant = fingerprinter.scrub(a.tenant, a.tenant);
    // Whoever takes the record in says when and where that was; what the record says of it could be from any clock, and of anybody.
    if (a.receivedAt !== undefined) delete a.receivedAt;
    if (a.receivedFrom !== undefined) delete a.receivedFrom;
    blank(a);
    locate(a.source);
    fields(a.tenant, a, a as unknown as Fields, OWN!.fields);
    for (const part of parts) admitPart(a, part);
    if (!isDated(a)) throw new Refusal('at: expected a time between the years 2000 and 2099');
    const { person } = fingerprinter;
    if (person !== undefined) pseudonymise(a, (name) => person(a.tenant, name));
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
    known(key, value) {
      const part = byKey.get(key);
      if (part?.known === undefined || typeof value !== 'object' || value === null) return undefined;
      const same = part.known.at(part.known.placeOf(value), value);
      if (same !== undefined) part.last = same;
      return same;
    },
    trust(value) {
      if (!isActivity(value) || !isDated(value)) return undefined;
      const { source } = value;
      if (source.ip === undefined) return value;
      const { ip, network } = placeOf(source.ip);
      if (ip !== source.ip) return undefined;
      if (network !== undefined) fill(source, network);
      return value;
    },
  };
}

const isDated = ({ at }: Activity) => at >= EARLIEST && at < LATEST;
