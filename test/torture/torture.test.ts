/** Rounds of torture until the time is over; every round must hold. Started by `npm run torture`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCodecs } from '../../src/adapters/kafka/codecs.ts';
import { clickHouseMissing, startClickHouse } from '../engines/harness/clickhouse.ts';
import { kafkaMissing, startKafka } from '../engines/harness/kafka.ts';
import { type Round, tortureRound } from './round.ts';
import type { Engines, World } from './world.ts';

const asked = JSON.parse(process.env.TORTURE ?? '{"minutes":"1","seed":"1","faults":"6","workers":"2"}') as Record<
  'minutes' | 'seed' | 'faults' | 'workers',
  string
>;
const missing = [await kafkaMissing(), await clickHouseMissing()].filter((reason) => reason !== undefined);
let engines: Engines;

beforeAll(async () => {
  registerCodecs();
  const [broker, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
  engines = { broker, clickhouse };
});
afterAll(async () => {
  await engines?.broker.stop();
  await engines?.clickhouse.stop();
});

const say = (line: string) => process.stdout.write(`${line}\n`);

/** What the workers of a failed round said is kept where whoever looks for the cause finds it. */
function keepLogs(world: World): void {
  const folder = join('torture-logs', world.database);
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of world.logs()) writeFileSync(join(folder, name), text);
  say(`  what the workers said: ${folder}`);
}

test.skipIf(missing.length > 0)('nothing is lost or doubled, whatever breaks', async () => {
  const rounds: Round[] = [];
  const end = Date.now() + Number(asked.minutes) * 60_000;
  while (Date.now() < end) {
    const seed = `${asked.seed}/${rounds.length}`;
    say(`round ${seed}`);
    const round = await tortureRound(engines, {
      seed,
      faults: Number(asked.faults),
      workers: Number(asked.workers),
      say: (line) => say(`  ${line}`),
      failed: keepLogs,
    });
    rounds.push(round);
    const { acknowledged, lost, doubled, alerts, deliveries, problems } = round;
    say(
      `  ${acknowledged} acknowledged, ${lost.length} lost, ${doubled.length} doubled; ${alerts} alerts, ${deliveries} deliveries; ${problems.length} problems`,
    );
    for (const problem of [...problems, ...lost.slice(0, 5).map((id) => `lost: ${id}`)]) say(`  PROBLEM ${problem}`);
  }
  const sum = (of: (round: Round) => number) => rounds.reduce((total, round) => total + of(round), 0);
  const faults = sum((round) => Object.values(round.faults).reduce((a, b) => a + b, 0));
  say(
    `${rounds.length} rounds, ${faults} faults, ${sum((r) => r.acknowledged)} acknowledged, ${sum((r) => r.lost.length)} lost, ${sum((r) => r.doubled.length)} doubled, ${sum((r) => r.problems.length)} problems`,
  );
  for (const { seed, lost, doubled, problems } of rounds)
    expect({ seed, lost, doubled, problems }).toEqual({ seed, lost: [], doubled: [], problems: [] });
});
