/** A small CloudTrail history for trying things out: six roles, three weeks up to a moment, and one stolen session at its end. */
import { DAY_MS, type Dated } from './company.ts';
import { createDice } from './dice.ts';
import { roleRoutine } from './role-routine.ts';
import { theft } from './story.ts';

const ROLES = ['orders-api', 'basket-api', 'sales-etl', 'stock-etl', 'report-daily', 'mailer'] as const;
const HISTORY_DAYS = 21;
/** The theft takes a quarter of an hour; the routine that follows shows that the workload still holds its own session. */
const THEFT_BEFORE_END_MS = 3 * 3_600_000;

/** Raw records in order of event time, the last before `end` (milliseconds); some 5,000, under 8 MB, for any seed. */
export function briefHistory(end: number, seed = 7): readonly object[] {
  const dice = createDice(seed);
  const records: Dated[] = ROLES.flatMap((name) => [...roleRoutine(name, dice, end - HISTORY_DAYS * DAY_MS, end)]);
  records.push(...theft(end - THEFT_BEFORE_END_MS, dice));
  return records.sort((a, b) => a.at - b.at).map(({ raw }) => raw);
}
