/** Who changed it: keys, rights and deployments that others make explain what follows, or speak against it, and the alert says by whom. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { CHANGES_MAX, CHANGES_TOLD } from '../../src/core/constants.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Located } from '../../src/core/engine-contract.ts';
import { type ChangeOf, Changes } from '../../src/core/population/changes.ts';
import {
  act,
  at,
  collect,
  engineOptions,
  inOrder,
  orders,
  type Persona,
  routine,
  type Setting,
  workers,
} from './story.ts';

/** Quiet days before the event: twice the learning time. */
const TODAY = 15;
/** A few of the fleet, twice a day: enough for a threshold, and cheap. */
const few = workers.slice(0, 6).map((who): Persona => ({ ...who, hours: [8, 14] }));
const [victim] = few as [Persona];
const id = (who: Persona) => who.base.identity.id;
/** A company of a few hundred bears some alerts a day: enough to see a new key in a new place. */
const setting: Setting = { config: { alerts: { falsePerDay: 5 } } };

const admin = (name: string): Activity['action'] => ({ name: `iam:${name}`, service: 'iam', access: 'admin' });

/** Somebody who makes changes: a role of its own in a place of its own. */
function changer(name: string, ip: string, acts: Persona['acts']): Persona {
  return {
    base: {
      tenant: 'acme',
      identity: {
        id: `arn:aws:iam::111111111111:role/${name}`,
        kind: 'role',
        provider: 'aws',
        account: '111111111111',
      },
      credential: { id: `key-of-${name}`, kind: 'access-key', longLived: true },
      source: { ip, asn: 64_500, country: 'NL', userAgent: 'example-cli/2.1 linux' },
    },
    acts,
    hours: [9],
  };
}

const makesKey = (who: Persona, credential: string) => ({
  action: admin('CreateAccessKey'),
  resource: { id: `user/${id(who)}`, type: 'user' },
  change: { kind: 'credential' as const, identity: id(who), credential },
});

const lists = {
  action: { ...admin('ListAccessKeys'), access: 'read' as const },
  resource: { id: 'users', type: 'user' },
};
const rotator = changer('rotator', '192.0.2.100', [lists]);
const stranger = changer('report-reader', '192.0.2.101', [lists]);

/** The rotator makes a key a day, for one of the fleet after the other. */
const rotations = Array.from({ length: TODAY }, (_, day) =>
  act(rotator, at(day, 9, 30), makesKey(few[2 + (day % 4)] as Persona, `key-${day}`)),
);
const company = [
  ...few.flatMap((who) => routine(who, 0, TODAY + 3)),
  ...routine(rotator, 0, TODAY + 2),
  ...routine(stranger, 0, TODAY + 2),
  ...rotations,
];

const fresh = { id: 'new-key', kind: 'access-key' as const, longLived: true };
const elsewhere = { ip: '203.0.113.9', asn: 64_510, country: 'XX' };
/** The new key is used from a new place at 11:24, and at 13:10 again. */
const uses = (who = victim) => [
  act(who, at(TODAY, 11, 24), { credential: fresh, source: elsewhere }),
  act(who, at(TODAY, 13, 10), { credential: fresh, source: elsewhere }),
];

const story = (events: readonly Activity[], more: Setting = {}) =>
  collect(createEngine(engineOptions({ ...setting, ...more })), [inOrder([...company, ...events])]);
const made = (by: Persona, hour = 10, minute = 50, who = victim) =>
  act(by, at(TODAY, hour, minute), makesKey(who, fresh.id));

type Told = Pick<ReturnType<typeof story>, 'alerts' | 'observed'>;
const alertOf = ({ alerts, observed }: Told, who: Persona = victim): Alert | undefined =>
  [...alerts, ...observed].find((alert) => alert.identity.id === id(who) && alert.lastAt >= at(TODAY, 0));
const scoreOf = (told: Told, who: Persona = victim) => alertOf(told, who)?.score ?? 0;
const changesOf = (told: Told, who: Persona = victim) => alertOf(told, who)?.changes ?? [];
const effects = (told: Told, who: Persona = victim) => changesOf(told, who).map(({ effect }) => effect);

