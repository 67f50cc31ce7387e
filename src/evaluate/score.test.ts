/** Our figures must be the published judge's, key by key, on any alerts. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { judgedAlert } from './judged-alert.ts';
import { half, quantile } from './rounding.ts';
import { rule, score } from './score.ts';
import { readTruth } from './truth.ts';

const JUDGE = '../shared/benchmark/score.py';
const python = spawnSync('python3', ['--version']).status === 0;
const judge = python && existsSync(JUDGE);
if (!judge && process.env.CI === 'true')
  throw new Error(`python3 or ${JUDGE} is absent: cannot compare with the judge`);
if (!judge) process.stderr.write(`skipped: python3 or ${JUDGE} is absent\n`);

const dir = mkdtempSync(join(tmpdir(), 'score-'));
afterAll(() => rmSync(dir, { recursive: true }));

const small = {
  set: 'small',
  seed: 3,
  start: '2026-01-01T00:00:00.000Z',
  learnUntil: '2026-01-08T00:00:00.000Z',
  end: '2026-01-14T00:00:00.000Z',
  identities: Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e'].map((id, i) => [id, { kind: i % 2 ? 'bot' : 'role', group: `g${i % 3}` }]),
  ),
  scenarios: ['a', 'b', 'c', 'a'].map((victim, i) => ({
    id: `s${i}`,
    kind: `k${i % 3}`,
    category: i % 2 ? 'lifecycle' : 'scope-drift',
    ...(i === 2 ? {} : { variant: 'slow' }),
    ...(i === 3 ? { difficulty: 'hard', identities: ['e'] } : {}),
    source: 'authored',
    victim,
    start: `2026-01-${10 + i}T01:00:00.000Z`,
    activityIds: Array.from({ length: 5 }, (_, n) => `${i}-${n}`),
    ...(i === 1 ? {} : { activityAt: Array.from({ length: 5 }, (_, n) => `2026-01-${10 + i}T01:0${n}:30.250Z`) }),
    expect: { action: ['observe', 'rotate', 'suspend', 'rotate'][i] },
  })),
  hardNegatives: [
    {
      id: 'h1',
      kind: 'deploy',
      identities: ['a', 'd'],
      start: '2026-01-09T00:00:00.000Z',
      end: '2026-01-10T00:00:00.000Z',
      expect: { alert: 'no-suspend' },
      activityIds: ['x-1', 'x-2'],
    },
    {
      id: 'h2',
      kind: 'deploy',
      identities: ['d'],
      start: '2026-01-09T06:00:00.000Z',
      end: '2026-01-09T08:00:00.000Z',
      expect: { alert: 'none' },
    },
    {
      id: 'h3',
      kind: 'upgrade',
      identities: ['b', 'e'],
      start: '2026-01-11T00:00:00.000Z',
      end: '2026-01-13T00:00:00.000Z',
      expect: { alert: 'none' },
      activityIds: [],
    },
  ],
};

const instants = fc
  .integer({ min: Date.parse('2026-01-06T00:00:00Z'), max: Date.parse('2026-01-14T00:00:00Z') })
  .map((at) => new Date(at).toISOString());
const cited = fc.oneof(
  fc.tuple(fc.nat(4), fc.nat(4)).map(([i, n]) => `${i}-${n}`),
  fc.nat(2).map((n) => `x-${n}`),
  fc.nat(30).map((n) => `y-${n}`),
);
const anyAlert = fc.record(
  {
    identity: fc.oneof(
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'z'),
      fc.constantFrom('a', 'b').map((id) => ({ id })),
    ),
    firstAt: instants,
    lastAt: instants,
    raisedAt: instants,
    activityIds: fc.array(cited, { maxLength: 130 }),
    score: fc.oneof(fc.nat(5), fc.double({ min: -5, max: 50, noNaN: true })),
    recommendation: fc.constantFrom(
      null,
      {},
      { action: 'none' },
      { action: 'step-up' },
      { action: 'Rotate-Credential' },
      { action: 'suspend-identity' },
    ),
  },
  { requiredKeys: ['identity', 'firstAt'] },
);

function published(truthPath: string, alerts: readonly object[]): unknown {
  const path = join(dir, 'alerts.ndjson');
  writeFileSync(path, alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
  const run = spawnSync('python3', [JUDGE, '--truth', truthPath, '--alerts', path, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}
const ours = (truth: unknown, alerts: readonly object[]) =>
  JSON.parse(JSON.stringify(score(alerts.map(judgedAlert), readTruth(truth))));

describe.skipIf(!judge)('agreement with the published judge', () => {
  it('holds for any alerts on a small truth', { timeout: 120_000 }, () => {
    const truthPath = join(dir, 'truth.json');
    writeFileSync(truthPath, JSON.stringify(small));
    fc.assert(
      fc.property(fc.array(anyAlert, { maxLength: 60 }), (drawn) => {
        const alerts = drawn.map((alert, i) => ({ ...alert, id: `alert-${i}` }));
        expect(ours(small, alerts)).toEqual(published(truthPath, alerts));
      }),
      { numRuns: 20, seed: 11 },
    );
  });

  it.each(['dev-1', 'dev-2-sparse'])('holds for thousands of alerts on %s', (name) => {
    const truthPath = `../shared/benchmark/${name}/truth.json`;
    const truth = JSON.parse(readFileSync(truthPath, 'utf8'));
    const parsed = readTruth(truth);
    const people = Object.keys(parsed.people);
    let state = 5;
    const dice = (n: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % n;
    };
    const at = (s: number) => new Date(Math.round(s * 1000)).toISOString();
    const alerts: object[] = [];
    for (const [id, scenario] of parsed.scenarios)
      for (let i = dice(3); i > 0; i--) {
        const first = scenario.startS + dice(90_000);
        alerts.push({
          id: `${id}-${i}`,
          identity: dice(9) ? { id: scenario.told.victim } : people[dice(people.length)],
          firstAt: at(first),
          raisedAt: at(first + dice(4000)),
          lastAt: at(first + 9000),
          activityIds: [
            ...scenario.told.activityIds.slice(dice(4), dice(30)),
            ...truth.hardNegatives[dice(90)].activityIds.slice(0, dice(12)),
          ],
          score: dice(200) / 7,
          recommendation: { action: ['observe', 'rotate', 'suspend', 'step-up'][dice(4)] },
        });
      }
    for (let i = 0; i < 1500; i++) {
      const change = truth.hardNegatives[dice(truth.hardNegatives.length)];
      const first = parsed.learnS - 5 * 86_400 + dice(35 * 86_400);
      alerts.push({
        id: `f${i}`,
        identity: dice(2) ? change.identities[0] : people[dice(people.length)],
        firstAt: at(first),
        activityIds: dice(2) ? change.activityIds.slice(0, 5) : [],
        score: dice(160) / 7,
        recommendation: { action: ['observe', 'rotate', 'suspend'][dice(3)] },
      });
    }
    expect(ours(truth, alerts)).toEqual(published(truthPath, alerts));
  });
});

describe('judging', () => {
  const truth = readTruth(small);
  const alert = (activityIds: string[], raisedAt: string) =>
    judgedAlert({ id: 'x', identity: 'a', firstAt: raisedAt, activityIds });

  it('does not let an alert find what it barely cites', () => {
    const padding = Array.from({ length: 40 }, (_, i) => `y-${i}`);
    expect(rule(alert(['0-0', '0-1', ...padding], '2026-01-10T01:02:00.000Z'), truth).found.size).toBe(0);
    expect(rule(alert(['0-0', '0-1', '0-2', ...padding], '2026-01-10T01:02:00.000Z'), truth).found.size).toBe(1);
  });

  it('counts what was raised a day too late as false', () => {
    expect(rule(alert(['0-0'], '2026-01-11T01:04:30.000Z'), truth).found.size).toBe(1);
    expect(rule(alert(['0-0'], '2026-01-11T01:04:31.000Z'), truth).found.size).toBe(0);
  });

  it('refuses junk with a reason', () => {
    expect(() => judgedAlert({ id: 'x', identity: 'a', firstAt: 'yesterday' })).toThrow(RangeError);
    expect(() => judgedAlert({ id: 'x', identity: 'a', firstAt: small.start, score: 'high' })).toThrow(/score/);
    expect(() =>
      judgedAlert({ id: 'x', identity: 'a', firstAt: small.start, recommendation: { action: 'pray' } }),
    ).toThrow(RangeError);
    expect(() => readTruth({ set: 'x' })).toThrow(/learnUntil/);
  });
});

describe('rounding', () => {
  it('sends exact ties to the even digit and nothing else', () => {
    expect([half(0.0625, 3), half(0.1875, 3), half(0.5, 3), half(2.5, 0), half(3.5, 0)]).toEqual([
      0.062, 0.188, 0.5, 2, 4,
    ]);
    expect([half(0.0005, 3), half(0.0015, 3), half(2.675, 2)]).toEqual([0.001, 0.002, 2.67]);
  });

  it('has no rank in nothing', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([3, 1, 2], 0.9)).toBe(3);
  });
});
