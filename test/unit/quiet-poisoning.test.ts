/** Harmless news, made-up peers, small steps and decoys before an attack do not take a high alert below high, and each of them is told. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import {
  act,
  alertsOf,
  at,
  collect,
  detectors,
  fleet,
  inOrder,
  orders,
  type Persona,
  routine,
  settings,
  QUIET_DAYS as TODAY,
  worker,
  workers,
} from './story.ts';

const [victim] = workers as [Persona];
const id = victim.base.identity.id;
const AWAY = { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' };
const GRANT = {
  action: { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' as const },
  resource: { id: 'accounts/root', type: 'account' },
};
const range = (count: number) => Array.from({ length: count }, (_, n) => n);

const theft = (day: number) => [
  act(victim, at(day, 14, 41), { source: AWAY }),
  act(victim, at(day, 14, 44), { source: AWAY, ...GRANT }),
];
const exfiltration = (day: number) =>
  range(40).map((n) =>
    act(victim, at(day, 14, 40, n), {
      action: orders('ExportOrders', 'write'),
      resource: { id: `vault/customers-${n}`, type: 'export', account: 'a-stranger' },
      amount: { bytes: 50_000_000 },
    }),
  );
const reading = (day: number) =>
  range(120).map((n) =>
    act(victim, at(day, 14, 40 + Math.floor(n / 60), n % 60), {
      action: orders('GetOrder'),
      resource: { id: `customers/part-${n}/all`, type: 'order' },
      amount: { bytes: 50_000_000 },
    }),
  );

/** A harmless new thing on each of the days before. */
const harmless = (day: number, days: number, isNewAct: boolean) =>
  range(days).map((n) =>
    act(victim, at(day - days + n, 10, 40), {
      resource: { id: `extra/new-${n}/x`, type: 'report' },
      ...(isNewAct && { action: orders(`List${n}`) }),
    }),
  );
/** Made-up peers who work from the thief's place, and do what he is going to do. */
const forged = (day: number, count: number, days: number) =>
  range(count).flatMap((n) => {
    const who = worker(1_000 + n);
    return range(days).flatMap((before) => [
      ...who.acts.map((usual, minute) => act(who, at(day - days + before, 9, minute), { ...usual, source: AWAY })),
      act(who, at(day - days + before, 9, 30), { source: AWAY, ...GRANT }),
    ]);
  });
const steps = (day: number) =>
  range(5).map((n) =>
    act(victim, at(day - 10 + 2 * n, 12, 40), {
      source: n < 2 ? { userAgent: AWAY.userAgent } : n < 4 ? { ...AWAY, country: 'NL' } : AWAY,
    }),
  );
/** Odd things that others of the class seem to do in the morning, each of another kind and from another place. */
const decoys = (day: number) =>
  range(40).map((n) =>
    act(workers[1 + (n % (workers.length - 1))] as Persona, at(day, 8, n), {
      source: { ip: `198.51.100.${100 + n}`, asn: 65_000 + n, country: `C${n}`, userAgent: `tool-${n}/1.0` },
      action: orders(`Odd${n}`, 'write'),
      resource: { id: `odd/${n}`, type: `odd-${n}` },
    }),
  );

interface Judged {
  readonly alert: Alert | undefined;
  readonly alerts: readonly Alert[];
  readonly taught: number;
  /** Most newcomers of a day that were told as a crowd. */
  readonly crowd: number;
}

function judge(events: readonly Activity[], day: number, config: object = {}): Judged {
  const population = createPopulation();
  const engine = createEngine({ detectors, settings: settings(config), population });
  let taught = 0;
  let crowd = 0;
  population.onClose(() => {
    const { isCrowd, newcomers } = population.arrivals('acme');
    if (isCrowd) crowd = Math.max(crowd, newcomers);
  });
  const process: typeof engine.process = (batch) => {
    const outcome = engine.process(batch);
    taught += outcome.taught.length;
    return outcome;
  };
  const { alerts } = collect({ ...engine, process }, [inOrder([...fleet(day + 2), ...events])]);
  const [alert] = alertsOf({ alerts }, id, at(day, 14)).sort((a, b) => b.score - a.score);
  return { alert, alerts, taught, crowd };
}

const HIGH = ['high', 'critical'];

