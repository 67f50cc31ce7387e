/** What crosses identities is the same for everybody, whatever the order, the worker or the restart. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AMENDED,
  CAUSE_AMENDED,
  CONFIRMED,
  DAY,
  RAISED,
  RATE,
  REFUTED,
  SCORE,
} from '../../../test/unit/stored-rows.ts';
import { MISUSE_SHARE_MAX } from '../constants.ts';
import type { Contribution } from '../engine-contract.ts';
import { createPopulation, type Population } from './population.ts';
import { posterior } from './posterior.ts';
import { brake, thresholdOf } from './threshold.ts';

const JUDGED = new Set([CONFIRMED, REFUTED, AMENDED]);
/** Contributions whose amount is a reading. */
const READ = new Set([SCORE, RAISED, AMENDED, CAUSE_AMENDED]);

const of = (change: Partial<Contribution>): Contribution => ({
  tenant: 'acme',
  peers: 'example/role',
  dimension: 'network',
  value: 7,
  identity: 1,
  hour: 24 * 20_000,
  amount: 1,
  ...change,
});

/** A month of what a fleet of ten tells about itself. */
const months = fc
  .array(
    fc.record({
      dimension: fc.constantFrom(
        'network',
        'action',
        `${RATE}network:0:0`,
        SCORE,
        RAISED,
        AMENDED,
        CAUSE_AMENDED,
        CONFIRMED,
        REFUTED,
      ),
      identity: fc.integer({ min: 1, max: 10 }),
      value: fc.integer({ min: 1, max: 5 }),
      peers: fc.constantFrom('example/role', 'example/role#1', 'example/agent'),
      hour: fc.integer({ min: 0, max: 40 }).map((n) => n * 18),
      amount: fc.double({ min: 0.01, max: 9, noNaN: true }),
    }),
    { minLength: 1, maxLength: 400 },
  )
  .map((all) => {
    const started = Array.from({ length: 10 }, (_, i) =>
      Array.from({ length: 30 }, (_unused, day) =>
        of({ dimension: DAY, value: 0, identity: i + 1, hour: 24 * (20_000 + day) }),
      ),
    ).flat();
    const contributions = all.map((c) =>
      of({
        ...c,
        value: JUDGED.has(c.dimension) ? 20_000 + c.value * 4 : c.value,
        hour: 24 * 20_000 + c.hour,
        amount: READ.has(c.dimension) ? c.amount : 1,
      }),
    );
    return [...started, ...contributions].sort((a, b) => a.hour - b.hour);
  });
const END = 24 * 20_031;

/** All that an engine may ask. */
function asked(population: Population): unknown {
  const values = [];
  for (let value = 1; value <= 12; value++)
    for (let identity = 0; identity <= 10; identity += 5)
      for (const peers of ['example/role', 'example/role#1', 'example/agent'])
        values.push(
          population.popular('acme', peers, value, identity),
          population.peersOf('acme', 'example/role', identity),
        );
  return {
    values,
    rates: ['example/role', 'example/role#1', 'example/agent'].map((peers) =>
      population.rate('acme', peers, ['network:0:0']),
    ),
    scores: population.scores('acme', 28),
    falseScores: population.falseScores('acme', 28),
    spent: population.spent('acme', 14),
    incidents: Array.from({ length: 31 * 24 }, (_, hour) => population.incident('acme', 3, 5, 24 * 20_000 + hour)),
    threshold: thresholdOf(population, 'acme', 1).nats,
    ps: ['example/role', 'example/role#1', 'example/agent'].map((peers) => population.pOf('acme', peers, 5)),
    fit: population.fit('acme', 0.05),
    history: population.historyDays('acme'),
    size: population.size(),
  };
}

/** Lives through the month hour by hour, as a worker does. */
function lived(contributions: readonly Contribution[]): Population {
  const population = createPopulation();
  let at = 0;
  for (let hour = 24 * 20_000; hour <= END; hour++) {
    while (at < contributions.length && (contributions[at] as Contribution).hour < hour)
      population.merge(contributions[at++] as Contribution);
    population.close(hour);
  }
  return population;
}

