/** Judges an attack, with an attempt to blind the detectors before it or without: the alert of the attack, and how the attempt was told. */
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { shelves } from '../../src/commands/settings.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { createReader } from '../../src/ingest/reader.ts';
import type { Attack, Attempt } from './attempts.ts';
import { type Fleet, TENANT } from './fleet.ts';

/** A fleet of so few bears one false alert in five days. */
const FALSE_PER_DAY = 0.2;
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const rank = (alert: Alert | undefined) => (alert === undefined ? -1 : SEVERITIES.indexOf(alert.severity));

/** The secret of the installation, which no attacker has. */
const HASH_KEY = { version: 2, secret: '5e'.repeat(32) } as const;

export interface Outcome {
  /** The alert of the attack, in its last version. */
  readonly alert: Alert | undefined;
  /** How the attempt itself was told. */
  readonly told: readonly string[];
}

const { detectors, formats } = await shelves();

/** When an activity comes: history at its own time. */
const comes = ({ at, receivedAt = at }: Activity) => receivedAt;

/** What ingest lets in of records at the time at which they come. */
function admitted(records: readonly Activity[]): readonly Activity[] {
  let now = 0;
  const { ingest } = configSchema.parse({});
  const reader = createReader({ formats, format: 'activity', tenant: TENANT, limits: ingest, now: () => now });
  return records.filter((record) => {
    now = Date.parse(comes(record));
    return reader.read(JSON.stringify(record)).every(({ status }) => status === 'read');
  });
}

export function judge(
  fleet: Fleet,
  attack: Attack,
  attempt: readonly Activity[],
  options: Pick<Attempt, 'family'> & Partial<Attempt>,
): Outcome {
  // What is held is told on the next day, and a move is explained within days.
  const lastDay = attack.days + (options.family === 17 ? 4 : 1);
  const { detect, alerts, ingest } = configSchema.parse({
    alerts: { falsePerDay: FALSE_PER_DAY },
    ...(options.maxIdentities !== undefined && {
      detect: { maxIdentities: options.maxIdentities, hotIdentities: options.maxIdentities },
    }),
  });
  const population = createPopulation();
  let crowd = 0;
  population.onClose(() => {
    const { isCrowd, newcomers } = population.arrivals(TENANT);
    if (isCrowd) crowd = Math.max(crowd, newcomers);
  });
  const engine = createEngine({
    detectors,
    settings: { detect, alerts },
    population,
    inventory: attack.inventory ?? fleet.inventory,
    lateAfterMs: ingest.lateAfterMs,
    hashKey: HASH_KEY,
  });
  const day = attack.days - 1;
  const life = [...fleet.life(lastDay), ...(attack.life ?? [])]
    .filter((one) => options.silences?.(one, day) !== true)
    .map((one) => ({ ...one, receivedFrom: 'logs' }));
  // Whoever writes records has another token than the collector of the owners.
  const letIn = (options.isRead === true ? admitted(attempt) : attempt).map((one) => ({
    ...one,
    receivedFrom: 'guest',
  }));
  const batch = [...life, ...letIn, ...attack.records]
    .sort((a, b) => (comes(a) < comes(b) || (comes(a) === comes(b) && a.id < b.id) ? -1 : 1))
    .map((activity, offset) => ({ activity, offset }));
  const first = attack.records.map(({ at }) => at).sort()[0] as string;
  const before = options.isJudgedBenign === true ? batch.findIndex(({ activity }) => comes(activity) >= first) : 0;
  const ofAttempt = new Set(attempt.map(({ id }) => id));
  const ofAttack = new Set(attack.records.map(({ id }) => id));
  const shows = (alert: Alert, ids: ReadonlySet<string>) =>
    alert.activityIds.some((id) => ids.has(id)) || alert.evidence.some(({ activityId }) => ids.has(activityId));
  const outcomes = [engine.process(batch.slice(0, before))];
  let benign = 0;
  for (const alert of outcomes[0]?.alerts.filter((one) => shows(one, ofAttempt)) ?? []) {
    const said = { tenant: TENANT, alertId: alert.id, identity: alert.identity.id, verdict: 'benign' } as const;
    if (engine.verdict({ ...said, said: `${first} ${alert.id}`, at: first })) benign++;
  }
  outcomes.push(engine.process(batch.slice(before)));
  const alertsById = new Map(outcomes.flatMap((one) => one.alerts).map((alert) => [alert.id, alert]));
  const found = [...alertsById.values()]
    .filter((alert) => alert.identity.id === attack.victim && shows(alert, ofAttack))
    .sort((a, b) => rank(b) - rank(a) || b.score - a.score);
  const sum = (count: (one: (typeof outcomes)[0]) => number) => outcomes.reduce((all, one) => all + count(one), 0);
  const [late, held, taught] = [sum((o) => o.late.activities), sum((o) => o.held), sum((o) => o.taught.length)];
  const { dropped } = engine.held();
  const news = new Set(outcomes.flatMap((one) => one.news));
  const alertsOfAttempt = [...alertsById.values()].filter((alert) => shows(alert, ofAttempt));
  const delivered = alertsOfAttempt.filter(({ id }) => news.has(id)).length;
  const goesOn = found.find(({ carriedOnDays }) => carriedOnDays !== undefined)?.carriedOnDays;
  const told = [
    ...(delivered > 0 ? [`${delivered} alerts`] : []),
    ...(delivered < alertsOfAttempt.length ? [`${alertsOfAttempt.length - delivered} more in their incident`] : []),
    ...(options.family === 17 && goesOn !== undefined ? [`carried on for ${goesOn} days`] : []),
    ...(benign > 0 ? [`${benign} judged benign`] : []),
    ...(attempt.length > letIn.length ? [`${attempt.length - letIn.length} dead letters`] : []),
    ...(late > 0 ? [`${late} late`] : []),
    ...(dropped > 0 ? [`${dropped} identities dropped`] : []),
    ...(held > 0 ? [`${held} held`] : []),
    ...(taught > 0 ? [`${taught} taught`] : []),
    ...(crowd > 0 ? [`a crowd of ${crowd}`] : []),
  ];
  return { alert: found[0], told };
}