describe('a new key that is used from a new place', () => {
  const unexplained = story(uses());

  it('weighs less when the usual rotator made it, and the alert says so', () => {
    const told = story([made(rotator), ...uses()]);
    expect(scoreOf(told)).toBeLessThan(scoreOf(unexplained) - 2);
    expect(alertOf(told)?.title).toContain('key new-key was made 34 minutes before by role/rotator, as every day');
    expect(changesOf(told)).toMatchObject([
      { kind: 'credential', by: { id: id(rotator) }, effect: 'explains', manner: 'usual', fields: ['credential.id'] },
    ]);
  });

  it('is an alert by itself, and none when the usual rotator made it', () => {
    const cautious = { config: { alerts: { falsePerDay: 0.5 } } };
    const isRaised = ({ alerts }: Told) => alerts.some((alert) => alert.identity.id === id(victim));
    const moved = uses().map((one) => ({ ...one, source: { ...victim.base.source, country: 'XX' } }));
    expect(isRaised(story(moved, cautious))).toBe(true);
    expect(isRaised(story([made(rotator), ...moved], cautious))).toBe(false);
  });

  it('weighs more when a stranger made it, who never did that: both alerts are one incident', () => {
    const told = story([{ ...made(stranger), source: elsewhere }, ...uses()]);
    expect(scoreOf(told)).toBeGreaterThan(scoreOf(unexplained) + 2);
    expect(alertOf(told)?.title).toContain(
      'key new-key was made 34 minutes before by role/report-reader, which never did that before',
    );
    expect(effects(told)).toEqual(['incriminates']);
    expect(alertOf(told)?.incident).toEqual(expect.any(String));
    expect(alertOf(told)?.incident).toBe(alertOf(told, stranger)?.incident);
  });

  it('is not explained when the identity made it itself', () => {
    const told = story([act(victim, at(TODAY, 10, 50), makesKey(victim, fresh.id)), ...uses()]);
    expect(scoreOf(told)).toBeGreaterThan(scoreOf(unexplained));
    expect(changesOf(told)).toMatchObject([{ isOwn: true, effect: 'incriminates' }]);
    expect(alertOf(told)?.title).toContain('by itself, which never did that before');
  });

  it('is not explained when the rotator acted for the identity, or with its key', () => {
    for (const change of [
      { onBehalfOf: [{ id: id(victim), kind: 'service' }] },
      { credential: fresh },
    ] satisfies Partial<Activity>[])
      expect(effects(story([{ ...made(rotator), ...change }, ...uses()]))).not.toContain('explains');
  });

  it('is not explained when it is used from the very place in which it was made', () => {
    const there = { ...elsewhere, ip: rotator.base.source.ip as string };
    const told = story([made(rotator), ...uses().map((one) => ({ ...one, source: there }))]);
    expect(effects(told)).toEqual(['none']);
  });

  it('is not explained while a stranger made another one', () => {
    const told = story([
      made(rotator),
      { ...made(stranger), source: elsewhere, change: { kind: 'credential', identity: id(victim) } },
      ...uses(),
    ]);
    expect(effects(told)).toEqual(['incriminates']);
  });

  it('is not explained by somebody who has made keys for some days only', () => {
    const days = [4, 3, 2, 1].map((ago) =>
      act(stranger, at(TODAY - ago, 9, 30), makesKey(few[4] as Persona, `taught-${ago}`)),
    );
    expect(effects(story([...days, made(stranger), ...uses()]))).not.toContain('explains');
  });

  it('is explained for some days only', () => {
    const late = uses().map((one) => ({
      ...one,
      at: one.at.replace(at(TODAY).slice(0, 10), at(TODAY + 2).slice(0, 10)),
    }));
    const before = act(rotator, at(TODAY - 2, 10, 50), makesKey(victim, fresh.id));
    expect(effects(story([before, ...late]))).not.toContain('explains');
  });

  it('is explained in hindsight when it was used in the hour in which it was made', () => {
    const [, second] = uses() as [Activity, Activity];
    const first = act(victim, at(TODAY, 10, 58), { credential: fresh, source: elsewhere });
    const without = story([first, second]);
    const told = story([made(rotator), first, second]);
    expect(scoreOf(told)).toBeLessThan(scoreOf(without) - 2);
    expect(alertOf(told)?.title).toContain('key new-key was made 8 minutes before by role/rotator');
  });

  it('is explained no more once an alert is raised on the rotator', () => {
    const stolen = [12, 14].map((hour) =>
      act(rotator, at(TODAY, hour, 5), {
        action: admin('DeleteTrail'),
        source: { ip: '198.51.100.77', asn: 64_666, country: 'YY' },
      }),
    );
    const last = act(victim, at(TODAY, 15, 10), { credential: fresh, source: elsewhere });
    const told = story([made(rotator), ...uses(), ...stolen, last]);
    expect(effects(told)).toEqual(['none']);
    expect(alertOf(told)?.title).toContain('which came under an alert since');
    expect(alertOf(told)?.incident).toBe(alertOf(told, rotator)?.incident);
  });

  it('leaves other evidence as it is, and a decoy certain', () => {
    const [use] = uses() as [Activity, Activity];
    const events = [
      use,
      act(victim, at(TODAY, 11, 30), { credential: fresh, source: elsewhere, action: orders('Dump') }),
    ];
    const natsOf = (told: Told, field: string) => alertOf(told)?.evidence.find((one) => one.field === field)?.nats;
    const [bare, told] = [story(events), story([made(rotator), ...events])];
    expect(natsOf(told, 'source.country')).toBe(natsOf(bare, 'source.country'));
    expect(natsOf(told, 'action.name')).toBe(natsOf(bare, 'action.name'));
    expect(natsOf(told, 'credential.id')).toBeLessThan(natsOf(bare, 'credential.id') as number);
    const canary = { identity: 'decoys', credentials: [{ id: fresh.id, canary: true }] };
    const decoy = story([made(rotator), ...uses()], { inventory: [canary as never] });
    expect(scoreOf(decoy)).toBeGreaterThan(20);
  });
});

