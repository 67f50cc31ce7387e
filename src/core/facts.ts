/** What the inventory says, ready to be asked per activity; later records of an identity replace earlier ones. */
import type { Activity } from '../../schemas/activity.ts';
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

const keyOf = ({ tenant, identity }: Pick<InventoryRecord, 'tenant' | 'identity'>) => `${tenant}\u0000${identity}`;

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

export class Inventory {
  readonly #of = new Map<string, Facts>();
  readonly #most: number;
  readonly #decoys = new Map<string, Decoys>();

  /** `most`: records kept; beyond it the one told longest ago is forgotten. */
  constructor(records: Iterable<InventoryRecord> = [], most = Number.POSITIVE_INFINITY) {
    for (const record of records) this.#put(record);
    this.#most = Math.max(most, this.#of.size);
  }

  /** Takes a record, or evidence that adds to one; gives what is in force now and what was forgotten for it, or undefined when nothing changed. */
  take(
    record: InventoryRecord,
    isEvidence: boolean,
  ): { readonly facts: Facts; readonly forgotten?: InventoryRecord } | undefined {
    const before = this.#of.get(keyOf(record))?.record;
    const next = isEvidence && before !== undefined ? joined(before, record) : record;
    if (before !== undefined && isSame(before, next)) return undefined;
    const facts = this.#put(next);
    const [oldest] = this.#of.size > this.#most ? this.#of : [];
    if (oldest === undefined) return { facts };
    this.#of.delete(oldest[0]);
    return { facts, forgotten: oldest[1].record };
  }

  #put(record: InventoryRecord): Facts {
    const credentials = new Map<string, CredentialFacts>();
    for (const c of record.credentials ?? [])
      credentials.set(c.id, {
        rotatedMs: msOf(c.rotatedAt),
        revokedMs: msOf(c.revokedAt),
        expiresMs: msOf(c.expiresAt),
        platform: c.platform,
      });
    const facts = {
      record,
      expiresMs: msOf(record.expiresAt),
      offboardedMs: msOf(record.offboardedAt),
      credentials,
    };
    // The record that was told last stands last, so that after a restart the same record is the oldest.
    this.#of.delete(keyOf(record));
    this.#of.set(keyOf(record), facts);
    this.#plant(record);
    return facts;
  }

  of(key: string): Facts | undefined {
    return this.#of.get(key);
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
    return this.#of.size;
  }
}

/** The same members with the same values; the order of members does not count. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return left.length === Object.keys(b).length && left.every(([key, value]) => isSame(value, right[key]));
}
