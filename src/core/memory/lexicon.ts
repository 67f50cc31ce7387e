/** Readable texts of hashed values, bounded, for evidence and profiles only; nothing is judged by them. */
import { ByteReader, ByteWriter } from './bit-stream.ts';

const SHELVES = 256;
const PER_SHELF = 256;
const TEXT_UNITS = 96;
const NOWHERE = -1;

/**
 * A shelf is a ring: once it is full, the next text takes the place of the oldest. Which of its places have hashes that end alike is told by
 * chains. A Map for each shelf took a twentieth of the time in which newcomers are judged: nearly each of their values is put here, and pushes
 * another one out.
 */
export class Lexicon {
  /** By shelf, its texts by place. */
  readonly #texts: string[][] = Array.from({ length: SHELVES }, () => []);
  /** By shelf and place: the hash, and the next place of its chain. */
  readonly #hashes = new Int32Array(SHELVES * PER_SHELF);
  readonly #after = new Int16Array(SHELVES * PER_SHELF);
  /** By shelf and chain: the first place of it. */
  readonly #first = new Int16Array(SHELVES * PER_SHELF).fill(NOWHERE);
  /** By shelf: the place where the next one comes. */
  readonly #next = new Int16Array(SHELVES);
  readonly #changed = new Set<number>();

  /** Within a shelf the oldest text goes first, so the order depends only on what was learned. */
  put(hash: number, text: string): void {
    const shelf = hash & 0xff;
    if (this.#find(shelf, hash) !== NOWHERE) return;
    this.#add(shelf, hash, text.length > TEXT_UNITS ? `${text.slice(0, TEXT_UNITS - 1)}…` : text);
    this.#changed.add(shelf);
  }

  get(hash: number): string | undefined {
    const shelf = hash & 0xff;
    const at = this.#find(shelf, hash);
    return at === NOWHERE ? undefined : this.#texts[shelf]?.[at];
  }

  /** Place of a hash on its shelf. */
  #find(shelf: number, hash: number): number {
    const base = shelf * PER_SHELF;
    let at = this.#first[base + chainOf(hash)] as number;
    while (at !== NOWHERE && this.#hashes[base + at] !== hash) at = this.#after[base + at] as number;
    return at;
  }

  #add(shelf: number, hash: number, text: string): void {
    const base = shelf * PER_SHELF;
    const texts = this.#texts[shelf] as string[];
    const at = this.#next[shelf] as number;
    if (at < texts.length) this.#remove(base, at);
    texts[at] = text;
    this.#hashes[base + at] = hash;
    this.#after[base + at] = this.#first[base + chainOf(hash)] as number;
    this.#first[base + chainOf(hash)] = at;
    this.#next[shelf] = (at + 1) % PER_SHELF;
  }

  /** Takes a place out of its chain. */
  #remove(base: number, place: number): void {
    const chain = base + chainOf(this.#hashes[base + place] as number);
    const after = this.#after[base + place] as number;
    let at = this.#first[chain] as number;
    if (at === place) {
      this.#first[chain] = after;
      return;
    }
    while (this.#after[base + at] !== place) at = this.#after[base + at] as number;
    this.#after[base + at] = after;
  }

  /** Shelves changed since the last call, packed one at a time. */
  *changed(): Generator<readonly [shelf: number, bytes: Uint8Array]> {
    for (const shelf of [...this.#changed].sort((a, b) => a - b)) {
      this.#changed.delete(shelf);
      const writer = new ByteWriter();
      const texts = this.#texts[shelf] as string[];
      // The oldest first: on a full shelf it stands where the next one comes.
      for (let n = 0; n < texts.length; n++) {
        const at = texts.length < PER_SHELF ? n : ((this.#next[shelf] as number) + n) % PER_SHELF;
        writer.u32(this.#hashes[shelf * PER_SHELF + at] as number);
        writer.text(texts[at] as string);
      }
      yield [shelf, writer.take()];
    }
  }

  restore(shelf: number, bytes: Uint8Array): void {
    const on = shelf & 0xff;
    this.#texts[on] = [];
    this.#first.fill(NOWHERE, on * PER_SHELF, (on + 1) * PER_SHELF);
    this.#next[on] = 0;
    const reader = new ByteReader(bytes);
    while (!reader.done) this.#add(on, reader.u32(), reader.text());
  }
}

/** The chain of a hash: what it is on its shelf by is all alike. */
const chainOf = (hash: number) => (hash >>> 8) & (PER_SHELF - 1);
