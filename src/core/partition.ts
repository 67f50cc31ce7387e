/** What belongs to the whole partition: which activities came already, and the readable texts. */
import type { Activity } from '../../schemas/activity.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { MemoryRow } from './exchange.ts';
import type { Hasher } from './hash.ts';
import type { Lexicon } from './lexicon.ts';

const SEEN_KEY = '\u0001seen';
const LEXICON_KEY = '\u0001lexicon:';
/** Activity ids remembered in each of two generations: twice delivered events are near each other. */
const GENERATION = 1 << 15;

export class Partition {
  #young = new Set<number>();
  #old = new Set<number>();
  #offset = -1;
  #dirty = false;

  /** True when an activity with this id was already seen lately; remembers it otherwise. */
  repeats(hasher: Hasher, activity: Activity, offset: number): boolean {
    if (offset <= this.#offset) return false;
    this.#offset = offset;
    this.#dirty = true;
    const id = hasher.once(activity.id) * 0x100000 + (hasher.of(activity.identity.id) & 0xfffff);
    if (this.#young.has(id) || this.#old.has(id)) return true;
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(id);
    return false;
  }

  rows(lexicon: Lexicon): MemoryRow[] {
    const rows: MemoryRow[] = lexicon
      .changed()
      .map(([shelf, bytes]) => ({ key: `${LEXICON_KEY}${shelf}`, offset: this.#offset, bytes }));
    if (this.#dirty) {
      const writer = new ByteWriter();
      writer.u32(this.#old.size);
      for (const id of this.#old) writer.f64(id);
      for (const id of this.#young) writer.f64(id);
      rows.push({ key: SEEN_KEY, offset: this.#offset, bytes: writer.take() });
      this.#dirty = false;
    }
    return rows;
  }

  /** Takes a row if it is one of ours. */
  restore(row: MemoryRow, lexicon: Lexicon): boolean {
    if (row.key === SEEN_KEY) {
      const reader = new ByteReader(row.bytes);
      this.#offset = row.offset;
      this.#old = new Set();
      this.#young = new Set();
      for (let n = reader.u32(); n > 0; n--) this.#old.add(reader.f64());
      while (!reader.done) this.#young.add(reader.f64());
      return true;
    }
    if (!row.key.startsWith(LEXICON_KEY)) return row.key.startsWith('\u0001');
    lexicon.restore(Number(row.key.slice(LEXICON_KEY.length)), row.bytes);
    return true;
  }
}
