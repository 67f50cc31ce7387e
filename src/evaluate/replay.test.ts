/** A replay must hand over every activity once, in order, speak verdicts a day later, and not depend on the batch size. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { Engine, Located, Verdict } from '../core/engine-contract.ts';
import { evaluate } from './evaluation.ts';
import { replayForEvaluation } from './replay.ts';
import { report } from './report.ts';
import { readTruth } from './truth.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-02-01T00:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

const activities: Activity[] = Array.from({ length: 400 }, (_, i) => ({
  id: `a${i}`,
  at: iso(START + i * 0.1 * DAY),
  tenant: 't',
  identity: { id: i % 3 ? 'x' : 'y', kind: 'bot', provider: 'p' },
  action: { name: i % 50 === 7 ? 'odd' : 'usual', service: 's', access: 'read' },
  source: {},
  outcome: 'success',
}));
async function* stream() {
  yield* activities;
}
const odd = activities.filter((activity) => activity.action.name === 'odd');
const truth = readTruth({
  set: 'toy',
  seed: 1,
  learnUntil: iso(START + 10 * DAY),
  end: iso(START + 40 * DAY),
  identities: { x: { kind: 'bot', group: 'g' }, y: { kind: 'bot', group: 'g' } },
  scenarios: odd.slice(3, 5).map((activity, i) => ({
    id: `s${i}`,
    kind: 'odd',
    category: 'scope-drift',
    variant: 'in-place',
    victim: activity.identity.id,
    start: activity.at,
    activityIds: [activity.id],
    activityAt: [activity.at],
    expect: { action: 'observe' },
  })),
  learningAttacks: [
    {
      id: 'p0',
      victim: odd[0]!.identity.id,
      start: odd[0]!.at,
      activityIds: [odd[0]!.id],
      expect: { action: 'observe' },
    },
  ],
  hardNegatives: [],
});

/** The plainest engine there can be: alerts on every odd action, and writes down what it was given. */
function plainEngine(seen: { located: Located[]; verdicts: (Verdict & { after: string })[] }): Engine {
  const alertOn = ({ activity }: Located) =>
    ({
      id: `alert-${activity.id}`,
      tenant: 't',
      identity: activity.identity,
      firstAt: activity.at,
      lastAt: activity.at,
      raisedAt: activity.at,
      activityIds: [activity.id],
      score: 9,
      p: 0.001,
      kinds: ['scope-drift'],
      recommendation: { action: 'observe' },
    }) as unknown as Alert;
  return {
    process(batch) {
      seen.located.push(...batch);
      const alerts = batch.filter(({ activity }) => activity.action.name === 'odd').map(alertOn);
      return {
        alerts,
        news: alerts.map(({ id }) => id),
        observed: [],
        held: 0,
        late: { activities: 0, longestMs: 0 },
        taught: [],
        contributions: [],
      };
    },
    verdict: (verdict) => seen.verdicts.push({ ...verdict, after: seen.located.at(-1)!.activity.at }) > 0,
    unlearn: () => false,
    updateInventory: () => undefined,
    room: Number.POSITIVE_INFINITY,
    *makingRoom() {},
    met: () => ({ known: [], unsure: [] }),
    decide: () => undefined,
    changed: () => [],
    *changedInSteps() {
      yield;
      return [];
    },
    restore: () => {},
    homes: () => [],
    profile: () => undefined,
    drift: () => undefined,
    learningRecord: () => undefined,
    held: () => ({ identities: 2, dropped: 0, repeated: 0 }),
    learning: () => ({ identities: 2, learning: 0 }),
    size: () => ({ identities: 2, bytes: 100 }),
  };
}

const play = async (verdicts: 'none' | 'next-day', batchRows: number) => {
  const seen = { located: [] as Located[], verdicts: [] as (Verdict & { after: string })[] };
  const replayed = await replayForEvaluation(() => plainEngine(seen), stream(), truth, { verdicts, batchRows });
  return { seen, replayed };
};

describe('a replay', () => {
  it('hands over every activity once, in order, with rising offsets', async () => {
    const { seen } = await play('next-day', 7);
    expect(seen.located.map(({ activity }) => activity.id)).toEqual(activities.map(({ id }) => id));
    expect(seen.located.map(({ offset }) => offset)).toEqual(activities.map((_, i) => i));
  });

  it('says the verdict of each alert one day of event time later, and never early', async () => {
    const { seen, replayed } = await play('next-day', 50);
    expect(seen.verdicts.map(({ alertId }) => alertId)).toEqual(replayed.alerts.map(({ id }) => id));
    for (const [i, verdict] of seen.verdicts.entries()) {
      expect(Date.parse(verdict.at)).toBe(Date.parse(replayed.alerts[i]!.raisedAt) + DAY);
      expect(Date.parse(verdict.after)).toBeGreaterThan(Date.parse(replayed.alerts[i]!.raisedAt) + 0.8 * DAY);
    }
  });

  it('calls attacks true, also those of the learning period, and everything else benign', async () => {
    const { seen } = await play('next-day', 50);
    const attacks = new Set([odd[0], odd[3], odd[4]].map((activity) => `alert-${activity!.id}`));
    for (const { alertId, verdict } of seen.verdicts) expect(verdict).toBe(attacks.has(alertId) ? 'true' : 'benign');
  });

  it('says nothing when no verdicts are asked for', async () => {
    expect((await play('none', 50)).seen.verdicts).toEqual([]);
  });

  it('does not depend on the batch size', async () => {
    const { engineMs: _, ...small } = (await play('next-day', 1)).replayed;
    const { engineMs: __, ...large } = (await play('next-day', 10_000)).replayed;
    expect(large).toEqual(small);
  });
});

describe('an evaluation', () => {
  it('replays once for each budget and measures how well it was kept', async () => {
    const asked: number[] = [];
    const { evaluation } = await evaluate(
      (falsePerDay) => {
        asked.push(falsePerDay);
        return plainEngine({ located: [], verdicts: [] });
      },
      stream,
      truth,
      { verdicts: 'none', falsePerDay: 20, budgets: [1, 5, 20] },
    );
    expect(asked).toEqual([20, 1, 5]);
    const late = odd.filter((activity) => Date.parse(activity.at) >= truth.learnS * 1000);
    expect(evaluation.budgets['1']).toEqual({
      falsePerDay: Math.round(((late.length - 2) / 30) * 100) / 100,
      ratio: Math.round(((late.length - 2) / 30) * 100) / 100,
      worstDay: 1,
      recall: 1,
      ranked: 1,
    });
    expect(evaluation.bytesPerIdentity).toBe(50);
    expect([...report(evaluation)].join('\n')).toMatch(/budget\W+20\W/);
  });
});