describe('a right that is given and then used', () => {
  const gives = (by: Persona, rights: string[]) =>
    act(by, at(TODAY, 10, 50), {
      action: admin('PutRolePolicy'),
      resource: { id: `role/${id(victim)}`, type: 'role' },
      change: { kind: 'right', identity: id(victim), rights },
    });
  const purge = act(victim, at(TODAY, 11, 24), {
    action: { name: 'archive:PurgeOrders', service: 'archive', access: 'admin' },
    resource: { id: 'archive/2024', type: 'archive' },
  });
  const granter = changer('granter', '192.0.2.102', [
    {
      action: admin('PutRolePolicy'),
      resource: { id: `role/${id(few[3] as Persona)}`, type: 'role' },
      change: { kind: 'right', identity: id(few[3] as Persona), rights: ['orders:ListOrders'] },
    },
  ]);
  const given = (...events: Activity[]) => story([...routine(granter, 0, TODAY), ...events]);
  const bare = given(purge);
  const natsOf = (told: Told, field: string) =>
    alertOf(told)?.evidence.find((one) => one.field === field && one.group === 'work')?.nats ?? 0;

  it('explains the act that it names, and a pattern of acts', () => {
    for (const right of ['archive:PurgeOrders', 'archive:Purge*', 'archive:*']) {
      const told = given(gives(granter, [right]), purge);
      expect(natsOf(told, 'action.name')).toBeLessThan(natsOf(bare, 'action.name') - 1);
      expect(alertOf(told)?.title).toContain(`it was given ${right.toLowerCase()} 34 minutes before by role/granter`);
    }
  });

  it('explains its thing where the right names it too', () => {
    const onThing = given(gives(granter, ['archive:Purge* archive/2024']), purge);
    const onOther = given(gives(granter, ['archive:Purge* archive/2023']), purge);
    const things = (told: Told) => natsOf(told, 'resource.id');
    expect(things(onOther)).toBeCloseTo(things(bare), 1);
    expect(things(onThing)).toBeLessThan(things(bare) - 1);
  });

  it('explains nothing that it does not name, and everything names nothing', () => {
    for (const right of ['archive:ListOrders', 'orders:*', '*', '*:*', 'policy/AdministratorAccess'])
      expect(effects(given(gives(granter, [right]), purge))).toEqual(['none']);
  });

  it('speaks against what follows when a stranger gave it, whatever it names', () => {
    const told = given({ ...gives(stranger, ['*']), source: elsewhere }, purge);
    expect(effects(told)).toEqual(['incriminates']);
    expect(scoreOf(told)).toBeGreaterThan(scoreOf(bare) + 1);
    expect(alertOf(told)?.incident).toBe(alertOf(told, stranger)?.incident);
  });
});

