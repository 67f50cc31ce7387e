/** Writes the audit chain: knows the last link it has verified, and adds nothing to a chain it cannot vouch for. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AuditRow, Suspension } from '../../schemas/suspension.ts';
import type { SuspensionStore } from '../ports/respond.ts';
import { auditChain, seal } from './audit-chain.ts';
import { GENESIS, type Head, isBreak } from './chain.ts';
import type { Entry } from './suspension-states.ts';

const PAGE_ROWS = 1_000;
/** Tenants whose head is remembered; beyond it the oldest chain is verified again when it is next needed. */
const HEADS_MAX = 2_000;

/** The chain is not as it was written: nothing is dispatched until a person has understood why. */
export class AuditBroken extends Error {
  override readonly name = 'AuditBroken';
  readonly remedy = 'Run `tidemark audit verify`, keep a copy of the table, and find out who changed it.';
}

export interface AuditLog {
  /** The verified end of a tenant's chain. Throws AuditBroken, or what the store throws. */
  head(tenant: string): Promise<Head>;
  /** Adds the row after `head`; undefined when another writer was first. */
  append(head: Head, suspension: Suspension, entry: Entry): Promise<AuditRow | undefined>;
}

/** Rows of a chain from its beginning, or after a place, page by page. */
export async function* chainOf(
  store: Pick<SuspensionStore, 'chain'>,
  tenant: string,
  after = 0,
): AsyncGenerator<AuditRow> {
  let from = after;
  for (;;) {
    const page = await store.chain(tenant, from, PAGE_ROWS);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    from = last.seq;
  }
}

export function createAuditLog(store: Pick<SuspensionStore, 'append' | 'chain'>): AuditLog {
  const heads = new LRUCache<string, Head>({ max: HEADS_MAX });

  return {
    async head(tenant) {
      const known = heads.get(tenant) ?? GENESIS;
      // Rows are read from the known link on, which must still be the same.
      const head = await auditChain.follow(known, chainOf(store, tenant, Math.max(0, known.seq - 1)));
      if (isBreak(head)) throw new AuditBroken(`audit chain of tenant ${tenant} at ${head.seq}: ${head.says}`);
      heads.set(tenant, head);
      return head;
    },
    async append(head, suspension, entry) {
      const row = seal(head, suspension, entry, randomUUID());
      if ((await store.append(row)) === 'taken') return undefined;
      heads.set(suspension.tenant, { seq: row.seq, hash: row.hash });
      return row;
    },
  };
}
