/** Gives what lies in objects of S3 to the intake, a bounded number of records at a time, and lets a notification go only when all are taken. */
import { openS3Queue, type S3Queue } from '../adapters/s3-queue.ts';
import { recordsOf } from '../api/body.ts';
import type { RawRecord } from '../api/ports.ts';
import { Problem } from '../api/problem.ts';
import type { PushIngest } from '../ingest/push-ingest.ts';
import { type Handed, handOver, type Take } from './hand-over.ts';
import { recordLimitsOf } from './record-limits.ts';
import type { RoleParts } from './role-parts.ts';

/** Records and bytes handed over at a time: an object may hold millions. */
const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 4 * 1024 * 1024;

/** Hands all records over, a bounded number at a time. */
export async function handOverAll(records: AsyncIterable<RawRecord>, take: Take, signal: AbortSignal): Promise<Handed> {
  let batch: RawRecord[] = [];
  let bytes = 0;
  const send = (): Promise<Handed> => {
    const given = batch;
    batch = [];
    bytes = 0;
    return handOver(given, take, signal);
  };
  for await (const record of records) {
    batch.push(record);
    bytes += 'bytes' in record ? record.bytes.length : 0;
    if (batch.length < BATCH_RECORDS && bytes < BATCH_BYTES) continue;
    const taken = await send();
    if (taken.status !== 'taken') return taken;
  }
  return batch.length === 0 ? { status: 'taken' } : send();
}

/** Opens every queue of the configuration. `close` resolves when what was begun is done. Throws a fault when a package is missing. */
export async function openS3Queues(
  parts: Pick<RoleParts, 'config' | 'telemetry'>,
  intake: PushIngest,
): Promise<{ close(): Promise<void> }> {
  const { config, telemetry } = parts;
  const limits = { ...recordLimitsOf(config), recordsMax: Number.MAX_SAFE_INTEGER };
  const controller = new AbortController();
  const queues: S3Queue[] = [];
  for (const [name, options] of Object.entries(config.s3Queues)) {
    const caller = { name, scope: 'ingest' as const, tenant: options.tenant ?? config.ingest.tenant };
    const queue = await openS3Queue({
      options,
      async take(bytes, _, signal) {
        if (bytes.length === 0) return { status: 'taken' };
        try {
          const records = recordsOf(bytes, limits);
          return await handOverAll(records, (batch) => intake.take(batch, caller, 's3', options.format), signal);
        } catch (error) {
          if (error instanceof Problem) return { status: 'later', reason: 'the object holds no records as text' };
          throw error;
        }
      },
      onEvent({ type, reason }) {
        if (type === 'taken' || type === 'gone') telemetry.event('s3-object', { queue: name, outcome: type });
        else telemetry.event('s3-object-left', { queue: name, outcome: type, reason: reason ?? type });
      },
    });
    for (let reader = 0; reader < options.readers; reader++) queues.push(queue);
  }
  const running = Promise.allSettled(queues.map((queue) => queue.run(controller.signal)));
  return {
    async close() {
      controller.abort();
      await running;
    },
  };
}
