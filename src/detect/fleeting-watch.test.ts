/** Told once a day of event time, and a store that does not answer stops nothing. */
import { expect, it } from 'vitest';
import { createPopulation } from '../core/population/population.ts';
import { InputError } from '../fault.ts';
import type { FleetingIds } from '../ports/triage.ts';
import { watchFleeting } from './fleeting-watch.ts';

const HOURS = 24;
const ids: FleetingIds = {
  tenant: 'acme',
  provider: 'otel',
  account: 'desk',
  kind: 'agent',
  ids: 900,
  fleeting: 892,
  examples: ['run-1'],
};

it('tells each day of the ids that never come back, with the remedy, and asks again after a fault', async () => {
  const events: [string, object][] = [];
  const population = createPopulation();
  let asked = 0;
  const store = {
    fleeting: async () => {
      asked++;
      if (asked === 2) throw new InputError('store', 'does not answer', 'Start it.');
      return [ids];
    },
  };
  watchFleeting({
    population,
    store,
    telemetry: { event: (type, fields) => void events.push([type, fields as object]) },
  });
  for (let day = 20_000; day < 20_004; day++)
    for (const hour of [0, 1, 12]) {
      population.close(day * HOURS + hour);
      await new Promise((done) => setImmediate(done));
    }
  expect(asked).toBe(4);
  expect(events.map(([type]) => type)).toEqual([
    'ids-never-come-back',
    'fleeting-counted',
    'store-retried',
    ...['ids-never-come-back', 'fleeting-counted'],
    ...['ids-never-come-back', 'fleeting-counted'],
  ]);
  expect(events[0]?.[1]).toMatchObject({ fleeting: 892, example: 'run-1', remedy: expect.stringMatching(/name/) });
  expect(events[1]?.[1]).toEqual({ ids: 892 });
});
