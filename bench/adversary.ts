/** Tries to blind the detectors before a real attack and says what that changed: `node dist/bench/adversary.js [--seed N] [--json]`. */
import { parseArgs } from 'node:util';
import type { Alert } from '../schemas/alert.ts';
import { AGAIN, ATTACKS, ATTEMPTS, TODAY } from './adversary/attempts.ts';
import { fleetOf } from './adversary/fleet.ts';
import { judge, rank, SEVERITIES } from './adversary/judge.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});

/** An attempt that takes more records than this is no longer cheap. */
const CHEAP_RECORDS = 10_000;

const words = (alert: Alert | undefined) =>
  alert === undefined ? 'nothing' : `${alert.severity} ${alert.score.toFixed(1)}`;
const isInvariant = (alert: Alert | undefined) => alert?.detectors[0] === 'revoked-credential-use';

const fleet = fleetOf(Number(values.seed));
const rows = [...ATTEMPTS, ...AGAIN].map((attempt) => {
  const day = TODAY + (attempt.laterDays ?? 0);
  const attack = ATTACKS[attempt.attack](fleet, day);
  const records = attempt.records(fleet, day);
  const without = judge(fleet, attack, [], { family: attempt.family });
  const started = performance.now();
  const withIt = judge(fleet, attack, records, attempt);
  const lowered = isInvariant(without.alert)
    ? rank(withIt.alert) < rank(without.alert)
    : rank(without.alert) >= SEVERITIES.indexOf('high') && rank(withIt.alert) < SEVERITIES.indexOf('high');
  const isTold = withIt.told.length > 0;
  const holds = records.length >= CHEAP_RECORDS || (!lowered && isTold);
  process.stderr.write(`${attempt.name} ${((performance.now() - started) / 1_000).toFixed(1)} s\n`);
  return {
    family: attempt.family,
    attempt: attempt.name,
    attack: attempt.attack,
    records: records.length,
    without: words(without.alert),
    with: words(withIt.alert),
    lowered,
    told: isTold,
    how: withIt.told.join(', '),
    holds,
  };
});

const say = (line: string) => void process.stdout.write(`${line}\n`);
if (values.json) say(JSON.stringify(rows, undefined, 1));
else {
  say('| family | attempt | attack | records | without | with | lowered | told | how |');
  say('|---|---|---|---|---|---|---|---|---|');
  for (const row of rows)
    say(
      `| ${row.family} | ${row.attempt} | ${row.attack} | ${row.records} | ${row.without} | ${row.with} | ${row.lowered ? '**lowered**' : 'not lowered'} | ${row.told ? 'told' : '**not told**'} | ${row.how} |`,
    );
}
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
