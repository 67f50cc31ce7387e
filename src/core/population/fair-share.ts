/** Who makes room in a full table that several owners share: whoever has most of it, newcomers before all others. */

/** Something that is held for an owner and one of its parts. Of one part what is worth least goes first, of equals the smaller key. */
export interface Held {
  readonly key: string;
  readonly hash: number;
  readonly owner: string;
  readonly part: number;
  readonly worth: number;
  readonly isNew: boolean;
}

/**
 * So many of those held that go: newcomers first, from the owners that have most of them, down to an equal share, and of an owner from
 * the parts that have most.
 */
export function mostOf(held: readonly Held[], count: number): Held[] {
  const fresh = held.filter(({ isNew }) => isNew);
  const gone = fromTheFullest(fresh, count);
  if (gone.length < count)
    gone.push(
      ...fromTheFullest(
        held.filter(({ isNew }) => !isNew),
        count - gone.length,
      ),
    );
  return gone;
}

function fromTheFullest(held: readonly Held[], count: number): Held[] {
  const given = new Map<string, number>();
  for (const { owner } of share(held, count, ({ owner }) => owner)) given.set(owner, (given.get(owner) ?? 0) + 1);
  return [...groups(held, ({ owner }) => owner)].flatMap(([owner, own]) =>
    share(own, given.get(owner) ?? 0, ({ part }) => part),
  );
}

function groups<Of>(held: readonly Held[], of: (one: Held) => Of): Map<Of, Held[]> {
  const found = new Map<Of, Held[]>();
  for (const one of held) {
    const own = found.get(of(one));
    if (own === undefined) found.set(of(one), [one]);
    else own.push(one);
  }
  return found;
}

/** So many of those held that go, from the groups that have most, down to an equal share. */
function share<Of>(held: readonly Held[], count: number, of: (one: Held) => Of): Held[] {
  const all = [...groups(held, of).values()];
  const kept = levelOf(
    all.map(({ length }) => length),
    held.length - count,
  );
  for (const own of all) own.sort(order);
  const gone = all.flatMap((own) => own.slice(0, Math.max(0, own.length - kept - 1)));
  // Each group with more than that may keep one more, as far as there is room.
  const last = all.filter(({ length }) => length > kept).map((own) => own[own.length - kept - 1] as Held);
  return [...gone, ...last.sort(order).slice(0, Math.max(0, count - gone.length))];
}

const order = (a: Held, b: Held) => a.worth - b.worth || (a.key < b.key ? -1 : 1);

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
