/** Who makes room in a full table that several owners share: whoever has most of it, newcomers before all others. */

import { sortedInSteps } from './sorted-in-steps.ts';

/** Something that is held for an owner and one of its parts. Of one part what is worth least goes first, of equals the smaller hash. */
export interface Held {
  readonly hash: number;
  readonly owner: string;
  readonly part: number;
  readonly worth: number;
  readonly isNew: boolean;
}

/** What one owner holds of one part, newcomers or others. */
interface Shelf {
  readonly owner: string;
  readonly part: number;
  readonly isNew: boolean;
  readonly worths: number[];
  /** How many go: all that are worth less than `bound`, and of those that are worth as much so many with the smallest hashes. */
  gives: number;
  bound: number;
  ties: number;
  readonly tied: number[];
  /** Largest hash of these that goes. */
  lastTied: number;
}

/** Those held that are looked at in one step. */
const STEP = 1_024;

/**
 * So many of those held that go: newcomers first, from the owners that have most of them, down to an equal share, and of an owner from
 * the parts that have most. `held` is gone through three times and must not change meanwhile, from one step to the last.
 */
export function* mostOf<Of extends Held>(held: Iterable<Of>, count: number): Generator<undefined, Of[]> {
  const shelves = new Map<string, Shelf>();
  const shelfOf = ({ owner, part, isNew }: Held): Shelf => {
    const name = `${isNew ? 'n' : 'o'}${part} ${owner}`;
    let shelf = shelves.get(name);
    if (shelf === undefined) {
      shelf = { owner, part, isNew, worths: [], gives: 0, bound: 0, ties: 0, tied: [], lastTied: -1 };
      shelves.set(name, shelf);
    }
    return shelf;
  };
  let looked = 0;
  for (const one of held) {
    shelfOf(one).worths.push(one.worth);
    if (++looked % STEP === 0) yield;
  }
  const spare = share(
    [...shelves.values()].filter(({ isNew }) => isNew),
    count,
  );
  share(
    [...shelves.values()].filter(({ isNew }) => !isNew),
    spare,
  );
  for (const shelf of shelves.values()) {
    if (shelf.gives === 0) continue;
    const sorted = yield* sortedInSteps(shelf.worths);
    shelf.bound = sorted[shelf.gives - 1] as number;
    let below = shelf.gives - 1;
    while (below > 0 && sorted[below - 1] === shelf.bound) below--;
    shelf.ties = shelf.gives - below;
  }
  looked = 0;
  for (const one of held) {
    const shelf = shelfOf(one);
    if (shelf.ties > 0 && one.worth === shelf.bound) shelf.tied.push(one.hash);
    if (++looked % STEP === 0) yield;
  }
  for (const shelf of shelves.values())
    if (shelf.ties > 0) shelf.lastTied = (yield* sortedInSteps(shelf.tied))[shelf.ties - 1] as number;
  const gone: Of[] = [];
  looked = 0;
  for (const one of held) {
    const shelf = shelfOf(one);
    if (shelf.gives > 0 && (one.worth < shelf.bound || (one.worth === shelf.bound && one.hash <= shelf.lastTied)))
      gone.push(one);
    if (++looked % STEP === 0) yield;
  }
  return gone;
}

/** Sets how many each shelf gives, when so many have to go; gives how many more would have to. */
function share(shelves: readonly Shelf[], count: number): number {
  const owners = [...new Set(shelves.map(({ owner }) => owner))].sort();
  // In an order of their own, not in that in which they were met: it decides who of equals keeps one more.
  const own = owners.map((owner) => shelves.filter((shelf) => shelf.owner === owner).sort((a, b) => a.part - b.part));
  const sizes = own.map((all) => all.reduce((sum, { worths }) => sum + worths.length, 0));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const given = givenBy(new Map(sizes.entries()), Math.min(count, all));
  for (const [number, of] of own.entries()) {
    const parts = givenBy(new Map(of.map(({ worths }, at) => [at, worths.length])), given.get(number) ?? 0);
    for (const [at, gives] of parts) (of[at] as Shelf).gives = gives;
  }
  return Math.max(0, count - all);
}

/** How many each owner gives, by how many it has, when so many have to go: those that have most give, down to an equal share. */
export function givenBy(sizes: ReadonlyMap<number, number>, count: number): Map<number, number> {
  const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const kept = levelOf([...sizes.values()], all - count);
  const given = new Map([...sizes].map(([owner, size]) => [owner, Math.max(0, size - kept)]));
  // Each owner with more than that may keep one more, as far as there is room.
  let spare = [...given.values()].reduce((sum, one) => sum + one, 0) - count;
  for (const [owner, gives] of [...given].sort((a, b) => a[0] - b[0]))
    if (spare > 0 && gives > 0) {
      given.set(owner, gives - 1);
      spare--;
    }
  return given;
}

/** The largest whole share that each owner may keep when all together keep at most `room`. */
function levelOf(sizes: readonly number[], room: number): number {
  let left = Math.max(0, room);
  let owners = sizes.length;
  for (const size of [...sizes].sort((a, b) => a - b)) {
    if (size * owners > left) return Math.floor(left / owners);
    left -= size;
    owners--;
  }
  return Number.POSITIVE_INFINITY;
}
