/** How much is packed in one go, so that newcomers and snapshots hold nobody up. */
import { expect, test, vi } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { configSchema } from '../../../schemas/config.ts';
import { createEngine } from '../engine.ts';
import { createPopulation } from '../population/population.ts';
import { PackedStore } from './packed-store.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const SLICE = 16;

const act = (number: number): Activity => ({
  id: `a-${number}`,
  at: new Date(START + number * 1_000).toISOString(),
  tenant: 'default',
  identity: { id: `bot-${number}`, kind: 'bot', provider: 'github' },
  action: { name: `repo:push-${number}`, service: 'repo', access: 'write' },
  source: { ip: '192.0.2.7' },
  outcome: 'success',
});

const engineOf = (hotIdentities: number) =>
  createEngine({
    detectors: new Map(),
    settings: configSchema.parse({ detect: { hotIdentities } }),
    population: createPopulation(),
  });

test('a slice of newcomers packs no more than 64 memories, and few more than wanted are ready', () => {
  const engine = engineOf(1_000);
  const put = vi.spyOn(PackedStore.prototype, 'put');
  let most = 0;
  for (let from = 0; from < 4_000; from += SLICE) {
    const before = put.mock.calls.length;
    engine.process(Array.from({ length: SLICE }, (_, n) => ({ activity: act(from + n), offset: from + n })));
    most = Math.max(most, put.mock.calls.length - before);
  }
  const packed = put.mock.calls.length;
  put.mockRestore();
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(64);
  expect(engine.held().identities).toBe(4_000);
  expect(4_000 - packed).toBeLessThanOrEqual(1_000);
});

test('who was asked for since is not packed, whenever the longest idle were looked for', () => {
  const engine = engineOf(100);
  const put = vi.spyOn(PackedStore.prototype, 'put');
  let offset = 0;
  const live = (number: number, id: string) =>
    engine.process([{ activity: { ...act(number), id, at: act(offset).at }, offset: offset++ }]);
  for (let n = 0; n < 100; n++) live(n, `first-${n}`);
  for (let n = 100; n < 160; n++) {
    for (let often = 0; often < 10; often++) live(often, `often-${often}-${n}`);
    live(n, `new-${n}`);
  }
  const keys = put.mock.calls.map(([, key]) => key);
  put.mockRestore();
  expect(keys.length).toBe(60);
  for (let often = 0; often < 10; often++) expect(keys).not.toContain(`default\u0000bot-${often}`);
});

test('a snapshot is packed row by row', () => {
  const engine = engineOf(1_000);
  engine.process(Array.from({ length: 200 }, (_, n) => ({ activity: act(n), offset: n })));
  const steps = engine.changedInSteps();
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count++;
  expect(count).toBe(step.value.length);
  expect(count).toBeGreaterThan(200);
});
