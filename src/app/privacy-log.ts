/** The chain of what was done about people, identities and tenants: each row seals the one before it. */
import { randomUUID } from 'node:crypto';
import type { PrivacyRow, PrivacyStore } from '../ports/privacy.ts';
import { digest } from '../respond/canonical.ts';

const SEAL = 'tidemark-privacy-1';
const GENESIS = '0'.repeat(64);
/** Writers that may be first at a place before we give up. */
const TRIES = 5;

const hashOf = ({ hash: _, ...rest }: PrivacyRow) => digest({ seal: SEAL, ...rest });

/** What is wrong with the chain, one sentence a row; nothing where it is whole. */
export function breaksOf(rows: readonly PrivacyRow[]): string[] {
  const breaks: string[] = [];
  let previous = GENESIS;
  rows.forEach((row, at) => {
    const wrong =
      row.seq !== at + 1
        ? 'rows before it are missing, or two claim one place'
        : row.previous !== previous
          ? 'it does not follow the row before it'
          : row.hash !== hashOf(row)
            ? 'its content was changed after it was written'
            : undefined;
    if (wrong !== undefined) breaks.push(`row ${row.seq}: ${wrong}`);
    previous = row.hash;
  });
  return breaks;
}

/** The chain is not as it was written. */
export class PrivacyLogBroken extends Error {
  override readonly name = 'PrivacyLogBroken';
  readonly remedy = 'Run `tidemark audit privacy`, keep a copy of the table, and find out who changed it.';
}

/** Adds what was done. Throws `PrivacyLogBroken` where the chain cannot be vouched for. */
export async function record(
  store: Pick<PrivacyStore, 'rows' | 'append'>,
  what: Omit<PrivacyRow, 'seq' | 'previous' | 'hash' | 'writer'>,
): Promise<PrivacyRow> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const rows = await store.rows();
    const [wrong] = breaksOf(rows);
    if (wrong !== undefined) throw new PrivacyLogBroken(`the record of erasures is broken: ${wrong}`);
    const row = {
      ...what,
      seq: rows.length + 1,
      writer: randomUUID(),
      previous: rows.at(-1)?.hash ?? GENESIS,
      hash: '',
    };
    const sealed = { ...row, hash: hashOf(row) };
    if ((await store.append(sealed)) === 'appended') return sealed;
  }
  throw new PrivacyLogBroken('others write to the record of erasures all the time');
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
