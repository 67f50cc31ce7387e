/** Says, once, in which tenants many more identities than usual were new on a day or in a week of event time: they may be made up. */
import type { Arrivals } from '../core/population/arrivals.ts';
import type { Population } from '../core/population/population.ts';

export interface Crowd extends Omit<Arrivals, 'isCrowd'> {
  readonly tenant: string;
}

/** Watches a population from now on; each crowd is told when the hour is closed that ends its last day. */
export function watchCrowds(
  population: Pick<Population, 'day' | 'tenants' | 'arrivals' | 'onClose'>,
  onCrowd: (crowd: Crowd) => void,
): void {
  let { day } = population;
  population.onClose(() => {
    if (population.day === day) return;
    day = population.day;
    for (const tenant of population.tenants()) {
      const { isCrowd, ...arrivals } = population.arrivals(tenant);
      if (isCrowd) onCrowd({ tenant, ...arrivals });
    }
  });
}
