/** Who sends records, and when each was heard: kept in the store, the same for every process, with room for so many sources of a tenant. */
import type { Listener, SourceKey, SourceKind, SourceStore } from '../ports/sources.ts';
import { RHYTHM_SLOTS, type Rhythm, rhythmOf, SLOT_MS, slotOf } from './rhythm.ts';

/** Tenants that may have their sources in full; beyond that new sources of anybody are not watched. */
const TENANTS_OF_SOURCES = 16;
/** Characters of a name that are kept. */
const NAME_MAX_CHARS = 256;
/** Slots of one source that wait for a store that does not answer: a day of them. */
const WAITING_MAX = 288;
/** What is stored is read again from so long before the last look: clocks of two machines differ. */
const OVERLAP_MS = 120_000;
/** Sources judged between two pauses that let others run. */
const JUDGED_AT_A_TIME = 16;

const others = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A source as it stands. */
export interface SourceState {
  readonly tenant: string;
  readonly kind: SourceKind;
  readonly name: string;
  /** Arrival of its last records, to five minutes; in ms. */
  readonly lastMs: number;
  readonly rhythm: Rhythm;
}

interface Source {
  readonly key: SourceKey;
  /** Ascending. */
  slots: number[];
  /** Not stored yet. */
  waiting: number[];
}

export interface SourceBook {
  /** Reads what every process has stored since the last look. Rejects with the fault of the store. */
  refresh(): Promise<void>;
  /** Records of a source arrived; false where there is no room for a new one. */
  heard(tenant: string, kind: SourceKind, name: string, atMs: number): boolean;
  /** Stores what was heard, and what this process listens to now. Rejects with the fault of the store; then nothing is lost. */
  flush(listening: readonly Listener[]): Promise<void>;
  /** How the sources of a tenant stand, or of all, in order of tenant, kind and name. */
  states(tenant?: string): Promise<readonly SourceState[]>;
  /** The latest slot of which anything arrived. */
  readonly newestSlot: number;
}

export interface SourceBookParts {
  readonly store: Pick<SourceStore, 'heard' | 'slots'>;
  /** Sources of one tenant. */
  readonly sourcesMax: number;
  /** Wall time in ms. */
  readonly now: () => number;
  /** Reads one tenant's only. */
  readonly tenant?: string;
}

/** Whether anybody listened this way in the last week; a way that was given up does not count. */
function isInUse(slots: ReadonlySet<number>, nowSlot: number): boolean {
  for (let slot = nowSlot; slot > nowSlot - RHYTHM_SLOTS / 4; slot--) if (slots.has(slot)) return true;
  return false;
}

const nameOf = ({ tenant, kind, name }: SourceKey) => `${tenant}\u0000${kind}\u0000${name}`;