describe.each([
  ['reading', reading],
  ['exfiltration', exfiltration],
  ['theft', theft],
] as const)('%s', (_, attack) => {
  it('is high where nobody has prepared it', () => {
    expect(HIGH).toContain(judge(attack(TODAY), TODAY).alert?.severity);
  });
});

describe.each([
  ['reading after a harmless new thing a day for a fortnight', reading, 14, (day: number) => harmless(day, 14, false)],
  [
    'exfiltration after a harmless new act a day for five weeks',
    exfiltration,
    35,
    (day: number) => harmless(day, 35, true),
  ],
  ['theft after thirty made-up peers, for sixteen days', theft, 16, (day: number) => forged(day, 30, 16)],
  ['theft after three hundred made-up peers, for two days', theft, 2, (day: number) => forged(day, 300, 2)],
  ['theft after one of its steps every two days', theft, 10, steps],
  ['theft after decoys from the whole class on the same morning', theft, 0, decoys],
] as const)('%s', (name, attack, laterDays, attempt) => {
  const day = TODAY + laterDays;
  let told = {} as Judged;
  beforeAll(() => {
    told = judge([...attempt(day), ...attack(day)], day);
  });

  it('is high', () => {
    expect(HIGH).toContain(told.alert?.severity);
    // Made-up peers take nothing from it. Who taught the identity itself takes some of the score.
    if (name.includes('peers')) expect(told.alert?.score).toBeGreaterThan(20);
  });

  it('is told beforehand, once where nothing is raised', () => {
    const crowd = /(thirty|three hundred)/.exec(name)?.[0];
    expect(told.crowd).toBe(crowd === 'thirty' ? 30 : crowd === 'three hundred' ? 300 : 0);
    expect(told.taught).toBe(name.includes('harmless') ? 1 : 0);
    const first = attempt(day)[0]?.at ?? '';
    const before = told.alerts.filter(({ raisedAt }) => raisedAt >= first && raisedAt < at(day, 14));
    if (!name.includes('harmless')) expect(before.length).toBeGreaterThan(0);
    else expect(before).toEqual([]);
  });
});

describe('an account that nobody else of the tenant goes to', () => {
  const visits = (count: number, who = victim, away: string | undefined = 'an-account-of-nobody') =>
    range(count).map((n) =>
      act(who, at(TODAY + n, 10, 40), {
        resource: { id: 'orders/open', type: 'queue', ...(away !== undefined && { account: away }) },
      }),
    );

  it('is told once, when it has become a habit without an alert', () => {
    // Of a fleet that bears one alert in twenty days; one that bears more is told of the first visit itself.
    const few = { alerts: { falsePerDay: 0.05 } };
    const { taught, alerts } = judge(visits(14), TODAY + 14, few);
    expect(alerts).toEqual([]);
    expect(taught).toBe(1);
  });

  it('is not told where it is no habit yet, where it is its own, or where others went before', () => {
    expect(judge(visits(2), TODAY + 14).taught).toBe(0);
    expect(judge(visits(14, victim, victim.base.identity.account), TODAY + 14).taught).toBe(0);
    const others = workers.slice(1, 6).flatMap((who) => visits(1, who));
    expect(judge([...others, ...visits(14)], TODAY + 14).taught).toBe(0);
  });
});

describe('a theft from a workload that was made after made-up peers of one input', () => {
  const day = TODAY + 25;
  const late = worker(900);
  const life = [...routine(late, day - 21, day + 1)];
  const grant = [act(late, at(day, 14, 41), { source: AWAY }), act(late, at(day, 14, 44), { source: AWAY, ...GRANT })];
  const alerted = (count: number) => {
    const peers = forged(day - 22, count, 3).map((one) => ({ ...one, receivedFrom: 'guest' }));
    const population = createPopulation();
    const engine = createEngine({ detectors, settings: settings(), population });
    const { alerts } = collect(engine, [inOrder([...fleet(day + 2), ...peers, ...life, ...grant])]);
    return alertsOf({ alerts }, late.base.identity.id, at(day, 14)).sort((a, b) => b.score - a.score)[0];
  };

  it('is excused by three hundred of them no more than by one', () => {
    const [one, many] = [alerted(1), alerted(300)];
    expect(HIGH).toContain(many?.severity);
    expect(many?.score).toBeGreaterThan((one?.score ?? Number.POSITIVE_INFINITY) - 0.5);
  });
});
