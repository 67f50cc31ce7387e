/** The record of what was done about people, identities and tenants - erased, looked up, attested by an owner - as one chain of the installation. */
import { randomUUID } from 'node:crypto';
import type { PrivacyRow, PrivacyStore } from '../ports/privacy.ts';
import { chainNamed, GENESIS, type Head, isBreak } from '../respond/chain.ts';

const chain = chainNamed<PrivacyRow>('tidemark-privacy-1');
/** Writers that may be first at a place before we give up. */
const TRIES = 5;

export type PrivacyLog = Pick<PrivacyStore, 'rows' | 'append'>;

/** What the record has verified of each store. */
const heads = new WeakMap<PrivacyLog, Head>();

/** Every break of the record, and its last link; see `Chain.verify`. */
export const verifyRecord = (rows: readonly PrivacyRow[], anchor?: Head) => chain.verify(rows, anchor);

/** The record is not as it was written. */
export class PrivacyLogBroken extends Error {
  override readonly name = 'PrivacyLogBroken';
  readonly remedy = 'Run `tidemark audit verify`, keep a copy of the table, and find out who changed it.';
}

/** Adds what was done. Throws `PrivacyLogBroken` where the record cannot be vouched for. */
export async function record(
  store: PrivacyLog,
  what: Omit<PrivacyRow, 'seq' | 'previous' | 'hash' | 'writer'>,
): Promise<PrivacyRow> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const known = heads.get(store) ?? GENESIS;
    const head = await chain.follow(known, await store.rows(Math.max(0, known.seq - 1)));
    if (isBreak(head))
      throw new PrivacyLogBroken(`the record of erasures and attestations is broken at ${head.seq}: ${head.says}`);
    heads.set(store, head);
    const row = chain.seal(head, { ...what, writer: randomUUID() });
    if ((await store.append(row)) === 'taken') continue;
    heads.set(store, { seq: row.seq, hash: row.hash });
    return row;
  }
  throw new PrivacyLogBroken('others write to the record of erasures and attestations all the time');
}

/** Erasures that were asked for and of which nothing says that they were done, in the order of the chain. */
export function unfinished(rows: readonly PrivacyRow[]): readonly PrivacyRow[] {
  const open = new Map<string, PrivacyRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.tenant, row.kind, row.subject]);
    if (row.event === 'asked') open.set(key, open.get(key) ?? row);
    else if (row.event === 'erased') open.delete(key);
  }
  return [...open.values()];
}
