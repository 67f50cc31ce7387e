/** What people decided reaches an engine that is opened anew, however much another tenant decides. */
import { expect, test } from 'vitest';
import type { TriageAction } from '../../schemas/api.ts';
import type { Engine, Verdict } from '../core/engine-contract.ts';
import { createVerdictFeed } from './verdict-feed.ts';

const NOW = Date.parse('2026-11-02T10:00:00.000Z');
const verdictOf = (tenant: string, n: number): TriageAction => ({
  id: `${tenant}-${String(n).padStart(6, '0')}`,
  tenant,
  alertId: `alr_${n}`,
  identity: 'bot',
  action: 'benign',
  actor: 'ada',
  at: new Date(NOW - 86_400_000 + n).toISOString(),
  countsFrom: new Date(NOW - 86_400_000).toISOString(),
  because: 'ours',
  scope: [],
});

test('a flood of verdicts of one tenant pushes out no verdict of another', async () => {
  let fresh: TriageAction[] = [
    verdictOf('acme', 0),
    ...Array.from({ length: 9_000 }, (_, n) => verdictOf('flood', n + 1)),
  ];
  let now = NOW;
  const feed = createVerdictFeed({
    store: { actions: async () => fresh, suppressions: async () => [] },
    clock: { now: () => now },
    onFault: (error) => expect.unreachable(String(error)),
  });
  await feed.refresh();
  fresh = Array.from({ length: 9_000 }, (_, n) => verdictOf('flood', n + 9_001));
  now += 10_000;
  await feed.refresh();
  const given: Verdict[] = [];
  const engine = { verdict: (verdict: Verdict) => given.push(verdict) > 0 } as unknown as Engine;
  expect(feed.instruct(engine)).toBe(true);
  expect(given).toHaveLength(10_000);
  expect(given[0]).toMatchObject({ tenant: 'acme', alertId: 'alr_0' });
  expect(given.at(-1)).toMatchObject({ tenant: 'flood', alertId: 'alr_18000' });
  expect(feed.instruct(engine)).toBe(false);
});

test('a clock that was ahead for a moment and is set right keeps nothing from being heard', async () => {
  let stored: { readonly action: TriageAction; readonly atMs: number }[] = [];
  let now = NOW;
  const feed = createVerdictFeed({
    store: {
      actions: async ({ storedSince }) =>
        stored.filter(({ atMs }) => atMs >= (storedSince ?? 0)).map(({ action }) => action),
      suppressions: async () => [],
    },
    clock: { now: () => now },
    onFault: (error) => expect.unreachable(String(error)),
  });
  await feed.refresh();
  now = NOW + 5 * 86_400_000;
  await feed.refresh();
  now = NOW + 10_000;
  stored = [{ action: verdictOf('acme', 0), atMs: now }];
  await feed.refresh();
  const given: Verdict[] = [];
  const engine = { verdict: (verdict: Verdict) => given.push(verdict) > 0 } as unknown as Engine;
  expect(feed.instruct(engine)).toBe(true);
  expect(given).toHaveLength(1);
});
