/** Readable texts of hashed values, bounded, for evidence and profiles only; nothing is judged by them. */
import { ByteReader, ByteWriter } from './bit-stream.ts';

const SHELVES = 256;
const PER_SHELF = 256;
const TEXT_UNITS = 96;

/** Texts by hash in the order in which they came, and those hashes in a ring: the first key of a Map of which many were deleted is far to seek. */
class Shelf {
  readonly texts = new Map<number, string>();
  readonly #ring = new Int32Array(PER_SHELF);
  /** Where in the ring the next one comes; once the shelf is full the oldest stands there. */
  #next = 0;

  add(hash: number, text: string): void {
    if (this.texts.size >= PER_SHELF) this.texts.delete(this.#ring[this.#next] as number);
    this.#ring[this.#next] = hash;
    this.#next = (this.#next + 1) % PER_SHELF;
    this.texts.set(hash, text);
  }
}

export class Lexicon {
  readonly #shelves: Shelf[] = Array.from({ length: SHELVES }, () => new Shelf());
  readonly #changed = new Set<number>();

  /** Within a shelf the oldest text goes first, so the order depends only on what was learned. */
  put(hash: number, text: string): void {
    const at = hash & 0xff;
    const shelf = this.#shelves[at] as Shelf;
    if (shelf.texts.has(hash)) return;
    shelf.add(hash, text.length > TEXT_UNITS ? `${text.slice(0, TEXT_UNITS - 1)}…` : text);
    this.#changed.add(at);
  }

  get(hash: number): string | undefined {
    return this.#shelves[hash & 0xff]?.texts.get(hash);
  }

  /** Shelves changed since the last call, packed one at a time. */
  *changed(): Generator<readonly [shelf: number, bytes: Uint8Array]> {
    for (const shelf of [...this.#changed].sort((a, b) => a - b)) {
      this.#changed.delete(shelf);
      const writer = new ByteWriter();
      for (const [hash, text] of (this.#shelves[shelf] as Shelf).texts) {
        writer.u32(hash);
        writer.text(text);
      }
      yield [shelf, writer.take()];
    }
  }

  restore(shelf: number, bytes: Uint8Array): void {
    const restored = new Shelf();
    const reader = new ByteReader(bytes);
    while (!reader.done) restored.add(reader.u32(), reader.text());
    this.#shelves[shelf & 0xff] = restored;
  }
}
