/** Records nobody could read: how one is kept, and how many of one source are. */

import { createHash } from 'node:crypto';
import type { Config } from '../../schemas/config.ts';
import type { DeadLetter, Origin, Store } from '../ports/store.ts';
import type { Fingerprinter } from '../secrets.ts';
import { scrubRecord } from './scrub-record.ts';

export interface DeadLetterParts {
  readonly fingerprinter: Fingerprinter;
  readonly limits: Pick<Config['ingest'], 'deadLetterMaxBytes'>;
  /** Wall time in ms. */
  readonly now: () => number;
}

/** What could not be read, and why. */
export interface Unreadable {
  readonly format: string;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

export type DeadLetterBuilder = (origin: Origin, tenant: string, unreadable: Unreadable) => DeadLetter;

/**
 * Builds dead letters; the same record set aside twice has the same id. Secrets are replaced by the names that activities of this
 * tenant give them, before anything is cut or stored: put back and read, the record says what it would have said at first.
 */
export function createDeadLetterBuilder({ fingerprinter, limits, now }: DeadLetterParts): DeadLetterBuilder {
  return (origin, tenant, { format, reason, bytes }) => {
    const kept = scrubRecord(bytes, limits.deadLetterMaxBytes, {
      scrub: (text) => fingerprinter.scrub(tenant, text, true),
      name: (secret) => fingerprinter.fingerprint(tenant, 'token', secret),
    });
    return {
      id: createHash('sha256')
        .update(`${origin.from}|${origin.partition}|${origin.offset}|`)
        .update(kept)
        .digest('hex')
        .slice(0, 32),
      origin,
      format,
      reason: fingerprinter.scrub(tenant, reason),
      bytes: kept,
      truncated: bytes.length > limits.deadLetterMaxBytes,
      at: new Date(now()).toISOString(),
    };
  };
}

/** Reasons named in the note about letters that were not kept. */
const REASON_MAX_CHARS = 200;
const MINUTE_MS = 60_000;

/** Letters that were counted and not kept, of one source. */
export interface Shed {
  /** Topic, file or listener. */
  readonly from: string;
  readonly records: number;
  /** `message`: more of one message than are kept of it; `minute`: the source has used up its minute. */
  readonly over: 'message' | 'minute';
  readonly reason: string;
}

export interface DeadLetterLimits {
  /** Messages of one source in a minute of wall time whose dead letters are kept. */
  readonly perMinute: number;
  /** Dead letters kept of one message, which may hold many records. */
  readonly perMessage: number;
  /** Sources that are counted apart; those beyond share one budget. */
  readonly sources: number;
}

interface Budget {
  /** Messages set aside in this minute. */
  used: number;
  /** Already noted that the budget is used up. */
  told: boolean;
}

/** Where sources are counted together that are too many to be counted apart. */
const OTHERS = '';

/**
 * Keeps dead letters within a budget of their source. A message counts once, however many records it holds; beyond the budget
 * its letters are counted, told and left behind, with one letter that says so, and the good records beside them go on: no
 * record may stop the way in, today or at the next start.
 */
export function createDeadLetterWriter(
  store: Pick<Store, 'setAside'>,
  limits: DeadLetterLimits,
  now: () => number,
  onShed: (shed: Shed) => void,
) {
  let minute = 0;
  const budgets = new Map<string, Budget>();

  function budgetOf(from: string): Budget {
    const key = budgets.has(from) || budgets.size < limits.sources ? from : OTHERS;
    const budget = budgets.get(key) ?? { used: 0, told: false };
    budgets.set(key, budget);
    return budget;
  }

  return async (letters: readonly DeadLetter[]): Promise<void> => {
    if (letters.length === 0) return;
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute) budgets.clear();
    minute = current;
    const kept: DeadLetter[] = [];
    for (const message of byMessage(letters)) {
      const [first] = message as [DeadLetter, ...DeadLetter[]];
      const { from } = first.origin;
      const budget = budgetOf(from);
      budget.used++;
      if (budget.used > limits.perMinute) {
        if (!budget.told) kept.push(note(first, `and more of this source in this minute were counted and not kept`));
        budget.told = true;
        onShed({ from, records: message.length, over: 'minute', reason: first.reason });
        continue;
      }
      kept.push(...message.slice(0, limits.perMessage));
      const left = message.length - limits.perMessage;
      if (left <= 0) continue;
      kept.push(note(first, `and ${left} more records of this message were counted and not kept`));
      onShed({ from, records: left, over: 'message', reason: message.at(-1)!.reason });
    }
    await store.setAside(kept);
  };
}

/** Letters of one message lie together. */
function* byMessage(letters: readonly DeadLetter[]): Generator<readonly DeadLetter[]> {
  for (let from = 0; from < letters.length; ) {
    const { origin } = letters[from]!;
    let to = from + 1;
    while (to < letters.length && isSamePlace(letters[to]!.origin, origin)) to++;
    yield letters.slice(from, to);
    from = to;
  }
}

const isSamePlace = (a: Origin, b: Origin) => a.offset === b.offset && a.partition === b.partition && a.from === b.from;

/** A letter without bytes that stands for those that were not kept; the record itself is still in its source. */
function note(first: DeadLetter, says: string): DeadLetter {
  return {
    ...first,
    id: createHash('sha256').update(`${first.id}|${says}`).digest('hex').slice(0, 32),
    reason: `${first.reason.slice(0, REASON_MAX_CHARS)} (${says})`,
    bytes: new Uint8Array(0),
    truncated: true,
  };
}
