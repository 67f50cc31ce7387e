/** Sorts identities of one kind into peer classes by how alike the sets of actions are that they use. */

/** Smallest hashes kept of an identity's action set: enough to estimate the overlap of two sets (bottom-k sketch, Broder 1997). */
const SKETCH = 24;
/** Classes per declared kind; beyond it the rest share the kind's own class. */
const CLASSES = 48;
/** Estimated overlap (Jaccard) from which two identities are alike. Half: everything is one class; double: everyone is alone. */
const ALIKE = 0.3;

interface Kind {
  /** Sketch of each identity: its smallest hashes, ascending. */
  readonly sketches: Map<number, number[]>;
  /** Sketch of the founding member of each class. */
  readonly leaders: number[][];
  readonly classes: Map<number, number>;
}

/** Share of the smallest hashes of the union that both hold. */
export function alike(a: readonly number[], b: readonly number[]): number {
  let i = 0;
  let j = 0;
  let union = 0;
  let both = 0;
  while (union < SKETCH && (i < a.length || j < b.length)) {
    const x = a[i] ?? Number.POSITIVE_INFINITY;
    const y = b[j] ?? Number.POSITIVE_INFINITY;
    if (x === y) both++;
    if (x <= y) i++;
    if (y <= x) j++;
    union++;
  }
  return union === 0 ? 0 : both / union;
}

export class Peers {
  readonly #kinds = new Map<string, Kind>();

  /** Takes an action that an identity of a kind was newly seen to use. */
  observe(kindName: string, identity: number, value: number): void {
    let kind = this.#kinds.get(kindName);
    if (kind === undefined) {
      kind = { sketches: new Map(), leaders: [], classes: new Map() };
      this.#kinds.set(kindName, kind);
    }
    const sketch = kind.sketches.get(identity);
    if (sketch === undefined) {
      kind.sketches.set(identity, [value]);
      return;
    }
    let at = sketch.length;
    while (at > 0 && (sketch[at - 1] as number) > value) at--;
    if (sketch[at - 1] === value || at >= SKETCH) return;
    sketch.splice(at, 0, value);
    if (sketch.length > SKETCH) sketch.pop();
  }

  /** Founds and joins classes anew; identities in order of hash, so that every worker comes to the same. */
  sort(): void {
    for (const kind of this.#kinds.values()) {
      for (const identity of [...kind.sketches.keys()].sort((a, b) => a - b)) {
        const sketch = kind.sketches.get(identity) as number[];
        const now = kind.classes.get(identity);
        let best = -1;
        let most = now === undefined ? 0 : alike(sketch, kind.leaders[now] as number[]) + 0.1;
        if (now !== undefined && most >= ALIKE) best = now;
        kind.leaders.forEach((leader, index) => {
          const overlap = alike(sketch, leader);
          if (overlap >= ALIKE && overlap > most) {
            most = overlap;
            best = index;
          }
        });
        if (best < 0 && sketch.length >= 3 && kind.leaders.length < CLASSES) best = kind.leaders.push([...sketch]) - 1;
        if (best >= 0) kind.classes.set(identity, best);
      }
    }
  }

  /** Number of the class within its kind, or undefined while nothing fits. */
  classOf(kindName: string, identity: number): number | undefined {
    return this.#kinds.get(kindName)?.classes.get(identity);
  }
}
