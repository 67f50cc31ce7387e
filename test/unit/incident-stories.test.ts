/** Alerts of several identities with one cause are one incident: who belongs to it, when that is known, and what it costs. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { RAISED } from './stored-rows.ts';
import {
  act,
  alertsOf,
  at,
  collect,
  engineOptions,
  fleet,
  inOrder,
  QUIET_DAYS as TODAY,
  tell,
  workers,
} from './story.ts';

type Worker = (typeof workers)[number];
const there = { ip: '203.0.113.9', asn: 64_510, country: 'XX', region: 'xx-north-1' };

/** The work of one hour of today from another place, and once more two hours later. */
const fromThere = (who: Worker, hour: number, minute: number, source: object = there) =>
  [hour, hour + 2].map((when) => act(who, at(TODAY, when, minute), { source }));

const today = (alerts: readonly Alert[]) => alerts.filter(({ raisedAt }) => raisedAt >= at(TODAY, 0));
const incidentOf = ([alert]: readonly Alert[]) => alert?.incident;
const incidentsOf = (alerts: readonly Alert[]) => new Set(today(alerts).map(({ incident }) => incident));

describe('peers that fail over within an hour', () => {
  const movers = workers.slice(0, 6);
  const failOver = movers.flatMap((who, n) => fromThere(who, 10, 20 + 4 * n));
  const told = tell(failOver);

  it('are one incident, the first of them too', () => {
    expect(today(told.alerts).map(({ identity }) => identity.id)).toEqual(movers.map(({ base }) => base.identity.id));
    expect([...incidentsOf(told.alerts)]).toEqual([expect.any(String)]);
  });

  it('are known to be one by what they are raised for before anybody can know of the others', () => {
    const [first] = today(told.alerts);
    expect(new Set(today(told.alerts).map(({ cause }) => cause))).toEqual(new Set([first?.cause]));
    expect(first?.incident).toBe(first?.cause);
  });

  it('are joined by who follows in the next hour at once, and by nobody two days later', () => {
    const [first, second, late] = workers as [Worker, Worker, Worker];
    const pair = [...fromThere(first, 10, 20), ...fromThere(second, 10, 24)];
    const incident = incidentOf(alertsOf(tell(pair), first.base.identity.id));
    const follower = (day: number) => {
      const acts = [...pair, ...[act(late, at(day, 11, 30), { source: there })]];
      return alertsOf(
        tell(acts, { config: { alerts: { falsePerDay: 5 } } }, TODAY + 3),
        late.base.identity.id,
        at(day, 11),
      );
    };
    expect(follower(TODAY)).toEqual([expect.objectContaining({ incident, cause: incident })]);
    expect(follower(TODAY + 2)).toHaveLength(1);
    expect(incidentOf(follower(TODAY + 2))).toBeUndefined();
  });

  it('spend the budget once', () => {
    const population = createPopulation();
    const engine = createEngine({ ...engineOptions(), population });
    const { alerts, contributions } = collect(engine, [inOrder([...fleet(TODAY + 1), ...failOver])]);
    const each = contributions.filter(({ dimension }) => dimension === RAISED).map(({ amount }) => amount);
    expect(each).toHaveLength(alerts.length);
    expect(each.reduce((sum, amount) => sum + amount, 0)).toBeGreaterThan(1);
    expect(population.spentToday('acme')).toBe(Math.max(...each));
  });

  it('come to the same bytes for any batch size', () => {
    const life = inOrder([...fleet(TODAY + 1), ...failOver]);
    const [whole, ...parts] = [life.length, 1_000, 37].map((rows) => {
      const engine = createEngine(engineOptions());
      const batches = Array.from({ length: Math.ceil(life.length / rows) }, (_, n) =>
        life.slice(n * rows, (n + 1) * rows),
      );
      const { alerts, contributions } = collect(engine, batches);
      return JSON.stringify([alerts, contributions]);
    });
    for (const part of parts) expect(part).toBe(whole);
  });
});

