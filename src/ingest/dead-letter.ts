/** Records nobody could read: how one is kept, and when too many of them stop the way in. */
import { createHash } from 'node:crypto';
import type { Config } from '../../schemas/config.ts';
import type { DeadLetter, Origin, Store } from '../ports/store.ts';
import type { Fingerprinter } from '../secrets.ts';
import { scrubRecord } from './scrub-record.ts';

/** Too many dead letters in a minute: a vendor changed its schema, and draining the topic into the dead letters would hide it. */
export class DeadLetterStorm extends Error {
  override readonly name = 'DeadLetterStorm';
  readonly remedy =
    'Look at `tidemark dead-letters list`, mend the format or the source, raise ingest.deadLettersPerMinute if this is expected, and start again.';
}

export interface DeadLetterParts {
  readonly fingerprinter: Fingerprinter;
  readonly limits: Pick<Config['ingest'], 'deadLetterMaxBytes'>;
  /** Wall time in ms. */
  readonly now: () => number;
}

/** What could not be read, and why. */
export interface Unreadable {
  readonly format: string;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

export type DeadLetterBuilder = (origin: Origin, tenant: string, unreadable: Unreadable) => DeadLetter;

/**
 * Builds dead letters; the same record set aside twice has the same id. Secrets are replaced by the names that activities of this
 * tenant give them, before anything is cut or stored: put back and read, the record says what it would have said at first.
 */
export function createDeadLetterBuilder({ fingerprinter, limits, now }: DeadLetterParts): DeadLetterBuilder {
  return (origin, tenant, { format, reason, bytes }) => {
    const kept = scrubRecord(bytes, limits.deadLetterMaxBytes, {
      scrub: (text) => fingerprinter.scrub(tenant, text, true),
      name: (secret) => fingerprinter.fingerprint(tenant, 'token', secret),
    });
    return {
      id: createHash('sha256')
        .update(`${origin.from}|${origin.partition}|${origin.offset}|`)
        .update(kept)
        .digest('hex')
        .slice(0, 32),
      origin,
      format,
      reason: fingerprinter.scrub(tenant, reason),
      bytes: kept,
      truncated: bytes.length > limits.deadLetterMaxBytes,
      at: new Date(now()).toISOString(),
    };
  };
}

/** Buries dead letters, and stops the process when more than the cap arrive within a minute of wall time. */
export function createDeadLetterWriter(store: Pick<Store, 'setAside'>, perMinute: number, now: () => number) {
  let minute = 0;
  let buried = 0;
  return async (letters: readonly DeadLetter[]): Promise<void> => {
    if (letters.length === 0) return;
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      minute = current;
      buried = 0;
    }
    buried += letters.length;
    await store.setAside(letters);
    if (buried > perMinute)
      throw new DeadLetterStorm(
        `${buried} records of ${letters[0]?.origin.from} could not be read within a minute; the last: ${letters.at(-1)?.reason}`,
      );
  };
}
