/** The joint surprise above which an alert leaves, so that the SOC's budget of false alerts a day holds. */
import {
  BRAKE_FROM,
  BRAKE_NATS,
  COLD_DAYS,
  COLD_THRESHOLD,
  MARGIN,
  RAISE_FLOORS,
  SAFETY_LEAST,
  STEER_DAYS,
  STEER_STEP,
  THRESHOLD_DAYS,
} from '../constants.ts';
import { type MisuseShare, misuseShare } from './misuse-share.ts';
import type { Population } from './population.ts';

/** Highest level with at most `allowed` expected false crossings among `scores`, highest first; `known` are those of them known to be false. */
function levelOf(scores: readonly number[], known: readonly number[], allowed: number, share: MisuseShare): number {
  let spent = 0;
  let at = 0;
  for (const score of scores) {
    const isKnown = known[at] === score;
    if (isKnown) at++;
    spent += isKnown ? 1 : 1 - share(score);
    if (spent > allowed) return score;
  }
  return 0;
}

const descending = (lists: number[][]) => lists.flat().sort((a, b) => b - a);

/** What a score must reach, and how likely each is misuse. */
export interface Threshold {
  readonly nats: number;
  readonly share: MisuseShare;
}

/** The lowest threshold that is used for a budget: between two known ones, or beyond the last, on the line through them. */
export function floorOf(falsePerDay: number): number {
  const below = RAISE_FLOORS.findIndex(([budget]) => falsePerDay >= budget);
  const to = below < 0 ? RAISE_FLOORS.length - 1 : Math.max(1, below);
  const [[larger, from], [smaller, floor]] = [RAISE_FLOORS[to - 1], RAISE_FLOORS[to]] as [Floor, Floor];
  return floor + ((floor - from) * Math.log(smaller / falsePerDay)) / Math.log(larger / smaller);
}

type Floor = (typeof RAISE_FLOORS)[number];

/** What of a threshold follows from the days before today alone. */
interface Past {
  readonly of: number;
  /** Days with a history, back to the first that has a score. */
  readonly history: number;
  readonly scores: readonly number[];
  readonly known: readonly number[];
  readonly share: MisuseShare;
  /** The level for so many false crossings, worked out last: it is asked for every hour and changes with the day. */
  level?: { readonly allowed: number; readonly nats: number };
}

function pastOf(population: Population, tenant: string): Past {
  const days = population.scores(tenant, THRESHOLD_DAYS);
  let history = days.length;
  while (history > 0 && (days[history - 1] as number[]).length === 0) history--;
  const scores = descending(days);
  const known = descending(population.falseScores(tenant, THRESHOLD_DAYS));
  return { of: population.past, history, scores, known, share: misuseShare(scores) };
}

/** Thresholds of the tenants of one population. */
export class Thresholds {
  readonly #population: Population;
  readonly #pasts = new Map<string, Past>();

  constructor(population: Population) {
    this.#population = population;
  }

  /**
   * The level that identity-days crossed `falsePerDay` times a day over the last weeks, after steering by the days that people judged.
   * A score counts as false by its probability of being benign, or as a verdict says, so that a month of attacks does not deafen the detectors.
   * Where nobody judges, the number of false alerts is not known: to steer by an estimate would add its error to the level a second time.
   */
  of(tenant: string, falsePerDay: number): Threshold {
    const past = this.#pastOf(tenant);
    const { history, scores, known, share } = past;
    if (history < COLD_DAYS) return { nats: COLD_THRESHOLD, share };
    const planned = Math.max(SAFETY_LEAST, 1 - MARGIN / Math.sqrt(falsePerDay));
    let alpha = planned;
    for (const spent of this.#population.spentJudged(tenant, STEER_DAYS).reverse()) {
      const miss = Math.max(-1, Math.min(1, (falsePerDay - spent) / falsePerDay));
      alpha = Math.max(SAFETY_LEAST, Math.min(planned, alpha * Math.exp(STEER_STEP * miss)));
    }
    const allowed = alpha * falsePerDay * history;
    if (past.level?.allowed !== allowed) past.level = { allowed, nats: levelOf(scores, known, allowed, share) };
    return { nats: Math.max(floorOf(falsePerDay), past.level.nats), share };
  }

  #pastOf(tenant: string): Past {
    const known = this.#pasts.get(tenant);
    if (known?.of === this.#population.past) return known;
    const past = pastOf(this.#population, tenant);
    this.#pasts.set(tenant, past);
    return past;
  }
}

/** The threshold of one tenant, worked out once. */
export const thresholdOf = (population: Population, tenant: string, falsePerDay: number): Threshold =>
  new Thresholds(population).of(tenant, falsePerDay);

/** Nats by which the threshold rises for what was already spent today, more than chance brings on a day: a bad day does not become a flood, and certain invariants still get through. */
export function brake(spentToday: number, falsePerDay: number): number {
  const deviation = Math.sqrt(falsePerDay);
  const over = (spentToday - falsePerDay) / deviation - BRAKE_FROM;
  return over <= 0 ? 0 : BRAKE_NATS * over;
}
