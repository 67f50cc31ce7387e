/** Lets an engine judge hour by hour, and gathers what that leads to. */
import type { Alert } from '../../schemas/alert.ts';
import { createPace } from '../bounds/pace.ts';
import type { Contribution, Engine, EngineOutcome, LocatedRecord, Taught } from '../core/engine-contract.ts';
import type { DecidedVersion } from './decided-versions.ts';
import type { HourPart } from './event-hours.ts';

/**
 * Activities judged in one go; after so many slices, or when they took long, others run. Newcomers cost ten times what the known cost:
 * 2,000 of them in one go held the process for half a second, and 64 of them in a process that has just begun for a seventh.
 */
export const SLICE_ROWS = 16;
const pace = createPace({ records: 64, bytes: Number.POSITIVE_INFINITY });

/** What a chunk leads to, as far as it is judged. */
export interface Outcome {
  readonly alerts: Map<string, Alert>;
  readonly news: Set<string>;
  readonly observed: Map<string, Alert>;
  readonly contributions: Contribution[];
  readonly inventory: LocatedRecord[];
  readonly decided: DecidedVersion[];
  readonly taught: Taught[];
  readonly late: { activities: number; longestMs: number };
  held: number;
}

export const newOutcome = (): Outcome => ({
  alerts: new Map(),
  news: new Set(),
  observed: new Map(),
  contributions: [],
  inventory: [],
  decided: [],
  taught: [],
  late: { activities: 0, longestMs: 0 },
  held: 0,
});

export const outcomeOf = ({ alerts, observed, ...rest }: Outcome) => ({
  ...rest,
  alerts: [...alerts.values()],
  observed: [...observed.values()],
});

/** Alerts that were judged while the population lacked what some partitions have yet to tell say so. */
export const marked = (alerts: readonly Alert[], missing: number): readonly Alert[] =>
  missing === 0 ? alerts : alerts.map((alert) => ({ ...alert, missingPartitions: missing }));

/**
 * Judges in slices, so that a large chunk does not hold up the heartbeat; the outcome is the same as in one go. What the
 * inventory says, and what was decided about an alert, counts from its place in the stream on.
 */
export async function judge(engine: Engine, hours: readonly HourPart[], into: Outcome = newOutcome()): Promise<void> {
  for (const { hour, located, said: between } of hours) {
    let next = 0;
    let from = 0;
    while (from < located.length || next < between.length) {
      const said = between[next];
      if (said !== undefined && said.offset < (located[from]?.offset ?? Number.POSITIVE_INFINITY)) {
        if ('decided' in said) {
          const version = engine.decide(said.decided);
          if (version !== undefined) into.decided.push({ ...said.decided, version });
        } else {
          const record = engine.updateInventory(said);
          if (record !== undefined) into.inventory.push({ record, offset: said.offset });
        }
        next++;
        continue;
      }
      // No further than to the newcomer for whom there is no room, so that room is made with pauses.
      let to = Math.min(from + Math.min(SLICE_ROWS, engine.room + 1), located.length);
      while (said !== undefined && to > from && located[to - 1]!.offset > said.offset) to--;
      take(engine.process(located.slice(from, to), true), hour, into);
      for (const _ of engine.makingRoom()) await pace(0);
      from = to;
      await pace(0);
    }
  }
}

function take(outcome: EngineOutcome, told: number, into: Outcome): void {
  for (const alert of outcome.alerts) into.alerts.set(alert.id, alert);
  for (const id of outcome.news) into.news.add(id);
  for (const alert of outcome.observed) into.observed.set(alert.id, alert);
  for (const one of outcome.contributions) {
    one.told = told;
    into.contributions.push(one);
  }
  into.held += outcome.held;
  for (const one of outcome.taught) into.taught.push(one);
  into.late.activities += outcome.late.activities;
  into.late.longestMs = Math.max(into.late.longestMs, outcome.late.longestMs);
}
