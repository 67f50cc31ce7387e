/** Lets others run in between: long work is cut into turns, each bounded in records, bytes and time. */

export interface Turn {
  readonly records: number;
  readonly bytes: number;
}

/** What may be done between two pauses. */
export const TURN: Turn = { records: 64, bytes: 256 * 1024 };
/** Milliseconds after which a turn ends before its records are used up. */
const TURN_MS = 10;

const others = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Call it after each record, with the bytes that the record was; it pauses when a turn is over. */
export function createPace(turn: Turn = TURN, onPause: (done: Turn) => void = () => {}) {
  let records = 0;
  let bytes = 0;
  let began = performance.now();
  return (size: number): Promise<void> | undefined => {
    records++;
    bytes += size;
    if (records < turn.records && bytes < turn.bytes && performance.now() - began < TURN_MS) return undefined;
    onPause({ records, bytes });
    records = 0;
    bytes = 0;
    return others().then(() => {
      began = performance.now();
    });
  };
}
