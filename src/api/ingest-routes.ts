/** Logs in over HTTP: records in any format, answered when they are durable. */
import { z } from 'zod';
import type { Caller } from '../../schemas/api.ts';
import { type Taken, takenSchema } from '../../schemas/api-records.ts';
import { recordsOf } from './body.ts';
import type { ConsoleParts, RawRecord } from './ports.ts';
import { busy, closing, tooLarge } from './problem.ts';
import { type Route, route } from './route.ts';

/** Takes records, or throws the Problem that says why not. */
export async function takeRecords(
  { intake }: Pick<ConsoleParts, 'intake'>,
  records: Iterable<RawRecord> | AsyncIterable<RawRecord>,
  caller: Caller,
  via: string,
  format: string,
): Promise<Taken> {
  const outcome = await intake.take(records, caller, via, format);
  if (outcome.status === 'busy') throw busy(outcome.reason, outcome.retryAfterMs);
  if (outcome.status === 'too-many') throw tooLarge(outcome.reason, 'Send fewer at a time, or raise http.recordsMax.');
  if (outcome.status === 'closed') throw closing(outcome.reason);
  return outcome.taken;
}

export const formatSchema = (formats: readonly string[]) =>
  z
    .enum(['auto', ...formats])
    .default('auto')
    .meta({ description: 'Format of the records; auto recognises each.' });

export function ingestRoutes(parts: Pick<ConsoleParts, 'intake' | 'formats' | 'recordLimits' | 'notReady'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/activities',
      scope: 'ingest',
      summary:
        'Send records as NDJSON, as a JSON array or as one document, plain or gzip. Answered when every activity is durable.',
      query: z.strictObject({ format: formatSchema(parts.formats) }),
      records: true,
      answer: takenSchema,
      async run({ caller, query, body }) {
        const records = recordsOf(body, parts.recordLimits);
        return { body: await takeRecords(parts, records, caller, 'http', query.format) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/health',
      scope: undefined,
      summary: 'Whether records are taken now.',
      answer: z.object({ ready: z.boolean() }),
      async run() {
        // The reasons are for the operator, at /readyz.
        const ready = parts.notReady().length === 0;
        return { status: ready ? 200 : 503, body: { ready } };
      },
    }),
  ];
}
