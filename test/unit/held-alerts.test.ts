/** An alert over the day's budget is held: nothing is learned from it, it is told once there is budget again, and what is strong is never held. */
import { expect, it } from 'vitest';
import { act, alertsOf, at, QUIET_DAYS as TODAY, tell, workers } from './story.ts';

type Persona = (typeof workers)[number];
const [victim, ...crowd] = workers as [Persona, ...Persona[]];
const id = victim.base.identity.id;

/** A new place each, so that the alerts have nothing in common. */
const strange = (one: Persona, n: number, day: number, hour: number, minute = 40) =>
  act(one, at(day, hour, minute), { source: { ip: `203.0.113.${n}`, asn: 64_500 + n, userAgent: `tool-${n}/1.0` } });

/** Alerts of the morning that spend the budget. */
const decoys = crowd.slice(0, 4).map((one, n) => strange(one, 20 + n, TODAY, 8));
const weak = strange(victim, 99, TODAY, 12);

it('is raised on the day itself when nobody has spent the budget', () => {
  const [alert] = alertsOf(tell([weak]), id);
  expect(alert?.raisedAt).toBe(weak.at);
});

it('waits while the budget of the day is spent, and is told when there is budget again', () => {
  const told = tell([...decoys, weak]);
  const [alert] = alertsOf(told, id);
  expect(alert).toBeDefined();
  expect(Date.parse(alert?.raisedAt ?? '')).toBeGreaterThan(Date.parse(at(TODAY + 1, 0)));
  expect(alert?.firstAt).toBe(weak.at);
});

it('is told before another story of the same identity takes its place', () => {
  const grant = { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' as const };
  const theft = act(victim, at(TODAY, 18, 10), { ...strange(victim, 77, TODAY, 18), action: grant });
  const told = tell([...decoys, weak, theft]);
  const seen = alertsOf(told, id).flatMap(({ evidence }) => evidence.map(({ activityId }) => activityId));
  expect(seen).toContain(weak.id);
});
