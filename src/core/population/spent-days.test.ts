/** What was spent is summed up anew after every hour that told of an alert, and only then. */
import { expect, test } from 'vitest';
import { Incidents } from './incidents.ts';
import { SpentDays } from './spent-days.ts';

const DAY = 20_000;
const HOUR = DAY * 24 + 9;
const alert = (identity: number, hour = HOUR) => ({ tenant: 'acme', peers: 'example/role', identity, hour });

function spentAfter(change: (days: SpentDays, incidents: Incidents) => void): number | undefined {
  const incidents = new Incidents();
  const days = new SpentDays(incidents);
  days.add('acme', DAY, 0.25);
  incidents.take(alert(1), 7, 0.5);
  days.hourClosed();
  expect(days.of('acme').get(DAY)).toBe(0.75);
  change(days, incidents);
  days.hourClosed();
  return days.of('acme').get(DAY);
}

test.each([
  ['an alert without a cause', 1.25, (days: SpentDays) => days.add('acme', DAY, 0.5)],
  ['an alert of another cause', 1, (_: SpentDays, incidents: Incidents) => incidents.take(alert(2), 8, 0.25)],
  ['a graver member', 1.25, (_: SpentDays, incidents: Incidents) => incidents.join(alert(2), 7, HOUR, 1)],
  ['a correction', 0.5, (_: SpentDays, incidents: Incidents) => incidents.amend(alert(1), 7, -0.25)],
  // The runs that began on it are forgotten by themselves.
  ['the end of the day', 0.5, (days: SpentDays) => days.forget(DAY + 1)],
  ['the end of its runs', 0.25, (_: SpentDays, incidents: Incidents) => incidents.forget(DAY + 1)],
] as const)('%s counts from the next closed hour on', (_, expected, change) => {
  expect(spentAfter(change)).toBe(expected);
});

test('an hour without an alert leaves the sums as they are', () => {
  const days = new SpentDays(new Incidents());
  days.add('acme', DAY, 0.25);
  days.hourClosed();
  const summed = days.of('acme');
  days.hourClosed();
  expect(days.of('acme')).toBe(summed);
});
