/** Says once a day of event time how well the peer classes fit: alerts observed and expected of each, and which of them are a misfit. */
import { FIT_DAYS } from '../core/constants.ts';
import type { Population } from '../core/population/population.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

export interface FitWatchParts {
  readonly population: Pick<Population, 'day' | 'tenants' | 'fit' | 'onClose'>;
  readonly falsePerDay: number;
  readonly telemetry: Pick<Telemetry, 'event'>;
}

/** Watches a population from now on. Tenants are no labels: classes of one name are added up, and the log line names the tenant. */
export function watchFit({ population, falsePerDay, telemetry }: FitWatchParts): void {
  let updates = population.day;
  let named = new Set<string>();
  population.onClose(() => {
    if (population.day === updates) return;
    updates = population.day;
    const classes = new Map<string, { observed: number; expected: number }>();
    let misfits = 0;
    for (const tenant of population.tenants())
      for (const { peers, observed, expected, misfit } of population.fit(tenant, falsePerDay)) {
        const sum = classes.get(peers) ?? { observed: 0, expected: 0 };
        classes.set(peers, { observed: sum.observed + observed, expected: sum.expected + expected });
        if (!misfit) continue;
        misfits++;
        telemetry.event('model-misfit', { tenant, peers, observed, expected, days: FIT_DAYS });
      }
    for (const peers of named) if (!classes.has(peers)) telemetry.event('class-left', { peers });
    named = new Set(classes.keys());
    for (const [peers, sums] of classes) telemetry.event('class-fit', { peers, ...sums });
    telemetry.event('misfits-counted', { misfits });
  });
}
