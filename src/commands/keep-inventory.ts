/** What the inventory says, kept in the store that history was judged into, so that a look at it tells owners, purposes and rights too. */
import { createHash } from 'node:crypto';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Store } from '../ports/store.ts';

/** Records of one turn. */
const TURN_MAX = 5_000;

/** Keeps the records, in every spelling of their identities, as those of `topic`, which no worker reads. The last that was said of an identity counts. */
export async function keepInventory(store: Store, topic: string, inventory: Iterable<InventoryRecord>): Promise<void> {
  const records = [...inventory].map((record, offset) => ({ record, offset }));
  for (let first = 0; first < records.length; first += TURN_MAX) {
    const some = records.slice(first, first + TURN_MAX);
    await store.commit({
      // The same again is kept once, and something else is not taken for it.
      id: `${topic}/${createHash('sha256').update(JSON.stringify(some)).digest('hex').slice(0, 32)}`,
      span: { topic, partition: 0, first, last: first + some.length - 1 },
      epoch: 0,
      activities: [],
      contributions: [],
      inventory: some,
      alerts: [],
      observed: [],
      deliveries: [],
      state: '',
    });
  }
}
