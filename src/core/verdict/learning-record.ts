/** Lists what one identity has learned, value by value: since when, since when it is trusted, and which activity brought it first. */
import type { Activity } from '../../../schemas/activity.ts';
import { DAY_MS, DAY_ZERO } from '../constants.ts';
import type { Facet } from '../detector.ts';
import type { Learned, Sought } from '../engine-contract.ts';
import type { Hasher } from '../hash.ts';
import type { Value } from '../memory/habits.ts';
import type { Lexicon } from '../memory/lexicon.ts';
import type { Memory } from '../memory/memory.ts';
import { type CompiledDimension, exactHash, levelHashes } from '../novelty/compiled-dimension.ts';

/** In words, by number of the state. */
const STATES = ['pending', 'trusted', 'alerted', 'condemned', 'doubted'] as const;

interface Entry {
  readonly axis: CompiledDimension;
  readonly hash: number;
  readonly value: Value;
  first?: Activity;
}

const dateOf = (day: number) => new Date((day + DAY_ZERO) * DAY_MS).toISOString().slice(0, 10);

export class ValueRecord {
  readonly #entries: Entry[] = [];
  readonly #hasher: Hasher;
  readonly #lexicon: Lexicon;

  constructor(memory: Memory, axes: readonly CompiledDimension[], hasher: Hasher, lexicon: Lexicon) {
    this.#hasher = hasher;
    this.#lexicon = lexicon;
    for (const axis of axes)
      for (const [hash, value] of memory.habits.values(axis.index)) this.#entries.push({ axis, hash, value });
  }

  /** Leaves only what was first seen or became trusted on the UTC day of `since` or later. */
  since(since: string): this {
    const day = Math.floor(Date.parse(since) / DAY_MS) - DAY_ZERO;
    const late = this.#entries.filter(({ value }) => value.first >= day || value.trusted >= day);
    this.#entries.splice(0, this.#entries.length, ...late);
    return this;
  }

  /** In which activities to look for what came with them: of which days, told apart by which part of them. */
  sought(): Sought[] {
    const days = new Map<Facet | undefined, Set<string>>();
    for (const { axis, value, first } of this.#entries) {
      if (first !== undefined) continue;
      const { facet } = axis.dimension;
      days.set(facet, (days.get(facet) ?? new Set()).add(dateOf(value.first)));
    }
    return [...days].map(([facet, dates]) => ({ facet, days: [...dates].sort() }));
  }

  /** Looks whether this activity brought any of the values; of several that did the earliest counts. */
  meet(activity: Activity): void {
    const date = new Date(activity.at).toISOString().slice(0, 10);
    const hashes = new Map<CompiledDimension, readonly number[]>();
    for (const entry of this.#entries) {
      const { axis, value, hash, first } = entry;
      if (dateOf(value.first) !== date || (first !== undefined && !isEarlier(activity, first))) continue;
      let known = hashes.get(axis);
      if (known === undefined) {
        known = this.#hashesOf(axis, activity);
        hashes.set(axis, known);
      }
      if (known[value.level] === hash) entry.first = activity;
    }
  }

  #hashesOf(axis: CompiledDimension, activity: Activity): readonly number[] {
    const exact = exactHash(axis, activity, this.#hasher);
    return exact === undefined ? [] : levelHashes(axis, activity, exact, this.#hasher);
  }

  /** Oldest first; within a day those whose activity is not known come last. */
  rows(): Learned[] {
    return this.#entries
      .map(({ axis: { dimension }, hash, value: { first, last, trusted, days, state, level }, first: activity }) => ({
        dimension: dimension.depth > 1 ? `${dimension.id}:${level}` : dimension.id,
        value: this.#lexicon.get(hash) ?? 'an earlier value',
        state: STATES[state] as Learned['state'],
        days,
        firstOn: dateOf(first),
        ...(trusted > 0 && { trustedOn: dateOf(trusted) }),
        lastOn: dateOf(last),
        ...(activity !== undefined && { activity: { id: activity.id, at: new Date(activity.at).toISOString() } }),
      }))
      .sort((a, b) => compare(whenOf(a), whenOf(b)) || compare(a.dimension, b.dimension) || compare(a.value, b.value));
  }
}

const whenOf = ({ activity, firstOn }: Learned) => activity?.at ?? `${firstOn}Z`;

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const isEarlier = (a: Activity, b: Activity) => (Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1)) < 0;
