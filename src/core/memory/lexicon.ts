/** Readable texts of hashed values, bounded, for evidence and profiles only; nothing is judged by them. */
import { ByteReader, ByteWriter } from './bit-stream.ts';

const SHELVES = 256;
const PER_SHELF = 256;
const TEXT_UNITS = 96;

export class Lexicon {
  readonly #shelves: Map<number, string>[] = Array.from({ length: SHELVES }, () => new Map());
  readonly #changed = new Set<number>();

  /** Within a shelf the oldest text goes first, so the order depends only on what was learned. */
  put(hash: number, text: string): void {
    const shelf = hash & 0xff;
    const texts = this.#shelves[shelf] as Map<number, string>;
    if (texts.has(hash)) return;
    if (texts.size >= PER_SHELF) texts.delete(texts.keys().next().value as number);
    texts.set(hash, text.length > TEXT_UNITS ? `${text.slice(0, TEXT_UNITS - 1)}…` : text);
    this.#changed.add(shelf);
  }

  get(hash: number): string | undefined {
    return this.#shelves[hash & 0xff]?.get(hash);
  }

  /** Shelves changed since the last call, packed. */
  changed(): [number, Uint8Array][] {
    const out: [number, Uint8Array][] = [];
    for (const shelf of [...this.#changed].sort((a, b) => a - b)) {
      const writer = new ByteWriter();
      for (const [hash, text] of this.#shelves[shelf] as Map<number, string>) {
        writer.u32(hash);
        writer.text(text);
      }
      out.push([shelf, writer.take()]);
    }
    this.#changed.clear();
    return out;
  }

  restore(shelf: number, bytes: Uint8Array): void {
    const texts = new Map<number, string>();
    const reader = new ByteReader(bytes);
    while (!reader.done) texts.set(reader.u32(), reader.text());
    this.#shelves[shelf & 0xff] = texts;
  }
}
