/** An alert over the day's budget is held: nothing is learned from it, it is told once there is budget again, and what is strong is never held. */
import { expect, it } from 'vitest';
import { ALWAYS_TOLD_NATS } from '../../src/core/constants.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
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

type Persona = (typeof workers)[number];
/** So small a budget that one alert a day is more than chance brings. */
const small = { config: { alerts: { falsePerDay: 0.02 } } };
const [victim, ...crowd] = workers as [Persona, ...Persona[]];
const id = victim.base.identity.id;

/** A new place each, so that the alerts have nothing in common. */
const strange = (one: Persona, n: number, day: number, hour: number, minute = 40) =>
  act(one, at(day, hour, minute), { source: { ip: `203.0.113.${n}`, asn: 64_500 + n, userAgent: `tool-${n}/1.0` } });

/** Alerts of the morning that spend the budget. */
const decoys = crowd.slice(0, 4).map((one, n) => strange(one, 20 + n, TODAY, 8));
const weak = strange(victim, 99, TODAY, 12);

it('is raised on the day itself when nobody has spent the budget', () => {
  const [alert] = alertsOf(tell([weak], small), id);
  expect(alert?.raisedAt).toBe(weak.at);
});

it('waits while the budget of the day is spent, and is told when there is budget again', () => {
  const told = tell([...decoys, weak], small);
  const [alert] = alertsOf(told, id);
  expect(alert).toBeDefined();
  expect(Date.parse(alert?.raisedAt ?? '')).toBeGreaterThan(Date.parse(at(TODAY + 1, 0)));
  expect(alert?.firstAt).toBe(weak.at);
});

it('does not wait where it asks for a suspension, though the budget is spent', () => {
  // Its own key, its own place, and a right that it never gave: nothing but the identity itself can be stopped.
  const grant = { name: 'accounts:AttachAdminPolicy', service: 'accounts', access: 'admin' as const };
  const turned = act(victim, at(TODAY, 12, 40), { action: grant, resource: { id: 'user/backup-admin', type: 'user' } });
  const [alert] = alertsOf(tell([...decoys, turned], small), id);
  expect(alert?.recommendation.action).toBe('suspend-identity');
  expect(alert?.score).toBeLessThan(ALWAYS_TOLD_NATS);
  expect(alert?.raisedAt).toBe(turned.at);
});

it('is told with an alert of the same cause that was raised in spite of the budget', () => {
  const other = crowd[9] as Persona;
  const old = { id: 'key-of-last-year', kind: 'access-key' as const, longLived: true };
  const inventory = [{ identity: other.base.identity.id, credentials: [{ id: old.id, revokedAt: at(2) }] }];
  const certain = act(other, at(TODAY, 13, 10), { ...strange(other, 99, TODAY, 13), credential: old });
  const told = tell([...decoys, weak, certain], { ...small, inventory } as Parameters<typeof tell>[1]);
  expect(alertsOf(told, other.base.identity.id)[0]?.raisedAt).toBe(certain.at);
  const [alert] = alertsOf(told, id);
  expect(alert?.raisedAt.slice(0, 13)).toBe(at(TODAY, 14).slice(0, 13));
  expect(alert?.incident).toBeDefined();
});

