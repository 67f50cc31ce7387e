/** The bound of the table of identities: who goes, and who stays. */
import { expect, test } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { configSchema } from '../../../schemas/config.ts';
import { othersDuring } from '../../../test/unit/others-during.ts';
import { judge } from '../../detect/judge.ts';
import { createEngine } from '../engine.ts';
import type { Engine } from '../engine-contract.ts';
import { createPopulation } from '../population/population.ts';

const START = Date.parse('2026-03-01T00:00:00Z');

const act = (number: number): Activity => ({
  id: `a-${number}`,
  at: new Date(START + number * 1_000).toISOString(),
  tenant: 'default',
  identity: { id: `bot-${number}`, kind: 'bot', provider: 'github' },
  action: { name: 'repo:push', service: 'repo', access: 'write' },
  source: { ip: '192.0.2.7' },
  outcome: 'success',
});

test('no more identities are held than detect.maxIdentities; the longest silent go first and are counted', () => {
  const settings = configSchema.parse({ detect: { maxIdentities: 100 } });
  const engine = createEngine({ detectors: new Map(), settings, population: createPopulation() });
  for (let number = 0; number < 250; number++) {
    engine.process([{ activity: act(number), offset: number }]);
    expect(engine.held().identities).toBeLessThanOrEqual(100);
  }
  const { identities, dropped } = engine.held();
  expect(identities + dropped).toBe(250);
  expect(engine.size().identities).toBe(identities);
  expect(engine.profile('default', 'bot-249')).toBeDefined();
  expect(engine.profile('default', 'bot-0')).toBeUndefined();
});

test('a crowd of newcomers evicts itself: who has habits stays, however long the crowd goes on', () => {
  const settings = configSchema.parse({ detect: { maxIdentities: 100, hotIdentities: 16 } });
  const engine = createEngine({ detectors: new Map(), settings, population: createPopulation() });
  const DAY = 86_400;
  let offset = 0;
  const live = (activity: Activity, second: number) =>
    engine.process([
      { activity: { ...activity, at: new Date(START + second * 1_000).toISOString() }, offset: offset++ },
    ]);
  const owners = Array.from({ length: 20 }, (_, n) => n);
  for (const day of [0, 8]) for (const n of owners) live({ ...act(n), id: `owner-${n}-${day}` }, day * DAY + n);
  for (let n = 1_000; n < 3_000; n++) live(act(n), 9 * DAY + n);
  for (const n of owners) expect(engine.profile('default', `bot-${n}`)).toBeDefined();
  expect(engine.held().identities).toBeLessThanOrEqual(100);
});

test("a tenant's crowd takes no place of another tenant, of its newcomers no more than of those with habits", () => {
  const settings = configSchema.parse({ detect: { maxIdentities: 100, hotIdentities: 16 } });
  const engine = createEngine({ detectors: new Map(), settings, population: createPopulation() });
  let offset = 0;
  const live = (activity: Activity, tenant: string, second: number) =>
    engine.process([
      { activity: { ...activity, tenant, at: new Date(START + second * 1_000).toISOString() }, offset: offset++ },
    ]);
  const DAY = 86_400;
  for (const day of [0, 8]) for (let n = 0; n < 20; n++) live({ ...act(n), id: `${n}-${day}` }, 'acme', day * DAY + n);
  for (let n = 20; n < 40; n++) live(act(n), 'acme', 8 * DAY + n);
  // The others come later, and again and again, so that they have been heard of last.
  for (let n = 1_000; n < 3_000; n++) live(act(n), 'other', 9 * DAY + n);
  for (let n = 0; n < 40; n++) expect(engine.profile('acme', `bot-${n}`)).toBeDefined();
  expect(engine.held().identities).toBeLessThanOrEqual(100);
});

test('a crowd that came by one input takes no place of those that came by another, though all have habits, nor after a restart', () => {
  const settings = configSchema.parse({ detect: { maxIdentities: 100, hotIdentities: 16 } });
  const open = () => createEngine({ detectors: new Map(), settings, population: createPopulation() });
  let engine = open();
  let offset = 0;
  const live = (activity: Activity, receivedFrom: string, second: number) =>
    engine.process([
      { activity: { ...activity, receivedFrom, at: new Date(START + second * 1_000).toISOString() }, offset: offset++ },
    ]);
  const DAY = 86_400;
  for (const day of [0, 8]) for (let n = 0; n < 40; n++) live({ ...act(n), id: `${n}-${day}` }, 'a', day * DAY + n);
  const saved = [...engine.changed()];
  engine = open();
  for (const row of saved) engine.restore(row);
  for (const day of [9, 17, 18])
    for (let n = 1_000; n < 1_060; n++) live({ ...act(n), id: `${n}-${day}` }, 'b', day * DAY + n);
  for (const day of [19, 27])
    for (let n = 2_000; n < 2_200; n++) live({ ...act(n), id: `${n}-${day}` }, 'b', day * DAY + n);
  for (let n = 0; n < 40; n++) expect(engine.profile('default', `bot-${n}`), `bot-${n}`).toBeDefined();
  expect(engine.held().identities).toBeLessThanOrEqual(100);
});

test('room is made step by step, at the same place and for the same identities however the batches are cut', async () => {
  const LIMIT = 6_000;
  const settings = configSchema.parse({ detect: { maxIdentities: LIMIT, hotIdentities: 16 } });
  const open = () => createEngine({ detectors: new Map(), settings, population: createPopulation() });
  const located = Array.from({ length: LIMIT + 400 }, (_, n) => ({
    activity: { ...act(n), tenant: n % 3 === 0 ? 'acme' : 'other', receivedFrom: n % 2 === 0 ? 'a' : 'b' },
    offset: n,
  }));
  const whole = open();
  whole.process(located);
  const cut = open();
  for (let from = 0; from < located.length; from += 77) cut.process(located.slice(from, from + 77));
  const stepped = open();
  const others = await othersDuring(() => judge(stepped, [{ hour: 0, located, said: [] }]));
  expect(others).toBeGreaterThan(20);
  const kept = (engine: Engine) =>
    located.filter(({ activity: { tenant, identity } }) => engine.profile(tenant, identity.id) !== undefined).length;
  const rows = (engine: Engine) => new Set(engine.changed().map(({ key }) => key));
  const [one, two, three] = [rows(whole), rows(cut), rows(stepped)];
  expect(one.size).toBeGreaterThan(LIMIT - 100);
  expect(two).toEqual(one);
  expect(three).toEqual(one);
  for (const engine of [whole, cut, stepped]) expect(kept(engine)).toBe(engine.held().identities);
  // Looking for who goes takes a step for each thousand of them, three times.
  const full = open();
  full.process(located.slice(0, LIMIT));
  full.process(located.slice(LIMIT, LIMIT + 1), true);
  expect([...full.makingRoom()].length).toBeGreaterThan((3 * LIMIT) / 1_024);
  expect(full.held().identities).toBeLessThanOrEqual(LIMIT);
});
