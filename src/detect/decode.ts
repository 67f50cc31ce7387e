/** Reads one chunk of the activity topic: activities and inventory out, repetitions left out, the unreadable set aside. */
import type { Config } from '../../schemas/config.ts';
import type { InventoryUpdate, Located } from '../core/engine-contract.ts';
import { deadLetter } from '../ingest/dead-letter.ts';
import { decodeProvenance, PROVENANCE_HEADER } from '../ingest/provenance.ts';
import type { Reader } from '../ingest/reader.ts';
import type { Clock } from '../ports/outside.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { Chunk } from '../ports/stream.ts';
import { readInventoryMessage } from './inventory-message.ts';
import type { Decoded, Dedup } from './pump.ts';
import { createSourceOffsets } from './source-offsets.ts';

export function createDedup(saved: string | undefined): Dedup & { admit(header: string): boolean } {
  const offsets = createSourceOffsets(saved);
  return {
    save: () => offsets.encode(),
    admit(header) {
      const provenance = decodeProvenance(header);
      return provenance === undefined || offsets.admit(provenance);
    },
    isRepetition(header) {
      return !this.admit(header);
    },
  };
}

/** Reads a chunk without its repetitions; a message that is neither activity nor inventory becomes a dead letter. */
export async function decode(
  chunk: Chunk,
  progress: Dedup,
  reader: Reader,
  setAside: (letters: readonly DeadLetter[]) => Promise<void>,
  config: Config,
  clock: Clock,
): Promise<Decoded> {
  const located: Located[] = [];
  const updates: InventoryUpdate[] = [];
  const letters: DeadLetter[] = [];
  let repetitions = 0;
  for (const message of chunk.messages) {
    const { offset, value, headers } = message;
    const set = (format: string, reason: string, bytes: Uint8Array) => {
      const origin = { from: chunk.topic, partition: chunk.partition, offset };
      letters.push(deadLetter(origin, format, reason, bytes, config.ingest, clock.now()));
    };
    const origin = headers[PROVENANCE_HEADER];
    if (origin !== undefined && progress.isRepetition(Buffer.from(origin).toString('latin1'))) {
      repetitions++;
      continue;
    }
    const bytes = value ?? new Uint8Array(0);
    const said = readInventoryMessage(message);
    if (typeof said === 'string') set('inventory', said, bytes);
    else if (said !== undefined) updates.push(said);
    else if (value !== null)
      for (const outcome of reader.read(bytes))
        if (outcome.status === 'read') for (const activity of outcome.activities) located.push({ activity, offset });
        else if (outcome.status === 'dead') set(outcome.format, outcome.reason, outcome.bytes);
  }
  await setAside(letters);
  return { located, inventory: updates, repetitions };
}