describe('two identities alerted on in one hour', () => {
  const [one, two] = workers as [Worker, Worker];

  it('for different causes are no incident', () => {
    const elsewhere = { ip: '198.18.0.9', asn: 64_511, country: 'YY', region: 'yy-south-1' };
    const told = tell([...fromThere(one, 10, 20), ...fromThere(two, 10, 30, elsewhere)]);
    expect(today(told.alerts)).toHaveLength(2);
    expect([...incidentsOf(told.alerts)]).toEqual([undefined]);
    expect(new Set(today(told.alerts).map(({ cause }) => cause)).size).toBe(2);
  });

  it('for one cause, in two tenants, are no incident', () => {
    const away = { ...two, base: { ...two.base, tenant: 'other' } };
    const told = tell([
      ...fleet(TODAY + 1).map((activity) => ({ ...activity, id: `${activity.id} other`, tenant: 'other' })),
      ...fromThere(one, 10, 20),
      ...fromThere(away, 10, 30),
    ]);
    expect(today(told.alerts).map(({ tenant }) => tenant)).toEqual(['acme', 'other']);
    expect([...incidentsOf(told.alerts)]).toEqual([undefined]);
  });
});

describe('machines that move to one place when they next have work', () => {
  const [first, second, third] = workers as [Worker, Worker, Worker];
  const [firstId, secondId] = [first.base.identity.id, second.base.identity.id];
  /** The same addresses as at home, where the country and the region are called otherwise. */
  const moved = (who: Worker, change: object = { country: 'XX', region: 'xx-north-1' }) => ({
    ...who.base.source,
    ...change,
  });
  const once = (who: Worker, hour: number, source: object = moved(who)) =>
    act(who, at(TODAY, hour, 20), { source: source as Activity['source'] });
  const deliveredOf = (...acts: readonly Activity[]) => {
    const engine = createEngine(engineOptions({ config: { alerts: { falsePerDay: 20 } } }));
    const { alerts, delivered } = collect(engine, [inOrder([...fleet(TODAY + 1), ...acts])]);
    const told = today(alerts);
    return { told, delivered: told.filter(({ id }) => delivered.includes(id)).map(({ identity }) => identity.id) };
  };

  it('are told once, though there are hours between them, and are one incident', () => {
    const { told, delivered } = deliveredOf(once(first, 8), once(second, 12), once(third, 16));
    expect(told).toHaveLength(3);
    expect(delivered).toEqual([firstId]);
    expect(new Set(told.map(({ cause }) => cause)).size).toBe(1);
    expect(told.slice(1).map(({ folded }) => folded)).toEqual([1, 2]);
  });

  it('are one place, whichever of its names is the strangest to one of them', () => {
    // The first one knows the country, so that the region alone is new to it; to the second the country is stranger than the region.
    const before = Array.from({ length: 5 }, (_, n) =>
      act(first, at(TODAY - 8 + n, 12, 10), { source: moved(first, { country: 'XX' }) }),
    );
    const { told, delivered } = deliveredOf(...before, once(first, 8), once(second, 12));
    expect(told.map(({ title }) => title)).toEqual([
      expect.stringContaining('worked in xx-north-1'),
      expect.stringContaining('came from XX'),
    ]);
    expect(delivered).toEqual([firstId]);
  });

  it('do not hide who comes to the place and does more, nor who comes to another', () => {
    const read = act(second, at(TODAY, 12, 25), {
      source: moved(second) as Activity['source'],
      action: { name: 'vault:ReadLedger', service: 'vault', access: 'read' },
      resource: { id: 'ledger/one', type: 'ledger' },
    });
    expect(deliveredOf(once(first, 8), once(second, 12), read).delivered).toContain(secondId);
    const elsewhere = moved(second, { country: 'YY', region: 'yy-south-1' });
    expect(deliveredOf(once(first, 8), once(second, 12, elsewhere)).delivered).toContain(secondId);
  });

  it('do not hide who follows somebody that was likely attacked from there', () => {
    const source = moved(first, { country: 'XX', region: 'xx-north-1', userAgent: 'other-tool/8.1' });
    expect(deliveredOf(once(first, 8, source), once(second, 12)).delivered).toEqual([firstId, secondId]);
  });
});

