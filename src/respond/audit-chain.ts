/** The audit chain as pure functions: how a row is sealed, and how any changed, missing, added or reordered row is found. */
import { type AuditRow, type Suspension, suspensionSchema } from '../../schemas/suspension.ts';
import { canonical, digest } from './canonical.ts';
import type { Entry } from './suspension-states.ts';

/** The last link known to be sound. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) };

/** Change it when a row is sealed another way: an old row must not pass for a new one. */
const SEAL = 'tidemark-audit-1';

function hashOf({ hash: _, ...rest }: AuditRow): string {
  return digest({ seal: SEAL, ...rest });
}

/** Makes a text as the store will return it. A cut may leave a lone surrogate, which has no UTF-8 and would read as a changed row. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8');

/** The row that follows `head`. `writer` is random, so that no two writers ever write the same row. */
export function seal(head: Head, suspension: Suspension, entry: Entry, writer: string): AuditRow {
  const row = {
    tenant: suspension.tenant,
    seq: head.seq + 1,
    suspension: suspension.id,
    ...entry,
    by: { kind: entry.by.kind, id: wellFormed(entry.by.id) },
    why: wellFormed(entry.why),
    writer,
    content: canonical(suspension),
    previous: head.hash,
    hash: '',
  };
  return { ...row, hash: hashOf(row) };
}

/** What is wrong with a chain, and where. */
export interface Break {
  readonly tenant: string;
  readonly seq: number;
  readonly says: string;
}

/** What is wrong with `row` as the one after `head`; undefined when it is sound. */
export function breakAfter(head: Head, row: AuditRow): string | undefined {
  if (row.seq <= head.seq) return `a second row claims this place (fork, or rows out of order)`;
  if (row.seq > head.seq + 1) return `${row.seq - head.seq - 1} rows before it are missing`;
  if (row.previous !== head.hash) return 'it does not follow the row before it: one of the two was changed or replaced';
  if (row.hash !== hashOf(row)) return 'its content was changed after it was written';
  return undefined;
}

/** The suspension a row tells of. Throws when the row's content is not one: the chain is then broken all the same. */
export function contentOf(row: AuditRow): Suspension {
  return suspensionSchema.parse(JSON.parse(row.content));
}

/** Whether one row, taken alone, is as it was written. */
export function isSound(row: AuditRow): boolean {
  return row.hash === hashOf(row);
}

/**
 * Goes through a tenant's rows in the order of the store. Gives every break, 100 at the most, and the last sound link.
 * `anchor` is a head noted earlier, outside the store: without one, nobody can tell that rows were cut off the end.
 */
export async function verifyChain(
  tenant: string,
  rows: AsyncIterable<AuditRow>,
  anchor?: Head,
): Promise<{ readonly head: Head; readonly rows: number; readonly breaks: readonly Break[] }> {
  const breaks: Break[] = [];
  const say = (seq: number, says: string) => {
    if (breaks.length < 100) breaks.push({ tenant, seq, says });
  };
  let head = GENESIS;
  let count = 0;
  let met = anchor === undefined || anchor.seq === 0;
  for await (const row of rows) {
    count++;
    const wrong = row.tenant === tenant ? breakAfter(head, row) : `it belongs to the chain of ${row.tenant}`;
    if (wrong !== undefined) say(row.seq, wrong);
    if (anchor !== undefined && row.seq === anchor.seq) {
      met = true;
      if (row.hash !== anchor.hash) say(row.seq, 'it is not the row whose hash was noted');
    }
    // The walk goes on from the row that stands there, so that one break is told once and not by every row after it.
    head = { seq: Math.max(head.seq, row.seq), hash: row.hash };
  }
  if (!met && anchor !== undefined) say(anchor.seq, `the chain ends at ${head.seq}: rows were cut off its end`);
  return { head, rows: count, breaks };
}
