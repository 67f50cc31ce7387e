/** Holds what belongs to a whole partition: which activities came already, pending contributions, and readable texts of values. */
import type { Activity } from '../../schemas/activity.ts';
import { OpenSpending } from './alert/open-spending.ts';
import type { MemoryRow } from './engine-contract.ts';
import { type Hasher, sampleOf } from './hash.ts';
import type { DetectorAges } from './memory/detector-ages.ts';
import type { Layout } from './memory/layout.ts';
import type { Lexicon } from './memory/lexicon.ts';
import { packLayouts, restoreLayouts } from './memory/partition-layouts.ts';
import { type Met, SeenIds, seenId } from './memory/seen-ids.ts';
import { PendingContributions } from './verdict/pending-contributions.ts';

const SEEN_KEY = '\u0001seen';
/** Keys are restored in their order: the times come after the hashes they belong to. Of an earlier version there are none. */
const SEEN_TIMES_KEY = '\u0001seen:times';
/** What is owed is told once, so it is one partition's. */
export const OWED_KEY = '\u0001owed';
const SPENT_KEY = '\u0001spent';
const LEXICON_KEY = '\u0001texts:';
/** Keys are restored in their order: this one comes before all memories, which cannot be read without it. */
const LAYOUTS_KEY = '\u0001layouts';
/** Of an activity its own time, and the time at which it is judged, both in ms. The same activity sent again has the same first. */
interface Moment {
  readonly atMs: number;
  readonly ms: number;
}

/** Identities whose hash is at hand, a power of two: a short cut that changes nothing. */
const OWNERS = 1 << 12;

/** Whose an activity is. */
interface Owner {
  readonly tenant: string;
  readonly provider: string;
  readonly id: string;
  readonly account: string | undefined;
  readonly hash: number;
}

export class Partition {
  readonly #owners = new Array<Owner | undefined>(OWNERS).fill(undefined);
  readonly #seen = new SeenIds();
  #offset = -1;
  #dirty = false;
  #repeated = 0;
  #areLayoutsSaved = false;
  /** Detectors whose memories of format 7 were met; their ages are known by that. */
  #format7: readonly string[] | undefined;
  readonly #layout: Layout;
  readonly #ages: DetectorAges;
  readonly pendingContributions = new PendingContributions();
  readonly openSpending = new OpenSpending();

  constructor(layout: Layout, ages: DetectorAges) {
    this.#layout = layout;
    this.#ages = ages;
  }

  /** True when an activity at this place was never here before. */
  isNext(offset: number): boolean {
    return offset > this.#offset;
  }

  /** Activities found to be repetitions since the start. */
  get repeated(): number {
    return this.#repeated;
  }

