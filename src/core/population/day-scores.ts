/** The highest score of each identity on each day, and what a new score is compared with. */
import { REFERENCE_DAYS, THRESHOLD_DAYS } from '../constants.ts';
import type { Contribution } from '../engine-contract.ts';
import type { Circle, Circles, Place } from './circles.ts';
import type { ClassDays } from './class-days.ts';
import { pOf, type References } from './conformal-p.ts';
import type { JudgedDays } from './judged-days.ts';
import { posterior } from './posterior.ts';

interface Scored {
  readonly score: number;
  readonly peers: string;
}

/** A score of a closed day, and whose it is: of a class and of the kind that lies around it. */
interface PastScore {
  readonly reference: readonly [nats: number, benign: number];
  readonly of: string;
  readonly kind: Circle;
}

export interface DayScoresParts {
  readonly circles: Circles;
  readonly classDays: ClassDays;
  readonly judged: JudgedDays;
  /** Scores kept per tenant and day; beyond it the lowest goes. */
  readonly perDay: number;
}

export class DayScores {
  readonly #parts: DayScoresParts;
  /** Tenant -> day -> highest score of each identity that day. */
  readonly #scores = new Map<string, Map<number, Map<number, Scored>>>();
  /** What p-values are read from, and the scores in it, until `pastChanged`. */
  readonly #references = new Map<Place, References>();
  readonly #pastScores = new Map<string, readonly PastScore[]>();
  /** By tenant and class: identity-days of the last weeks. */
  readonly #activeDays = new Map<string, ReadonlyMap<string, number>>();

  constructor(parts: DayScoresParts) {
    this.#parts = parts;
  }

  take({ tenant, identity, hour, peers }: Contribution, nats: number): void {
    let days = this.#scores.get(tenant);
    if (days === undefined) {
      days = new Map();
      this.#scores.set(tenant, days);
    }
    const day = Math.floor(hour / 24);
    let scores = days.get(day);
    if (scores === undefined) {
      scores = new Map();
      days.set(day, scores);
    }
    if ((scores.get(identity)?.score ?? Number.NEGATIVE_INFINITY) >= nats) return;
    scores.set(identity, { score: nats, peers });
    if (scores.size > this.#parts.perDay) {
      let least = identity;
      for (const [one, { score }] of scores) {
        const worst = (scores.get(least) as Scored).score;
        if (score < worst || (score === worst && one < least)) least = one;
      }
      scores.delete(least);
    }
  }

  /** Scores of the identity-days of the `days` days before `day` whose judgement counts, newest day first; each day's highest first. */
  before(
    tenant: string,
    day: number,
    days: number,
    counts: (judged: ReturnType<JudgedDays['on']>) => boolean,
  ): number[][] {
    const of = this.#scores.get(tenant);
    const out: number[][] = [];
    for (let on = day - 1; on >= day - days; on--) {
      const scores: number[] = [];
      for (const [identity, { score }] of of?.get(on) ?? [])
        if (counts(this.#parts.judged.on(tenant, on, identity))) scores.push(score);
      out.push(scores.sort((a, b) => b - a));
    }
    return out;
  }

  /**
   * Conformal p: share of the benign identity-days of the last weeks before `day` at least as surprising, of the class where it has
   * enough of them, else of its declared kind, else of the tenant. What was alerted on counts by its probability of being benign.
   */
  pOf(tenant: string, peers: string, score: number, day: number): number {
    const place = this.#parts.circles.place(tenant, peers);
    const references = this.#references.get(place) ?? this.#referencesOf(tenant, peers, place, day);
    this.#references.set(place, references);
    return pOf(score, references);
  }

  #referencesOf(tenant: string, peers: string, { kind }: Place, today: number): References {
    const { circles } = this.#parts;
    const isKind = (of: string) => of === peers || circles.place(tenant, of).kind === kind;
    const days = { own: 0, kind: 0, all: 0 };
    for (const [of, identityDays] of this.#activeDaysOf(tenant, today)) {
      days.all += identityDays;
      if (isKind(of)) days.kind += identityDays;
      if (of === peers) days.own += identityDays;
    }
    const circle = days.own >= REFERENCE_DAYS ? 'own' : days.kind >= REFERENCE_DAYS ? 'kind' : 'all';
    const scores: (readonly [number, number])[] = [];
    for (const { reference, of, kind: itsKind } of this.#pastScoresOf(tenant, today))
      if (circle === 'all' || of === peers || (circle === 'kind' && itsKind === kind)) scores.push(reference);
    return { days: days[circle], scores };
  }

  /** Added up once for all classes of a tenant. */
  #activeDaysOf(tenant: string, today: number): ReadonlyMap<string, number> {
    const known = this.#activeDays.get(tenant);
    if (known !== undefined) return known;
    const days = new Map<string, number>();
    for (let day = today - 1; day >= today - THRESHOLD_DAYS; day--)
      for (const [of, identityDays] of this.#parts.classDays.active(tenant, day))
        days.set(of, (days.get(of) ?? 0) + identityDays);
    this.#activeDays.set(tenant, days);
    return days;
  }

  /** Scores of the last weeks that nobody called an attack, highest first; sorted once for all classes of a tenant. */
  #pastScoresOf(tenant: string, today: number): readonly PastScore[] {
    const known = this.#pastScores.get(tenant);
    if (known !== undefined) return known;
    const { circles, judged } = this.#parts;
    const rows: PastScore[] = [];
    for (let day = today - 1; day >= today - THRESHOLD_DAYS; day--)
      for (const [identity, { score, peers: of }] of this.#scores.get(tenant)?.get(day) ?? []) {
        const as = judged.on(tenant, day, identity);
        if (as === 'attack') continue;
        const reference = [score, as === 'benign' ? 1 : 1 - posterior(score)] as const;
        rows.push({ reference, of, kind: circles.place(tenant, of).kind });
      }
    rows.sort(({ reference: a }, { reference: b }) => b[0] - a[0] || a[1] - b[1]);
    this.#pastScores.set(tenant, rows);
    return rows;
  }

  /** Scores, verdicts or activity of earlier days changed, or a day began: what is compared with is read anew. */
  pastChanged(): void {
    this.#references.clear();
    this.#pastScores.clear();
    this.#activeDays.clear();
  }

  /** Forgets the days before one. */
  forget(before: number): void {
    for (const days of this.#scores.values()) for (const old of days.keys()) if (old < before) days.delete(old);
  }
}
