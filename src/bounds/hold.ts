/** Bytes of requests held at a time: whoever holds some gives them back when the exchange is over, however it ends. */
import type { EventEmitter } from 'node:events';

/** What one exchange holds. */
export interface Lease {
  /** Bytes held now. */
  readonly bytes: number;
  /** Names the sender once it is known: its share counts from here on. */
  of(holder: string): void;
  /** Holds that many bytes more; false, and nothing changes, when there is no room for them. */
  grow(bytes: number): boolean;
  /** Works for this exchange: what is held stays until it has settled, though the sender may be gone by then. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

export interface Hold {
  /** Bytes that all leases hold together. */
  readonly bytes: number;
  /** Leases not given back yet. */
  readonly leases: number;
  /** True when the next byte would be refused. */
  readonly full: boolean;
  /**
   * A lease that ends by itself when one of `ends` emits `close` and nobody works for it any more. There is no other way to
   * end it and none to forget it: a socket and a response close in every case, whether they were answered, broken off or late.
   */
  lease(...ends: readonly EventEmitter[]): Lease;
}

/** Share of the room that one holder may fill. */
const HOLDER_SHARE = 0.5;

/** Room for `maxBytes`; whoever is alone may hold more, so that a request larger than its share can come at all. */
export function createHold(maxBytes: number): Hold {
  const byHolder = new Map<string, number>();
  const open = new WeakMap<EventEmitter, Set<() => void>>();
  let held = 0;
  let leases = 0;

  const move = (holder: string | undefined, bytes: number) => {
    held += bytes;
    if (holder === undefined) return;
    const now = (byHolder.get(holder) ?? 0) + bytes;
    if (now === 0) byHolder.delete(holder);
    else byHolder.set(holder, now);
  };

  /** One listener for each emitter, however many requests a connection carries at a time. */
  function whenClosed(emitter: EventEmitter, told: () => void): () => void {
    let all = open.get(emitter);
    if (all === undefined) {
      const waiting = new Set<() => void>();
      all = waiting;
      open.set(emitter, waiting);
      emitter.once('close', () => {
        open.delete(emitter);
        for (const one of [...waiting]) one();
      });
    }
    const waiting = all;
    waiting.add(told);
    return () => waiting.delete(told);
  }

  return {
    get bytes() {
      return held;
    },
    get leases() {
      return leases;
    },
    get full() {
      return held >= maxBytes;
    },
    lease(...ends) {
      let bytes = 0;
      let holder: string | undefined;
      let works = 0;
      let closed = false;
      let over = false;
      leases++;
      const forget: (() => void)[] = [];
      function settle() {
        if (over || !closed || works > 0) return;
        over = true;
        leases--;
        move(holder, -bytes);
        bytes = 0;
      }
      function close() {
        if (closed) return;
        closed = true;
        for (const one of forget) one();
        settle();
      }
      for (const emitter of ends) {
        // What closed before anybody listened will not say so again.
        if ((emitter as { destroyed?: boolean }).destroyed === true) closed = true;
        forget.push(whenClosed(emitter, close));
      }
      if (closed) {
        for (const one of forget) one();
        settle();
      }
      return {
        get bytes() {
          return bytes;
        },
        of(name) {
          if (over || holder === name) return;
          const moved = bytes;
          move(holder, -moved);
          holder = name;
          move(holder, moved);
        },
        grow(more) {
          if (over) return false;
          if (more <= 0) return true;
          const others = held - bytes;
          if (others > 0 && held + more > maxBytes) return false;
          const own = holder === undefined ? bytes : byHolder.get(holder)!;
          if (own !== undefined && own > bytes && own + more > maxBytes * HOLDER_SHARE) return false;
          bytes += more;
          move(holder, more);
          return true;
        },
        async during(work) {
          works++;
          try {
            return await work();
          } finally {
            works--;
            settle();
          }
        },
      };
    },
  };
}