  /**
   * True when this act of this identity with this id was already seen lately; remembers it otherwise. Of whose it is and of what was
   * done an id says nothing: tenants, vendors and identities that use the same one must not make each other's activities vanish, nor a
   * harmless record that was made up beforehand the act of a thief. Whoever calls an API chooses its id in some logs.
   */
  repeats(hasher: Hasher, activity: Activity, { atMs, ms }: Moment, offset: number): boolean {
    if (!this.isNext(offset)) return false;
    this.#offset = offset;
    this.#dirty = true;
    this.#ages.meet(ms);
    if (this.#seen.add(idOf(hasher, activity, atMs, this.#hashOf(hasher, activity)), atMs)) return false;
    this.#repeated++;
    return true;
  }

  /** Whether an activity that comes next was here before; see `Met`. Remembers nothing. */
  met(hasher: Hasher, activity: Activity, atMs: number, offset: number): Met {
    // Cheap, and true of all that comes in order of time.
    if (!this.isNext(offset) || this.#seen.isLatest(atMs)) return 'new';
    return this.#seen.met(idOf(hasher, activity, atMs, this.#hashOf(hasher, activity)), atMs);
  }

  /** One hash of all that says whose an activity is. */
  #hashOf(hasher: Hasher, { tenant, identity: { provider, id, account } }: Activity): number {
    const at = sampleOf(id) & (OWNERS - 1);
    const known = this.#owners[at];
    if (known?.id === id && known.account === account && known.provider === provider && known.tenant === tenant)
      return known.hash;
    const home = account === undefined ? provider : `${provider}\u0000${account}`;
    const hash = hasher.of(`${tenant}\u0000${home}\u0000${id}`);
    this.#owners[at] = { tenant, provider, id, account, hash };
    return hash;
  }

  /** Rows to save, one at a time; `hasMemories`: memories are saved with them, which cannot be read without the names of their tables. */
  *rows(lexicon: Lexicon, hasMemories: boolean): Generator<MemoryRow> {
    if (this.#dirty || (hasMemories && !this.#areLayoutsSaved)) {
      yield { key: LAYOUTS_KEY, offset: this.#offset, bytes: packLayouts(this.#layout, this.#ages) };
      this.#areLayoutsSaved = true;
    }
    for (const [shelf, bytes] of lexicon.changed())
      yield { key: `${LEXICON_KEY}${shelf}`, offset: this.#offset, bytes };
    if (this.#dirty) {
      const { ids, times } = this.#seen.saved();
      yield { key: SEEN_KEY, offset: this.#offset, bytes: ids };
      yield { key: SEEN_TIMES_KEY, offset: this.#offset, bytes: times };
      this.#dirty = false;
    }
    const pendingContributions = this.pendingContributions.changed();
    if (pendingContributions !== undefined) yield { key: OWED_KEY, offset: this.#offset, bytes: pendingContributions };
    const spent = this.openSpending.changed();
    if (spent !== undefined) yield { key: SPENT_KEY, offset: this.#offset, bytes: spent };
  }

  /** Restores a saved row if it belongs to the partition state. Returns whether it did. */
  restore(row: MemoryRow, lexicon: Lexicon): boolean {
    if (row.key === SEEN_KEY) {
      this.#seen.restoreIds(row.bytes, this.#ages.asOfMs ?? 0);
      this.#offset = row.offset;
      return true;
    }
    // An earlier version that ran meanwhile left the times of other hashes.
    if (row.key === SEEN_TIMES_KEY && row.offset === this.#offset) this.#seen.restoreTimes(row.bytes);
    if (row.key === LAYOUTS_KEY) {
      restoreLayouts(row.bytes, this.#layout, this.#ages);
      this.#format7 = this.#layout.format7Detectors;
      this.#areLayoutsSaved = true;
    }
    if (row.key === SPENT_KEY) this.openSpending.restore(row.bytes);
    if (row.key === OWED_KEY) this.pendingContributions.restore(row.bytes);
    if (!row.key.startsWith(LEXICON_KEY)) return row.key.startsWith('\u0001');
    lexicon.restore(Number(row.key.slice(LEXICON_KEY.length)), row.bytes);
    return true;
  }

  /** A memory was restored: where it was of format 7, which had no row of layouts, the detectors of then are as old as the partition. */
  restored(): void {
    const { format7Detectors } = this.#layout;
    if (format7Detectors === undefined || format7Detectors === this.#format7) return;
    this.#format7 = format7Detectors;
    this.#ages.restore({ detectors: Object.fromEntries(format7Detectors.map((id) => [id, {}])) });
  }
}

/** What an activity is remembered by; `whose` is the hash of whose it is. */
const idOf = (hasher: Hasher, activity: Activity, atMs: number, whose: number): number =>
  seenId(mixed(hasher.ofId(activity.id), mixed(whose, actOf(hasher, activity))), atMs);

/** One hash of what was done, to what, from where and with which outcome. */
function actOf(hasher: Hasher, { action, resource, source, outcome }: Activity): number {
  const what = mixed(hasher.of(action.name), resource === undefined ? 0 : hasher.of(resource.id));
  return mixed(what, mixed(hasher.of(outcome), source.ip === undefined ? 0 : hasher.of(source.ip)));
}

/** One hash of two, below 2^31: 31 bits stay whole numbers that a Float64Array holds with 20 more beside them. */
function mixed(a: number, b: number): number {
  let hash = Math.imul(a ^ (b >>> 15), 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
  return (hash ^ (hash >>> 16)) & 0x7fffffff;
}
