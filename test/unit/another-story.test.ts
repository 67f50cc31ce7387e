/** What an open alert takes in: more of its own story, and for a day whatever else the identity does. */
import { expect, it } from 'vitest';
import { act, alertsOf, at, QUIET_DAYS as TODAY, tell, workers } from './story.ts';

type Persona = (typeof workers)[number];
const [victim] = workers as [Persona];
const id = victim.base.identity.id;
const there = { ip: '203.0.113.7', asn: 64_520, country: 'XX', userAgent: 'strange/1.0' };

/** At work from another place, with one more new thing each time, so that the alert stays open. */
const goesOn = (day: number, hour: number) =>
  act(victim, at(day, hour, 40), {
    source: there,
    resource: { id: `archive/${day}/${'abcdefgh'[hour % 8]}/list`, type: 'archive' },
  });
const first = [goesOn(TODAY, 9), goesOn(TODAY, 18)];
const still = [goesOn(TODAY + 1, 4), goesOn(TODAY + 1, 9)];

/** A first act of another kind, at its usual place: an alert by itself, and less than the first one says. */
const other = (day: number, hour: number) =>
  act(victim, at(day, hour, 20), {
    action: { name: 'accounts:DeleteSigningKeys', service: 'accounts', access: 'write' },
    resource: { id: 'signing/keys', type: 'key-list' },
  });
const told = (acts: readonly ReturnType<typeof act>[]) => alertsOf(tell(acts, {}, TODAY + 3), id, at(TODAY, 0));
const cites = (alert: ReturnType<typeof told>[number], one: { id: string }) =>
  alert.evidence.some(({ activityId }) => activityId === one.id);

it('is told of by itself when it comes a day later and would be told by itself', () => {
  const theft = other(TODAY + 1, 14);
  const [alert, second, ...more] = told([...first, ...still, theft]);
  expect([alert?.raisedAt, second?.raisedAt, more.length]).toEqual([first[0]?.at, theft.at, 0]);
  expect(second !== undefined && cites(second, theft)).toBe(true);
  expect(second?.score).toBeLessThan(alert?.score ?? 0);
});

it('makes the alert grow on the day it was raised', () => {
  const theft = other(TODAY, 20);
  const [alert, ...more] = told([...first, theft]);
  expect([alert?.raisedAt, more.length]).toEqual([first[0]?.at, 0]);
  expect(alert !== undefined && cites(alert, theft)).toBe(true);
});

it('makes it grow on later days too where it would not be told by itself', () => {
  expect(told([...first, ...still, goesOn(TODAY + 1, 14)])).toHaveLength(1);
});
