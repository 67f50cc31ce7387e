import { expect, test } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { configSchema } from '../../../schemas/config.ts';
import { createEngine } from '../engine.ts';
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
