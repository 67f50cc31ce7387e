/** Who looks at the metrics or the log learns of a class that alerts too often, once a day, and no longer when it is over. */
import { expect, it } from 'vitest';
import { DAY, RAISED } from '../../test/unit/stored-rows.ts';
import type { Contribution } from '../core/engine-contract.ts';
import { createPopulation } from '../core/population/population.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { watchFit } from './class-fit-watch.ts';

const START = 24 * 20_000;
const of = (day: number, identity: number, dimension: string, tenant = 'acme'): Contribution => ({
  tenant,
  peers: identity < 2 ? 'example/role' : 'example/agent',
  dimension,
  value: 0,
  identity,
  hour: START + 24 * day + 9,
  amount: 1,
});

it('observed, expected and misfits follow the days, and the log names class and tenant', async () => {
  const lines: { event: string; [field: string]: unknown }[] = [];
  const telemetry = createTelemetry({ level: 'warn', destination: { write: (line) => lines.push(JSON.parse(line)) } });
  const population = createPopulation();
  watchFit({ population, falsePerDay: 0.25, telemetry });
  const live = (from: number, to: number, isNoisy: boolean) => {
    for (let day = from; day < to; day++) {
      for (let identity = 0; identity < 8; identity++)
        for (const tenant of ['acme', 'other']) population.merge(of(day, identity, DAY, tenant));
      if (isNoisy) population.merge(of(day, 0, RAISED));
      for (let hour = 1; hour <= 24; hour++) population.close(START + 24 * day + hour);
    }
  };
  const read = async () =>
    Object.fromEntries(
      (await telemetry.metrics())
        .split('\n')
        .filter((line) => /class/.test(line) && !line.startsWith('#'))
        .map((line) => line.split(' ') as [string, string]),
    );

  live(0, 2, true);
  expect(await read()).toMatchObject({ tidemark_misfit_classes: '0' });
  expect(lines).toEqual([]);
  live(2, 7, true);
  expect(await read()).toEqual({
    tidemark_misfit_classes: '1',
    'tidemark_class_alerts_per_day{peers="example/role"}': '1',
    'tidemark_class_alerts_per_day{peers="example/agent"}': '0',
    'tidemark_class_expected_alerts_per_day{peers="example/role"}': '0.125',
    'tidemark_class_expected_alerts_per_day{peers="example/agent"}': '0.375',
  });
  expect(lines[0]).toMatchObject({ event: 'model-misfit', level: 'warn', tenant: 'acme', peers: 'example/role' });
  live(7, 14, false);
  expect(await read()).toMatchObject({ tidemark_misfit_classes: '0' });
});

it('a class of which nobody is active any more leaves the metrics', async () => {
  const telemetry = createTelemetry({ level: 'silent' });
  const population = createPopulation();
  watchFit({ population, falsePerDay: 1, telemetry });
  for (let day = 0; day < 20; day++) {
    population.merge(of(day, day < 3 ? 0 : 5, DAY));
    population.close(START + 24 * (day + 1));
    if (day === 3) expect(await telemetry.metrics()).toContain('{peers="example/role"}');
  }
  expect(await telemetry.metrics()).not.toContain('{peers="example/role"}');
});
