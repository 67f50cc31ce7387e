/** Holds the identities of one partition: those active lately are ready to judge, the others are packed. Both are bounded. */
import type { Identity } from '../../../schemas/activity.ts';
import { DAY_MS } from '../constants.ts';
import type { MemoryRow } from '../engine-contract.ts';
import type { Facts, Inventory } from '../facts.ts';
import { type Hasher, sampleOf } from '../hash.ts';
import { type Held, mostOf } from '../population/fair-share.ts';
import type { Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import { homeOf, pack, packed } from './memory-codec.ts';
import { meant, Namesakes, nameOf, partsOf } from './namesakes.ts';
import { PackedStore, type Silence } from './packed-store.ts';
import { isOver } from './window.ts';

/** An identity's memory with what is looked up for every activity. */
export interface Slot {
  readonly key: string;
  readonly tenant: string;
  /** Its id, or where another identity had that first its `nameOf`. */
  readonly name: string;
  readonly id: string;
  readonly provider: string;
  /** '' until one is told. */
  account: string;
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

/** Share of the ready memories that is found in one search for the longest idle ones, so that it is rare. */
const COOLED = 0.25;
/** Memories at most that are packed in one go: a quarter of all took a tenth of a second. */
const COOLED_AT_ONCE = 64;
/** Identities that are forgotten in one step. */
const FORGOTTEN_AT_ONCE = 64;
/** A power of two. */
const LATEST = 1 << 12;

export class IdentityStore {
  readonly #hasher: Hasher;
  readonly #inventory: Inventory;
  readonly #limits: IdentityStoreLimits;
  readonly #cold: PackedStore;
  /** By tenant and name. */
  readonly #tenants = new Map<string, Map<string, Slot>>();
  readonly #namesakes = new Namesakes();
  /** The tenant asked for last. */
  #tenant = '';
  /** Ready identities that were asked for lately, by a sample of their id. It saves the map lookup, which reads the whole id twice. */
  readonly #latest = new Array<Slot | undefined>(LATEST).fill(undefined);
  #slots: Map<string, Slot> = new Map();
  #hot = 0;
  #epoch = -1;
  #asked = 0;
  /** Ready identities from which some are packed in the middle of a batch. */
  readonly #coolFrom: number;
  /** Those found to be idle for longest, the very longest last; they are packed few at a time. */
  #idle: Slot[] = [];
  /** When they were found, in calls: who was asked for since is not idle. */
  #idleAt = 0;
  /** Ready identities from which they are looked for again in the middle of a batch: none was idle before. */
  #searchFrom = 0;
  #dropped = 0;
  /** Who came last; it stays, since it has just acted. */
  #newest: Slot | undefined;
  /** Tenants that have identities here, or had some. */
  readonly #owners = new Set<string>();

  constructor(layout: Layout, hasher: Hasher, inventory: Inventory, limits: IdentityStoreLimits) {
    this.#hasher = hasher;
    this.#inventory = inventory;
    this.#limits = limits;
    this.#coolFrom = Math.ceil(limits.hotIdentities * (1 + COOLED));
    this.#cold = new PackedStore(layout, limits.hotIdentities * COOLED);
  }

  get held(): number {
    return this.#hot + this.#cold.size;
  }
  /** Newcomers that find room. */
  get room(): number {
    return Math.max(0, this.#limits.maxIdentities - this.held);
  }
  /** More are held than may be: room is to be made before the next activity. */
  get isOver(): boolean {
    return this.held > this.#limits.maxIdentities;
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

  /** The slot of the identity that an activity at an offset means, ready to judge; until the next call of `find`, `add` or `cool`. */
  find(tenant: string, identity: Identity, offset: number): Slot | undefined {
    const place = sampleOf(identity.id) & (LATEST - 1);
    let slot = this.#latest[place];
    if (slot === undefined || slot.tenant !== tenant || !isOf(slot, identity)) {
      slot = this.#meant(tenant, identity, offset);
      this.#latest[place] = slot;
    }
    if (slot !== undefined) slot.asked = ++this.#asked;
    return slot;
  }

  #meant(tenant: string, identity: Identity, offset: number): Slot | undefined {
    const { id, provider, account = '' } = identity;
    const ready = this.#of(tenant).get(id);
    if (ready !== undefined && isOf(ready, identity)) return ready;
    const key = keyOf(tenant, id);
    const exact = this.#namesakes.exact(key, provider, account);
    if (exact !== undefined) return this.named(tenant, exact.name);
    const first = ready ?? this.#thaw(tenant, id);
    if (first !== undefined && isOf(first, identity)) return first;
    const others = this.#namesakes.of(key, offset);
    const known = first === undefined ? others : [{ ...first, bornAt: 0 }, ...others];
    const one = meant(known, provider, account);
    const slot = one && this.named(tenant, one.name);
    if (one === undefined || slot === undefined || one.account.length >= account.length) return slot;
    if (one.name !== id) this.#namesakes.tell(key, one, account);
    slot.account = account;
    slot.memory.account = account;
    slot.facts = this.#factsOf(slot);
    return slot;
  }

  /** The slot of the identity with a name, under the same terms as `find`. */
  named(tenant: string, name: string): Slot | undefined {
    return this.#of(tenant).get(name) ?? this.#thaw(tenant, name);
  }

  /** Names of the identities that have an id, the first of them first. */
  names(tenant: string, id: string): string[] {
    return [id, ...this.#namesakes.of(keyOf(tenant, id)).map(({ name }) => name)];
  }

  /** Tells the ready identities of an id what the inventory says of them now; packed ones hear it when they are unpacked. */
  updateFacts(tenant: string, id: string): void {
    for (const name of this.names(tenant, id)) {
      const slot = this.#of(tenant).get(name);
      if (slot !== undefined) slot.facts = this.#factsOf(slot);
    }
  }

  #factsOf({ tenant, name, id, provider, account }: Pick<Slot, 'tenant' | 'name' | 'id' | 'provider' | 'account'>) {
    return this.#inventory.of(
      { tenant, id, provider, account },
      {
        ofId: name === id,
        ofProvider: () => {
          if (name === id) return true;
          const older = this.#namesakes.of(keyOf(tenant, id)).find((one) => one.provider === provider);
          return older?.name === name && this.peek(tenant, id)?.provider !== provider;
        },
      },
    );
  }

  /** An empty memory, for `add`. */
  blank(): Memory {
    return this.#cold.blank();
  }

  /** Takes in an identity that is not held and whose first activity lies at an offset. See `isOver` afterwards. */
  add(tenant: string, { id, provider, account = '' }: Identity, memory: Memory, offset: number): Slot {
    const first = keyOf(tenant, id);
    const isFirst = !this.#namesakes.has(first) && this.peek(tenant, id) === undefined;
    const name = isFirst ? id : this.#namesakes.freeName(first, nameOf(id, provider, account), offset);
    memory.account = account;
    memory.bornAt = isFirst ? 0 : offset;
    if (!isFirst) this.#namesakes.add(first, { name, provider, account, bornAt: offset });
    const key = keyOf(tenant, name);
    const slot = this.#place(tenant, name, key, this.#hashOf(key), memory, false);
    slot.asked = ++this.#asked;
    this.#owners.add(tenant);
    if (!isFirst) this.updateFacts(tenant, id);
    this.#newest = slot;
    return slot;
  }

  /** Takes in a saved memory instead of what is held of its identity. Throws when it was saved by another version. */
  restore({ key, bytes }: MemoryRow): void {
    const [tenant, name] = apart(key);
    const { id, provider } = partsOf(name);
    const home = homeOf(bytes);
    this.#unready(tenant, name);
    const hash = this.#hashOf(key);
    this.#cold.drop(hash, key);
    this.#cold.restore(hash, key, bytes);
    if (provider !== undefined) {
      this.#namesakes.drop(keyOf(tenant, id), name);
      this.#namesakes.add(keyOf(tenant, id), { name, provider, ...home });
    }
    this.#owners.add(tenant);
    this.#newest = undefined;
    if (this.isOver) for (const _ of this.makingRoom());
  }

  /** Returns a memory to look at, by the name of its identity. Changes to it may be lost. */
  peek(tenant: string, name: string): Memory | undefined {
    const hot = this.#of(tenant).get(name);
    if (hot !== undefined) return hot.memory;
    const key = keyOf(tenant, name);
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
   * Packs some of the longest idle where too many are ready. An alert of a batch that is not over may still change: then `open`
   * keeps those that have one.
   */
  cool(open: boolean, spared?: Slot): void {
    if (!open) this.#searchFrom = 0;
    const spare = this.#hot - (open ? this.#coolFrom : this.#limits.hotIdentities);
    for (let left = Math.min(spare, COOLED_AT_ONCE); left > 0; left--) {
      const slot = this.#longestIdle(open, spared);
      if (slot === undefined) return;
      this.#unready(slot.tenant, slot.name);
      this.#cold.put(slot.identity, slot.key, slot.memory, slot.changed);
    }
  }

  #longestIdle(open: boolean, spared: Slot | undefined): Slot | undefined {
    const isKept = ({ memory }: Slot) => open && (memory.episode !== undefined || memory.former !== undefined);
    for (const isSearched of [false, true]) {
      if (isSearched && this.#hot < this.#searchFrom) return undefined;
      if (isSearched) this.#findIdle(isKept, spared);
      for (let slot = this.#idle.pop(); slot !== undefined; slot = this.#idle.pop())
        if (slot !== spared && slot.asked <= this.#idleAt && this.#isReady(slot) && !isKept(slot)) return slot;
    }
    return undefined;
  }

  #findIdle(isKept: (slot: Slot) => boolean, spared: Slot | undefined): void {
    const idle = [...this.#ready()].filter((slot) => slot !== spared && !isKept(slot));
    idle.sort((a, b) => a.asked - b.asked);
    this.#idle = idle.slice(0, Math.max(1, Math.ceil(this.#limits.hotIdentities * COOLED))).reverse();
    this.#idleAt = this.#asked;
    this.#searchFrom = idle.length > 0 ? 0 : this.#hot + Math.ceil(this.#limits.hotIdentities * COOLED);
  }

  #isReady(slot: Slot): boolean {
    return this.#tenants.get(slot.tenant)?.get(slot.name) === slot;
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
  #unready(tenant: string, name: string): boolean {
    if (this.#tenants.get(tenant)?.delete(name) !== true) return false;
    this.#latest[sampleOf(partsOf(name).id) & (LATEST - 1)] = undefined;
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

  #thaw(tenant: string, name: string): Slot | undefined {
    const key = keyOf(tenant, name);
    const hash = this.#hashOf(key);
    const cold = this.#cold.take(hash, key);
    if (cold === undefined) return undefined;
    return this.#place(tenant, name, key, hash, cold.memory, cold.changed);
  }

  #place(tenant: string, name: string, key: string, identity: number, memory: Memory, changed: boolean): Slot {
    const { id } = partsOf(name);
    const { provider, account } = memory;
    const whose = { tenant, name, id, provider, account };
    const slot = { key, ...whose, memory, identity, facts: this.#factsOf(whose), changed, asked: 0 };
    this.#of(tenant).set(name, slot);
    this.#hot++;
    if (this.#hot > this.#coolFrom) this.cool(true, slot);
    return slot;
  }

  /**
   * Forgets a hundredth of the identities where there are too many, all in one search so that it is rare, step by step: among a million it
   * takes seconds. Newcomers go before those with habits, and of each the longest silent first, so that a crowd of made-up identities evicts
   * itself. Of several tenants the one that has most of them gives, and of a tenant the input by which most came, so that nobody's crowd takes the
   * place of another's. Until the last step nothing else may be asked or told.
   */
  *makingRoom(): Generator<undefined, void> {
    if (!this.isOver) return;
    const most = Math.max(1, Math.floor(this.#limits.maxIdentities / 100)) + 1;
    const lives = { [Symbol.iterator]: () => this.#silences() };
    const gone = (yield* mostOf(lives, most)).map(({ key, hash }) => ({ key: key(), hash }));
    yield;
    const spared = this.#newest?.key;
    for (const [n, { key, hash }] of gone.entries()) {
      if (key !== spared) this.#forget(key, hash);
      if (n % FORGOTTEN_AT_ONCE === 0) yield;
    }
  }

  #forget(key: string, hash: number): void {
    const [tenant, name] = apart(key);
    if (!this.#unready(tenant, name)) this.#cold.drop(hash, key);
    const { id, provider } = partsOf(name);
    if (provider !== undefined) this.#namesakes.drop(keyOf(tenant, id), name);
    this.#dropped++;
  }

  *#silences(): Generator<Life> {
    const isShared = this.#owners.size > 1;
    for (const { memory, key, identity } of this.#ready())
      yield lifeOf(
        { hash: identity, firstMs: memory.firstMs, lastMs: memory.lastMs, source: memory.source, key: () => key },
        isShared,
      );
    for (const silence of this.#cold.silences()) yield lifeOf(silence, isShared);
  }
}

interface Life extends Held {
  readonly key: () => string;
}

/** `isShared`: several tenants have identities here; else nobody needs to know whose each is. */
function lifeOf(silence: Silence, isShared: boolean): Life {
  const worth = worthOf(silence);
  const owner = isShared ? apart(silence.key())[0] : '';
  return {
    hash: silence.hash,
    key: silence.key,
    owner,
    part: silence.source,
    worth,
    isNew: worth < AFTER_ALL_NEWCOMERS,
  };
}

/** In which order identities are forgotten: those with habits after all newcomers, whenever they were last active. */
const worthOf = ({ firstMs, lastMs }: Silence): number =>
  lastMs - firstMs < NEWCOMER_MS ? lastMs : lastMs + AFTER_ALL_NEWCOMERS;

/** An identity whose first and last act lie closer together has no habits yet. */
const NEWCOMER_MS = 7 * DAY_MS;
/** Later than any event time in ms. */
const AFTER_ALL_NEWCOMERS = 1e15;

const keyOf = (tenant: string, name: string) => `${tenant}\u0000${name}`;

/** Tenant and name of a key. */
function apart(key: string): readonly [tenant: string, name: string] {
  const at = key.indexOf('\u0000');
  return [key.slice(0, at), key.slice(at + 1)];
}

const isOf = (slot: Slot, { id, provider, account }: Identity) =>
  slot.id === id && slot.provider === provider && slot.account === (account ?? '');
