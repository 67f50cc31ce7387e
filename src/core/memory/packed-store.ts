/** Keeps memories of identities that were not active lately, packed. A window and an unraised episode lie apart, since silence ends them within hours. */

import type { MemoryRow } from '../engine-contract.ts';
import type { Layout } from './layout.ts';
import { Memory } from './memory.ts';
import { headOf, isNameless, lifeOf, pack, packed, packedOpen, unpack, unpackOpen } from './memory-codec.ts';
import { reading } from './memory-fault.ts';
import { PackedBlocks, type PackedMemory } from './packed-blocks.ts';
import { isOver, overBefore } from './window.ts';

/** Nameless memories kept to try a layout on. */
const SAMPLES = 64;

/** When an identity was first and last active, ms of event time, and where it is kept. */
export interface Silence {
  readonly hash: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** See `Memory.source`. */
  readonly source: number;
  readonly key: () => string;
}

export class PackedStore {
  readonly #layout: Layout;
  readonly #most: number;
  readonly #memories = new PackedBlocks();
  /** Windows and unraised episodes of identities whose silence is not long enough yet. The time of a row is the epoch in which the identity was last heard of. */
  readonly #open = new PackedBlocks();
  /** Memories that were packed. Their arrays are used again when a memory wakes, so that no new ones are made. */
  readonly #spent: Memory[] = [];
  /** Memories of format 7 that came first: another layout must fit them too. */
  readonly #samples: Uint8Array[] = [];
  #epoch = -1;

  /** `most`: arrays kept for those that wake. */
  constructor(layout: Layout, most: number) {
    this.#layout = layout;
    this.#most = most;
  }

  get size(): number {
    return this.#memories.size;
  }
  /** Bytes of all memories when saved. */
  bytes(): number {
    let { bytes } = this.#memories;
    for (const { hash, key } of this.#open.silences()) {
      const row = this.#memories.peek(hash, key()) as PackedMemory;
      bytes += packed(this.#whole(hash, key(), row.bytes)).length - row.bytes.length;
    }
    return bytes;
  }

  /** Drops windows that are over by now, because an hour was closed. */
  hourClosed(epoch: number): void {
    this.#epoch = epoch;
    this.#open.dropBefore(overBefore(epoch));
  }

  /** Takes in the memory of an identity that is not held; nobody may use it any more. */
  put(hash: number, key: string, memory: Memory, changed: boolean): void {
    const { heard, lastMs } = memory;
    if (memory.isOpen && !isOver(heard, this.#epoch)) this.#open.put(hash, key, heard, packedOpen(memory), false);
    memory.close();
    this.#memories.put(hash, key, lastMs, packed(memory), changed);
    if (this.#spent.length < this.#most) this.#spent.push(memory);
  }

  /** An empty memory for an identity that was never here; where one was packed lately it takes over the arrays of that one. */
  blank(): Memory {
    return new Memory(this.#layout, this.#spent.pop());
  }

  /** The same in the form in which it was saved. Throws a `MemoryFault` where it cannot be read. */
  restore(hash: number, key: string, bytes: Uint8Array): void {
    const head = headOf(bytes);
    if (isNameless(head)) this.#tryOn(bytes);
    if (head.isOpen) this.put(hash, key, unpack(bytes, this.#layout, this.#spent.pop()), false);
    else this.#memories.put(hash, key, head.lastMs, bytes, false);
  }

  /** Makes sure that a memory that tells no tables comes out even with the layout at hand, or finds one with which all do. */
  #tryOn(bytes: Uint8Array): void {
    if (this.#samples.length < SAMPLES) this.#samples.push(bytes);
    const reads = (layout: Layout) => (one: Uint8Array) => {
      try {
        unpack(one, layout);
        return true;
      } catch {
        return false;
      }
    };
    if (!reads(this.#layout)(bytes))
      this.#layout.findFormat7((tables) => [...this.#samples, bytes].every(reads(tables)));
  }

  /** Takes a memory out. */
  take(hash: number, key: string): { readonly memory: Memory; readonly changed: boolean } | undefined {
    const found = this.#memories.take(hash, key);
    if (found === undefined) return undefined;
    const memory = reading(key, () => unpack(found.bytes, this.#layout, this.#spent.pop()));
    const open = this.#open.take(hash, key);
    if (open !== undefined) unpackOpen(memory, open.bytes);
    return { memory, changed: found.changed };
  }

  /** A copy to look at. */
  peek(hash: number, key: string): Memory | undefined {
    const found = this.#memories.peek(hash, key);
    return found && this.#whole(hash, key, found.bytes);
  }

  drop(hash: number, key: string): void {
    this.#memories.take(hash, key);
    this.#open.take(hash, key);
  }

  /** Those that were not saved since they changed, each told once. */
  *unsaved(): Generator<MemoryRow> {
    for (const { hash, key, bytes } of this.#memories.unsaved()) {
      const { offset } = headOf(bytes);
      const isOpen = this.#open.peek(hash, key) !== undefined;
      yield { key, offset, bytes: isOpen ? pack(this.#whole(hash, key, bytes)) : bytes.slice() };
    }
  }

  /** Event time of the last activity of each, in no order. */
  *silences(): Generator<Silence> {
    for (const { hash, lastMs, key } of this.#memories.silences()) {
      const { firstMs, source } = lifeOf((this.#memories.peek(hash, key()) as PackedMemory).bytes);
      yield { hash, firstMs, lastMs, source, key };
    }
  }

  /** When each was first and last active, ms, in no order. */
  *lives(): Generator<{ readonly firstMs: number; readonly lastMs: number }> {
    for (const { hash, key } of this.#memories.silences())
      yield headOf((this.#memories.peek(hash, key()) as PackedMemory).bytes);
  }

  #whole(hash: number, key: string, bytes: Uint8Array): Memory {
    const memory = reading(key, () => unpack(bytes, this.#layout));
    const open = this.#open.peek(hash, key);
    if (open !== undefined) unpackOpen(memory, open.bytes);
    return memory;
  }
}
