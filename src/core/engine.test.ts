/** What the engine promises whatever the detectors say: same bytes for any batching and any restart, nothing learned under suspicion. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { act, DAY, START, weeks } from '../../test/unit/detector-lives.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import { ALERTED_DAYS } from './constants.ts';
import type { Detector } from './detector.ts';
import { createEngine } from './engine.ts';
import type { Contribution, Engine, Located, MemoryRow } from './engine-contract.ts';
import { hourOf, msOf } from './instant.ts';
import { Layout } from './memory/layout.ts';
import { pack, unpack } from './memory/memory-codec.ts';
import { weekSketch } from './memory/week-record.ts';
import { isOver } from './memory/window.ts';
import { createPopulation } from './population/population.ts';

let detectors: Map<string, Detector>;
beforeAll(async () => {
  detectors = await discover<Detector>(SHELVES.detectors, 'detector');
});

const settings = configSchema.parse({ detect: { learnDays: 2 }, alerts: { falsePerDay: 50 } });

function fresh(contributions: readonly Contribution[] = [], own: typeof settings = settings): Engine {
  const population = createPopulation();
  population.replay(contributions);
  return createEngine({ detectors, settings: own, population });
}

/** A random life: a few identities of two kinds with habits, oddities and gaps, in order of time. */
const lives = fc
  .array(
    fc.record({
      who: fc.integer({ min: 0, max: 4 }),
      gap: fc.integer({ min: 1, max: 40 }),
      odd: fc.integer({ min: 0, max: 30 }),
      what: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 60, maxLength: 220 },
  )
  .map((steps) => {
    let ms = START;
    const out: Located[] = [];
    steps.forEach((step, offset) => {
      ms += step.gap * 900_000;
      const kind = step.who < 3 ? 'role' : 'agent';
      const service = ['s3', 'sqs', 'iam', 'kms'][step.what] as string;
      const activity = act(`id-${step.who}`, ms, {
        identity: { id: `id-${step.who}`, kind, provider: 'aws' },
        action: {
          name: step.odd === 1 ? 'iam:CreateAccessKey' : `${service}:Get${step.what}`,
          service,
          access: step.odd === 1 ? 'admin' : 'read',
        },
        ...(step.odd < 4
          ? { source: { ip: `203.0.${step.odd}.9`, asn: 64_000 + step.odd, country: 'RO', userAgent: 'curl/8.1' } }
          : {}),
        ...(step.odd === 5 ? { outcome: 'denied' } : {}),
        ...(kind === 'agent'
          ? { actor: { id: 'run', kind: 'agent-run', model: `m${step.odd === 6 ? 2 : 1}`, version: `${step.odd % 3}` } }
          : {}),
      });
      out.push({ activity: { ...activity, id: `a-${offset}` } as Activity, offset });
    });
    return out;
  });

interface Ran {
  alerts: Map<string, string>;
  contributions: Contribution[];
}

function run(engine: Engine, life: readonly Located[], sizes: readonly number[], into: Ran): Ran {
  for (let at = 0, n = 0; at < life.length; n++) {
    const size = sizes[n % sizes.length] as number;
    const outcome = engine.process(life.slice(at, at + size));
    for (const alert of [...outcome.observed, ...outcome.alerts]) into.alerts.set(alert.id, JSON.stringify(alert));
    into.contributions.push(...outcome.contributions);
    at += size;
  }
  return into;
}

const empty = (): Ran => ({ alerts: new Map(), contributions: [] });
const packed = (rows: readonly MemoryRow[]) =>
  rows.map((r) => `${r.key} ${Buffer.from(r.bytes).toString('base64')}`).sort();

/** Rows as they would be saved at the end of a life: what is over by then is in them no longer. */
function asOf(rows: readonly MemoryRow[], life: readonly Located[]): MemoryRow[] {
  const epoch = hourOf(msOf((life.at(-1) as Located).activity.at)) - 1;
  const all = [...detectors.values()];
  const dimensions = new Map(all.flatMap((detector) => detector.dimensions).map((d) => [d.id, d]));
  const lastWeeks = weekSketch(settings.detect.driftWeeks);
  const sketches = new Map([...all.flatMap((detector) => detector.sketches), lastWeeks].map((s) => [s.name, s]));
  const inOrder = <T>(named: Map<string, T>) => [...named.keys()].sort().map((name) => named.get(name) as T);
  const layout = new Layout(inOrder(dimensions), inOrder(sketches));
  return rows.map((row) => {
    if (row.key.startsWith('\u0001')) return row;
    const memory = unpack(row.bytes, layout);
    if (isOver(memory.heard, epoch)) memory.close();
    return { ...row, bytes: pack(memory) };
  });
}

/** What people may have said by now: of every alert so far that it was benign or an attack, and that a day be unlearned. */
function instruct(engine: Engine, alerts: Ran['alerts']): number {
  let taken = 0;
  [...alerts.keys()].sort().forEach((alertId, n) => {
    const alert = JSON.parse(alerts.get(alertId) as string) as Alert;
    const { tenant, lastAt } = alert;
    const identity = alert.identity.id;
    const verdict = n % 2 === 0 ? ('benign' as const) : ('true' as const);
    const until = new Date(Date.parse(lastAt) + 3 * DAY).toISOString();
    const said = engine.verdict({ tenant, identity, alertId, verdict, said: `${n}`, at: lastAt, until });
    const unlearned =
      n % 3 === 0 && engine.unlearn({ id: alertId, tenant, identity, from: lastAt, to: lastAt, how: 'forget' });
    if (said || unlearned) taken++;
  });
  return taken;
}

describe('engine', () => {
  it('gives the same alerts and memories for any batch size', () => {
    fc.assert(
      fc.property(lives, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), (life, sizes) => {
        const one = fresh();
        const other = fresh();
        const a = run(one, life, [1], empty());
        const b = run(other, life, sizes, empty());
        expect([...b.alerts].sort()).toEqual([...a.alerts].sort());
        expect(b.contributions).toEqual(a.contributions);
        expect(packed(other.changed())).toEqual(packed(one.changed()));
      }),
      { numRuns: 25 },
    );
  });

  it('words an alert with the gravest act of a finding, whether it came with the last change of the alert or after it', () => {
    const habits = weeks('svc', 3);
    const [read, decrypt] = [
      { name: 's3:GetObject', service: 's3', access: 'read' },
      { name: 'kms:Decrypt', service: 'kms', access: 'execute' },
    ] as const;
    const known = habits.map((one, n) => ({ ...one, action: n % 2 === 0 ? read : decrypt }));
    const last = msOf((known.at(-1) as Activity).at);
    const home = { ...(known.at(-1) as Activity).source, userAgent: 'aws-sdk-go-v2/1.30.4' };
    const away = { ...home, ip: '203.0.113.9', asn: 64_999, country: 'RO', region: 'eu-south-1' };
    const grave = { name: 'iam:CreateAccessKey', service: 'iam', access: 'admin' } as const;
    // The last act has only the least of what was found, which is too little to be cited by itself.
    const from = [
      act('svc', last + 60_000, { action: read, source: home }),
      act('svc', last + 120_000, { action: grave, source: away }),
      act('svc', last + 180_000, { action: read, source: home }),
      act('svc', last + 240_000, { action: decrypt, source: home }),
    ];
    const life = [...known, ...from].map((activity, offset) => ({ activity, offset }));
    const [apart, together] = [[1], [life.length]].map((sizes) => run(fresh(), life, sizes, empty()).alerts);
    expect(apart?.size).toBeGreaterThan(0);
    expect([...(together ?? [])]).toEqual([...(apart ?? [])]);
  });

  it('gives the same alerts and memories when it is killed and resumed anywhere, even when activities come again', () => {
    fc.assert(
      fc.property(
        lives,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 20 }),
        (life, share, again) => {
          const whole = fresh();
          const a = run(whole, life, [7], empty());
          const cut = Math.floor(share * life.length);
          const first = fresh();
          const b = run(first, life.slice(0, cut), [5], empty());
          const rows = first.changed();
          const second = fresh(b.contributions);
          for (const row of rows) second.restore(row);
          const repeated = second.process(life.slice(Math.max(0, cut - again), cut));
          expect(repeated.alerts).toEqual([]);
          expect(repeated.contributions).toEqual([]);
          run(second, life.slice(cut), [3], b);
          expect([...b.alerts].sort()).toEqual([...a.alerts].sort());
          const last = new Map(rows.map((r) => [r.key, r]));
          for (const row of second.changed()) last.set(row.key, row);
          expect(packed(asOf([...last.values()], life))).toEqual(packed(whole.changed()));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('takes verdicts and unlearning between two batches, and is the same for any batch size', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        lives,
        fc.double({ min: 0.4, max: 1, noNaN: true }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
        (life, share, sizes) => {
          const cut = Math.floor(share * life.length);
          const [one, other] = [[1], sizes].map((step) => {
            const engine = fresh();
            const ran = run(engine, life.slice(0, cut), step, empty());
            taken += instruct(engine, ran.alerts);
            run(engine, life.slice(cut), step, ran);
            return { ...ran, memories: packed(engine.changed()) };
          });
          expect([...(other?.alerts ?? [])].sort()).toEqual([...(one?.alerts ?? [])].sort());
          expect(other?.contributions).toEqual(one?.contributions);
          expect(other?.memories).toEqual(one?.memories);
        },
      ),
      { numRuns: 25 },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('takes verdicts and unlearning once when it is killed and resumed anywhere after, and is given them again', () => {
    fc.assert(
      fc.property(
        lives,
        fc.double({ min: 0.4, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (life, share, later) => {
          const said = Math.floor(share * life.length);
          const killed = said + Math.floor(later * (life.length - said));
          const whole = fresh();
          const a = run(whole, life.slice(0, said), [7], empty());
          instruct(whole, a.alerts);
          run(whole, life.slice(said), [7], a);
          const first = fresh();
          const b = run(first, life.slice(0, said), [5], empty());
          const spoken = new Map(b.alerts);
          instruct(first, spoken);
          run(first, life.slice(said, killed), [5], b);
          const rows = first.changed();
          const second = fresh(b.contributions);
          for (const row of rows) second.restore(row);
          expect(instruct(second, spoken)).toBe(0);
          run(second, life.slice(killed), [3], b);
          expect([...b.alerts].sort()).toEqual([...a.alerts].sort());
          expect(b.contributions).toEqual(a.contributions);
          const last = new Map(rows.map((r) => [r.key, r]));
          for (const row of second.changed()) last.set(row.key, row);
          expect(packed(asOf([...last.values()], life))).toEqual(packed(whole.changed()));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives the same alerts and memories however few identities are kept ready', () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }), (life, hot, size) => {
        const all = fresh();
        const few = fresh([], { ...settings, detect: { ...settings.detect, hotIdentities: hot } });
        const a = run(all, life, [size], empty());
        const b = run(few, life, [size], empty());
        expect([...b.alerts].sort()).toEqual([...a.alerts].sort());
        expect(b.contributions).toEqual(a.contributions);
        expect(few.size()).toEqual(all.size());
        for (const id of ['id-0', 'id-3']) expect(few.profile('acme', id)).toEqual(all.profile('acme', id));
        expect(packed(few.changed())).toEqual(packed(all.changed()));
        expect(few.changed()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('lets go of the window of who fell silent, whether ready or packed, and saves none', () => {
    const rows = [1, 1_000].map((hotIdentities) => {
      const engine = fresh([], { ...settings, detect: { ...settings.detect, hotIdentities } });
      const odd = { source: { ip: '203.0.113.9', asn: 64_009, country: 'RO', userAgent: 'curl/8.1' } };
      const others = [2, 3, 4].flatMap((day) =>
        Array.from({ length: 9 }, (_, n) => act(`id-${n}`, START + day * DAY + n, day === 4 ? odd : {})),
      );
      const late = act('id-0', START + 4 * DAY + 6 * 3_600_000);
      engine.process(others.map((activity, offset) => ({ activity, offset })));
      const before = engine.size().bytes;
      engine.process([{ activity: late, offset: others.length }]);
      expect(engine.size().bytes).toBeLessThan(0.8 * before);
      return packed(engine.changed());
    });
    expect(rows[0]).toEqual(rows[1]);
  });

  it('takes the same activity delivered twice under two offsets as one', () => {
    const engine = fresh();
    const activity = act('id-1', START);
    engine.process([
      { activity, offset: 0 },
      { activity, offset: 1 },
    ]);
    expect(engine.profile('acme', 'id-1')?.activities).toBe(1);
  });

  it('raises nothing while it only learns', () => {
    const population = createPopulation();
    const engine = createEngine({ detectors, settings, population, learnUntil: '2027-01-01T00:00:00.000Z' });
    const life = weeks('web', 20);
    life.push(
      act('web', START + 21 * DAY, {
        source: { ip: '203.0.113.9', asn: 1, country: 'KP' },
        action: { name: 'iam:CreateUser', service: 'iam', access: 'admin' },
      }),
    );
    const outcome = engine.process(life.map((activity, offset) => ({ activity, offset })));
    expect(outcome.alerts).toEqual([]);
    expect(outcome.observed).toEqual([]);
  });

  describe('after four weeks of habits', () => {
    const stolen = (minutes: number) =>
      act('web', START + 30 * DAY + minutes * 60_000, {
        source: { ip: '203.0.113.9', asn: 64_999, country: 'KP', userAgent: 'curl/8.1' },
        action: { name: 'iam:CreateAccessKey', service: 'iam', access: 'admin' },
        resource: { id: 'arn:aws:iam::111111111111:user/root-helper', type: 'iam-user' },
      });
    const mature = () => {
      const engine = createEngine({ detectors, settings: configSchema.parse({}), population: createPopulation() });
      const life = weeks('web', 29).sort((a, b) => (a.at < b.at ? -1 : 1));
      const quiet = engine.process(life.map((activity, offset) => ({ activity, offset })));
      return { engine, quiet, offset: life.length };
    };

    it('is silent about ordinary weeks and raises one alert for a stolen key', () => {
      const { engine, quiet, offset } = mature();
      expect(quiet.alerts).toEqual([]);
      const { alerts } = engine.process([0, 1, 2].map((m) => ({ activity: stolen(m), offset: offset + m })));
      expect(alerts).toHaveLength(1);
      const alert = alerts[0];
      expect(alert?.identity.id).toBe('web');
      expect(alert?.evidence.length).toBeGreaterThanOrEqual(3);
      expect(alert?.evidence.map((e) => e.field)).toContain('source.ip');
      expect(alert?.activityIds).toHaveLength(3);
      expect(alert?.title).toMatch(/^web \(29 days of habits\) /);
    });

    it('learns nothing that was alerted on, until a person calls it benign', () => {
      const { engine, offset } = mature();
      const { alerts } = engine.process([{ activity: stolen(0), offset }]);
      const state = () =>
        engine
          .profile('acme', 'web')
          ?.habits.find((h) => h.dimension === 'country')
          ?.values.find((v) => v.value === 'KP')?.state;
      for (let day = 1; day <= 5; day++) engine.process([{ activity: stolen(day * 1440), offset: offset + day }]);
      expect(state()).toBe('pending');
      engine.verdict({
        tenant: 'acme',
        identity: 'web',
        alertId: alerts[0]?.id ?? '',
        verdict: 'benign',
        said: '1',
        at: '2026-02-10T00:00:00.000Z',
      });
      expect(state()).toBe('trusted');
    });

    it('ends the quarantine of what nobody judged after a fortnight of use, not a day before', () => {
      const { engine, offset } = mature();
      const states: (string | undefined)[] = [];
      for (let day = 0; day < 20; day++) {
        engine.process([{ activity: stolen(day * 1440), offset: offset + day }]);
        const habits = engine.profile('acme', 'web')?.habits.find((h) => h.dimension === 'country');
        states.push(habits?.values.find((v) => v.value === 'KP')?.state);
      }
      const trusted = states.indexOf('trusted');
      expect(trusted).toBeGreaterThanOrEqual(ALERTED_DAYS - 1);
      expect(trusted).toBeLessThan(20);
      expect(states.slice(trusted).every((state) => state === 'trusted')).toBe(true);
    });

    it('tells the population of a habit whose quarantine has ended, and not before', () => {
      const { engine, offset } = mature();
      const told: boolean[] = [];
      for (let day = 0; day < 20; day++) {
        const { contributions } = engine.process([{ activity: stolen(day * 1440), offset: offset + day }]);
        told.push(contributions.some(({ dimension, amount }) => dimension === 'country' && amount > 0));
      }
      expect(told.indexOf(true)).toBeGreaterThanOrEqual(ALERTED_DAYS - 1);
      expect(told.filter(Boolean)).toHaveLength(1);
    });

    it('suspects a stale value that is met under an alert, so that it is told once and not at every use', () => {
      // It is learned while nothing may be raised, is not used again for long, and then comes every fourth day.
      const learnUntil = new Date(START + 21 * DAY).toISOString();
      const engine = createEngine({
        detectors,
        settings: configSchema.parse({}),
        population: createPopulation(),
        learnUntil,
      });
      const rare = [19, 38, 42, 46].map((day) => stolen((day - 30) * 1440));
      const life = [...weeks('web', 60), ...rare].sort((a, b) => (a.at < b.at ? -1 : 1));
      const ids = new Set<string>();
      for (const [offset, activity] of life.entries())
        for (const alert of engine.process([{ activity, offset }]).alerts) ids.add(alert.id);
      expect(ids.size).toBe(1);
    });

    it('opens one alert, not one a day, for the same thing going on', () => {
      const { engine, offset } = mature();
      const ids = new Set<string>();
      for (let n = 0; n < 40; n++)
        for (const alert of engine.process([{ activity: stolen(n * 120), offset: offset + n }]).alerts)
          ids.add(alert.id);
      expect(ids.size).toBe(1);
    });

    it('does not alert on a rotated key, a new session or a redeploy', () => {
      const { engine, offset } = mature();
      const later = START + 29 * DAY + 9 * 3_600_000;
      const { alerts } = engine.process([
        { activity: act('web', later, { credential: { id: 'AKIANEW', kind: 'access-key', longLived: true } }), offset },
        {
          activity: act('web', later + DAY, { actor: { id: 'i-web-7f3a9c', kind: 'instance' } }),
          offset: offset + 1,
        },
        {
          activity: act('web', later + 120_000, {
            source: {
              ip: '198.51.100.8',
              asn: 64500,
              country: 'DE',
              region: 'eu-central-1',
              userAgent: 'aws-sdk-go-v2/1.31.0',
            },
          }),
          offset: offset + 2,
        },
      ]);
      expect(alerts).toEqual([]);
    });
  });

  it('refuses an option its detector does not know, naming the detector', () => {
    const bad = configSchema.parse({ detect: { detectors: { where: { networkPriorNuts: 1 } } } });
    expect(() => createEngine({ detectors, settings: bad, population: createPopulation() })).toThrow(
      /detect\.detectors\.where/,
    );
  });

  it('judges junk without throwing', () => {
    const engine = fresh();
    const odd = [
      { ...act('x', START), source: {} },
      { ...act('__proto__', START + 1), resource: { id: '__proto__' }, onBehalfOf: [] },
      { ...act('y', START + 2), at: '9999-12-31T23:59:59.999Z', scopes: ['', ' '] },
      { ...act('z', Date.parse('1970-01-01T00:00:00.000Z')), source: { ip: ':::::', userAgent: '((((' } },
    ] as Activity[];
    expect(() => engine.process(odd.map((activity, offset) => ({ activity, offset })))).not.toThrow();
    expect(engine.size().identities).toBe(4);
  });
});
