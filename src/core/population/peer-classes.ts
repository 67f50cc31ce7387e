/** Sorts identities of one kind into peer classes by how alike the sets of actions are that they use. */
import { ALIKE, CLASSES, FOUNDING_ACTIONS, INCUMBENT_BONUS } from '../constants.ts';
import { IdentityIndex, larger } from './identity-index.ts';
import { MinHash, SKETCH } from './min-hash.ts';

/** The identity was not compared yet, or its sketch has changed since. */
const UNSEEN = -1;
const NO_CLASS = -1;
/** Identities that are compared between two steps of `sort`. */
const STEP_IDENTITIES = 128;

interface Kind {
  readonly identities: IdentityIndex;
  readonly sketches: MinHash;
  /** Sketch of the founding member of each class. */
  readonly leaders: Int32Array[];
  /** By identity: its class or `NO_CLASS`, and how many leaders there were when it was last compared with them. */
  classes: Int8Array<ArrayBuffer>;
  compared: Int8Array<ArrayBuffer>;
}

/** Share of the smallest hashes of the union that both hold. */
export function alike(a: ArrayLike<number>, b: ArrayLike<number>): number {
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

export class PeerClasses {
  readonly #kinds = new Map<string, Kind>();

  /** Takes an action that an identity of a kind was newly seen to use. */
  observe(kindName: string, identity: number, value: number): void {
    let kind = this.#kinds.get(kindName);
    if (kind === undefined) {
      kind = {
        identities: new IdentityIndex(),
        sketches: new MinHash(),
        leaders: [],
        classes: new Int8Array(8).fill(NO_CLASS),
        compared: new Int8Array(8),
      };
      this.#kinds.set(kindName, kind);
    }
    const number = kind.identities.add(identity);
    if (number >= kind.classes.length) {
      const { length } = kind.classes;
      kind.classes = larger(kind.classes, length * 2).fill(NO_CLASS, length);
      kind.compared = larger(kind.compared, length * 2);
    }
    if (kind.sketches.add(number, value)) kind.compared[number] = UNSEEN;
  }

  /**
   * Founds and joins classes anew; identities in order of hash, so that every worker comes to the same. One that has not
   * changed since it was compared with all leaders would come to the same class again, and is passed over. Done step by step.
   */
  *sort(): Generator<undefined, void> {
    let compared = 0;
    for (const kind of this.#kinds.values()) {
      const { identities, leaders } = kind;
      const inOrder = new Int32Array(identities.size).map((_, number) => identities.identity(number)).sort();
      for (const identity of inOrder) {
        const number = identities.find(identity);
        if (kind.compared[number] === leaders.length) continue;
        compare(kind, number);
        if (++compared % STEP_IDENTITIES === 0) yield;
      }
    }
  }

  /** Number of the class within its kind, or undefined while nothing fits. */
  classOf(kindName: string, identity: number): number | undefined {
    const kind = this.#kinds.get(kindName);
    const number = kind?.identities.find(identity) ?? -1;
    const own = number < 0 ? NO_CLASS : (kind?.classes[number] as number);
    return own === NO_CLASS ? undefined : own;
  }
}

function compare({ sketches, leaders, classes, compared }: Kind, number: number): void {
  const sketch = sketches.of(number);
  const now = classes[number] as number;
  let best = NO_CLASS;
  let most = now === NO_CLASS ? 0 : alike(sketch, leaders[now] as Int32Array) + INCUMBENT_BONUS;
  if (now !== NO_CLASS && most >= ALIKE) best = now;
  leaders.forEach((leader, index) => {
    const overlap = alike(sketch, leader);
    if (overlap >= ALIKE && overlap > most) {
      most = overlap;
      best = index;
    }
  });
  if (best === NO_CLASS && sketch.length >= FOUNDING_ACTIONS && leaders.length < CLASSES)
    best = leaders.push(sketch.slice()) - 1;
  if (best !== NO_CLASS) classes[number] = best;
  compared[number] = leaders.length;
}
