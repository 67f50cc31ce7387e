/** Watches for requests to forget somebody while workers run: sends each to every partition, twice, and says when all have done it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFault } from '../fault.ts';
import type { Clock } from '../ports/outside.ts';
import type { Erased, ErasureState, ErasureStore } from '../ports/privacy.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import { erasureMessages } from './erasure-message.ts';

/** Pause between two looks. */
const LOOK_EVERY_MS = 3_000;
/** After so long without an answer from all partitions a round is sent again: a worker may have died. */
const AGAIN_MS = 60_000;
/** Requests looked at in one go; the others wait for these. */
const OPEN_MAX = 20;
/** Times that each partition erases. What stands before the second message came after the first. */
export const ROUNDS = 2;

export interface ErasureWatchParts {
  readonly store: Pick<ErasureStore, 'open' | 'note' | 'forget'>;
  readonly clock: Clock;
  /** One process watches for all: true where it is this one. */
  leads(): boolean;
  /** Whether a request that nobody has taken yet is ours to take, rather than of a command that finds no worker. */
  claim(id: string): Promise<boolean>;
  partitions(): Promise<number>;
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** Writes into the record of erasures that it was done; once more for the same request writes nothing. */
  record(request: ErasureState, erased: readonly Erased[]): Promise<void>;
  onFinished(request: ErasureState): void;
  onFault(error: unknown): void;
}

export interface ErasureWatch {
  look(): Promise<void>;
  /** Looks now and then until `signal`; what cannot be read or sent now is done later. */
  run(signal: AbortSignal): Promise<void>;
}

/** Partitions that have done a round. */
export const placesOf = ({ done }: Pick<ErasureState, 'done'>, round: number) =>
  new Set(done.filter((one) => one.round === round).map(({ place }) => place)).size;

/** What all partitions did together, one line a table and way. */
export function togetherOf({ done }: Pick<ErasureState, 'done'>): Erased[] {
  const all = new Map<string, Erased>();
  for (const one of done.flatMap(({ erased }) => erased)) {
    const key = `${one.table} ${one.how}`;
    const rows = all.get(key)?.rows ?? 0;
    // What is kept is found by each of them anew.
    all.set(key, { ...one, rows: one.how === 'kept' ? Math.max(rows, one.rows) : rows + one.rows });
  }
  return [...all.values()];
}

export function createErasureWatch(parts: ErasureWatchParts): ErasureWatch {
  const { store, clock } = parts;
  const now = () => new Date(clock.now()).toISOString();

  async function send(request: ErasureState, round: number): Promise<void> {
    const partitions = await parts.partitions();
    await store.note(request.id, request.subject.tenant, { event: 'sent', round, partitions, at: now() });
    await parts.send(erasureMessages({ id: request.id, round }, partitions));
  }

  async function further(request: ErasureState): Promise<void> {
    const { id, sent, finished, subject } = request;
    if (finished) return store.forget(id);
    if (sent === undefined) {
      if (await parts.claim(id)) await send(request, 1);
      return;
    }
    if (placesOf(request, sent.round) < sent.partitions) {
      if (clock.now() - sent.atMs >= AGAIN_MS) await send(request, sent.round);
      return;
    }
    if (sent.round < ROUNDS) return send(request, sent.round + 1);
    await parts.record(request, togetherOf(request));
    await store.note(id, subject.tenant, { event: 'finished', at: now() });
    await store.forget(id);
    parts.onFinished(request);
  }

  async function look(): Promise<void> {
    if (!parts.leads()) return;
    try {
      for (const request of await store.open(OPEN_MAX)) await further(request);
    } catch (error) {
      if (!isFault(error)) throw error;
      parts.onFault(error);
    }
  }

  return {
    look,
    async run(signal) {
      while (!signal.aborted) {
        await look();
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
