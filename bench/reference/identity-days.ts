/** One alert an identity and day for detectors that score single activities or hours: raised with the first, ranked by the most surprising. */
import type { Activity } from '../../schemas/activity.ts';
import type { JudgedAlert } from '../../src/evaluate/judged-alert.ts';

const CITED = 100;

interface Open {
  readonly firstS: number;
  lastS: number;
  raisedS: number;
  score: number;
  readonly cites: string[];
}

export class IdentityDays {
  readonly #id: string;
  readonly #days = new Map<string, Open>();

  constructor(id: string) {
    this.#id = id;
  }

  /** Adds activities found at `atS` (seconds) to the identity's alert of that day. Scores sum where `adds`; else the highest counts, and it cites and dates the alert. */
  add(identity: string, atS: number, activityIds: readonly string[], score: number, adds = false): void {
    const key = `${Math.floor(atS / 86_400)} ${identity}`;
    const open = this.#days.get(key);
    if (!open) {
      this.#days.set(key, { firstS: atS, lastS: atS, raisedS: atS, score, cites: activityIds.slice(0, CITED) });
      return;
    }
    open.lastS = atS;
    if (adds) open.score += score;
    else if (score > open.score) {
      open.score = score;
      open.raisedS = atS;
      open.cites.unshift(...activityIds.slice(0, CITED));
      open.cites.length = Math.min(CITED, open.cites.length);
    }
    for (const id of activityIds) if (open.cites.length < CITED) open.cites.push(id);
  }

  alerts(): JudgedAlert[] {
    return [...this.#days].map(([key, day]) => ({
      id: `${this.#id}:${key}`,
      who: key.slice(key.indexOf(' ') + 1),
      firstS: day.firstS,
      lastS: day.lastS,
      raisedS: day.raisedS,
      cites: [...new Set(day.cites)],
      advice: 1,
      score: day.score,
      kinds: [],
    }));
  }
}

export const secondsOf = (activity: Activity) => Date.parse(activity.at) / 1000;
