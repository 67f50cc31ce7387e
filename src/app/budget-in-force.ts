/** The configuration that the alerts of a store were raised under, as far as the store knows it. */
import type { Config } from '../../schemas/config.ts';
import { budgetInForce } from '../adapters/clickhouse/open.ts';
import type { Store } from '../ports/store.ts';

/** With the budget that is recorded in the store; as it is, where none is recorded. */
export async function asJudged(config: Config, store: Pick<Store, 'close'>): Promise<Config> {
  const falsePerDay = await budgetInForce(store);
  return falsePerDay === undefined ? config : { ...config, alerts: { ...config.alerts, falsePerDay } };
}
