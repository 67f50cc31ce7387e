/** Reads one chunk of the activity topic: activities, inventory and decisions out, repetitions left out, the unreadable set aside. */
import { createPace, TURN } from '../bounds/pace.ts';
import type { InventoryUpdate, Located, LocatedDecision } from '../core/engine-contract.ts';
import { ENCODER_HEADER, tenantOf } from '../ingest/activity-message.ts';
import type { DeadLetterBuilder } from '../ingest/dead-letter.ts';
import { decodeProvenance, PROVENANCE_HEADER } from '../ingest/provenance.ts';
import type { Reader } from '../ingest/reader.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { Chunk } from '../ports/stream.ts';
import { type ErasureMark, readErasureMessage } from './erasure-message.ts';
import { readInventoryMessage } from './inventory-message.ts';
import type { Decoded, Dedup } from './pump.ts';
import { createSourceOffsets } from './source-offsets.ts';
import { readDecidedMessage } from './standing-message.ts';

export function createDedup(saved: string | undefined): Dedup & { admit(header: string): boolean } {
  const offsets = createSourceOffsets(saved);
  return {
    save: () => offsets.encode(),
    get regenerated() {
      return offsets.regenerated;
    },
    admit(header) {
      const provenance = decodeProvenance(header);
      return provenance === undefined || offsets.admit(provenance);
    },
    isRepetition(header) {
      return !this.admit(header);
    },
  };
}

export interface DecodeParts {
  readonly reader: Reader;
  /** See `encoderMark`: messages with this mark were normalised by our own ingest. */
  readonly mark: string;
  readonly setAside: (letters: readonly DeadLetter[]) => Promise<void>;
  readonly deadLetter: DeadLetterBuilder;
  /** See `ingest.history`: a message that another than our ingest wrote is given no time of arrival. */
  readonly isHistory?: boolean;
  /** Tenant of messages whose key names none. */
  readonly tenant: string;
}

/** Between two messages of a chunk others run, now and then. */
const pace = createPace({ records: 256, bytes: TURN.bytes });

/** Reads a chunk without its repetitions; a message that is none of what the topic carries becomes a dead letter. */
export async function decode(chunk: Chunk, progress: Dedup, parts: DecodeParts): Promise<Decoded> {
  const { reader } = parts;
  const located: Located[] = [];
  const updates: InventoryUpdate[] = [];
  const decisions: LocatedDecision[] = [];
  const erasures: ErasureMark[] = [];
  const letters: DeadLetter[] = [];
  const mark = Buffer.from(parts.mark);
  let repetitions = 0;
  for (const message of chunk.messages) {
    const { offset, value, headers } = message;
    const paused = pace(value?.length ?? 0);
    if (paused !== undefined) await paused;
    if (message.activity !== undefined) {
      located.push({ activity: message.activity, offset });
      continue;
    }
    const set = (format: string, reason: string, bytes: Uint8Array) => {
      const origin = { from: chunk.topic, partition: chunk.partition, offset };
      letters.push(parts.deadLetter(origin, tenantOf(message.key) ?? parts.tenant, { format, reason, bytes }));
    };
    const origin = headers[PROVENANCE_HEADER];
    if (origin !== undefined && progress.isRepetition(Buffer.from(origin).toString('latin1'))) {
      repetitions++;
      continue;
    }
    const bytes = value ?? new Uint8Array(0);
    const erasure = readErasureMessage(message);
    if (erasure !== undefined) {
      erasures.push(erasure);
      continue;
    }
    const decided = readDecidedMessage(message);
    const said = decided === undefined ? readInventoryMessage(message) : undefined;
    if (typeof decided === 'string') set('decision', decided, bytes);
    else if (decided !== undefined) decisions.push(decided);
    else if (typeof said === 'string') set('inventory', said, bytes);
    else if (said !== undefined) updates.push(said);
    else if (value !== null) {
      const encoder = headers[ENCODER_HEADER];
      const trusted = encoder !== undefined && mark.equals(encoder) ? reader.readAdmitted(bytes) : undefined;
      if (trusted !== undefined) located.push({ activity: trusted, offset });
      else
        for (const outcome of reader.read(bytes))
          if (outcome.status === 'read')
            for (const activity of outcome.activities) {
              // The broker's time is the same when the chunk is read again, which our own would not be.
              if (parts.isHistory !== true && isTime(message.timestamp))
                activity.receivedAt = new Date(message.timestamp).toISOString();
              if (parts.isHistory !== true) activity.receivedFrom = chunk.topic;
              located.push({ activity, offset });
            }
          else if (outcome.status === 'dead') set(outcome.format, outcome.reason, outcome.bytes);
    }
  }
  await parts.setAside(letters);
  return { located, inventory: updates, decisions, erasures, repetitions };
}

/** A time of a message, in ms, that has a date; 0 and less say that there is none. */
const isTime = (ms: number) => ms > 0 && ms < 4_102_444_800_000;
