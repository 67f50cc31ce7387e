/** What a verdict does: it approves for a time or condemns, corrects what the threshold is read from, and is taken once. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import type { Alert } from '../../../schemas/alert.ts';
import { configSchema } from '../../../schemas/config.ts';
import { act, DAY, START, weeks } from '../../../test/unit/detector-lives.ts';
import { AMENDED, CAUSE_AMENDED, CONFIRMED, RAISED, REFUTED, SCORE } from '../../../test/unit/stored-rows.ts';
import { discover, SHELVES } from '../../app/shelves.ts';
import type { Detector } from '../detector.ts';
import { createEngine } from '../engine.ts';
import type { Contribution, Engine, Verdict } from '../engine-contract.ts';
import { createPopulation, type Population } from '../population/population.ts';

let detectors: Map<string, Detector>;
beforeAll(async () => {
  detectors = await discover<Detector>(SHELVES.detectors, 'detector');
});

const DAYS = 29;
const settings = configSchema.parse({});
const abroad = { ip: '203.0.113.9', asn: 64_999, country: 'KP', userAgent: 'curl/8.1' };
const stolen = (day: number): Partial<Activity> => ({
  id: `stolen ${day}`,
  source: abroad,
  action: { name: 'iam:CreateAccessKey', service: 'iam', access: 'admin' },
  resource: { id: 'arn:aws:iam::111111111111:user/root-helper', type: 'iam-user' },
});

/** Four quiet weeks, then a stolen key: an alert that waits for a verdict. */
class Case {
  readonly population: Population = createPopulation();
  readonly engine: Engine;
  readonly told: Contribution[] = [];
  readonly alert: Alert;
  #offset = 0;

  constructor(settled = settings) {
    this.engine = createEngine({ detectors, settings: settled, population: this.population });
    for (const activity of weeks('web', DAYS).sort((a, b) => (a.at < b.at ? -1 : 1))) this.live(activity);
    const [alert] = this.live(act('web', START + (DAYS + 1) * DAY, stolen(DAYS + 1)));
    this.alert = alert as Alert;
  }

