/** Keeps packed memories of identities that were not active lately in large blocks of bytes, which are filled again when they empty. */
import { larger } from '../population/identity-index.ts';
import { KeyPrefixes } from './key-prefixes.ts';

/** Bytes of a block; a row that is longer gets a block of its own. */
const BLOCK = 1 << 20;
/** Share of all blocks that may lie waste before the emptiest one is cleared. Half: more moving; double: more memory. */
const WASTE = 0.06;
/** Emptied blocks kept to be filled again. */
const SPARE = 2;
/** A row holds its length and whether the key is wide, its number, the prefix of the key, the length of the rest, the rest, and the memory. */
const HEAD = 12;
const NOTHING = -1;
/** Factor by which lists are made longer than they need to be, so that they seldom grow. */
const ROOM = 1.125;

interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used: number;
  /** Bytes of rows that were taken or dropped. */
  waste: number;
}

export interface PackedMemory {
  /** A view that holds until something is put or taken. */
  readonly bytes: Uint8Array;
  /** True when the memory changed and was not saved since. */
  readonly changed: boolean;
}

export class PackedBlocks {
  readonly #blocks: (Block | undefined)[] = [];
  /** Numbers of blocks that were cleared and may be given again. */
  readonly #gone: number[] = [];
  readonly #spare: Block[] = [];
  readonly #stems = new KeyPrefixes();
  /** What was taken out last. */
  #taken = new Uint8Array(1 << 12);
  #current = NOTHING;
  #filled = 0;
  #waste = 0;
  #size = 0;
  #bytes = 0;
  /** First number by hash, then from number to number. */
  #heads = new Int32Array(1 << 10).fill(NOTHING);
  #next = new Int32Array(0);
  #hashes = new Int32Array(0);
  #block = new Int32Array(0);
  #offset = new Int32Array(0);
  #changed = new Uint8Array(0);
  #lastMs = new Float64Array(0);
  /** Numbers given so far, and the last of those that are free again. */
  #given = 0;
  #free = NOTHING;

  get size(): number {
    return this.#size;
  }
  /** Bytes of the memories alone. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of all blocks. */
  get reserved(): number {
    return this.#blocks.reduce((sum, block) => sum + (block?.bytes.length ?? 0), 0);
  }

