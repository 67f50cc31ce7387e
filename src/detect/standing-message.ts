/** Writes and reads what was decided about alerts as messages of the activity topic, where a decision has one place among what its identity does. */
import { type Decided, decidedSchema } from '../../schemas/standing.ts';
import type { LocatedDecision } from '../core/engine-contract.ts';
import { activityKey } from '../ingest/activity-message.ts';
import type { OutgoingMessage, TopicMessage } from '../ports/stream.ts';

/** The header that sets such a message apart from an activity. */
const DECIDED_HEADER = 'decided';

/** Makes the message that tells the owner of the identity's partition what was decided about an alert of it. */
export function decidedMessage(decided: Decided): OutgoingMessage {
  return {
    key: activityKey(decided.tenant, decided.identity),
    value: JSON.stringify(decided),
    headers: { [DECIDED_HEADER]: decided.change },
  };
}

/** Reads such a message: undefined for a message of another kind; a text says why it cannot be read. */
export function readDecidedMessage({ headers, value, offset }: TopicMessage): LocatedDecision | string | undefined {
  if (headers[DECIDED_HEADER] === undefined) return undefined;
  try {
    const parsed = decidedSchema.safeParse(JSON.parse(Buffer.from(value ?? '').toString('utf8')));
    if (parsed.success) return { decided: parsed.data, offset };
    return `decision: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`;
  } catch {
    return 'decision: not valid JSON';
  }
}