export function createSourceBook({ store, sourcesMax, now, tenant: only }: SourceBookParts): SourceBook {
  const sources = new Map<string, Source>();
  const ofTenant = new Map<string, number>();
  /** Slots in which a process listened, by what to. */
  const listened = new Map<string, Set<number>>();
  let listenedWaiting: { readonly name: string; readonly slot: number }[] = [];
  let readUpToMs = 0;
  let newestSlot = 0;

  function add(slots: number[], slot: number): boolean {
    if (slots.at(-1) === slot) return false;
    let at = slots.length;
    while (at > 0 && slots[at - 1]! > slot) at--;
    if (slots[at - 1] === slot) return false;
    slots.splice(at, 0, slot);
    return true;
  }

  function sourceOf(key: SourceKey): Source | undefined {
    const name = nameOf(key);
    const known = sources.get(name);
    if (known !== undefined) return known;
    const count = ofTenant.get(key.tenant) ?? 0;
    if (count >= sourcesMax || sources.size >= sourcesMax * TENANTS_OF_SOURCES) return undefined;
    const source: Source = { key, slots: [], waiting: [] };
    sources.set(name, source);
    ofTenant.set(key.tenant, count + 1);
    return source;
  }

  /** Whoever was not heard for as long as a rhythm reaches makes room. */
  function forgetOld(since: number): void {
    for (const [name, source] of sources) {
      if ((source.slots[0] ?? 0) < since) source.slots = source.slots.filter((slot) => slot >= since);
      if (source.slots.length > 0 || source.waiting.length > 0) continue;
      sources.delete(name);
      ofTenant.set(source.key.tenant, ofTenant.get(source.key.tenant)! - 1);
    }
    for (const slots of listened.values())
      for (const slot of slots) {
        if (slot >= since) break;
        slots.delete(slot);
      }
  }

  function listenedIn(name: string): Set<number> {
    const slots = listened.get(name) ?? new Set<number>();
    listened.set(name, slots);
    return slots;
  }

  /** Slots in which nobody could hear sources of a kind: records of an account may come either way. */
  function deafFor(kind: SourceKind, nowSlot: number): (slot: number) => boolean {
    const wanted = { topic: ['kafka'], sender: ['push'], account: [...listened.keys()] }[kind];
    const ways = wanted.map(listenedIn).filter((slots) => kind !== 'account' || isInUse(slots, nowSlot));
    return (slot) => ways.length === 0 || ways.some((slots) => !slots.has(slot));
  }

  return {
    get newestSlot() {
      return newestSlot;
    },
    async refresh() {
      const since = slotOf(now()) - RHYTHM_SLOTS;
      const began = now();
      const rows = await store.slots({
        since,
        storedAfterMs: readUpToMs - OVERLAP_MS,
        tenant: only,
        limit: sourcesMax * TENANTS_OF_SOURCES + 1,
      });
      readUpToMs = began;
      for (const { slots, ...key } of rows) {
        if (key.kind === 'listener') for (const slot of slots) listenedIn(key.name).add(slot);
        else {
          const source = sourceOf(key);
          if (source !== undefined) for (const slot of slots) add(source.slots, slot);
        }
      }
      forgetOld(since);
    },
    heard(tenant, kind, name, atMs) {
      const slot = slotOf(Math.min(atMs, now()));
      const source = sourceOf({ tenant, kind, name: name.slice(0, NAME_MAX_CHARS) });
      if (source === undefined) return false;
      if (slot > newestSlot) newestSlot = slot;
      if (add(source.slots, slot)) {
        source.waiting.push(slot);
        if (source.waiting.length > WAITING_MAX) source.waiting.shift();
      }
      return true;
    },
    async flush(listening) {
      const slot = slotOf(now());
      for (const name of listening) {
        const slots = listenedIn(name);
        if (slots.has(slot)) continue;
        slots.add(slot);
        listenedWaiting = [...listenedWaiting.slice(-WAITING_MAX + 1), { name, slot }];
      }
      const rows: (SourceKey & { slot: number })[] = listenedWaiting.map((one) => ({
        tenant: '',
        kind: 'listener',
        ...one,
      }));
      const written: [Source, number][] = [];
      for (const source of sources.values()) {
        for (const one of source.waiting) rows.push({ ...source.key, slot: one });
        written.push([source, source.waiting.length]);
      }
      const listeners = listenedWaiting.length;
      await store.heard(rows);
      // What came meanwhile waits for the next time.
      for (const [source, count] of written) source.waiting.splice(0, count);
      listenedWaiting.splice(0, listeners);
    },
    async states(tenant) {
      const nowSlot = slotOf(now());
      const found: SourceState[] = [];
      let judged = 0;
      for (const { key, slots } of [...sources.values()]) {
        const last = slots.at(-1);
        if (last === undefined || key.kind === 'listener' || (tenant !== undefined && key.tenant !== tenant)) continue;
        if (++judged % JUDGED_AT_A_TIME === 0) await others();
        found.push({
          tenant: key.tenant,
          kind: key.kind,
          name: key.name,
          lastMs: last * SLOT_MS,
          rhythm: rhythmOf(slots, nowSlot, deafFor(key.kind, nowSlot)),
        });
      }
      const order = ({ tenant: of, kind, name }: SourceState) => `${of}\u0000${kind}\u0000${name}`;
      return found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    },
  };
}
