/** Reads a message of a topic that a Collector writes in protobuf: its spans or log records go the way that JSON exports go. */
import { type CutLimits, OtlpFault, TOO_LONG } from '../otlp/piece.ts';
import { cutProtobuf, signalOf } from '../otlp/protobuf.ts';
import type { HeldRecord, Reader, ReadOutcome } from './reader.ts';

const OPEN_BRACE = 123;

/** The outcomes of one message in protobuf, with spans held for their trace under the name of `sender`, where it is given. What cannot be taken as a whole is one dead record. Never throws. */
export function* eachInProtobuf(
  bytes: Uint8Array,
  reader: Pick<Reader, 'eachParsed' | 'eachParsedHeld'>,
  limits: CutLimits,
  format: string,
  sender?: string,
): Generator<ReadOutcome | HeldRecord | undefined> {
  const dead = (reason: string, of = bytes): ReadOutcome => ({ status: 'dead', format, reason, bytes: of });
  if (bytes.length > limits.recordMaxBytes) return yield dead(TOO_LONG);
  const signal = signalOf(bytes);
  if (signal === 'none') return yield { status: 'skip', format, reason: 'an OTLP message without records' };
  if (signal === undefined)
    return yield dead(
      bytes[0] === OPEN_BRACE
        ? 'not OTLP in protobuf but what looks like JSON: leave out the encoding of this input'
        : 'not OTLP in protobuf: neither spans nor log records',
    );
  try {
    // All of it before the first outcome: a message that holds too many records is dead as a whole.
    const pieces = [...cutProtobuf(bytes, signal, limits)];
    for (const piece of pieces) {
      if (piece === undefined) continue;
      if ('value' in piece)
        yield* sender === undefined ? reader.eachParsed(piece.value) : reader.eachParsedHeld(piece.value, sender);
      else yield dead(piece.unreadable, piece.bytes);
    }
  } catch (error) {
    if (!(error instanceof OtlpFault)) throw error;
    yield dead(error.message);
  }
}
