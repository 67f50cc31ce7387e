/** What the inventory says, on its way through the activity topic: in one order with the activities of its identity. */
import { type InventoryRecord, inventorySchema } from '../../schemas/inventory.ts';
import type { InventoryUpdate } from '../core/engine-contract.ts';
import { activityKey } from '../ingest/activity-message.ts';
import type { OutgoingMessage, TopicMessage } from '../ports/stream.ts';

/** The header that sets it apart from an activity. */
const TOLD_HEADER = 'inventory';

/** The message that says a record, or adds evidence to one, to whoever owns the identity's partition. */
export function inventoryMessage(record: InventoryRecord, isEvidence = false): OutgoingMessage {
  return {
    key: activityKey(record.tenant, record.identity),
    value: JSON.stringify(record),
    headers: { [TOLD_HEADER]: isEvidence ? 'evidence' : 'record' },
  };
}

/** Undefined for a message that is something else; a text says why it cannot be read. */
export function readInventoryMessage({ headers, value, offset }: TopicMessage): InventoryUpdate | string | undefined {
  const kind = headers[TOLD_HEADER];
  if (kind === undefined) return undefined;
  try {
    const parsed = inventorySchema.safeParse(JSON.parse(Buffer.from(value ?? '').toString('utf8')));
    if (parsed.success)
      return { record: parsed.data, isEvidence: Buffer.from(kind).toString('latin1') === 'evidence', offset };
    return `inventory: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`;
  } catch {
    return 'inventory: not valid JSON';
  }
}
