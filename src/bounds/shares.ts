/** A bounded table that many share: whoever fills it makes room with its own entries, and all are served in turn. */

export interface Shares<T> {
  readonly size: number;
  get(holder: string, key: string): T | undefined;
  /** Puts an entry behind the others of its holder. In a full table the oldest entry of whoever has most makes room. */
  set(holder: string, key: string, value: T): void;
  delete(holder: string, key: string): void;
  /** The oldest entry of each holder, then the next of each, and so on. */
  inTurn(): IterableIterator<T>;
}

/** Room for `max` entries together; a holder that is alone may have them all. */
export function createShares<T>(max: number): Shares<T> {
  const holders = new Map<string, Map<string, T>>();
  let size = 0;

  function remove(holder: string, key: string): void {
    const own = holders.get(holder);
    if (own?.delete(key) !== true) return;
    size--;
    if (own.size === 0) holders.delete(holder);
  }

  function makeRoom(): void {
    const [holder, own] = [...holders].reduce((most, one) => (one[1].size > most[1].size ? one : most));
    const [oldest] = own.keys();
    remove(holder, oldest as string);
  }

  return {
    get size() {
      return size;
    },
    get: (holder, key) => holders.get(holder)?.get(key),
    set(holder, key, value) {
      remove(holder, key);
      if (size >= max) makeRoom();
      const own = holders.get(holder) ?? new Map<string, T>();
      holders.set(holder, own.set(key, value));
      size++;
    },
    delete: remove,
    *inTurn() {
      let round = [...holders.values()].map((own) => own.values());
      while (round.length > 0) {
        const left: typeof round = [];
        for (const values of round) {
          const { value, done } = values.next();
          if (done === true) continue;
          yield value;
          left.push(values);
        }
        round = left;
      }
    },
  };
}