  put(hash: number, key: string, lastMs: number, memory: Uint8Array, changed: boolean): void {
    if (this.#size >= this.#heads.length) this.#spread();
    const number = this.#take();
    const head = hash & (this.#heads.length - 1);
    this.#hashes[number] = hash;
    this.#next[number] = this.#heads[head] as number;
    this.#heads[head] = number;
    this.#lastMs[number] = lastMs;
    this.#changed[number] = changed ? 1 : 0;
    this.#size++;
    this.#bytes += memory.length;
    this.#write(number, key, memory);
  }

  /** Takes a memory out. */
  take(hash: number, key: string): PackedMemory | undefined {
    const number = this.#find(hash, key);
    if (number < 0) return undefined;
    const { bytes, changed } = this.#read(number);
    if (bytes.length > this.#taken.length) this.#taken = new Uint8Array(bytes.length * 2);
    this.#taken.set(bytes);
    this.#remove(number);
    return { bytes: this.#taken.subarray(0, bytes.length), changed };
  }

  peek(hash: number, key: string): PackedMemory | undefined {
    const number = this.#find(hash, key);
    return number < 0 ? undefined : this.#read(number);
  }

  /** Drops those whose last activity was before a time. */
  dropBefore(ms: number): void {
    for (let number = 0; number < this.#given; number++)
      if (this.#block[number] !== NOTHING && (this.#lastMs[number] as number) < ms) this.#remove(number);
  }

  /** Those that were not saved since they changed, each told once. */
  *unsaved(): Generator<{ readonly hash: number; readonly key: string; readonly bytes: Uint8Array }> {
    for (let number = 0; number < this.#given; number++)
      if (this.#changed[number] === 1 && this.#block[number] !== NOTHING) {
        this.#changed[number] = 0;
        yield { hash: this.#hashes[number] as number, key: this.#keyOf(number), bytes: this.#read(number).bytes };
      }
  }

  /** Event time of the last activity of each, in no order. */
  *silences(): Generator<{ readonly hash: number; readonly lastMs: number; readonly key: () => string }> {
    for (let number = 0; number < this.#given; number++)
      if (this.#block[number] !== NOTHING)
        yield {
          hash: this.#hashes[number] as number,
          lastMs: this.#lastMs[number] as number,
          key: () => this.#keyOf(number),
        };
  }

  #find(hash: number, key: string): number {
    let number = this.#heads[hash & (this.#heads.length - 1)] as number;
    while (number !== NOTHING && (this.#hashes[number] !== hash || !this.#isKey(number, key)))
      number = this.#next[number] as number;
    return number;
  }

  #isKey(number: number, key: string): boolean {
    const { view } = this.#blockOf(number);
    const at = this.#offset[number] as number;
    const stem = this.#stems.text(view.getUint16(at + 8, true));
    const units = view.getUint16(at + 10, true);
    if (stem.length + units !== key.length || !key.startsWith(stem)) return false;
    const isWide = wideIn(view, at);
    for (let i = 0; i < units; i++) if (unitIn(view, at, i, isWide) !== key.charCodeAt(stem.length + i)) return false;
    return true;
  }

  #keyOf(number: number): string {
    const { view } = this.#blockOf(number);
    const at = this.#offset[number] as number;
    const isWide = wideIn(view, at);
    let key = this.#stems.text(view.getUint16(at + 8, true));
    for (let i = 0; i < view.getUint16(at + 10, true); i++) key += String.fromCharCode(unitIn(view, at, i, isWide));
    return key;
  }

  #blockOf(number: number): Block {
    return this.#blocks[this.#block[number] as number] as Block;
  }

  #read(number: number): PackedMemory {
    const { bytes, view } = this.#blockOf(number);
    const at = this.#offset[number] as number;
    return {
      bytes: bytes.subarray(at + HEAD + keyBytes(view, at), at + lengthIn(view, at)),
      changed: this.#changed[number] === 1,
    };
  }

  #write(number: number, key: string, memory: Uint8Array): void {
    const stem = this.#stems.of(key);
    const from = this.#stems.text(stem).length;
    const units = key.length - from;
    if (units > 0xffff) throw new RangeError(`a key of ${key.length} characters is too long`);
    let isWide = false;
    for (let i = from; i < key.length; i++) if (key.charCodeAt(i) > 0xff) isWide = true;
    const length = HEAD + units * (isWide ? 2 : 1) + memory.length;
    const { at, block } = this.#room(number, length);
    const { view } = block;
    view.setUint32(at, length * 2 + (isWide ? 1 : 0), true);
    view.setUint32(at + 4, number, true);
    view.setUint16(at + 8, stem, true);
    view.setUint16(at + 10, units, true);
    for (let i = 0; i < units; i++)
      if (isWide) view.setUint16(at + HEAD + 2 * i, key.charCodeAt(from + i), true);
      else view.setUint8(at + HEAD + i, key.charCodeAt(from + i));
    block.bytes.set(memory, at + length - memory.length);
  }

  /** Finds room for a row and notes that it is there. */
  #room(number: number, length: number): { at: number; block: Block } {
    let block = this.#blocks[this.#current];
    if (block === undefined || block.used + length > block.bytes.length) {
      block = (length <= BLOCK ? this.#spare.pop() : undefined) ?? blockOf(Math.max(BLOCK, length));
      this.#current = this.#gone.pop() ?? this.#blocks.length;
      this.#blocks[this.#current] = block;
    }
    const at = block.used;
    block.used += length;
    this.#filled += length;
    this.#block[number] = this.#current;
    this.#offset[number] = at;
    return { at, block };
  }

  #remove(number: number): void {
    const head = (this.#hashes[number] as number) & (this.#heads.length - 1);
    if (this.#heads[head] === number) this.#heads[head] = this.#next[number] as number;
    else {
      let before = this.#heads[head] as number;
      while (this.#next[before] !== number) before = this.#next[before] as number;
      this.#next[before] = this.#next[number] as number;
    }
    const block = this.#blockOf(number);
    const { view } = block;
    const at = this.#offset[number] as number;
    const length = lengthIn(view, at);
    block.waste += length;
    this.#waste += length;
    this.#bytes -= length - HEAD - keyBytes(view, at);
    this.#size--;
    this.#block[number] = NOTHING;
    this.#next[number] = this.#free;
    this.#free = number;
    if (this.#waste > BLOCK && this.#waste > this.#filled * WASTE) this.#clear();
  }

  /** Moves the rows of the emptiest block to the current one. */
  #clear(): void {
    let most = NOTHING;
    this.#blocks.forEach((block, index) => {
      if (block === undefined || index === this.#current) return;
      if (most === NOTHING || block.waste > (this.#blocks[most] as Block).waste) most = index;
    });
    if (most === NOTHING) return;
    const block = this.#blocks[most] as Block;
    for (let at = 0; at < block.used; ) {
      const length = lengthIn(block.view, at);
      const number = block.view.getUint32(at + 4, true);
      if (this.#block[number] === most && this.#offset[number] === at) {
        const room = this.#room(number, length);
        room.block.bytes.set(block.bytes.subarray(at, at + length), room.at);
      }
      at += length;
    }
    this.#filled -= block.used;
    this.#waste -= block.waste;
    this.#blocks[most] = undefined;
    this.#gone.push(most);
    if (block.bytes.length > BLOCK || this.#spare.length === SPARE) return;
    block.used = 0;
    block.waste = 0;
    this.#spare.push(block);
  }

  #take(): number {
    const free = this.#free;
    if (free !== NOTHING) {
      this.#free = this.#next[free] as number;
      return free;
    }
    const number = this.#given++;
    if (number >= this.#next.length) {
      const room = Math.max(16, Math.ceil(number * ROOM));
      this.#next = larger(this.#next, room);
      this.#hashes = larger(this.#hashes, room);
      this.#block = larger(this.#block, room);
      this.#offset = larger(this.#offset, room);
      this.#changed = larger(this.#changed, room);
      this.#lastMs = larger(this.#lastMs, room);
    }
    return number;
  }

  #spread(): void {
    const heads = new Int32Array(this.#heads.length * 2).fill(NOTHING);
    for (let number = 0; number < this.#given; number++) {
      if (this.#block[number] === NOTHING) continue;
      const head = (this.#hashes[number] as number) & (heads.length - 1);
      this.#next[number] = heads[head] as number;
      heads[head] = number;
    }
    this.#heads = heads;
  }
}

function blockOf(length: number): Block {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer), used: 0, waste: 0 };
}

/** Of the row at a place in a block: its length, whether its key is wide, a character of its key, the bytes of the key. */
const lengthIn = (view: DataView, at: number) => view.getUint32(at, true) >>> 1;
const wideIn = (view: DataView, at: number) => (view.getUint8(at) & 1) === 1;
const unitIn = (view: DataView, at: number, i: number, isWide: boolean) =>
  isWide ? view.getUint16(at + HEAD + 2 * i, true) : view.getUint8(at + HEAD + i);
const keyBytes = (view: DataView, at: number) => view.getUint16(at + 10, true) * (wideIn(view, at) ? 2 : 1);
