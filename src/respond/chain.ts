/** Rows that seal one another, whatever they tell: how one is sealed, and how a changed, missing, added or reordered one is found. */
import { digest } from './canonical.ts';

/** What every row of a chain has beside what it tells. */
export interface Link {
  /** From 1, without a gap. */
  readonly seq: number;
  /** Hash of the row before it. */
  readonly previous: string;
  /** Of all that the row says, and of its kind. */
  readonly hash: string;
}

/** The last link known to be sound. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const GENESIS: Head = { seq: 0, hash: '0'.repeat(64) };

/** Most breaks that are told of one chain. */
const BREAKS_MAX = 100;

/** What is wrong with a chain, and where. */
export interface Break {
  readonly seq: number;
  readonly says: string;
}

export interface Chain<Row extends Link> {
  /** The row that follows `head`. */
  seal(head: Head, content: Omit<Row, keyof Link>): Row;
  /** Whether one row, taken alone, is as it was written. */
  isSound(row: Row): boolean;
  /** What is wrong with `row` as the one after `head`; undefined when it is sound. */
  breakAfter(head: Head, row: Row): string | undefined;
  /**
   * Goes on from a link that was sound before, which is the first of `rows` unless it is the beginning. Gives the last sound link, or the first break.
   */
  follow(known: Head, rows: AsyncIterable<Row> | Iterable<Row>): Promise<Head | Break>;
  /**
   * Goes through all rows in the order of the store. Gives every break, 100 at the most, and the last link. `anchor` is a head noted earlier,
   * outside the store: without one, nobody can tell that rows were cut off the end. `foreign` says what is wrong with a row that is not of this chain.
   */
  verify(
    rows: AsyncIterable<Row> | Iterable<Row>,
    anchor?: Head,
    foreign?: (row: Row) => string | undefined,
  ): Promise<{ readonly head: Head; readonly rows: number; readonly breaks: readonly Break[] }>;
}

/** `name` is sealed with each row: change it when a row is sealed another way, for an old row must not pass for a new one. */
export function chainNamed<Row extends Link>(name: string): Chain<Row> {
  const hashOf = ({ hash: _, ...rest }: Row) => digest({ seal: name, ...rest });

  const isSound = (row: Row) => row.hash === hashOf(row);

  function breakAfter(head: Head, row: Row): string | undefined {
    if (row.seq <= head.seq) return 'a second row claims this place (fork, or rows out of order)';
    if (row.seq > head.seq + 1) return `${row.seq - head.seq - 1} rows before it are missing`;
    if (row.previous !== head.hash)
      return 'it does not follow the row before it: one of the two was changed or replaced';
    if (!isSound(row)) return 'its content was changed after it was written';
    return undefined;
  }

  return {
    seal(head, content) {
      const row = { ...content, seq: head.seq + 1, previous: head.hash, hash: '' } as Row;
      return { ...row, hash: hashOf(row) };
    },
    isSound,
    breakAfter,
    async follow(known, rows) {
      let head = known;
      let isMet = known.seq === 0;
      for await (const row of rows) {
        if (!isMet && row.seq === known.seq && row.hash === known.hash) {
          isMet = true;
          continue;
        }
        const says = isMet ? breakAfter(head, row) : 'it is not the row that stood there before';
        if (says !== undefined) return { seq: row.seq, says };
        head = { seq: row.seq, hash: row.hash };
      }
      return isMet ? head : { seq: known.seq, says: 'rows were cut off its end' };
    },
    async verify(rows, anchor, foreign = () => undefined) {
      const breaks: Break[] = [];
      const say = (seq: number, says: string) => {
        if (breaks.length < BREAKS_MAX) breaks.push({ seq, says });
      };
      let head = GENESIS;
      let count = 0;
      let isMet = anchor === undefined || anchor.seq === 0;
      for await (const row of rows) {
        count++;
        const wrong = foreign(row) ?? breakAfter(head, row);
        if (wrong !== undefined) say(row.seq, wrong);
        if (anchor !== undefined && row.seq === anchor.seq) {
          isMet = true;
          if (row.hash !== anchor.hash) say(row.seq, 'it is not the row whose hash was noted');
        }
        // The walk goes on from the row that stands there, so that one break is told once and not by every row after it.
        head = { seq: Math.max(head.seq, row.seq), hash: row.hash };
      }
      if (!isMet && anchor !== undefined) say(anchor.seq, `the chain ends at ${head.seq}: rows were cut off its end`);
      return { head, rows: count, breaks };
    },
  };
}

export const isBreak = (found: Head | Break): found is Break => 'says' in found;
