/** Lets spans that were sent to this process wait for the rest of their trace, written down before their sender gets its answer. */
import { randomUUID } from 'node:crypto';
import type { Activity } from '../../schemas/activity.ts';
import type { Clock } from '../ports/outside.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { WaitingRecord, WaitingStore } from '../ports/waiting.ts';
import type { DeadLetterBuilder } from './dead-letter.ts';
import type { HeldRecord, Reader, ReadOutcome } from './reader.ts';
import { createTraces, type Settled, type TraceLimits } from './traces.ts';

/** A record that waits, with what it was sent with. */
export interface PushedRecord {
  readonly record: HeldRecord;
  readonly tenant: string;
  readonly sender: string;
  readonly format: string;
  readonly arrivedMs: number;
}

export interface PushedTraces {
  /** Resolves when they are durable: from then on they wait, and count in the end. */
  keep(records: readonly PushedRecord[]): Promise<void>;
  /** True while more has been read than could be written: nothing more is to be taken then. */
  readonly isFull: boolean;
  /** What waits, in bytes. */
  readonly waitingBytes: number;
  /** Takes up what an earlier process left, and reads what is due from then on. */
  open(): Promise<void>;
  /** Ends it; what waits still is taken up by the next process. */
  close(): Promise<void>;
}

export interface PushedTracesParts {
  readonly limits: TraceLimits;
  readonly waiting: WaitingStore;
  /** A reader for records of this tenant. */
  reader(tenant: string, format: string): Reader;
  /** Resolves when they are durable. */
  write(activities: readonly Activity[]): Promise<void>;
  setAside(letters: readonly DeadLetter[]): Promise<void>;
  readonly deadLetter: DeadLetterBuilder;
  /** A record as JSON without its secrets. */
  scrub(tenant: string, body: string): string;
  readonly clock: Clock;
  /** See `ingest.history`: activities are given no time of arrival. */
  readonly isHistory?: boolean;
  /** Bytes of spans that may have been read and not be written. */
  readonly queueBytes: number;
  /** Time between two looks at what is due, in ms. */
  readonly everyMs?: number;
  readonly onUnjoined?: (reason: string, spans: number) => void;
  /** Told what became of a record that waited; `format` is the one that it came with. */
  readonly onRead?: (
    format: string,
    outcome: ReadOutcome,
    from: { readonly tenant: string; readonly sender: string },
  ) => void;
  /** Told now and then what waits, in bytes. */
  readonly onHeld?: (bytes: number) => void;
  readonly onFault?: (error: unknown) => void;
}

interface Token extends Pick<WaitingRecord, 'id' | 'tenant' | 'sender' | 'format' | 'arrivedMs'> {
  readonly bytes: number;
  readonly isWrittenDown: boolean;
}

/** All that is sent to one process arrives by one clock. */
const LANE = 'pushed';
const EVERY_MS = 1_000;
/** Activities written at a time. */
const WRITE_ROWS = 10_000;
/** Records taken up of an earlier process; more cannot have waited in the room there is by default. */
const LEFT_MAX = 1_000_000;

