/** History judged again must meet the verdicts of its time where they were given, and hold no more than it may. */
import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import type { Engine, EngineOutcome, Located, Verdict } from '../core/engine-contract.ts';
import { ALERTS_MAX } from './compared-alert.ts';
import { judgeAgain } from './judge-again.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const at = (minute: number) => new Date(START + minute * 60_000).toISOString();

async function* history(minutes: readonly number[], perPage: number): AsyncGenerator<readonly Activity[]> {
  for (let from = 0; from < minutes.length; from += perPage)
    yield minutes.slice(from, from + perPage).map((minute) => ({
      id: `event-${minute}`,
      at: at(minute),
      tenant: 'acme',
      identity: { id: 'role/ci', kind: 'role', provider: 'aws' },
      action: { name: 's3:GetObject', service: 's3', access: 'read' },
      source: {},
      outcome: 'success',
    }));
}

/** Writes down what it is given, and raises what it is told to. */
function witness(raise: (batch: readonly Located[]) => readonly Alert[] = () => []) {
  const story: string[] = [];
  const engine = {
    process(batch: readonly Located[]): EngineOutcome {
      for (const { activity, offset } of batch) story.push(`${offset} ${activity.id}`);
      return {
        alerts: raise(batch),
        news: [],
        observed: [],
        held: 0,
        late: { activities: 0, longestMs: 0 },
        taught: [],
        contributions: [],
      };
    },
    verdict: ({ alertId }: Verdict) => story.push(`verdict ${alertId}`) > 0,
  } as Partial<Engine> as Engine;
  return { engine, story };
}

const verdict = (alertId: string, minute: number) => ({
  atMs: START + minute * 60_000,
  verdict: { tenant: 'acme', alertId, identity: 'role/ci', verdict: 'true', said: alertId, at: at(minute) } as const,
});

test.each([
  [1, 1],
  [2, 3],
  [100, 100],
])(
  'in batches of %i and pages of %i each verdict comes before the first activity of its time',
  async (batchRows, perPage) => {
    const { engine, story } = witness();
    const verdicts = [verdict('a', -5), verdict('b', 3), verdict('c', 3.5), verdict('d', 60)];
    const parts = { activities: history([1, 2, 3, 4, 5], perPage), engine, verdicts, sinceMs: START, batchRows };
    expect((await judgeAgain(parts)).activities).toBe(5);
    const given = [
      'verdict a',
      '0 event-1',
      '1 event-2',
      'verdict b',
      '2 event-3',
      'verdict c',
      '3 event-4',
      '4 event-5',
    ];
    expect(story).toEqual(given);
  },
);

test('an alert is kept in its last version, and forgotten when its last evidence is too old', async () => {
  const raised = [
    exampleAlert({ id: 'old', lastAt: at(1), raisedAt: at(1) }),
    exampleAlert({ id: 'b', lastAt: at(6), raisedAt: at(6), score: 1 }),
    exampleAlert({ id: 'b', lastAt: at(7), raisedAt: at(6), score: 2 }),
    exampleAlert({ id: 'a', lastAt: at(8), raisedAt: at(3) }),
  ];
  const { engine } = witness(() => raised.splice(0, 1));
  const parts = { activities: history([1, 6, 7, 8], 4), engine, verdicts: [], batchRows: 1 };
  const { alerts } = await judgeAgain({ ...parts, sinceMs: START + 5 * 60_000 });
  expect(alerts.map(({ id, score }) => [id, score])).toEqual([
    ['a', exampleAlert().score],
    ['b', 2],
  ]);
});

test('more alerts than may be held end it, with the remedy', async () => {
  const many = Array.from({ length: ALERTS_MAX + 1 }, (_, n) => exampleAlert({ id: `alert-${n}` }));
  const { engine } = witness(() => many);
  const parts = { activities: history([1], 1), engine, verdicts: [], sinceMs: 0, batchRows: 1 };
  await expect(judgeAgain(parts)).rejects.toMatchObject({
    name: 'TooManyAlerts',
    message: expect.stringContaining('would be raised'),
    remedy: expect.stringContaining('--since'),
  });
});
