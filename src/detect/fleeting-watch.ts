/** Says once a day of event time which ids never come back: nothing can be learned of them, whoever they are. */
import type { Population } from '../core/population/population.ts';
import { isFault } from '../fault.ts';
import type { LookupStore } from '../ports/triage.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** What to do about it; the same wherever it is told. */
export const FLEETING_REMEDY =
  'Let what sends them name itself with a name that stays: gen_ai.agent.name for an agent, a service name, a role or service account (docs/agents.md).';

/** Homes told of in a day. */
const TOLD_MAX = 20;

export interface FleetingWatchParts {
  readonly population: Pick<Population, 'day' | 'onClose'>;
  readonly store: Pick<LookupStore, 'fleeting'>;
  readonly telemetry: Pick<Telemetry, 'event'>;
}

/** Watches from now on. The store is asked beside the work, one question at a time; what it cannot answer it is asked the next day. */
export function watchFleeting({ population, store, telemetry }: FleetingWatchParts): void {
  let day = population.day;
  let isAsking = false;
  const tell = async () => {
    try {
      const homes = await store.fleeting(TOLD_MAX);
      for (const { tenant, provider, account = '', kind, ids, fleeting, examples } of homes)
        telemetry.event('ids-never-come-back', {
          tenant,
          provider,
          account,
          kind,
          ids,
          fleeting,
          example: examples[0] ?? '',
          remedy: FLEETING_REMEDY,
        });
      telemetry.event('fleeting-counted', { ids: homes.reduce((sum, { fleeting }) => sum + fleeting, 0) });
    } catch (error) {
      if (!isFault(error)) throw error;
      telemetry.event('store-retried', { step: 'fleeting', error });
    } finally {
      isAsking = false;
    }
  };
  population.onClose(() => {
    if (population.day === day || isAsking) return;
    day = population.day;
    isAsking = true;
    void tell();
  });
}
