/** Jobs that run once a month, a quarter or a year are no news when they come again, in busy lives and in quiet ones. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { act, DAY, HOUR, START } from './detector-lives.ts';
import { detectors, dice, inOrder, settings } from './story.ts';

const PEERS = ['peer-a', 'peer-b', 'peer-c', 'peer-d', 'peer-e'];

interface Life {
  readonly works: (day: number) => boolean;
  readonly much: boolean;
}

/** Everybody's usual days; peers let the class have rates. */
function usual(days: number, { works }: Life): Activity[] {
  const out: Activity[] = [];
  for (let day = 0; day < days; day++)
    ['web', ...PEERS].forEach((who, n) => {
      if (who === 'web' && !works(day)) return;
      for (const minute of [0, 9, 301, 308]) out.push(act(who, START + day * DAY + 9 * HOUR + (n + minute) * 60_000));
    });
  return out;
}

/** New things that never come again, of everybody; where it is much, there are more in a year than the tables hold. */
function churn(days: number, { works, much }: Life): Activity[] {
  const out: Activity[] = [];
  const roll = dice(11);
  for (let day = 0; day < days; day++)
    ['web', ...PEERS].forEach((who, n) => {
      const [thing, verb, version] = [roll(), roll(), roll()];
      if (who === 'web' && !works(day)) return;
      const ms = START + day * DAY + 10 * HOUR + n * 60_000;
      const name = `${String.fromCharCode(97 + (day % 26))}${String.fromCharCode(97 + (Math.floor(day / 26) % 26))}`;
      if (thing < 0.4)
        out.push(act(who, ms, { resource: { id: `arn:aws:s3:::${who}-data/one-off-${name}`, type: 's3-object' } }));
      if (verb < (much ? 0.45 : 0.12))
        out.push(act(who, ms + 5_000, { action: { name: `s3:Do${name}`, service: 's3', access: 'read' } }));
      if (version < (much ? 0.2 : 0.02))
        out.push(
          act(who, ms + 9_000, {
            source: { ip: '198.51.100.7', asn: 64500, country: 'DE', userAgent: `aws-sdk-go-v2/1.${day}` },
          }),
        );
    });
  return out;
}

/** The job: another service, things of its own, other software, at the hour of its usual work. */
function job(day: number): Activity[] {
  const ms = START + day * DAY + 14 * HOUR + 30 * 60_000;
  const source = { ip: '198.51.100.7', asn: 64500, country: 'DE', userAgent: 'closing-books/2.1' };
  return ['ledger:Export', 'ledger:Sign', 'ledger:Archive'].map((name, n) =>
    act('web', ms + n * 30_000, {
      source,
      action: { name, service: 'ledger', access: 'read' },
      resource: { id: `ledger/books/${name}`, type: 'book' },
    }),
  );
}

const dayOf = (month: number, dayOfMonth: number) => (Date.UTC(2026, month, dayOfMonth) - START) / DAY;

/** Nobody is told of anything in the first two weeks. */
const learnUntil = new Date(START + 14 * DAY).toISOString();

/** Which runs of the job alerted. */
function alerted(runs: readonly number[], life: Life): boolean[] {
  const days = Math.max(...runs) + 1;
  const engine = createEngine({ detectors, settings: settings(), population: createPopulation(), learnUntil });
  const alerts = new Map<string, { at: string; score: number; title: string }>();
  for (const located of inOrder([...usual(days, life), ...churn(days, life), ...runs.flatMap(job)]))
    for (const { id, identity, lastAt, score, title } of engine.process([located]).alerts)
      if (identity.id === 'web') alerts.set(id, { at: lastAt, score, title });
  const of = (run: number) => {
    const date = new Date(START + run * DAY).toISOString().slice(0, 10);
    return [...alerts.values()].filter(({ at }) => at.startsWith(date));
  };
  return runs.map((run) => of(run).length > 0);
}

const LIVES = {
  'works every day': { works: () => true, much: false },
  'works every day and meets something new on most of them': { works: () => true, much: true },
  'works on Mondays': { works: (day: number) => day % 7 === 0, much: false },
} as const;

describe.each(Object.entries(LIVES))('an identity that %s', (_, life) => {
  // Once the first run is news and alerts, once it lies in the learning period and nobody was told.
  it.each([
    ['every month', Array.from({ length: 13 }, (_, n) => dayOf(1 + n, 2))],
    ['every quarter', Array.from({ length: 5 }, (_, n) => dayOf(2 + 3 * n, 1))],
    ['every year', [dayOf(2, 15), dayOf(14, 15), dayOf(26, 15)]],
    ['every month, ever since it is known', Array.from({ length: 13 }, (_, n) => dayOf(n, 12))],
    ['every quarter, ever since it is known', Array.from({ length: 5 }, (_, n) => dayOf(3 * n, 12))],
    ['every year, ever since it is known', [dayOf(0, 12), dayOf(12, 12), dayOf(24, 12)]],
  ])('runs something %s', (_, runs) => {
    const isKnown = runs[0] === dayOf(0, 12);
    expect(alerted(runs, life)).toEqual(runs.map((_, n) => n === 0 && !isKnown));
  });
});

it('what comes back after a month stays known under suspicion, however often it is used that day', () => {
  const [first, second] = [dayOf(0, 12), dayOf(1, 12)];
  const life = LIVES['works every day'];
  const engine = createEngine({ detectors, settings: settings(), population: createPopulation(), learnUntil });
  const thief = act('web', START + second * DAY + 14 * HOUR, {
    source: { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' },
  });
  const again = job(second).map((one) => ({
    ...one,
    id: `again ${one.id}`,
    at: new Date(Date.parse(one.at) + 10 * 60_000).toISOString(),
  }));
  const lived = [...usual(second + 1, life), ...job(first), thief, ...job(second), ...again];
  const alert = engine
    .process(inOrder(lived))
    .alerts.filter(({ identity }) => identity.id === 'web')
    .at(-1);
  expect(alert?.firstAt).toBe(thief.at);
  const ofJob = alert?.evidence.filter(({ detector, action }) => detector === 'what' && action?.startsWith('ledger:'));
  for (const { nats } of ofJob ?? []) expect(nats).toBeLessThan(2);
});