it('is told before another story of the same identity takes its place', () => {
  const grant = { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' as const };
  const theft = act(victim, at(TODAY, 18, 10), { ...strange(victim, 77, TODAY, 18), action: grant });
  const told = tell([...decoys, weak, theft], small);
  const seen = alertsOf(told, id).flatMap(({ evidence }) => evidence.map(({ activityId }) => activityId));
  expect(seen).toContain(weak.id);
});

/** Alerts of the very hour: the population does not know of them yet. */
const mild = (one: Persona, n: number, minute: number) =>
  act(one, at(TODAY, 12, minute), { source: { ip: `203.0.113.${n}`, asn: 64_500 + n } });
const flood = crowd.slice(0, 8).map((one, n) => mild(one, 40 + n, 5 + n));

it('waits too when the alerts that spent the budget are of the same hour, and each is told in the end', () => {
  const told = tell(flood, small, TODAY + 10);
  const raisedAt = flood.map(({ identity }) => alertsOf(told, identity.id)[0]?.raisedAt ?? 'never');
  const atOnce = raisedAt.filter((when) => when < at(TODAY + 1, 0));
  expect(atOnce.length).toBeGreaterThan(0);
  expect(atOnce.length).toBeLessThan(4);
  expect(raisedAt).not.toContain('never');
});

it('is told with the number of those that wait, from the fourth on and at each doubling, as one incident', () => {
  const many = crowd.map((one, n) => mild(one, 40 + n, 5 + n));
  const { alerts } = collect(createEngine(engineOptions(small)), [inOrder([...fleet(TODAY + 1), ...many])]);
  const folded = alerts.filter(({ folded = 0 }) => folded > 0);
  expect(folded.map((alert) => alert.folded).sort()).toEqual([4, 8]);
  expect(new Set(folded.map(({ incident }) => incident)).size).toBe(1);
  expect(folded[1]?.title).toMatch(/It is alert number [48] over the budget of the day\.$/);
});

it('is seen with its incident where that was told, and delivered from the fourth on at each doubling of their number', () => {
  const known = crowd[9] as Persona;
  const old = { id: 'key-of-last-year', kind: 'access-key' as const, longLived: true };
  const inventory = [{ identity: known.base.identity.id, credentials: [{ id: old.id, revokedAt: at(2) }] }];
  const certain = act(known, at(TODAY, 12, 40), { ...strange(known, 77, TODAY, 12), credential: old });
  const others = crowd.slice(0, 9).map((one, n) => strange(one, 77, TODAY, 13, 5 + n));
  const engine = createEngine(engineOptions({ ...small, inventory } as Parameters<typeof engineOptions>[0]));
  const told = collect(engine, [inOrder([...fleet(TODAY + 1), ...decoys, certain, ...others])]);
  const inIt = told.alerts.filter(({ folded = 0 }) => folded > 0);
  const byNumber = inIt.map(({ id: one, folded }) => [folded, told.delivered.includes(one)]);
  expect(byNumber.length).toBeGreaterThan(4);
  for (const [number, isDelivered] of byNumber)
    expect([number, isDelivered]).toEqual([number, [4, 8].includes(number as number)]);
});

it('knows what was raised in an open hour after a restart in that hour', () => {
  const life = inOrder([...fleet(TODAY + 2), ...flood]);
  const kill = life.findIndex(({ activity }) => activity.id === flood[5]?.id);
  const whole = collect(createEngine(engineOptions(small)), [life]);
  const before = createEngine(engineOptions(small));
  const first = collect(before, [life.slice(0, kill)]);
  const population = createPopulation();
  population.replay(first.contributions);
  const after = createEngine({ ...engineOptions(small), population });
  for (const row of before.changed()) after.restore(row);
  const ids = (alerts: typeof whole.alerts) => alerts.map(({ id: one, raisedAt }) => `${one} ${raisedAt}`);
  const rest = collect(after, [life.slice(kill)]);
  expect(new Set([...ids(first.alerts), ...ids(rest.alerts)])).toEqual(new Set(ids(whole.alerts)));
});

it('does not make usual for the others what it shows: a theft after decoys weighs what it weighs without', () => {
  const grant = { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' as const };
  const theft = act(victim, at(TODAY, 14, 10), {
    source: { ip: '203.0.113.99', asn: 64_599, userAgent: 'tool-99/1.0' },
  });
  const morning = crowd.map((one, n) =>
    act(one, at(TODAY, 8, 40), { ...strange(one, 20 + n, TODAY, 8), action: grant }),
  );
  const strength = (events: readonly (typeof theft)[]) => alertsOf(tell(events, small), id)[0]?.score ?? 0;
  expect(strength([...morning, theft])).toBeGreaterThan(strength([theft]) - 1);
});
