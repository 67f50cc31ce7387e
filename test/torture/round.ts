/** One round of torture: records are sent, faults are drawn from a seed, and then everything is counted. */
import { createHash } from 'node:crypto';
import { Dice } from '../../bench/world/dice.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { DRAIN_MS, torture } from './faults.ts';
import { type Sender, startSender, type Way } from './senders.ts';
import { type Engines, LISTENS_MS, World } from './world.ts';

export interface RoundOptions {
  readonly seed: string;
  readonly faults: number;
  readonly workers: number;
  /** Called with each fault as it begins. */
  readonly say?: (line: string) => void;
  /** Called with the world of a round that failed, before it is removed. */
  readonly failed?: (world: World) => void;
}

export interface Round {
  readonly seed: string;
  /** How often each fault was done. */
  readonly faults: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  /** Ids that somebody answered for and the store does not have; ids that it has twice. */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly alerts: number;
  readonly deliveries: number;
  /** What else is not as it must be, in words; empty when all is well. */
  readonly problems: readonly string[];
}

const SENDERS: readonly (readonly [Way, number])[] = [
  ['kafka', 0],
  ['kafka', 1],
  ['kafka', 2],
  ['http', 0],
  ['http', 1],
  ['hec', 0],
];
/** The same seed draws the same faults; when exactly each falls is up to the machine. */
export async function tortureRound(engines: Engines, options: RoundOptions): Promise<Round> {
  const dice = new Dice(options.seed);
  const name = `${createHash('sha256').update(options.seed).digest('hex').slice(0, 8)}-${Date.now().toString(36)}`;
  const world = await World.make(engines, name);
  const say = options.say ?? (() => {});
  let senders: Sender[] = [];
  try {
    for (let worker = 0; worker < options.workers; worker++) world.start();
    await until('a worker listens', () => world.url(0) !== undefined, LISTENS_MS);
    senders = SENDERS.map(([way, index]) => startSender(world, way, index, dice.fork(`${way}-${index}`)));
    world.acknowledged = () => new Set(senders.flatMap(({ acknowledged }) => [...acknowledged]));
    const faults = await torture(world, dice.fork('faults'), options.faults, say);
    while (world.workers.length < options.workers) world.start();
    await Promise.all(senders.map((sender) => sender.stop()));
    const round = await counted(world, senders, options.seed, faults);
    if (round.lost.length + round.doubled.length + round.problems.length > 0) options.failed?.(world);
    return round;
  } catch (error) {
    options.failed?.(world);
    throw error;
  } finally {
    await Promise.allSettled(senders.map((sender) => sender.stop()));
    await world.remove();
  }
}

async function counted(
  world: World,
  senders: readonly Sender[],
  seed: string,
  faults: Readonly<Record<string, number>>,
): Promise<Round> {
  const acknowledged = world.acknowledged();
  await world.drain(DRAIN_MS);
  const expected = senders.flatMap(({ identity, touchedAt }) => {
    const at = touchedAt();
    return at === undefined ? [] : [`${identity} ${at}`];
  });
  // An alert is one row a version; its first act is that of the touch, whatever came between.
  const alertsOf = () =>
    world.ask(
      `SELECT DISTINCT identity_id, formatDateTime(raised_at, '%Y-%m-%dT%H:%i:%S.000Z', 'UTC') FROM ${world.database}.alert ORDER BY ALL FORMAT TabSeparated`,
    );
  let alerts: string[] = [];
  const settled = async () => {
    alerts = ((await alertsOf()) ?? []).map((row) => row.replace('\t', ' '));
    const due = await world.ask(
      `SELECT count() FROM ${world.database}.outbox FINAL WHERE status = 'pending' FORMAT TabSeparated`,
    );
    return alerts.length >= expected.length && due?.[0] === '0';
  };
  await until('every alert is delivered', settled, DRAIN_MS).catch(() => {});
  const problems = [...world.problems];
  for (const one of expected) if (!alerts.includes(one)) problems.push(`no alert of ${one}`);
  for (const one of alerts) if (!expected.includes(one)) problems.push(`an alert that must not be: ${one}`);
  for (const [id, bodies] of world.receiver.bodies)
    if (bodies.size !== 1) problems.push(`${bodies.size} bodies under the webhook id ${id}`);
  for (const one of world.receiver.unverified) problems.push(`a signature does not verify: ${one}`);
  if (world.receiver.bodies.size < expected.length)
    problems.push(`${world.receiver.bodies.size} deliveries for ${expected.length} alerts`);
  const audit = await world.auditVerified();
  if (audit !== undefined) problems.push(audit);
  const stored = (await world.storedIds()) ?? [];
  const seen = new Set(stored);
  return {
    seed,
    faults,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !seen.has(id)),
    doubled: stored.filter((id, at) => id === stored[at - 1]),
    alerts: alerts.length,
    deliveries: world.receiver.bodies.size,
    problems,
  };
}
