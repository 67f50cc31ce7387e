/** Writes and reads inventory records as messages of the activity topic, where they stand in one order with the activities of their identity. */
import { type InventoryRecord, inventorySchema } from '../../schemas/inventory.ts';
import type { InventoryUpdate } from '../core/engine-contract.ts';
import { activityKey } from '../ingest/activity-message.ts';
import type { OutgoingMessage, TopicMessage } from '../ports/stream.ts';

/** The header that sets such a message apart from an activity. */
const TOLD_HEADER = 'inventory';

/** Makes the message that tells the owner of the identity's partition of a record, or of evidence to add to one. */
export function inventoryMessage(record: InventoryRecord, isEvidence = false): OutgoingMessage {
  return {
    key: activityKey(record.tenant, record.identity),
    value: JSON.stringify(record),
    headers: { [TOLD_HEADER]: isEvidence ? 'evidence' : 'record' },
  };
}

/** Reads such a message: undefined for a message of another kind; a text says why it cannot be read. */
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
