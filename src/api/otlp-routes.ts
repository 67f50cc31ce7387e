/** Spans and log records as OpenTelemetry SDKs and collectors send them: OTLP over HTTP, answered in the encoding of the request. */
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Caller } from '../../schemas/api.ts';
import type { Taken } from '../../schemas/api-records.ts';
import { type Encoding, encodingOf, exportAnswer, MEDIA, statusAnswer } from '../otlp/answer.ts';
import { cutJson } from '../otlp/json.ts';
import { CONTAINERS, type Cut, OtlpFault, type Signal } from '../otlp/piece.ts';
import { cutProtobuf } from '../otlp/protobuf.ts';
import { formatSchema, takeRecords } from './ingest-routes.ts';
import type { ConsoleParts, RawRecord } from './ports.ts';
import { malformed, Problem, tooLarge } from './problem.ts';
import { type Route, route } from './route.ts';

/** Reasons named in an answer. */
const REASONS_SHOWN = 5;
const MESSAGE_MAX_CHARS = 1_000;

const others = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The pieces of a request, with pauses in between; what is wrong with it as a whole is a Problem. */
async function* piecesOf(cut: Cut): AsyncGenerator<RawRecord> {
  try {
    for (const piece of cut) {
      if (piece === undefined) await others();
      else yield piece;
    }
  } catch (error) {
    if (!(error instanceof OtlpFault)) throw error;
    throw error.kind === 'malformed'
      ? malformed(error.message, 'Send what an OTLP exporter sends.')
      : tooLarge(error.message, 'Send fewer at a time, or raise http.recordsMax.');
  }
}

function rejectedOf({ records, dead }: Taken, signal: Signal): { readonly count: number; readonly message: string } {
  const reasons = Object.entries(dead).sort(([, a], [, b]) => b - a);
  const count = reasons.reduce((sum, [, of]) => sum + of, 0);
  const shown = reasons.slice(0, REASONS_SHOWN).map(([reason, of]) => `${of}: ${reason}`);
  const message = `${count} of ${records} ${CONTAINERS[signal].records} cannot be read (${shown.join('; ')})`;
  return { count, message: message.slice(0, MESSAGE_MAX_CHARS) };
}

function encodingFor(headers: IncomingHttpHeaders): Encoding {
  const encoding = encodingOf(headers['content-type']);
  if (encoding !== undefined) return encoding;
  throw new Problem(
    415,
    'Unsupported media type',
    'the content-type is neither application/x-protobuf nor application/json',
    'Set the protocol of the exporter to http/protobuf or http/json.',
  );
}

const answerSchema = z.object({
  partialSuccess: z
    .object({
      rejectedSpans: z.string().optional(),
      rejectedLogRecords: z.string().optional(),
      errorMessage: z.string(),
    })
    .optional(),
});

/** Takes one export, as the body of a request or the message of a call; answers in the same encoding. */
export async function takeExport(
  parts: Pick<ConsoleParts, 'intake' | 'recordLimits'>,
  caller: Caller,
  signal: Signal,
  encoding: Encoding,
  body: Buffer,
  format: string,
): Promise<object | Buffer> {
  const cut = encoding === 'json' ? cutJson : cutProtobuf;
  const taken = await takeRecords(parts, piecesOf(cut(body, signal, parts.recordLimits)), caller, 'otlp', format);
  const { count, message } = rejectedOf(taken, signal);
  return exportAnswer(encoding, signal, count, message);
}

export function otlpRoutes(parts: Pick<ConsoleParts, 'intake' | 'formats' | 'recordLimits'>): Route[] {
  const taking = (signal: Signal, path: string, summary: string) =>
    route({
      method: 'POST',
      path,
      scope: 'ingest',
      summary,
      query: z.object({ format: formatSchema(parts.formats) }),
      records: true,
      takes: [MEDIA.protobuf, MEDIA.json],
      basic: true,
      answer: answerSchema,
      phrase: (status, detail, headers) => {
        const encoding = encodingOf(headers['content-type']) ?? 'json';
        return { type: MEDIA[encoding], body: statusAnswer(encoding, status, detail) };
      },
      async run({ caller, query, body, headers }) {
        const encoding = encodingFor(headers);
        const answer = await takeExport(parts, caller, signal, encoding, body, query.format);
        return { body: answer, headers: { 'content-type': MEDIA[encoding] } };
      },
    });
  return [
    taking('traces', '/v1/traces', 'Send spans as OTLP exporters do, in protobuf or JSON, plain or gzip.'),
    taking(
      'logs',
      '/v1/logs',
      'Send log records as OTLP exporters do: the body of each is a record, as JSON or as a map.',
    ),
  ];
}
