/** Records that arrive now and are dated into the past teach nothing faster than time goes by, and take nothing from an alert. */
import { expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { createEngine } from '../../src/core/engine.ts';
import {
  act,
  alertsOf,
  at,
  collect,
  engineOptions,
  fleet,
  inOrder,
  routine,
  QUIET_DAYS as TODAY,
  workers,
} from './story.ts';

const HOUR_MS = 3_600_000;
const [victim] = workers as [(typeof workers)[0]];
const id = victim.base.identity.id;
const away = { source: { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' } };
const grant = { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' as const };
const theft = act(victim, at(TODAY, 14, 40), { ...away, action: grant });
/** Five days of the thief's own place and act, sent within a moment of this morning. */
const past = [
  ...routine(victim, TODAY - 5, TODAY, away),
  ...[5, 4, 3, 2, 1].map((before) => act(victim, at(TODAY - before, 9, 50), { ...away, action: grant })),
];
const received = (activities: readonly Activity[], receivedAt: string) =>
  activities.map((activity) => ({ ...activity, receivedAt }));

function told(events: readonly Activity[], rows = 1_000) {
  const engine = createEngine(engineOptions({ lateAfterMs: HOUR_MS }));
  const life = inOrder([...fleet(TODAY + 1), ...events]);
  let late = 0;
  const batches = Array.from({ length: Math.ceil(life.length / rows) }, (_, n) => life.slice(n * rows, (n + 1) * rows));
  const counting = {
    process: (batch: Parameters<typeof engine.process>[0]) => {
      const outcome = engine.process(batch);
      late += outcome.late.activities;
      return outcome;
    },
  } as typeof engine;
  return { ...collect(counting, batches), late };
}

const alone = alertsOf(told([theft]), id)[0];
const backdated = told([...received(past, at(TODAY, 8, 30)), ...received([theft], theft.at)]);

it('an attack is told as strongly with the attempt as without, and its cost is told', () => {
  const [alert] = alertsOf(backdated, id);
  expect(alert?.score).toBeGreaterThanOrEqual(alone?.score ?? Number.NaN);
  expect(alert?.severity).toBe(alone?.severity);
  expect(backdated.late).toBe(past.length);
});

it('the attempt is told when it arrives, with how late it says to be', () => {
  const [alert] = alertsOf(backdated, id);
  expect(Date.parse(alert?.firstAt ?? '')).toBeGreaterThanOrEqual(Date.parse(at(TODAY, 7, 30)));
  expect(alert?.delayMs).toBeGreaterThan(4 * 24 * HOUR_MS);
});

it('without a time of arrival it is history, and believed', () => {
  const history = told([...past, theft]);
  expect(history.late).toBe(0);
  expect(alertsOf(history, id)).toEqual([]);
});

it('comes to the same whatever the batches', () => {
  const again = told([...received(past, at(TODAY, 8, 30)), ...received([theft], theft.at)], 7);
  expect(again.alerts).toEqual(backdated.alerts);
  expect(again.contributions).toEqual(backdated.contributions);
});

it('a log that is late by less than the bound is judged at its own time', () => {
  const slow = (hours: number) => told([{ ...theft, receivedAt: at(TODAY, 14 + hours, 39) }]);
  const [alert] = alertsOf(slow(1), id);
  expect(alert?.raisedAt).toBe(theft.at);
  expect(alert?.delayMs).toBeUndefined();
  expect(alertsOf(slow(3), id)[0]).toMatchObject({ raisedAt: at(TODAY, 16, 39), delayMs: 3 * HOUR_MS - 60_000 });
});
