/** Reads a message of a topic that is written with a schema registry: what it holds goes the way that JSON goes. */
import type { HeldRecord, Reader, ReadOutcome } from './reader.ts';

/** The outcomes of one message, with records of traces held under the name of `sender`. What cannot be decoded is one dead record. Never throws. */
export function* eachRegistered(
  bytes: Uint8Array,
  decode: (message: Uint8Array) => { readonly json: string } | { readonly dead: string },
  reader: Pick<Reader, 'eachHeld'>,
  limits: { readonly recordMaxBytes: number },
  format: string,
  sender: string,
): Generator<ReadOutcome | HeldRecord | undefined> {
  if (bytes.length > limits.recordMaxBytes)
    return yield { status: 'dead', format, reason: 'longer than ingest.recordMaxBytes', bytes };
  const decoded = decode(bytes);
  if ('dead' in decoded) return yield { status: 'dead', format, reason: decoded.dead, bytes };
  yield* reader.eachHeld(decoded.json, sender);
}