describe('the population', () => {
  it('shows nothing of an hour that is still open', () => {
    const population = createPopulation();
    const hour = of({}).hour;
    population.close(hour);
    population.merge(of({ dimension: DAY }));
    population.merge(of({}));
    population.merge(of({ dimension: RAISED, value: 0, amount: 0.9 }));
    expect(population.popular('acme', 'example/role', 7, 2).tenantHolders).toBe(0);
    expect(population.spentToday('acme')).toBe(0);
    population.close(hour + 1);
    expect(population.popular('acme', 'example/role', 7, 2).tenantHolders).toBe(1);
    expect(population.spentToday('acme')).toBe(0.9);
  });

  it('never closes an hour twice, nor opens one again', () => {
    const population = createPopulation();
    population.close(100);
    let closed = 0;
    population.onClose(() => closed++);
    population.close(100);
    population.close(99);
    expect([closed, population.epoch]).toEqual([0, 99]);
    population.close(101);
    expect([closed, population.epoch]).toEqual([1, 100]);
  });

  it('is the same whatever the order inside an hour', () => {
    fc.assert(
      fc.property(months, fc.nat(), (month, seed) => {
        const shuffled = month
          .map((c, i) => ({ c, rank: ((i + 1) * (seed + 7_919)) % 104_729 }))
          .sort((a, b) => a.c.hour - b.c.hour || a.rank - b.rank)
          .map(({ c }) => c);
        expect(asked(lived(shuffled))).toEqual(asked(lived(month)));
      }),
      { numRuns: 20 },
    );
  });

  it('is the same for a worker that starts late and takes in the whole history at once', () => {
    fc.assert(
      fc.property(months, (month) => {
        const late = createPopulation();
        for (const c of month) late.merge(c);
        late.close(END);
        expect(asked(late)).toEqual(asked(lived(month)));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps tenants apart', () => {
    const population = createPopulation();
    for (const tenant of ['acme', 'other']) population.merge(of({ tenant, dimension: DAY }));
    population.merge(of({}));
    population.close(of({}).hour + 1);
    expect(population.popular('other', 'example/role', 7, 2).tenantHolders).toBe(0);
    expect(population.popular('acme', 'example/role', 7, 2).tenantHolders).toBe(1);
  });

  it('does not count the one who asks among the others', () => {
    const population = createPopulation();
    for (const identity of [1, 2]) {
      population.merge(of({ dimension: DAY, identity }));
      population.merge(of({ identity }));
    }
    population.close(of({}).hour + 1);
    expect(population.popular('acme', 'example/role', 7, 1).tenantHolders).toBe(1);
    expect(population.popular('acme', 'example/role', 7, 3).tenantHolders).toBe(2);
  });

  it('tells nobody from someone, rare from common in the class, and a roll-out from both', () => {
    const start = of({}).hour;
    const fleet = Array.from({ length: 20 }, (_, i) => i + 1);
    const popularity = (holders: readonly number[], days: (i: number) => number, peers = 'example/role') => {
      const population = createPopulation();
      for (const identity of fleet) population.merge(of({ dimension: DAY, identity }));
      population.merge(of({ dimension: DAY, identity: 99, peers: 'example/agent' }));
      for (const [i, identity] of holders.entries())
        population.merge(of({ identity, peers, hour: start + 24 * days(i) }));
      for (let day = 1; day <= 31; day++) population.close(start + 24 * day);
      return population.popular('acme', 'example/role', 7, 50).popularity;
    };
    expect(popularity([], () => 0)).toBe(0);
    expect(popularity([99], () => 0, 'example/agent')).toBe(1);
    expect(popularity([1], () => 0)).toBe(2);
    expect(popularity(fleet.slice(0, 10), () => 0)).toBe(3);
    expect(popularity(fleet.slice(0, 4), () => 29)).toBe(4);
  });

  it('hears newcomers of one owner or one input with one voice, however many and however old beside whoever asks', () => {
    const start = of({}).hour;
    const popularity = (origin: (n: number) => number, count: number) => {
      const population = createPopulation();
      for (let identity = 1; identity <= 20; identity++) population.merge(of({ dimension: DAY, value: 0, identity }));
      for (let n = 0; n < count; n++)
        for (const dimension of [DAY, 'network'])
          population.merge(
            of({ dimension, value: dimension === DAY ? origin(n) : 7, identity: 100 + n, hour: start + 24 * 40 }),
          );
      population.merge(of({ dimension: DAY, value: 9, identity: 99, hour: start + 24 * 45 }));
      for (let day = 1; day <= 50; day++) population.close(start + 24 * day);
      return population.popular('acme', 'example/role', 7, 99);
    };
    for (const count of [1, 30, 300])
      for (const origin of [() => 5, () => 5 << 16, (n: number) => (5 << 16) | (1 + n)])
        expect(popularity(origin, count)).toMatchObject({ popularity: 2, classHolders: 1, classElders: 1 });
    expect(popularity((n) => (1 + n) << 16, 30)).toMatchObject({ popularity: 3, classElders: 3 });
    expect(popularity((n) => (1 + n) << 16, 30).classHolders).toBeGreaterThan(15);
  });

  it('stays bounded under a flood of values and of scores', () => {
    const population = createPopulation({ maxValues: 1_000, scoresPerDay: 50 });
    const start = of({}).hour;
    for (let day = 0; day < 10; day++) {
      for (let i = 0; i < 3_000; i++) {
        population.merge(of({ value: day * 3_000 + i, identity: i, hour: start + 24 * day }));
        population.merge(of({ dimension: SCORE, identity: i, amount: i / 100, hour: start + 24 * day }));
      }
      population.close(start + 24 * (day + 1));
      expect(population.size().values).toBeLessThanOrEqual(1_000);
    }
    const [newest] = population.scores('acme', 28);
    expect(newest).toHaveLength(50);
    expect(newest?.[0]).toBeCloseTo(29.99);
  });
});

describe('p and the fit of a class', () => {
  const START = of({}).hour;
  const DAYS = 20;
  /** Twenty days of two classes of one kind, eight identities each, and of three agents; of the first class each is odd every day. */
  const lives = (more: readonly Contribution[] = []) => {
    const days: Contribution[] = [];
    for (let day = 0; day < DAYS; day++)
      for (let identity = 0; identity < 19; identity++) {
        const peers = identity < 8 ? 'example/role#1' : identity < 16 ? 'example/role#2' : 'example/agent';
        const when = { peers, identity, hour: START + 24 * day };
        days.push(of({ ...when, dimension: DAY, value: 0 }));
        if (identity < 8) days.push(of({ ...when, dimension: SCORE, value: 0, amount: 4 + identity / 10 }));
      }
    const population = createPopulation();
    for (const c of [...days, ...more].sort((a, b) => a.hour - b.hour)) population.merge(c);
    population.close(START + 24 * DAYS);
    return population;
  };
  const p = (peers: string, score: number, population = lives()) => population.pOf('acme', peers, score);

  it('compares with the own class where it has a hundred days, else with its kind, else with the tenant', () => {
    expect(p('example/role#1', 4)).toBeGreaterThan(0.98);
    expect(p('example/role#2', 4)).toBeLessThan(0.01);
    // A class nobody was in, and a kind with too few days.
    expect(p('example/role#3', 4)).toBeCloseTo(161 / 321);
    expect(p('example/agent', 4)).toBeCloseTo((8 * DAYS + 1) / (19 * DAYS + 1));
    expect(p('other/kind', 4)).toBe(p('example/agent', 4));
  });

  it('compares with what another population knows, once it has become that one', () => {
    const population = lives();
    const before = p('example/role#3', 4, population);
    population.become(lives());
    expect(p('example/role#3', 4, population)).toBe(before);
    population.become(createPopulation());
    expect(p('example/role#3', 4, population)).toBe(p('example/role#3', 4, createPopulation()));
  });

  it('leaves out days that people called an attack', () => {
    const judged = Array.from({ length: DAYS }, (_, day) =>
      of({ dimension: CONFIRMED, value: START / 24 + day, identity: 7, hour: START + 24 * (DAYS - 1) }),
    );
    expect(p('example/role#1', 4.65)).toBeCloseTo((DAYS + 1) / (8 * DAYS + 1));
    expect(p('example/role#1', 4.65, lives(judged))).toBeLessThan(0.02);
  });

  it('takes for observed what was raised, once a cause, and no attacks', () => {
    const raised = (day: number, identity: number, value: number) =>
      of({ dimension: RAISED, peers: 'example/role#2', identity, value, hour: START + 24 * day + 9 });
    const three = [DAYS - 3, DAYS - 2, DAYS - 1];
    const twos = (more: readonly Contribution[]) =>
      lives(more)
        .fit('acme', 0.05)
        .find(({ peers }) => peers === 'example/role#2');
    expect(twos([])).toEqual({
      peers: 'example/role#2',
      observed: 0,
      expected: expect.closeTo((0.05 * 8) / 19),
      misfit: false,
    });
    const each = three.map((day) => raised(day, 9, 0));
    expect(twos(each)).toMatchObject({ observed: 3 / 7, misfit: true });
    const incident = three.flatMap((day) => [9, 10, 11].map((identity) => raised(day, identity, 77)));
    expect(twos(incident)).toMatchObject({ observed: 3 / 7 });
    expect(twos(three.flatMap((day) => [9, 10].map((identity) => raised(day, identity, 0))))).toMatchObject({
      observed: 6 / 7,
    });
    const attack = of({
      dimension: CONFIRMED,
      value: START / 24 + DAYS - 2,
      identity: 9,
      hour: START + 24 * (DAYS - 1) + 9,
    });
    expect(twos([...each, attack])).toMatchObject({ observed: 2 / 7, misfit: false });
  });
});

describe('the threshold', () => {
  /** Four weeks in which each day had these scores. */
  const weeksOf = (scores: readonly number[], raised = 0, isJudged = false) => {
    const population = createPopulation();
    const start = of({}).hour;
    for (let day = 0; day < 28; day++) {
      for (const [identity, amount] of scores.entries())
        population.merge(of({ dimension: SCORE, identity, amount, hour: start + 24 * day }));
      if (raised > 0) population.merge(of({ dimension: RAISED, value: 0, amount: raised, hour: start + 24 * day }));
      // Somebody whose score is not among these was judged, so that the scores are the same.
      const judged = {
        dimension: REFUTED,
        identity: 9_999,
        value: start / 24 + day,
        amount: 1,
        hour: start + 24 * day,
      };
      if (isJudged) population.merge(of(judged));
      population.close(start + 24 * (day + 1));
    }
    return population;
  };
  const many = Array.from({ length: 40 }, (_, i) => 3 + i * 0.15);

  it('is higher for a smaller budget', () => {
    const population = weeksOf(many);
    const [two, five, twenty] = [2, 5, 20].map((budget) => thresholdOf(population, 'acme', budget).nats) as [
      number,
      number,
      number,
    ];
    expect(two).toBeGreaterThan(five);
    expect(five).toBeGreaterThan(twenty);
  });

  it('lets through no more benign days than the budget', () => {
    for (const budget of [1, 2, 5]) {
      const threshold = thresholdOf(weeksOf(many), 'acme', budget).nats;
      const spent = many.filter((score) => score >= threshold).reduce((sum, score) => sum + 1 - posterior(score), 0);
      expect(spent).toBeLessThanOrEqual(budget + 1);
    }
  });

  it('is not deafened by weeks of attacks: what is surely misuse does not spend the budget', () => {
    const calm = thresholdOf(weeksOf(many), 'acme', 2).nats;
    const attacked = thresholdOf(weeksOf([...many, 30, 31, 32, 33, 34, 35, 36, 37]), 'acme', 2).nats;
    expect(attacked).toBeLessThanOrEqual(calm);
    const crossing = many.filter((score) => score >= attacked).length;
    expect(crossing).toBeLessThanOrEqual(1 + 2 / (1 - MISUSE_SHARE_MAX));
  });

  it('rises when more was raised than the budget, as far as people judge: what is only expected is in the scores already', () => {
    const usual = thresholdOf(weeksOf(many), 'acme', 2).nats;
    expect(thresholdOf(weeksOf(many, 12, true), 'acme', 2).nats).toBeGreaterThan(usual);
    expect(thresholdOf(weeksOf(many, 12), 'acme', 2).nats).toBe(usual);
  });

  it('of a tenant without a history is high', () => {
    expect(thresholdOf(createPopulation(), 'acme', 5).nats).toBeGreaterThan(8);
  });

  it('is braked in proportion to what was spent today, not before the budget is spent', () => {
    expect(brake(0, 5)).toBe(0);
    expect(brake(5, 5)).toBe(0);
    expect(brake(10, 5)).toBeGreaterThan(0);
    expect(brake(20, 5)).toBeGreaterThan(brake(10, 5));
  });
});

it('the posterior is a probability that grows with the surprise', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      (nats, more) => {
        expect(posterior(nats)).toBeGreaterThan(0);
        expect(posterior(nats)).toBeLessThanOrEqual(1);
        expect(posterior(nats + more)).toBeGreaterThanOrEqual(posterior(nats));
      },
    ),
  );
});
