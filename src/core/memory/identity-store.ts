/** Holds the identities of one partition: those active lately are ready to judge, the others are packed. Both are bounded. */
import { DAY_MS } from '../constants.ts';
import type { MemoryRow } from '../engine-contract.ts';
import type { Facts, Inventory } from '../facts.ts';
import { type Hasher, sampleOf } from '../hash.ts';
import type { Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import { pack, packed } from './memory-codec.ts';
import { PackedStore, type Silence } from './packed-store.ts';
import { isOver } from './window.ts';

/** An identity's memory with what is looked up for every activity. */
export interface Slot {
  readonly key: string;
  readonly tenant: string;
  readonly id: string;
  readonly memory: Memory;
  /** Keyed hash of the key. */
  readonly identity: number;
  facts: Facts | undefined;
  /** True when the memory changed and was not saved since. */
  changed: boolean;
  /** When it was last asked for, in calls. */
  asked: number;
}

export interface IdentityStoreLimits {
  readonly maxIdentities: number;
  readonly hotIdentities: number;
}

/** Share of the ready memories that is packed at once, so that the search for the longest idle ones is rare. */
const COOLED = 0.25;
/** A power of two. */
const LATEST = 1 << 12;

export class IdentityStore {
  readonly #hasher: Hasher;
  readonly #inventory: Inventory;
  readonly #limits: IdentityStoreLimits;
  readonly #cold: PackedStore;
  readonly #tenants = new Map<string, Map<string, Slot>>();
  /** The tenant asked for last. */
  #tenant = '';
  /** Ready identities that were asked for lately, by a sample of their id. It saves the map lookup, which reads the whole id twice. */
  readonly #latest = new Array<Slot | undefined>(LATEST).fill(undefined);
  #slots: Map<string, Slot> = new Map();
  #hot = 0;
  #epoch = -1;
  #asked = 0;
  /** Ready identities from which it looks for some to pack. */
  #coolFrom: number;
  #dropped = 0;

  constructor(layout: Layout, hasher: Hasher, inventory: Inventory, limits: IdentityStoreLimits) {
    this.#hasher = hasher;
    this.#inventory = inventory;
    this.#limits = limits;
    this.#coolFrom = limits.hotIdentities;
    this.#cold = new PackedStore(layout, limits.hotIdentities * COOLED);
  }

  get held(): number {
    return this.#hot + this.#cold.size;
  }
  /** Identities dropped because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Drops windows that are over, because an hour was closed. */
  hourClosed(epoch: number): void {
    this.#epoch = epoch;
    this.#cold.hourClosed(epoch);
  }

  /** The slot of an identity, ready to judge; until the next call of `find`, `add` or `cool`. */
  find(tenant: string, id: string): Slot | undefined {
    const place = sampleOf(id) & (LATEST - 1);
    let slot = this.#latest[place];
    if (slot === undefined || slot.id !== id || slot.tenant !== tenant) {
      slot = this.#of(tenant).get(id) ?? this.#thaw(tenant, id);
      this.#latest[place] = slot;
    }
    if (slot !== undefined) slot.asked = ++this.#asked;
    return slot;
  }

  /** Tells a ready identity what the inventory says of it now; a packed one hears it when it is unpacked. */
  updateFacts(tenant: string, id: string, facts: Facts | undefined): void {
    const slot = this.#of(tenant).get(id);
    if (slot !== undefined) slot.facts = facts;
  }

  /** Takes in an identity that is not held. */
  add(tenant: string, id: string, memory: Memory): Slot {
    const key = keyOf(tenant, id);
    const slot = this.#place(tenant, id, key, this.#hashOf(key), memory, false);
    slot.asked = ++this.#asked;
    if (this.held > this.#limits.maxIdentities) this.#dropSilent(slot);
    return slot;
  }

  /** Takes in a saved memory instead of what is held of its identity. Throws when it was saved by another version. */
  restore({ key, bytes }: MemoryRow): void {
    const at = key.indexOf('\u0000');
    this.#unready(key.slice(0, at), key.slice(at + 1));
    const hash = this.#hashOf(key);
    this.#cold.drop(hash, key);
    this.#cold.restore(hash, key, bytes);
    if (this.held > this.#limits.maxIdentities) this.#dropSilent(undefined);
  }

  /** Returns a memory to look at. Changes to it may be lost. */
  peek(tenant: string, id: string): Memory | undefined {
    const hot = this.#of(tenant).get(id);
    if (hot !== undefined) return hot.memory;
    const key = keyOf(tenant, id);
    return this.#cold.peek(this.#hashOf(key), key);
  }

  /** Memories changed since the last call. */
  *changed(): Generator<MemoryRow> {
    for (const slot of this.#ready())
      if (slot.changed) {
        slot.changed = false;
        this.#end(slot.memory);
        yield { key: slot.key, offset: slot.memory.offset, bytes: pack(slot.memory) };
      }
    yield* this.#cold.unsaved();
  }

  /** Drops windows and unraised episodes that silence has ended, as the next activity of the identity would. */
  #end(memory: Memory): void {
    if (isOver(memory.heard, this.#epoch)) memory.close();
  }

  /** Bytes of all memories when saved. */
  bytes(): number {
    let bytes = this.#cold.bytes();
    for (const { memory } of this.#ready()) {
      this.#end(memory);
      bytes += packed(memory).length;
    }
    return bytes;
  }

  /** Identities first active in the `learnMs` before the newest activity, and when the last of them was, ms; reads every one. */
  learning(learnMs: number): { readonly learning: number; readonly youngestMs: number } {
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const { lastMs } of this.#lives()) newestMs = Math.max(newestMs, lastMs);
    let [learning, youngestMs] = [0, Number.NEGATIVE_INFINITY];
    for (const { firstMs } of this.#lives()) {
      if (firstMs + learnMs <= newestMs) continue;
      learning++;
      youngestMs = Math.max(youngestMs, firstMs);
    }
    return { learning, youngestMs };
  }

  /**
   * Packs the longest idle where too many are ready. An alert of a batch that is not over may still change: then `open`
   * keeps those that have one.
   */
  cool(open: boolean, spared?: Slot): void {
    if (this.#hot <= (open ? this.#coolFrom : this.#limits.hotIdentities)) return;
    const idle = [...this.#ready()].filter(
      (slot) => slot !== spared && !(open && (slot.memory.episode !== undefined || slot.memory.former !== undefined)),
    );
    idle.sort((a, b) => a.asked - b.asked);
    const { hotIdentities } = this.#limits;
    const spare = this.#hot - Math.floor(hotIdentities * (1 - COOLED));
    for (const slot of idle.slice(0, spare)) {
      this.#unready(slot.tenant, slot.id);
      this.#cold.put(slot.identity, slot.key, slot.memory, slot.changed);
    }
    this.#coolFrom = Math.max(hotIdentities, this.#hot + Math.ceil(hotIdentities * COOLED));
  }

  #of(tenant: string): Map<string, Slot> {
    if (tenant === this.#tenant) return this.#slots;
    let slots = this.#tenants.get(tenant);
    if (slots === undefined) {
      slots = new Map();
      this.#tenants.set(tenant, slots);
    }
    this.#tenant = tenant;
    this.#slots = slots;
    return slots;
  }

  /** Removes an identity from the ready ones, if it is ready. */
  #unready(tenant: string, id: string): boolean {
    if (this.#tenants.get(tenant)?.delete(id) !== true) return false;
    this.#latest[sampleOf(id) & (LATEST - 1)] = undefined;
    this.#hot--;
    return true;
  }

  *#ready(): Generator<Slot> {
    for (const slots of this.#tenants.values()) yield* slots.values();
  }

  *#lives(): Generator<{ readonly firstMs: number; readonly lastMs: number }> {
    for (const { memory } of this.#ready()) yield memory;
    yield* this.#cold.lives();
  }

  #hashOf(key: string): number {
    return this.#hasher.once(key) || 1;
  }

  #thaw(tenant: string, id: string): Slot | undefined {
    const key = keyOf(tenant, id);
    const hash = this.#hashOf(key);
    const cold = this.#cold.take(hash, key);
    if (cold === undefined) return undefined;
    return this.#place(tenant, id, key, hash, cold.memory, cold.changed);
  }

  #place(tenant: string, id: string, key: string, identity: number, memory: Memory, changed: boolean): Slot {
    const slot = { key, tenant, id, memory, identity, facts: this.#inventory.of(key), changed, asked: 0 };
    this.#of(tenant).set(id, slot);
    this.#hot++;
    if (this.#hot > this.#coolFrom) this.cool(true, slot);
    return slot;
  }

  /**
   * Forgets a hundredth of the identities, all at once so that the search is rare: newcomers before those with habits, and of
   * each the longest silent first, so that a crowd of made-up identities evicts itself. `spared` stays, since it is about to act.
   */
  #dropSilent(spared: Slot | undefined): void {
    const most = Math.max(1, Math.floor(this.#limits.maxIdentities / 100)) + 1;
    const times = new Float64Array(this.held);
    let n = 0;
    for (const life of this.#silences()) times[n++] = worthOf(life);
    times.sort();
    const bound = times[Math.min(most, n) - 1] as number;
    const silent: { worth: number; key: string; hash: number }[] = [];
    for (const life of this.#silences()) {
      const worth = worthOf(life);
      if (worth <= bound) silent.push({ worth, key: life.key(), hash: life.hash });
    }
    silent.sort((a, b) => a.worth - b.worth || (a.key < b.key ? -1 : 1));
    for (const { key, hash } of silent.slice(0, most)) {
      if (key === spared?.key) continue;
      const at = key.indexOf('\u0000');
      if (!this.#unready(key.slice(0, at), key.slice(at + 1))) this.#cold.drop(hash, key);
      this.#dropped++;
    }
  }

  *#silences(): Generator<Silence> {
    for (const { memory, key, identity } of this.#ready())
      yield { hash: identity, firstMs: memory.firstMs, lastMs: memory.lastMs, key: () => key };
    yield* this.#cold.silences();
  }
}

/** In which order identities are forgotten: those with habits after all newcomers, whenever they were last active. */
const worthOf = ({ firstMs, lastMs }: Silence): number =>
  lastMs - firstMs < NEWCOMER_MS ? lastMs : lastMs + AFTER_ALL_NEWCOMERS;

/** An identity whose first and last act lie closer together has no habits yet. */
const NEWCOMER_MS = 7 * DAY_MS;
/** Later than any event time in ms. */
const AFTER_ALL_NEWCOMERS = 1e15;

const keyOf = (tenant: string, id: string) => `${tenant}\u0000${id}`;
