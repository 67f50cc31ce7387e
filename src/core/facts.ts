/** What the inventory says, ready to be asked per activity; later records of an identity replace earlier ones. */
import type { Activity } from '../../schemas/activity.ts';
import { tellsLess } from '../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';

export interface CredentialFacts {
  readonly rotatedMs: number;
  readonly revokedMs: number;
  readonly expiresMs: number;
  readonly platform: string | undefined;
}

export interface Facts {
  readonly record: InventoryRecord;
  /** ms since the epoch; Infinity = no such date. */
  readonly expiresMs: number;
  readonly offboardedMs: number;
  readonly credentials: ReadonlyMap<string, CredentialFacts>;
}

const msOf = (instant: string | undefined) => (instant === undefined ? Number.POSITIVE_INFINITY : Date.parse(instant));

/** Adds a piece of evidence to what is known: its credentials are merged by id, and its dates replace known ones. */
function joined(known: InventoryRecord, evidence: InventoryRecord): InventoryRecord {
  const credentials = new Map((known.credentials ?? []).map((credential) => [credential.id, credential]));
  for (const credential of evidence.credentials ?? [])
    credentials.set(credential.id, { ...credentials.get(credential.id), ...credential });
  const newest = [...credentials.values()].slice(-CREDENTIALS_MAX);
  const { evidenceOnly: _, ...added } = evidence;
  return { ...known, ...added, ...(newest.length > 0 && { credentials: newest }) };
}

/** As many as a record may hold. */
const CREDENTIALS_MAX = 256;

/** What of an activity is a decoy. */
export type DecoyUse = 'identity' | 'credential' | 'resource';

/** Decoy credentials and things of one tenant. */
interface Decoys {
  readonly credentials: Set<string>;
  readonly resources: Set<string>;
}

/** Decoy credentials, and decoy things, known of one tenant at the most; a fence of more is none that anybody looks after. */
const DECOYS_MAX = 4_096;

/** Ends of the names that stand for all below a thing. */
const BELOW = /[/:]/g;

/** An identity as its activities tell it; account '' where none was told. */
export interface Whose {
  readonly tenant: string;
  readonly id: string;
  readonly provider: string;
  readonly account: string;
}

/** Whether an identity was the first to have its id, or to have it with its provider: a record that tells less is about that one. */
export interface First {
  readonly ofId: boolean;
  readonly ofProvider: () => boolean;
}

const providerOf = ({ record }: Facts) => record.provider?.toLowerCase();

const isOneHome = (a: InventoryRecord, b: InventoryRecord) =>
  a.provider?.toLowerCase() === b.provider?.toLowerCase() && a.account === b.account;

const tellsHome = ({ provider, account }: InventoryRecord) => provider !== undefined || account !== undefined;

export class Inventory {
  /** By tenant, then by id in order of when each was told of last: one record a provider and account. */
  readonly #of = new Map<string, Map<string, readonly Facts[]>>();
  /** Records of each tenant. */
  readonly #sizes = new Map<string, number>();
  #size = 0;
  readonly #most: number;
  readonly #decoys = new Map<string, Decoys>();

  /** `most`: records kept; beyond it the tenant that has most of them forgets the one told longest ago, so that nobody's records cost another tenant its own. */
  constructor(records: Iterable<InventoryRecord> = [], most = Number.POSITIVE_INFINITY) {
    for (const record of records) this.#put(record);
    this.#most = Math.max(most, this.#size);
  }

  /** Takes a record, or evidence that adds to one; gives what is in force now and what was forgotten for it, or undefined when nothing changed. */
  take(
    record: InventoryRecord,
    isEvidence: boolean,
  ): { readonly facts: Facts; readonly forgotten?: InventoryRecord } | undefined {
    const before = this.#before(record, isEvidence);
    const next = isEvidence && before !== undefined ? joined(before, record) : record;
    if (before !== undefined && isSame(before, next)) return undefined;
    const facts = this.#put(next);
    return this.#size > this.#most ? { facts, forgotten: this.#forget() } : { facts };
  }