  live(activity: Activity): readonly Alert[] {
    const { alerts, contributions } = this.engine.process([{ activity, offset: this.#offset++ }]);
    this.told.push(...contributions);
    return alerts;
  }

  /** The identity or a peer does what it always does. */
  passes(day: number, who = 'web'): void {
    this.live(act(who, START + day * DAY));
  }

  judge(change: Partial<Verdict>): boolean {
    return this.engine.verdict({
      tenant: 'acme',
      identity: 'web',
      alertId: this.alert.id,
      verdict: 'benign',
      said: '1',
      at: this.alert.lastAt,
      ...change,
    });
  }

  stateOf(dimension: string, value: string) {
    const habits = this.engine.profile('acme', 'web')?.habits.find((h) => h.dimension === dimension);
    return habits?.values.find((v) => v.value === value)?.state;
  }

  /** What verdicts told the population: by dimension and value, sums of amounts. */
  corrections(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { dimension, value, amount } of this.told)
      if ([CONFIRMED, REFUTED, AMENDED, CAUSE_AMENDED].includes(dimension))
        sums[`${dimension} ${value}`] = (sums[`${dimension} ${value}`] ?? 0) + amount;
    return sums;
  }
}

const days = (n: number) => new Date(START + n * DAY).toISOString();
const RAISED_ON = Math.floor(START / DAY) + DAYS + 1;

describe('a benign verdict', () => {
  it('approves what its scope names and nothing else', () => {
    const one = new Case();
    expect(one.alert.evidence.map(({ field }) => field)).toContain('source.ip');
    expect(one.judge({ scope: ['source.country', 'source.ip'] })).toBe(true);
    expect(one.stateOf('country', 'KP')).toBe('trusted');
    expect(one.stateOf('action:1', 'iam:CreateAccessKey') ?? one.stateOf('action', 'iam:CreateAccessKey')).not.toBe(
      'trusted',
    );
  });

  it('approves all of the evidence when it has no scope', () => {
    const one = new Case();
    one.judge({});
    expect(one.stateOf('country', 'KP')).toBe('trusted');
  });

  it('approves nothing that came after what the person saw, though the alert had grown by then', () => {
    const one = new Case();
    const later = START + (DAYS + 1) * DAY + 600_000;
    const [grown] = one.live(
      act('web', later, { ...stolen(0), id: 'later', source: { ...abroad, country: 'RU', ip: '198.51.100.7' } }),
    );
    expect(grown).toMatchObject({ id: one.alert.id });
    expect(grown?.evidence.map(({ seen }) => seen)).toContain('RU');
    one.judge({});
    expect(one.stateOf('country', 'KP')).toBe('trusted');
    expect(one.stateOf('country', 'RU')).not.toBe('trusted');
  });

  it('does not keep more of the same alert from being told', () => {
    const one = new Case();
    one.judge({});
    const at = START + (DAYS + 1) * DAY + 600_000;
    const [grown] = one.live(
      act('web', at, { ...stolen(0), id: 'later', source: { ...abroad, country: 'RU', ip: '198.51.100.7' } }),
    );
    expect(grown).toMatchObject({ id: one.alert.id, status: 'new' });
    expect(grown?.version).toBeGreaterThan(one.alert.version);
  });

  it('no longer makes the day a benign one once the alert has grown beyond it, until it is given again', () => {
    const one = new Case();
    one.judge({});
    const at = START + (DAYS + 1) * DAY + 600_000;
    const more = { ...stolen(0), id: 'later', source: { ...abroad, country: 'RU', ip: '198.51.100.7' } };
    const [grown] = one.live(act('web', at, more));
    one.passes(DAYS + 2);
    expect(one.corrections()[`${REFUTED} ${RAISED_ON}`]).toBe(0);
    expect(one.population.falseScores('acme', 28).flat()).toEqual([]);
    expect(one.judge({})).toBe(false);
    one.judge({ said: '2', at: grown?.lastAt ?? '' });
    one.passes(DAYS + 3);
    expect(one.corrections()[`${REFUTED} ${RAISED_ON}`]).toBe(1);
    expect(one.stateOf('country', 'RU')).toBe('trusted');
  });

  it('approves until its end; then the value is pending and has three days before it', () => {
    const one = new Case();
    one.judge({ until: days(DAYS + 9) });
    for (let day = DAYS + 2; day < DAYS + 9; day++) one.live(act('web', START + day * DAY, stolen(day)));
    expect(one.stateOf('country', 'KP')).toBe('trusted');
    const states = [9, 10, 11, 12].map((later) => {
      one.live(act('web', START + (DAYS + later) * DAY + 3_600_000, { id: `again ${later}`, source: abroad }));
      return one.stateOf('country', 'KP');
    });
    expect(states[0]).toBe('pending');
    expect(states[1]).toBe('pending');
    expect(states[3]).toBe('trusted');
  });

  it('ends by itself after ninety days when nobody said an end', () => {
    const one = new Case();
    one.judge({});
    one.passes(DAYS + 90);
    expect(one.stateOf('country', 'KP')).toBe('trusted');
    one.passes(DAYS + 92);
    expect(one.stateOf('country', 'KP')).toBe('pending');
  });

  it('teaches the class: a peer that does the same is no stranger to it', () => {
    const one = new Case();
    one.judge({});
    one.passes(DAYS + 2);
    expect(one.told.filter(({ dimension, amount }) => dimension === 'country' && amount === 1).length).toBeGreaterThan(
      0,
    );
  });

  it('makes the alert one whole false alert on the day it was raised', () => {
    const one = new Case();
    const { amount: raised, value: cause } = one.told.find(({ dimension }) => dimension === RAISED) as Contribution;
    one.judge({});
    one.passes(DAYS + 2);
    one.passes(DAYS + 3);
    expect(one.corrections()).toEqual({ [`${REFUTED} ${RAISED_ON}`]: 1, [`${CAUSE_AMENDED} ${cause}`]: 1 - raised });
    expect(one.population.spent('acme', 7).find((spent) => spent > 0)).toBeCloseTo(1, 12);
    expect(one.population.falseScores('acme', 28).flat()).toHaveLength(1);
  });
});

describe('a true verdict', () => {
  it('condemns the values and takes the alert out of what the threshold is read from', () => {
    const one = new Case();
    one.passes(DAYS + 2, 'peer-a');
    const before = one.population.scores('acme', 28).flat();
    one.judge({ verdict: 'true' });
    one.passes(DAYS + 3, 'peer-a');
    one.passes(DAYS + 4, 'peer-a');
    expect(one.stateOf('country', 'KP')).toBe('pending');
    expect(one.population.scores('acme', 28).flat()).toHaveLength(before.length - 1);
    expect(one.population.spent('acme', 7).every((spent) => Math.abs(spent) < 1e-9)).toBe(true);
  });

  it('keeps what goes on of the same alert out of it too', () => {
    const one = new Case();
    one.judge({ verdict: 'true' });
    const from = one.told.length;
    for (let n = 1; n <= 30; n++)
      one.live(act('web', START + (DAYS + 1) * DAY + n * 3_600_000, { ...stolen(0), id: `on ${n}` }));
    expect(one.told.slice(from).filter(({ dimension }) => dimension === SCORE)).toEqual([]);
  });
});

describe('any verdict', () => {
  it('given twice changes nothing the second time', () => {
    const one = new Case();
    expect(one.judge({})).toBe(true);
    const rows = one.engine.changed().length;
    expect(rows).toBeGreaterThan(0);
    expect(one.judge({})).toBe(false);
    expect(one.engine.changed()).toEqual([]);
    one.passes(DAYS + 2);
    const once = one.corrections();
    expect(one.judge({})).toBe(false);
    one.passes(DAYS + 3);
    expect(one.corrections()).toEqual(once);
  });

  it('is overruled by a later one, in whatever order they come', () => {
    const inOrder = new Case();
    inOrder.judge({ said: '1' });
    inOrder.judge({ said: '2', verdict: 'true' });
    const late = new Case();
    late.judge({ said: '2', verdict: 'true' });
    expect(late.judge({ said: '1' })).toBe(false);
    for (const one of [inOrder, late]) one.passes(DAYS + 2);
    const net = (one: Case) =>
      Object.fromEntries(Object.entries(one.corrections()).filter(([, n]) => Math.abs(n) > 1e-9));
    expect(net(inOrder)).toEqual(net(late));
    expect(inOrder.stateOf('country', 'KP')).toBe('pending');
  });

  it('says nothing of an alert that is not remembered or of an identity that is not known', () => {
    const one = new Case();
    expect(one.judge({ alertId: 'other' })).toBe(false);
    expect(one.judge({ identity: 'other' })).toBe(false);
    expect(one.judge({ tenant: 'other' })).toBe(false);
  });
});

describe('unlearning', () => {
  const wish = (one: Case, change: object = {}) =>
    one.engine.unlearn({
      id: 'u',
      tenant: 'acme',
      identity: 'web',
      from: days(DAYS + 1),
      to: days(DAYS + 1),
      how: 'forget',
      ...change,
    });

  it('forgets the values first used then, and only those', () => {
    const one = new Case();
    expect(wish(one)).toBe(true);
    expect(one.stateOf('country', 'KP')).toBeUndefined();
    expect(one.stateOf('country', 'DE')).toBe('trusted');
    expect(one.engine.profile('acme', 'web')?.activities).toBe(DAYS * 4 + 1);
  });

  it('may condemn them instead, so that use does not make them habits', () => {
    const one = new Case();
    wish(one, { how: 'condemn' });
    for (let day = DAYS + 3; day < DAYS + 12; day++)
      one.live(act('web', START + day * DAY, { id: `later ${day}`, source: abroad }));
    expect(one.stateOf('country', 'KP')).toBe('pending');
  });

  it('reaches what an alert was raised for, whenever that was learned, and ends its approval', () => {
    const one = new Case();
    one.judge({});
    wish(one, { from: days(60), to: days(60), alertId: one.alert.id });
    expect(one.stateOf('country', 'KP')).toBeUndefined();
  });

  it('is done once: what is learned anew after it stays', () => {
    const one = new Case();
    wish(one, { to: days(DAYS + 9) });
    one.live(act('web', START + (DAYS + 3) * DAY, { id: 'anew', source: abroad }));
    expect(wish(one, { to: days(DAYS + 9) })).toBe(false);
    expect(one.stateOf('country', 'KP')).toBe('pending');
  });
});
