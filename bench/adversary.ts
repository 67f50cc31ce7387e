/** Tries to blind the detectors before a real attack and says what that changed: `node dist/bench/adversary.js [--seed N] [--json]`. */
import { parseArgs } from 'node:util';
import type { Activity } from '../schemas/activity.ts';
import type { Alert } from '../schemas/alert.ts';
import { configSchema } from '../schemas/config.ts';
import { shelves } from '../src/commands/settings.ts';
import { createEngine } from '../src/core/engine.ts';
import { createPopulation } from '../src/core/population/population.ts';
import { AGAIN, ATTACKS, ATTEMPTS, type Attack, type Attempt, TODAY } from './adversary/attempts.ts';
import { type Fleet, fleetOf } from './adversary/fleet.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
});

/** A fleet of so few bears one false alert in five days. */
const FALSE_PER_DAY = 0.2;
const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
const rank = (alert: Alert | undefined) => (alert === undefined ? -1 : SEVERITIES.indexOf(alert.severity));
/** An attempt that takes more records than this is no longer cheap. */
const CHEAP_RECORDS = 10_000;

interface Outcome {
  /** The alert of the attack, in its last version. */
  readonly alert: Alert | undefined;
  /** How the attempt itself was told. */
  readonly told: readonly string[];
}

const { detectors } = await shelves();

function judge(fleet: Fleet, attack: Attack, attempt: readonly Activity[], options: Partial<Attempt>): Outcome {
  // What is held is told on the next day, and a move is explained within days.
  const lastDay = attack.days + (options.family === 17 ? 4 : 1);
  const { detect, alerts, ingest } = configSchema.parse({
    alerts: { falsePerDay: FALSE_PER_DAY },
    ...(options.maxIdentities !== undefined && {
      detect: { maxIdentities: options.maxIdentities, hotIdentities: options.maxIdentities },
    }),
  });
  const engine = createEngine({
    detectors,
    settings: { detect, alerts },
    population: createPopulation(),
    inventory: attack.inventory ?? fleet.inventory,
    lateAfterMs: ingest.lateAfterMs,
  });
  const day = attack.days - 1;
  const life = fleet.life(lastDay).filter((one) => options.silences?.(one, day) !== true);
  const comes = ({ at, receivedAt = at }: Activity) => receivedAt;
  const batch = [...life, ...attempt, ...attack.records]
    .sort((a, b) => (comes(a) < comes(b) || (comes(a) === comes(b) && a.id < b.id) ? -1 : 1))
    .map((activity, offset) => ({ activity, offset }));
  const outcome = engine.process(batch);
  const ofAttack = new Set(attack.records.map(({ id }) => id));
  const ofAttempt = new Set(attempt.map(({ id }) => id));
  const shows = (alert: Alert, ids: ReadonlySet<string>) =>
    alert.activityIds.some((id) => ids.has(id)) || alert.evidence.some(({ activityId }) => ids.has(activityId));
  const found = outcome.alerts
    .filter((alert) => alert.identity.id === attack.victim && shows(alert, ofAttack))
    .sort((a, b) => rank(b) - rank(a) || b.score - a.score);
  const held = engine.held();
  const told = [
    ...(outcome.late.activities > 0 ? [`${outcome.late.activities} late`] : []),
    ...(held.dropped > 0 ? [`${held.dropped} identities dropped`] : []),
    ...(outcome.held > 0 ? [`${outcome.held} held`] : []),
  ];
  const alertsOfAttempt = outcome.alerts.filter((alert) => shows(alert, ofAttempt)).length;
  if (alertsOfAttempt > 0) told.unshift(`${alertsOfAttempt} alerts`);
  const first = attempt.map(({ at }) => at).sort()[0] ?? '';
  const goesOn = found[0] !== undefined && first > attack.records[0]!.at && found[0].lastAt >= first;
  if (alertsOfAttempt === 0 && goesOn) told.push('in the alert of the attack');
  return { alert: found[0], told };
}

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
  const holds = records.length >= CHEAP_RECORDS || (!lowered && withIt.told.length > 0);
  process.stderr.write(`${attempt.name} ${((performance.now() - started) / 1_000).toFixed(1)} s\n`);
  return {
    family: attempt.family,
    attempt: attempt.name,
    attack: attempt.attack,
    records: records.length,
    without: words(without.alert),
    with: words(withIt.alert),
    told: withIt.told.join(', ') || 'no',
    holds,
  };
});

const say = (line: string) => void process.stdout.write(`${line}\n`);
if (values.json) say(JSON.stringify(rows, undefined, 1));
else {
  say('| family | attempt | attack | records | without | with | told | holds |');
  say('|---|---|---|---|---|---|---|---|');
  for (const row of rows)
    say(
      `| ${row.family} | ${row.attempt} | ${row.attack} | ${row.records} | ${row.without} | ${row.with} | ${row.told} | ${row.holds ? 'yes' : '**no**'} |`,
    );
}
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
