/** What the inventory says, ready to be asked per activity; later records of an identity replace earlier ones. */
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

export class Inventory {
  readonly #of = new Map<string, Facts>();

  constructor(records: Iterable<InventoryRecord> = []) {
    for (const record of records) this.put(record);
  }

  put(record: InventoryRecord): void {
    const credentials = new Map<string, CredentialFacts>();
    for (const c of record.credentials ?? [])
      credentials.set(c.id, {
        rotatedMs: msOf(c.rotatedAt),
        revokedMs: msOf(c.revokedAt),
        expiresMs: msOf(c.expiresAt),
        platform: c.platform,
      });
    this.#of.set(`${record.tenant}\u0000${record.identity}`, {
      record,
      expiresMs: msOf(record.expiresAt),
      offboardedMs: msOf(record.offboardedAt),
      credentials,
    });
  }

  of(key: string): Facts | undefined {
    return this.#of.get(key);
  }

  get size(): number {
    return this.#of.size;
  }
}
