/** Gives records that we fetch ourselves to the intake, until all of them are durable. */
import type { RawRecord } from '../api/ports.ts';
import { pause } from '../bounds/pause.ts';
import type { PushIngest } from '../ingest/push-ingest.ts';

/** `later`: not all of them are taken, and they have to come again. */
export type Handed = { readonly status: 'taken' } | { readonly status: 'later'; readonly reason: string };

export type Take = (records: readonly RawRecord[]) => ReturnType<PushIngest['take']>;

/** Gives one record that alone holds too many others as a dead letter: it would come again and again, and keep all behind it out. */
export const orDead =
  (take: Take): Take =>
  async (records) => {
    const outcome = await take(records);
    const [only] = records;
    if (outcome.status !== 'too-many' || only === undefined || records.length > 1 || 'unreadable' in only)
      return outcome;
    return take([{ unreadable: outcome.reason, bytes: bytesOf(only) }]);
  };

/**
 * Waits while too much is under way. Where records hold too many others, half of them are given at a time, and one alone as a dead
 * letter.
 */
export async function handOver(records: readonly RawRecord[], take: Take, signal: AbortSignal): Promise<Handed> {
  for (;;) {
    if (signal.aborted) return { status: 'later', reason: 'the process ends' };
    const outcome = await orDead(take)(records);
    if (outcome.status === 'taken') return { status: 'taken' };
    if (outcome.status === 'busy') {
      await pause(outcome.retryAfterMs, signal);
      continue;
    }
    const { status, reason } = outcome;
    if (status !== 'too-many' || records.length < 2) return { status: 'later', reason };
    const half = Math.ceil(records.length / 2);
    const handed = await handOver(records.slice(0, half), take, signal);
    return handed.status === 'taken' ? handOver(records.slice(half), take, signal) : handed;
  }
}

/** What the reader opens, so that it can be put back as it is. */
const bytesOf = (record: RawRecord): Uint8Array =>
  Buffer.from('bytes' in record ? record.bytes : JSON.stringify(record.value));
