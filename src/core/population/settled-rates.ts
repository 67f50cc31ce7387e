/** How often those who have been there for long see a novelty, where no single day counts for more than a few times what was expected of it. */
import { DAY_FACTOR, DAY_LEAST, PRIOR_DAYS, PRIOR_RATE } from '../constants.ts';

export class SettledRates {
  #days = 0;
  readonly #counts = new Map<string, number>();
  /** Identity-days and counts of the open day, which the others do not hold yet. */
  #daysToday = 0;
  readonly #today = new Map<string, number>();

  /** Identity-days of settled members on the open day. */
  active(days: number): void {
    this.#daysToday += days;
  }

  /** Identity-days on which one of them had a novelty or finding that is counted under a name. */
  saw(name: string, days: number): void {
    this.#today.set(name, (this.#today.get(name) ?? 0) + days);
  }

  /** Closes the day; `fade` is what is left of a count a day later. */
  nextDay(fade: number): void {
    for (const name of this.#today.keys())
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + this.#countedToday(name));
    this.#today.clear();
    this.#days = (this.#days + this.#daysToday) * fade;
    this.#daysToday = 0;
    for (const [name, count] of this.#counts) this.#counts.set(name, count * fade);
  }

  /** Share of identity-days with evidence of these names, leaning by so many days on a rate. */
  rate(names: readonly string[], leansOn: number, byDays: number): number {
    let count = 0;
    for (const name of names) count += (this.#counts.get(name) ?? 0) + this.#countedToday(name);
    return (count + leansOn * byDays) / (this.#days + this.#daysToday + byDays);
  }

  /** What the open day adds to a count: nobody makes a kind of news usual within a day. */
  #countedToday(name: string): number {
    const count = this.#today.get(name);
    if (count === undefined) return 0;
    const expected =
      (this.#daysToday * ((this.#counts.get(name) ?? 0) + PRIOR_RATE * PRIOR_DAYS)) / (this.#days + PRIOR_DAYS);
    return Math.min(count, Math.max(DAY_LEAST, DAY_FACTOR * expected));
  }
}