  /** Of tenants that have equally many, the one whose name comes first gives. */
  #forget(): InventoryRecord {
    const [tenant] = [...this.#sizes].reduce((most, one) =>
      one[1] > most[1] || (one[1] === most[1] && one[0] < most[0]) ? one : most,
    );
    const records = this.#of.get(tenant) as Map<string, readonly Facts[]>;
    const [oldest] = records;
    const [id, [first, ...rest]] = oldest as [string, readonly Facts[]];
    if (rest.length === 0) records.delete(id);
    else records.set(id, rest);
    this.#count(tenant, -1);
    return (first as Facts).record;
  }

  #count(tenant: string, more: number): void {
    this.#sizes.set(tenant, (this.#sizes.get(tenant) ?? 0) + more);
    this.#size += more;
  }

  /** The record of the same home. Evidence that tells no home adds to the only record of the id. */
  #before(record: InventoryRecord, isEvidence: boolean): InventoryRecord | undefined {
    const known = this.#of.get(record.tenant)?.get(record.identity) ?? [];
    const same = known.find((one) => isOneHome(one.record, record));
    if (same !== undefined || !isEvidence || tellsHome(record)) return same?.record;
    return known.length === 1 ? known[0]?.record : undefined;
  }

  #put(record: InventoryRecord): Facts {
    const facts = factsOf(record);
    // The record that was told last stands last, so that after a restart the same record is the oldest.
    const { tenant, identity } = record;
    const records = this.#of.get(tenant) ?? new Map<string, readonly Facts[]>();
    this.#of.set(tenant, records);
    const known = records.get(identity) ?? [];
    const others = known.filter((one) => !isOneHome(one.record, record));
    records.delete(identity);
    records.set(identity, [...others, facts]);
    this.#count(tenant, others.length + 1 - known.length);
    this.#plant(record);
    return facts;
  }

  /**
   * What is known of an identity: by a record of its provider and account, or by the only one that may be of it; else by one
   * without an account, or without both, where no other identity had its id first. Evidence without a home counts beside it.
   */
  of({ tenant, id, provider, account }: Whose, first: First): Facts | undefined {
    const known = this.#of.get(tenant)?.get(id);
    if (known === undefined) return undefined;
    const bare = first.ofId ? known.find(({ record }) => !tellsHome(record)) : undefined;
    const own = ofHome(known, provider.toLowerCase(), account) ?? ofProvider(known, provider.toLowerCase(), first);
    if (own === undefined) return bare;
    return bare?.record.evidenceOnly === true ? factsOf(joined(own.record, bare.record)) : own;
  }

  /**
   * Remembers decoys for the whole tenant, since whoever touches one is not the identity that the record is about. They are not
   * forgotten while the process lives: a decoy that is one no longer goes with the next start.
   */
  #plant({ tenant, credentials = [], canaryResources = [] }: InventoryRecord): void {
    const keys = credentials.filter(({ canary }) => canary === true);
    if (keys.length === 0 && canaryResources.length === 0) return;
    const decoys = this.#decoys.get(tenant) ?? { credentials: new Set(), resources: new Set() };
    this.#decoys.set(tenant, decoys);
    for (const { id } of keys) if (decoys.credentials.size < DECOYS_MAX) decoys.credentials.add(id);
    for (const id of canaryResources) if (decoys.resources.size < DECOYS_MAX) decoys.resources.add(id);
  }

  /** What of an activity is a decoy, whatever came of it; undefined for nothing. */
  decoyIn({ tenant, credential, resource }: Activity, facts: Facts | undefined): DecoyUse | undefined {
    if (facts?.record.canary === true) return 'identity';
    const decoys = this.#decoys.get(tenant);
    if (decoys === undefined) return undefined;
    if (credential !== undefined && decoys.credentials.has(credential.id)) return 'credential';
    if (resource === undefined || decoys.resources.size === 0) return undefined;
    if (decoys.resources.has(resource.id)) return 'resource';
    for (const { index } of resource.id.matchAll(BELOW))
      if (decoys.resources.has(`${resource.id.slice(0, index + 1)}*`)) return 'resource';
    return undefined;
  }

  get size(): number {
    return this.#size;
  }
}

function factsOf(record: InventoryRecord): Facts {
  const credentials = new Map<string, CredentialFacts>();
  for (const c of record.credentials ?? [])
    credentials.set(c.id, {
      rotatedMs: msOf(c.rotatedAt),
      revokedMs: msOf(c.revokedAt),
      expiresMs: msOf(c.expiresAt),
      platform: c.platform,
    });
  return {
    record,
    expiresMs: msOf(record.expiresAt),
    offboardedMs: msOf(record.offboardedAt),
    credentials,
  };
}

/** By account: the one that is the same, or the only one that tells more or less of it. */
function ofHome(known: readonly Facts[], provider: string, account: string): Facts | undefined {
  const told = known.filter(
    (one) => one.record.account !== undefined && [undefined, provider].includes(providerOf(one)),
  );
  const same = told.filter(({ record }) => record.account === account);
  if (same.length > 0) return same.find((one) => providerOf(one) !== undefined) ?? same[0];
  const near = told.filter(
    ({ record: { account: other = '' } }) => tellsLess(account, other) || tellsLess(other, account),
  );
  return near.length === 1 ? near[0] : undefined;
}

const ofProvider = (known: readonly Facts[], provider: string, first: First): Facts | undefined => {
  const own = known.find((one) => one.record.account === undefined && providerOf(one) === provider);
  return own !== undefined && first.ofProvider() ? own : undefined;
};

/** The same members with the same values; the order of members does not count. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return left.length === Object.keys(b).length && left.every(([key, value]) => isSame(value, right[key]));
}
