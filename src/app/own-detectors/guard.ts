/** Puts a fence around a detector of one's own: what it throws or answers wrongly counts as nothing found, and is told. */
import { ALERT_KINDS } from '../../../schemas/alert.ts';
import type { Detector, DetectorContext, Dimension, Finding, Sketch, SketchPlan } from '../../core/detector.ts';
import { mix } from '../../core/hash.ts';

/** What of a detector failed: a name of its functions, or one of its dimensions. */
export type Step = 'judge' | 'count' | 'learn' | 'observe' | 'finding' | 'dimension';

export interface DetectorFailure {
  readonly detector: string;
  readonly step: Step;
  /** Where it was loaded from. */
  readonly file: string;
  readonly error: Error;
}

/** A detector that answers what no detector may answer. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/** Findings of one activity that are taken. */
const FINDINGS_MAX = 16;
/** The most that an invariant among our own says, nats. */
const NATS_MAX = 30;
/** Characters of a text that goes into an alert. */
const TEXT_MAX = 1_024;
const NAME_MAX = 128;
const TECHNIQUES_MAX = 16;
const CONTAINED = ['session', 'credential', 'scope', 'identity'];
/** An id of ATT&CK or OWASP, such as T1078.004 or NHI2. */
export const TECHNIQUE = /^(T\d{4}(\.\d{3})?|NHI\d+|ASI\d{2})$/;

/** What was thrown, as an error. */
export const errorOf = (thrown: unknown) =>
  thrown instanceof Error ? thrown : new WrongAnswer(`threw ${String(thrown)}`);

/**
 * The same detector, which can fail and stop nothing. What it may look at is the declared context and no more; it writes tables only
 * outside of judging, and only numbers; its rates are counted under its own id. An answer that is a promise is refused, and its
 * rejection is caught.
 */
export function guarded(
  { id, file }: { readonly id: string; readonly file: string },
  detector: Detector,
  onFailure: (failure: DetectorFailure) => void,
): Detector {
  const fail = (step: Step, thrown: unknown) => onFailure({ detector: id, step, file, error: errorOf(thrown) });
  const view = new ContextView(id);
  const judging: Detector['judge'] = (context, options) => {
    try {
      const found = settled(detector.judge(view.of(context, false), options), 'judge');
      if (found === undefined) return undefined;
      if (!Array.isArray(found)) throw new WrongAnswer('judge returned no list of findings');
      if (found.length > FINDINGS_MAX)
        throw new WrongAnswer(`judge returned ${found.length} findings, at most ${FINDINGS_MAX} are taken`);
      const own = context.hash(id);
      return found.map((finding: Finding) => checked(id, own, finding, fail));
    } catch (error) {
      fail('judge', error);
      return undefined;
    }
  };
  const writing =
    <Rest extends unknown[]>(step: Step, work: (context: DetectorContext, options: unknown, ...rest: Rest) => void) =>
    (context: DetectorContext, options: unknown, ...rest: Rest) => {
      try {
        settled(work(view.of(context, true), options, ...rest), step);
      } catch (error) {
        fail(step, error);
      }
    };
  const { count, learn, observe } = detector;
  return {
    about: detector.about,
    options: detector.options,
    dimensions: detector.dimensions,
    sketches: detector.sketches,
    ...(detector.onlyWhenFresh !== undefined && { onlyWhenFresh: detector.onlyWhenFresh }),
    judge: judging,
    ...(count && { count: writing('count', count.bind(detector)) }),
    ...(learn && { learn: writing('learn', learn.bind(detector)) }),
    ...(observe && { observe: writing('observe', observe.bind(detector)) }),
  };
}

/** What a function answered, if it answered at once. */
function settled<T>(answer: T, step: string): T {
  const { then } = (answer ?? {}) as { then?: unknown };
  if (typeof then !== 'function') return answer;
  // A promise that nobody waits for would end the process when it is rejected.
  Promise.resolve(answer).catch(() => undefined);
  throw new WrongAnswer(`${step} returned a promise: a detector answers at once`);
}