describe('a deployment and then new calls', () => {
  const deploys = { name: 'lambda:UpdateFunctionCode20150331v2', service: 'lambda', access: 'write' as const };
  const pipeline = changer('pipeline', '192.0.2.103', [
    { action: deploys, resource: { id: 'arn:aws:lambda:eu-west-1:111111111111:function:billing', type: 'function' } },
  ]);
  const runs = { ...victim.base, actor: { id: 'Invoices', kind: 'session' } };
  const lambda: Persona = {
    ...victim,
    base: { ...runs, identity: { ...runs.identity, id: 'role/invoices', account: '111111111111' } },
  };
  const deployed = (by: Persona, name: string) =>
    act(by, at(TODAY, 10, 50), {
      action: deploys,
      resource: { id: `arn:aws:lambda:eu-west-1:111111111111:function:${name}`, type: 'function' },
    });
  const calls = act(lambda, at(TODAY, 11, 24), {
    action: { name: 'mail:SendInvoices', service: 'mail', access: 'execute' },
    resource: undefined,
    credential: fresh,
  });
  const toldOf = (events: readonly Activity[]) =>
    story([...routine(lambda, 0, TODAY + 1), ...routine(pipeline, 0, TODAY), ...events]);
  const told = (...events: Activity[]) => toldOf([...events, calls]);
  const bare = told();

  it('explains part of them, of the function that was deployed alone', () => {
    const usual = told(deployed(pipeline, 'invoices'));
    expect(scoreOf(usual, lambda)).toBeLessThan(scoreOf(bare, lambda));
    expect(alertOf(usual, lambda)?.title).toContain(
      'function:invoices was deployed 34 minutes before by role/pipeline',
    );
    const other = told(deployed(pipeline, 'billing'));
    expect(scoreOf(other, lambda)).toBeCloseTo(scoreOf(bare, lambda), 1);
    expect(changesOf(other, lambda)).toEqual([]);
  });

  it('explains no calls from another network', () => {
    const moved = [deployed(pipeline, 'invoices'), { ...calls, source: elsewhere }];
    expect(effects(toldOf(moved), lambda)).toEqual(['none']);
  });

  it('speaks against them when a stranger did it', () => {
    const odd = told({ ...deployed(stranger, 'invoices'), source: elsewhere });
    expect(effects(odd, lambda)).toEqual(['incriminates']);
    expect(scoreOf(odd, lambda)).toBeGreaterThan(scoreOf(bare, lambda));
  });
});