describe('one event that moves many of a kind within an hour', () => {
  const movers = workers.slice(0, 6);
  const moved = (who: Worker, n: number) => fromThere(who, 10, 20 + 4 * n);
  const life = (...more: (readonly Activity[])[]) =>
    inOrder([...fleet(TODAY + 1), ...movers.flatMap(moved), ...more.flat()]);
  const deliveredOf = (events: ReturnType<typeof inOrder>) => {
    const { alerts, delivered } = collect(createEngine(engineOptions()), [events]);
    return today(alerts)
      .filter(({ id }) => delivered.includes(id))
      .map(({ identity }) => identity.id);
  };

  it('says how many they are when it is told again', () => {
    const { alerts } = collect(createEngine(engineOptions()), [life()]);
    const [fifth] = alertsOf({ alerts }, movers[4]?.base.identity.id ?? '', at(TODAY, 0));
    expect(fifth?.title).toMatch(/It is one of 5 alerts of one cause\.$/);
    expect(fifth?.folded).toBe(4);
  });

  it('is told once, and again with its fifth member', () => {
    expect(deliveredOf(life())).toEqual([movers[0]?.base.identity.id, movers[4]?.base.identity.id]);
  });

  it('does not hide who does more than the others, then or later', () => {
    const [, second, third] = movers as [Worker, Worker, Worker];
    const read = (who: Worker, minute: number) =>
      act(who, at(TODAY, 10, minute), {
        source: there,
        action: { name: 'vault:ReadLedger', service: 'vault', access: 'read' },
        resource: { id: 'ledger/one', type: 'ledger' },
      });
    const told = deliveredOf(life([read(second, 23), read(third, 50)]));
    expect(told).toContain(second.base.identity.id);
    expect(told).toContain(third.base.identity.id);
  });

  it('does not hide under a new act that all of them do what only one of them did it to', () => {
    const [first, thief] = workers as [Worker, Worker];
    const run = { name: 'jobs:RunJob', service: 'jobs', access: 'execute' as const };
    const toldOf = (...things: string[]) =>
      deliveredOf(
        inOrder([
          ...fleet(TODAY + 1),
          act(first, at(TODAY, 10, 20), { action: run, resource: { id: 'reports/worker-1', type: 'report' } }),
          ...things.map((id, n) =>
            act(thief, at(TODAY, 10, 30 + n), { action: run, resource: { id, type: id.split('/')[0] ?? '' } }),
          ),
        ]),
      );
    expect(toldOf('reports/worker-2')).toEqual([first.base.identity.id]);
    expect(toldOf('payroll/all', 'customers/all')).toEqual([first.base.identity.id, thief.base.identity.id]);
  });

  it('does not hide under a harmless act of a new service who does a graver one in it', () => {
    const [first, thief] = workers as [Worker, Worker];
    const toldOf = (name: string, access: 'read' | 'write') => {
      const use = (who: Worker, minute: number, of: string, as: 'read' | 'write') =>
        act(who, at(TODAY, 10, minute), { action: { name: of, service: 'jobs', access: as } });
      const engine = createEngine(engineOptions({ config: { alerts: { falsePerDay: 5 } } }));
      const life = inOrder([
        ...fleet(TODAY + 1),
        use(first, 20, 'jobs:ListJobs', 'read'),
        use(thief, 30, name, access),
      ]);
      const { alerts, delivered } = collect(engine, [life]);
      return today(alerts)
        .filter(({ id }) => delivered.includes(id))
        .map(({ identity }) => identity.id);
    };
    expect(toldOf('jobs:ListJobs', 'read')).toEqual([first.base.identity.id]);
    expect(toldOf('jobs:UpdateJob', 'write')).toEqual([first.base.identity.id, thief.base.identity.id]);
  });

  it('does not hide whom it advises to suspend', () => {
    const [first, second] = workers as [Worker, Worker];
    const copy = { name: 'sync:CopyObject', service: 'sync', access: 'write' as const };
    const copied = (who: Worker, n: number) =>
      act(who, at(TODAY, 10, 20 + n), { action: copy, resource: { id: `reports/worker-${n}`, type: 'report' } });
    const { alerts, delivered } = collect(createEngine(engineOptions()), [
      inOrder([...fleet(TODAY + 1), copied(first, 1), copied(second, 2)]),
    ]);
    const [alert] = alertsOf({ alerts }, second.base.identity.id, at(TODAY, 0));
    expect(alert).toMatchObject({ severity: 'high', folded: 1, recommendation: { action: 'suspend-identity' } });
    expect(delivered).toContain(alert?.id);
  });

  it('does not hide somebody of another kind', () => {
    const other = { ...(workers[8] as Worker) };
    const asAgent = fromThere(other, 10, 45).map((one) => ({
      ...one,
      identity: { ...one.identity, id: 'helper-1', kind: 'agent' as const },
    }));
    const before = fleet(TODAY)
      .filter(({ identity }) => identity.id === other.base.identity.id)
      .map((one) => ({
        ...one,
        id: `${one.id} helper`,
        identity: { ...one.identity, id: 'helper-1', kind: 'agent' as const },
      }));
    expect(deliveredOf(life(before, asAgent))).toContain('helper-1');
  });
});
