/** Logs in as Amazon Data Firehose delivers them to an HTTP endpoint: base64 in a list, answered with the id of the request when durable. */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { cutRecords } from './body.ts';
import { formatSchema, takeRecords } from './ingest-routes.ts';
import type { ConsoleParts, RawRecord, RecordLimits } from './ports.ts';
import { malformed } from './problem.ts';
import { type Route, route } from './route.ts';

// Source: "Understand HTTP endpoint delivery request and response specifications" of Amazon Data Firehose, protocol version 1.0.

const REQUEST_ID_MAX = 128;
/** What stands around the data of one record. */
const AROUND_BYTES = 1_024;

function requestIdOf(headers: IncomingHttpHeaders): string {
  const id = headers['x-amz-firehose-request-id'];
  return typeof id === 'string' ? id.slice(0, REQUEST_ID_MAX) : '';
}

/** Each record in an envelope of its own, which the reader opens: its data may be gzip, or hold several records. */
async function* recordsIn(body: Buffer, limits: RecordLimits): AsyncGenerator<RawRecord> {
  // Base64 takes a third more than what it holds.
  const recordMaxBytes = Math.ceil((limits.recordMaxBytes * 4) / 3) + AROUND_BYTES;
  for await (const text of cutRecords(body, { ...limits, recordMaxBytes })) {
    // One that cannot be read is set aside: refused as a whole, a delivery would come again and again with its good records.
    if (text.length > recordMaxBytes) {
      yield { unreadable: 'longer than ingest.recordMaxBytes', bytes: text };
      continue;
    }
    const record = recordOf(text);
    if (record === undefined) yield { unreadable: 'Amazon Data Firehose: not {"data": base64}', bytes: text };
    else yield { value: { requestId: '', records: [record] }, size: text.length };
  }
}

function recordOf(text: Buffer): { readonly data: string } | undefined {
  let record: unknown;
  try {
    record = JSON.parse(text.toString('utf8'));
  } catch {
    record = undefined;
  }
  const isRecord = typeof record === 'object' && record !== null && 'data' in record && typeof record.data === 'string';
  return isRecord ? { data: (record as { data: string }).data } : undefined;
}

export function firehoseRoutes(parts: Pick<ConsoleParts, 'intake' | 'formats' | 'recordLimits' | 'clock'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/firehose',
      scope: 'ingest',
      summary: 'Send records as Amazon Data Firehose delivers them to an HTTP endpoint; its access key is the token.',
      query: z.object({ format: formatSchema(parts.formats) }),
      records: true,
      tokenHeader: 'x-amz-firehose-access-key',
      answer: z.object({ requestId: z.string(), timestamp: z.number() }),
      phrase: (_, detail, headers) => ({
        body: { requestId: requestIdOf(headers), timestamp: parts.clock.now(), errorMessage: detail },
      }),
      async run({ caller, query, body, headers }) {
        const requestId = requestIdOf(headers);
        if (requestId === '')
          throw malformed('X-Amz-Firehose-Request-Id was not sent', 'Send what Amazon Data Firehose sends.');
        await takeRecords(parts, recordsIn(body, parts.recordLimits), caller, 'firehose', query.format);
        return { body: { requestId, timestamp: parts.clock.now() } };
      },
    }),
  ];
}