export function createPushedTraces(parts: PushedTracesParts): PushedTraces {
  const traces = createTraces<Token>(parts.limits);
  let ready: Settled<Token>[] = [];
  let readyBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let working: Promise<void> = Promise.resolve();
  /** Records of requests that come while others are written down go together: tiny requests must not make a flood of inserts. */
  let gathering: { readonly rows: WaitingRecord[]; readonly written: Promise<void> } | undefined;
  let writing: Promise<void> = Promise.resolve();

  function writeDown(rows: readonly WaitingRecord[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    if (gathering === undefined) {
      const all: WaitingRecord[] = [];
      const written = writing
        .catch(() => {})
        .then(() => {
          gathering = undefined;
          return parts.waiting.keep(all);
        });
      gathering = { rows: all, written };
      writing = written;
    }
    for (const row of rows) gathering.rows.push(row);
    return gathering.written;
  }

  function collect(settled: readonly Settled<Token>[]): void {
    for (const one of settled) {
      ready.push(one);
      readyBytes += one.token.bytes;
    }
  }

  /** Writes what has been read. What fails is tried again with the next look. */
  async function flush(): Promise<void> {
    while (ready.length > 0) {
      const some = ready.slice(0, WRITE_ROWS);
      const activities: Activity[] = [];
      const letters: DeadLetter[] = [];
      const unjoined = new Map<string, number>();
      for (const { token, outcome, ending } of some) {
        if (outcome?.status === 'read') {
          for (const activity of outcome.activities) {
            if (parts.isHistory !== true) {
              activity.receivedAt = new Date(token.arrivedMs).toISOString();
              activity.receivedFrom = token.sender;
            }
            activities.push(activity);
          }
          if (ending !== 'whole') unjoined.set(ending, (unjoined.get(ending) ?? 0) + 1);
        } else if (outcome?.status === 'dead')
          letters.push(parts.deadLetter({ from: token.sender, partition: 0, offset: 0 }, token.tenant, outcome));
      }
      if (activities.length > 0) await parts.write(activities);
      if (letters.length > 0) await parts.setAside(letters);
      await parts.waiting.done(some.flatMap(({ token }) => (token.isWrittenDown ? [token] : [])));
      ready = ready.slice(some.length);
      for (const { token, outcome } of some) {
        readyBytes -= token.bytes;
        if (outcome !== undefined) parts.onRead?.(token.format, outcome, token);
      }
      for (const [reason, spans] of unjoined) parts.onUnjoined?.(reason, spans);
    }
  }

  function look(): void {
    timer = undefined;
    if (closed) return;
    collect(traces.due(LANE, parts.clock.now()));
    parts.onHeld?.(traces.waitingBytes);
    working = flush()
      .catch((error) => {
        if (!closed) parts.onFault?.(error);
      })
      .then(() => {
        if (!closed) timer = setTimeout(look, parts.everyMs ?? EVERY_MS);
      });
  }

  function hold(record: HeldRecord, token: Token): void {
    collect(traces.take(record, token.sender, LANE, token, token.arrivedMs));
  }

  return {
    async keep(records) {
      // Of traces that agents have nothing to do with there is nothing that a crash could lose.
      const traceOf = ({ record, tenant }: PushedRecord) => `${tenant}\u0000${record.part.trace}`;
      const telling = new Set(records.filter(({ record }) => record.part.isTelling).map(traceOf));
      const rows: WaitingRecord[] = [];
      const tokens = records.map((one): Token => {
        const { record, tenant, sender, format, arrivedMs } = one;
        const isWrittenDown = telling.has(traceOf(one));
        const id = randomUUID();
        if (isWrittenDown)
          rows.push({ id, tenant, sender, format, arrivedMs, body: parts.scrub(tenant, record.part.json()) });
        return { id, arrivedMs, tenant, sender, format, bytes: record.part.bytes, isWrittenDown };
      });
      await writeDown(rows);
      for (const [n, { record }] of records.entries()) hold(record, tokens[n]!);
    },
    get isFull() {
      return readyBytes > parts.queueBytes;
    },
    get waitingBytes() {
      return traces.waitingBytes;
    },
    async open() {
      const readers = new Map<string, Reader>();
      for (const { id, tenant, sender, format, arrivedMs, body } of await parts.waiting.left(LEFT_MAX)) {
        const token: Token = { id, arrivedMs, tenant, sender, format, bytes: body.length, isWrittenDown: true };
        const key = `${tenant}\u0000${format}`;
        const reader = readers.get(key) ?? parts.reader(tenant, format);
        readers.set(key, reader);
        for (const read of reader.eachHeld(body, sender))
          if (read?.status === 'held') hold(read, token);
          else if (read !== undefined) collect([{ token, outcome: read, ending: 'whole' }]);
      }
      look();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await working;
    },
  };
}
