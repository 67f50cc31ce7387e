import { expect, test } from 'vitest';
import type { Contribution } from '../core/engine-contract.ts';
import { createPopulation } from '../core/population/population.ts';
import { createPopulationFeed } from './population-feed.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-03-10T12:30:00.000Z');
const hourOf = (ms: number) => Math.floor(ms / HOUR_MS);

const held = (identity: number, atMs: number): Contribution => ({
  tenant: 't',
  peers: 'p/k',
  dimension: 'action',
  value: 7,
  identity,
  hour: hourOf(atMs),
  amount: 1,
});

function build() {
  const clock = { ms: NOW, now: () => clock.ms };
  const contributions: Contribution[] = [];
  const rewinds: [number, number][] = [];
  const population = createPopulation();
  const store = {
    async *population(after: number, upTo: number) {
      yield* contributions.filter(({ hour }) => hour > after && hour <= upTo);
    },
  };
  const feed = createPopulationFeed(population, store, clock, {
    graceMs: 300_000,
    aheadMs: 300_000,
    onRewind: (from, to) => rewinds.push([from, to]),
  });
  return { clock, contributions, rewinds, population, feed };
}

test('the population follows the hours that are closed for every partition', async () => {
  const { feed } = build();
  await feed.advance('a', NOW);
  expect(feed.epoch).toBe(hourOf(NOW) - 1);
  await feed.advance('b', NOW - 10 * HOUR_MS);
  await feed.advance('a', NOW);
  expect(feed.epoch).toBe(hourOf(NOW) - 1);
});

test('a clock 400 days ahead for one record: once it is right again the population is built anew and goes on', async () => {
  const { clock, contributions, rewinds, feed, population } = build();
  contributions.push(held(1, NOW - 3 * HOUR_MS));
  await feed.advance('a', NOW);
  clock.ms = NOW + 400 * DAY_MS;
  contributions.push(held(2, clock.ms - 3 * HOUR_MS));
  await feed.advance('a', clock.ms);
  expect(feed.epoch).toBe(hourOf(clock.ms) - 1);
  for (let hours = 1; hours <= 3; hours++) {
    clock.ms = NOW + hours * HOUR_MS;
    contributions.push(held(2 + hours, clock.ms - HOUR_MS));
    await feed.advance('a', clock.ms);
    expect(feed.epoch).toBe(hourOf(clock.ms) - 1);
  }
  expect(rewinds).toHaveLength(1);
  // What was held in the right hours counts, and what was dated ahead does not.
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 4 });
});

test('an epoch that an earlier process wrote down under a wrong clock is not believed at the next start', async () => {
  const { clock, feed } = build();
  await feed.reach(hourOf(NOW + 400 * DAY_MS));
  expect(feed.epoch).toBe(hourOf(NOW) - 1);
  await feed.advance('a', NOW + 400 * DAY_MS);
  clock.ms += 2 * HOUR_MS;
  await feed.advance('a', clock.ms);
  expect(feed.epoch).toBe(hourOf(clock.ms) - 1);
});
