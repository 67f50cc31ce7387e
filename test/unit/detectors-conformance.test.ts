/** Every detector on the shelf: explains itself, judges without a trace, survives a restart at any activity, and keeps its memory small. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { ALERT_KINDS } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { shapeOf } from '../../src/config/shape.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Contribution, Engine, Located } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { optionsOf } from '../../src/reference/options-table.ts';
import { act, record, START } from './detector-lives.ts';

const detectors = await discover<Detector>(SHELVES.detectors, 'detector');
const settings = configSchema.parse({ detect: { learnDays: 1 }, alerts: { falsePerDay: 100 } });
const inventory = [
  record({
    identity: 'id-1',
    expiresAt: '2026-01-20T00:00:00.000Z',
    grantedScopes: ['s3'],
    canaryResources: ['res/60'],
  }),
];
/** Largest packed memory of one identity with one detector on, in bytes. */
const MEMORY_BOUND = 4_400;
/** What an open window and alert may add while they last, in bytes. */
const OPEN_BOUND = 96 * 1024;

const engineOf = (id: string, contributions: readonly Contribution[] = []): Engine => {
  const population = createPopulation();
  population.replay(contributions);
  return createEngine({ detectors: new Map([[id, detectors.get(id) as Detector]]), settings, population, inventory });
};

/** A restless life: much that is new, refused, delegated, undeclared, at odd hours. No dice: the same every time. */
function restless(n: number, gapMs: number, identities: number): Located[] {
  return Array.from({ length: n }, (_, i) => {
    const odd = (i * 7919) % 101;
    const who = `id-${i % identities}`;
    const change: Partial<Activity> = {
      action: {
        name: `svc${odd % 7}:Do${(i * 31) % (odd < 10 ? 4000 : 9)}`,
        service: `svc${odd % 7}`,
        access: odd < 5 ? 'admin' : 'read',
      },
      resource: { id: `res/${odd < 50 ? i : odd}`, type: 'thing' },
      source: {
        ip: `203.0.${odd}.${i % 250}`,
        asn: 64_000 + (odd % 9),
        country: odd < 3 ? 'RO' : 'DE',
        userAgent: `agent/${odd}`,
      },
      credential: { id: `key-${odd % 23}`, kind: odd < 60 ? 'session-token' : 'access-key' },
      actor: { id: `pod-${odd % 13}`, kind: 'pod' },
      onBehalfOf: [{ id: `user:${odd % 17}`, kind: 'human' }],
      outcome: odd % 11 === 0 ? 'denied' : 'success',
      run: { id: `run-${i}`, declared: ['svc1:Do1'] },
      amount: { bytes: (odd + 1) ** 3 },
    };
    return { activity: { ...act(who, START + i * gapMs, change), id: `a-${i}` }, offset: i };
  });
}

describe('the shelf of detectors', () => {
  it('holds the twelve and more families, each with a test beside it', () => {
    const files = readdirSync(new URL('../../detectors/', import.meta.url));
    expect(detectors.size).toBeGreaterThanOrEqual(12);
    for (const id of detectors.keys()) expect(files).toContain(`${id}.test.ts`);
  });

  describe.each([...detectors.keys()])('%s', (id) => {
    const detector = detectors.get(id) as Detector;

    it('says what it catches, what it misses and after which technique it is named', () => {
      const { about } = detector;
      expect(about.title).not.toBe('');
      expect(about.description.length).toBeGreaterThan(60);
      expect(about.blindSpots.length).toBeGreaterThan(0);
      expect(about.techniques.length).toBeGreaterThan(0);
      for (const t of about.techniques) expect(t).toMatch(/^(T\d{4}(\.\d{3})?|NHI\d+|ASI\d{2})$/);
      expect(ALERT_KINDS).toContain(about.kind);
    });

    it('has a default for every option and refuses unknown ones', () => {
      expect(detector.options.safeParse({}).success).toBe(true);
      expect(detector.options.safeParse({ noSuchKnob: 1 }).success).toBe(false);
    });

    it('says what every option means', () => {
      expect(optionsOf(shapeOf(detector.options)).filter(({ means }) => means.length < 20)).toEqual([]);
    });

    it('judges without a trace', () => {
      const life = restless(400, 1_800_000, 3);
      const judged = createEngine({
        detectors: new Map([[id, detector]]),
        settings,
        population: createPopulation(),
        inventory,
      });
      const twice: Detector = {
        ...detector,
        judge: (context, options) => {
          detector.judge(context, options);
          return detector.judge(context, options);
        },
      };
      const judgedTwice = createEngine({
        detectors: new Map([[id, twice]]),
        settings,
        population: createPopulation(),
        inventory,
      });
      judged.process(life);
      judgedTwice.process(life);
      const rows = (engine: Engine) => engine.changed().map((r) => `${r.key} ${Buffer.from(r.bytes).toString('hex')}`);
      expect(rows(judgedTwice)).toEqual(rows(judged));
    });

    it('goes on the same after a restart at any activity', () => {
      const life = restless(300, 3_600_000, 2);
      const whole = engineOf(id);
      whole.process(life);
      const want = whole
        .changed()
        .filter((r) => !r.key.startsWith('\u0001'))
        .map((r) => Buffer.from(r.bytes).toString('hex'));
      for (const cut of [1, 47, 150, 223, 299]) {
        const first = engineOf(id);
        const { contributions } = first.process(life.slice(0, cut));
        const second = engineOf(id, contributions);
        const rows = new Map(first.changed().map((r) => [r.key, r]));
        for (const row of rows.values()) second.restore(row);
        second.process(life.slice(cut));
        for (const row of second.changed()) rows.set(row.key, row);
        const got = [...rows.values()]
          .filter((r) => !r.key.startsWith('\u0001'))
          .map((r) => Buffer.from(r.bytes).toString('hex'));
        expect(got).toEqual(want);
      }
    });

    it('keeps the memory of one identity under its bound after 15,000 restless activities', () => {
      const engine = engineOf(id);
      const life = restless(15_000, 120_000, 1);
      for (let at = 0; at < life.length; at += 5_000) engine.process(life.slice(at, at + 5_000));
      expect(engine.size().identities).toBe(1);
      const settled = engine.size().bytes;
      expect(settled).toBeLessThan(MEMORY_BOUND + OPEN_BOUND);
    }, 120_000);
  });
});