const textOf = (value: unknown, what: string, max = TEXT_MAX): string => {
  if (typeof value !== 'string' || value === '') throw new WrongAnswer(`finding.${what} is no text`);
  return value.slice(0, max);
};

const numberOf = (value: unknown, what: string): number => {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new WrongAnswer(`finding.${what} is no finite number`);
  return value;
};

/** A finding as the engine may have it. Its texts are asked later, so they are fenced too. Throws a `WrongAnswer`. */
function checked(id: string, own: number, finding: Finding, fail: (step: Step, thrown: unknown) => void): Finding {
  if (typeof finding !== 'object' || finding === null)
    throw new WrongAnswer('judge returned a finding that is no object');
  const later = (what: 'usual' | 'says', fallback: string) => {
    if (typeof finding[what] !== 'function') throw new WrongAnswer(`finding.${what} is no function`);
    return () => {
      try {
        return textOf(finding[what](), what);
      } catch (error) {
        fail('finding', error);
        return fallback;
      }
    };
  };
  const { kind, techniques, contain, value, rate, prevalence, novelty, change } = finding;
  if (kind !== undefined && !ALERT_KINDS.includes(kind))
    throw new WrongAnswer(`finding.kind ${kind} is none that alerts have`);
  if (contain !== undefined && !CONTAINED.includes(contain))
    throw new WrongAnswer(`finding.contain is none of ${CONTAINED.join(', ')}`);
  if (techniques?.some((one) => typeof one !== 'string' || !TECHNIQUE.test(one)))
    throw new WrongAnswer('finding.techniques has what is no id of ATT&CK or OWASP');
  const field = textOf(finding.field, 'field', NAME_MAX);
  const seen = textOf(finding.seen, 'seen');
  return {
    field,
    group: textOf(finding.group, 'group', NAME_MAX),
    seen,
    usual: later('usual', 'not told'),
    nats: Math.min(NATS_MAX, numberOf(finding.nats, 'nats')),
    // Two detectors may number their findings alike.
    key: mix(numberOf(finding.key, 'key') | 0, own),
    says: later('says', `did what detector ${id} looks for`),
    ...(prevalence && { prevalence }),
    ...(kind && { kind }),
    ...(techniques && { techniques: techniques.slice(0, TECHNIQUES_MAX) }),
    ...(value !== undefined && { value: numberOf(value, 'value') }),
    ...(novelty && { novelty }),
    ...(rate !== undefined && { rate: rateOf(id, textOf(rate, 'rate', NAME_MAX)) }),
    ...(change && { change }),
    ...(contain && { contain }),
    ...(finding.isOutside === true && { isOutside: true as const }),
  };
}

/** Rates are counted by name for all detectors together: those of one's own must not move ours. */
const rateOf = (id: string, name: string) => `${id}/${name}`;

/** The declared context and nothing else of whatever stands behind it. */
class ContextView implements DetectorContext {
  readonly #id: string;
  #context!: DetectorContext;
  #isWriting = false;

  constructor(id: string) {
    this.#id = id;
  }

  of(context: DetectorContext, isWriting: boolean): this {
    this.#context = context;
    this.#isWriting = isWriting;
    return this;
  }

