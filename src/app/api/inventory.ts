/** Gives the HTTP API its way to put inventory records where the activities of their identities go. */
import { type Home, mayBe } from '../../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../../schemas/inventory.ts';
import { inventoryRecordOf, readInventoryRecord, spellings } from '../../adapters/inventory.ts';
import type { InventoryPort } from '../../api/ports.ts';
import { createPace } from '../../bounds/pace.ts';
import { inventoryMessage } from '../../detect/inventory-message.ts';
import type { Store } from '../../ports/store.ts';
import type { OutgoingMessage } from '../../ports/stream.ts';
import { LocalSourceClosed, LocalSourceFull } from '../../ports/stream.ts';
import type { Fingerprinter } from '../../secrets.ts';

const homeOf = ({ provider, account }: Home): Home => ({ provider, account });

const FAULTS_MAX = 100;
const BUSY_MS = 1_000;

/** `send` resolves when the messages are durable. */
export function inventoryPort(
  send: (messages: readonly OutgoingMessage[]) => Promise<void>,
  store: Pick<Store, 'inventoriesOf'>,
  fingerprinter: Fingerprinter,
  onTaken: (records: number) => void,
): InventoryPort {
  return {
    async take(records, caller) {
      const good: InventoryRecord[] = [];
      const faults: { record: number; reason: string }[] = [];
      let count = 0;
      const pace = createPace();
      for await (const one of records) {
        await pace('bytes' in one ? one.bytes.length : 0);
        const read =
          'bytes' in one
            ? inventoryRecordOf(one.bytes, caller.tenant, fingerprinter)
            : readInventoryRecord(one.value, caller.tenant, fingerprinter);
        const wrong =
          typeof read === 'string'
            ? read
            : read.tenant === caller.tenant
              ? undefined
              : 'tenant: not the one of the token';
        if (typeof read !== 'string' && wrong === undefined) good.push(read);
        else if (faults.length < FAULTS_MAX) faults.push({ record: count, reason: wrong ?? 'cannot be read' });
        count++;
      }
      try {
        await send(good.flatMap(spellings).map((record) => inventoryMessage(record)));
      } catch (error) {
        if (error instanceof LocalSourceFull) return { status: 'busy', reason: error.message, retryAfterMs: BUSY_MS };
        if (error instanceof LocalSourceClosed) return { status: 'closed', reason: error.message };
        throw error;
      }
      onTaken(good.length);
      return {
        status: 'taken',
        taken: { records: count, stored: good.length, refused: count - good.length, faults },
      };
    },
    find: findInventory(store),
  };
}

/** The record of an identity, or the homes of those that may be meant. */
export function findInventory(store: Pick<Store, 'inventoriesOf'>): InventoryPort['find'] {
  return async (tenant, identity, told) => {
    const records = await store.inventoriesOf(tenant, identity);
    const [only, ...others] = records.filter((record) => mayBe(told, record));
    return others.length === 0 ? only : { choices: [only as InventoryRecord, ...others].map(homeOf) };
  };
}