describe('a flood of made-up changes', () => {
  const flood = Array.from({ length: 600 }, (_, n) =>
    act(stranger, at(TODAY, 10, Math.floor(n / 60), n % 60), makesKey(victim, `decoy-${n}`)),
  );

  it('is told within its bound, and explains nothing', () => {
    const told = story([...flood, ...uses()]);
    const rows = told.contributions.filter(({ dimension }) => dimension.startsWith('~changed'));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.length).toBeLessThanOrEqual(CHANGES_TOLD + 2 * TODAY);
    expect(effects(told)).not.toContain('explains');
  });

  it('does not push out what others did', () => {
    const changes = new Changes();
    const change = (identity: number, subject: number, ms: number): ChangeOf => ({
      ...{ kind: 'credential', manner: 'usual', action: 'iam:CreateAccessKey', thing: '', rights: [], by: 'role/any' },
      ...{ name: 'any', days: 9, everyDays: 1, credential: 0, address: 0, chain: [], identity, subject, ms },
    });
    changes.take('acme', [change(1, 7, 0)]);
    changes.take(
      'acme',
      [2, 3, 4, 5, 6].map((ms) => change(2, 7, ms)),
    );
    expect(changes.about('acme', 7).map(({ identity }) => identity)).toEqual([1, 2, 2, 2]);
    changes.take(
      'acme',
      Array.from({ length: CHANGES_MAX + 10 }, (_, n) => change(2, 100 + n, n)),
    );
    changes.trim();
    expect(changes.about('acme', 7)).not.toEqual([]);
    const kept = Array.from({ length: CHANGES_MAX + 10 }, (_, n) => changes.about('acme', 100 + n).length);
    expect(kept.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(CHANGES_MAX);
  });
});

describe('over partitions and batches', () => {
  const events = inOrder([
    ...company,
    { ...made(stranger), source: elsewhere },
    ...uses(),
    act(rotator, at(TODAY, 10, 52), makesKey(few[1] as Persona, 'second-key')),
    ...[at(TODAY, 10, 58), at(TODAY, 13, 10)].map((when) =>
      act(few[1] as Persona, when, { credential: { ...fresh, id: 'second-key' }, source: elsewhere }),
    ),
  ]);
  const hourOf = ({ activity }: Located) => Math.floor(Date.parse(activity.at) / 3_600_000);
  const byId = ({ alerts }: Pick<Told, 'alerts'>) => [...alerts].sort((a, b) => (a.id < b.id ? -1 : 1));
  const whole = collect(createEngine(engineOptions(setting)), [events]);

  it('two workers that share a population come to the alerts of one', () => {
    const { population, ...options } = engineOptions(setting);
    const engines = [0, 1].map(() => createEngine({ ...options, population, ownsPopulation: false }));
    const alerts = new Map<string, Alert>();
    const hours = new Map<number, Located[]>();
    for (const one of events) hours.set(hourOf(one), [...(hours.get(hourOf(one)) ?? []), one]);
    for (const [hour, batch] of hours) {
      population.close(hour);
      for (const [at, engine] of engines.entries()) {
        // Those who make changes are on the one, those they are about on the other.
        const own = batch.filter(({ activity }) => activity.identity.id.startsWith('arn:') === (at === 0));
        const outcome = engine.process(own);
        for (const alert of outcome.alerts) alerts.set(alert.id, alert);
        for (const contribution of [...outcome.contributions].reverse()) population.merge(contribution);
      }
    }
    expect(byId({ alerts: [...alerts.values()] })).toEqual(byId(whole));
    expect(byId(whole).flatMap(({ changes = [] }) => changes.map(({ effect }) => effect))).toEqual(
      expect.arrayContaining(['explains', 'incriminates']),
    );
  });

  it('batches of one and a worker that was restarted between them come to the same', () => {
    const single = collect(
      createEngine(engineOptions(setting)),
      events.map((one) => [one]),
    );
    expect(single.contributions).toEqual(whole.contributions);
    expect(byId(single)).toEqual(byId(whole));
  });

  it('a worker that takes over from the saved memories goes on as if nothing had happened', () => {
    const cut = events.findIndex(({ activity }) => activity.at > at(TODAY, 11, 30));
    const first = createEngine(engineOptions(setting));
    const before = collect(first, [events.slice(0, cut)]);
    const options = engineOptions(setting);
    options.population.replay(before.contributions);
    const second = createEngine(options);
    for (const row of first.changed()) second.restore(row);
    const after = collect(second, [events.slice(cut)]);
    const last = new Map([...before.alerts, ...after.alerts].map((alert) => [alert.id, alert]));
    expect(byId({ alerts: [...last.values()] })).toEqual(byId(whole));
  });
});