  get activity() {
    return this.#context.activity;
  }
  get ms() {
    return this.#context.ms;
  }
  get hour() {
    return this.#context.hour;
  }
  get day() {
    return this.#context.day;
  }
  get facts() {
    return this.#context.facts;
  }
  get decoy() {
    return this.#context.decoy;
  }
  get ageDays() {
    return this.#context.ageDays;
  }
  get cameWithLog() {
    return this.#context.cameWithLog;
  }
  get activeDays() {
    return this.#context.activeDays;
  }
  get activities() {
    return this.#context.activities;
  }
  get lastMs() {
    return this.#context.lastMs;
  }
  get maturity() {
    return this.#context.maturity;
  }
  get sensitivity() {
    return this.#context.sensitivity;
  }
  get fresh() {
    return this.#context.fresh;
  }
  get credentialHash() {
    return this.#context.credentialHash;
  }
  get actorHash() {
    return this.#context.actorHash;
  }
  get changes() {
    return this.#context.changes;
  }
  novelty(dimension: Dimension) {
    return this.#context.novelty(dimension);
  }
  value(dimension: Dimension, level?: number) {
    return this.#context.value(dimension, level);
  }
  usual(dimension: Dimension, level?: number) {
    return this.#context.usual(dimension, level);
  }
  known(dimension: Dimension, level: number) {
    return this.#context.known(dimension, level);
  }
  lessons(of: readonly Dimension[], days: number) {
    return this.#context.lessons(of, days);
  }
  holds(dimension: Dimension, level: number, text: string) {
    return this.#context.holds(dimension, level, text);
  }
  hash(text: string) {
    return this.#context.hash(text);
  }
  rate(name: string, beforeToday?: boolean) {
    return this.#context.rate(rateOf(this.#id, name), beforeToday);
  }
  holders(dimension: Dimension, level: number, text: string) {
    return this.#context.holders(dimension, level, text);
  }
  suspects(dimension: Dimension, level: number, text: string) {
    return this.#context.suspects(dimension, level, text);
  }
  declared(ip: string | undefined) {
    return this.#context.declared(ip);
  }
  sketch(plan: SketchPlan): Sketch {
    return fencedSketch(this.#context.sketch(plan), plan, this.#isWriting);
  }
}

/** A table that is written only when it may be, only in its bounds and only with numbers. */
function fencedSketch(table: Sketch, plan: SketchPlan, isWriting: boolean): Sketch {
  // A row is a place among the numbers of all detectors: only rows of this table may be used.
  const rows = new Set<number>();
  const given = (row: number) => {
    if (row >= 0) rows.add(row);
    return row;
  };
  const writes = (what: string) => {
    if (!isWriting) throw new WrongAnswer(`judge called ${what} of sketch ${plan.name}: judging leaves no trace`);
  };
  const inBounds = (row: number, field: number) => {
    if (!rows.has(row)) throw new WrongAnswer(`row ${row} of sketch ${plan.name} is none that find or touch gave`);
    if (!Number.isInteger(field) || field < 0 || field >= plan.fields)
      throw new WrongAnswer(`sketch ${plan.name} has no field ${field}`);
  };
  const keyed = (key: number) => {
    if (!Number.isSafeInteger(key)) throw new WrongAnswer(`key ${key} of sketch ${plan.name} is no whole number`);
  };
  return {
    get size() {
      return table.size;
    },
    find(key) {
      keyed(key);
      return given(table.find(key));
    },
    touch(key) {
      writes('touch');
      keyed(key);
      return given(table.touch(key));
    },
    get(row, field) {
      inBounds(row, field);
      return table.get(row, field);
    },
    set(row, field, value) {
      writes('set');
      inBounds(row, field);
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw new WrongAnswer(`${String(value)} for sketch ${plan.name} is no finite number`);
      table.set(row, field, value);
    },
  };
}

/** A dimension of one's own that can fail and stop nothing: a value that cannot be read is no value. */
export function guardedDimension(
  dimension: Dimension,
  fail: (thrown: unknown) => void,
): Pick<Dimension, 'whole' | 'also' | 'levels'> {
  const { whole, also, levels, id, depth } = dimension;
  const text = (value: unknown, what: string): string | undefined => {
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw new WrongAnswer(`${what} of dimension ${id} is no text`);
    return value.slice(0, TEXT_MAX);
  };
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      fail(error);
      return otherwise;
    }
  };
  return {
    whole: (activity) => attempt(() => text(whole(activity), 'whole'), undefined),
    also: also && ((activity) => attempt(() => text(also(activity), 'also'), undefined)),
    levels: (activity, exact) =>
      attempt(
        () => {
          const found = levels(activity, exact);
          if (!Array.isArray(found) || found.length !== depth)
            throw new WrongAnswer(`levels of dimension ${id} returned no list of ${depth} texts`);
          return found.map((one) => text(one, 'a level') ?? exact);
        },
        Array.from({ length: depth }, () => exact),
      ),
  };
}
