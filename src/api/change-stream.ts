/** Tells whoever looks that something changed: one look at the store for all readers of a tenant, sent as server-sent events. */
import { Readable } from 'node:stream';
import type { Caller } from '../../schemas/api.ts';

export interface ChangeStreams {
  /** A stream for one reader; undefined where it, or all together, have as many as they may. */
  open(caller: Caller): Readable | undefined;
  /** Ends all of them. */
  close(): void;
}

export interface ChangeOptions {
  /** A line that differs whenever something changed. */
  stamp(tenant: string): Promise<string>;
  /** Streams of all readers together. */
  readonly streamsMax: number;
  /** How often the store is looked at while somebody reads, in ms. */
  readonly everyMs?: number;
}

const EVERY_MS = 3_000;
/** Streams of one caller: a person with many tabs. */
const PER_CALLER = 8;
/** A stream ends after that, so that a token that was withdrawn is not served for ever; a reader comes back by itself. */
const LIFE_MS = 300_000;
/** Looks between two signs of life on a quiet stream. */
const QUIET_LOOKS = 4;
/** Who has not read so much is gone. */
const UNREAD_MAX_BYTES = 16_384;

interface Reader {
  readonly stream: Readable;
  readonly caller: string;
  readonly untilMs: number;
}

interface Watch {
  readonly readers: Set<Reader>;
  stamp: string | undefined;
  looks: number;
  readonly timer: NodeJS.Timeout;
}

export function createChangeStreams({ stamp, streamsMax, everyMs = EVERY_MS }: ChangeOptions): ChangeStreams {
  const watches = new Map<string, Watch>();
  const byCaller = new Map<string, number>();
  let open = 0;

  function tell(watch: Watch, text: string): void {
    for (const { stream, untilMs } of watch.readers) {
      if (stream.readableLength > UNREAD_MAX_BYTES) stream.destroy();
      else if (Date.now() > untilMs) stream.push(null);
      else stream.push(text);
    }
  }

  async function look(tenant: string, watch: Watch): Promise<void> {
    watch.looks++;
    let found: string;
    try {
      found = await stamp(tenant);
    } catch {
      return tell(watch, 'event: stale\ndata: {}\n\n');
    }
    const changed = watch.stamp !== undefined && watch.stamp !== found;
    watch.stamp = found;
    if (changed) tell(watch, 'event: change\ndata: {}\n\n');
    else if (watch.looks % QUIET_LOOKS === 0) tell(watch, ': still here\n\n');
  }

  function watchOf(tenant: string): Watch {
    const known = watches.get(tenant);
    if (known !== undefined) return known;
    let looking = false;
    const watch: Watch = {
      readers: new Set(),
      stamp: undefined,
      looks: 0,
      timer: setInterval(async () => {
        // A store that is slow to answer is not asked twice at a time.
        if (looking) return;
        looking = true;
        await look(tenant, watch);
        looking = false;
      }, everyMs),
    };
    watch.timer.unref();
    watches.set(tenant, watch);
    void look(tenant, watch);
    return watch;
  }

  function leave(tenant: string, watch: Watch, reader: Reader): void {
    if (!watch.readers.delete(reader)) return;
    open--;
    const left = (byCaller.get(reader.caller) ?? 1) - 1;
    if (left === 0) byCaller.delete(reader.caller);
    else byCaller.set(reader.caller, left);
    if (watch.readers.size > 0) return;
    clearInterval(watch.timer);
    watches.delete(tenant);
  }

  /** Ends the oldest stream of the tenant that has most of them, where that is more than the one that asks would have; false where it is not. */
  function makeRoom(tenant: string): boolean {
    const [fullest] = [...watches].sort(([, a], [, b]) => b.readers.size - a.readers.size);
    const own = watches.get(tenant)?.readers.size ?? 0;
    const [oldest] = fullest?.[1].readers ?? [];
    if (fullest === undefined || oldest === undefined || fullest[1].readers.size <= own + 1) return false;
    // Whoever reads it comes back by itself, and finds polling where there is no room.
    oldest.stream.push(null);
    leave(fullest[0], fullest[1], oldest);
    return true;
  }

  return {
    open({ tenant, name }) {
      const caller = `${tenant}\u0000${name}`;
      if ((byCaller.get(caller) ?? 0) >= PER_CALLER) return undefined;
      if (open >= streamsMax && !makeRoom(tenant)) return undefined;
      const watch = watchOf(tenant);
      const stream = new Readable({ read() {} });
      const reader: Reader = { stream, caller, untilMs: Date.now() + LIFE_MS };
      watch.readers.add(reader);
      open++;
      byCaller.set(caller, (byCaller.get(caller) ?? 0) + 1);
      stream.once('close', () => leave(tenant, watch, reader));
      stream.push('retry: 2000\nevent: open\ndata: {}\n\n');
      return stream;
    },
    close() {
      for (const { readers } of watches.values()) for (const { stream } of readers) stream.destroy();
    },
  };
}
