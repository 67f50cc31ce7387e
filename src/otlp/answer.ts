/** What an OTLP receiver answers: how many records it could not read, or why it took none, in the encoding of the request. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Signal } from './piece.ts';

export type Encoding = 'json' | 'protobuf';

/** Media types of the two encodings. */
export const MEDIA: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

/** Encoding of a request by its content type; undefined for any other type. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === MEDIA.json) return 'json';
  return type === MEDIA.protobuf || type === 'application/protobuf' ? 'protobuf' : undefined;
}

const REJECTED: Readonly<Record<Signal, string>> = { traces: 'rejectedSpans', logs: 'rejectedLogRecords' };

/** `ExportTraceServiceResponse` or `ExportLogsServiceResponse`. Where nothing was rejected it says nothing at all, as the protocol asks. */
export function exportAnswer(
  encoding: Encoding,
  signal: Signal,
  rejected: number,
  message: string,
): Readonly<Record<string, unknown>> | Buffer {
  if (encoding === 'json')
    return rejected === 0 ? {} : { partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: message } };
  const writer = new BinaryWriter();
  if (rejected > 0) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int64(rejected);
    writer.tag(2, WireType.LengthDelimited).string(message);
    writer.join();
  }
  return Buffer.from(writer.finish());
}

/** Codes of gRPC for the statuses that a request may end with. */
const CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 5, 429: 8, 503: 14 };
const [INVALID_ARGUMENT, INTERNAL] = [3, 13];

/** `google.rpc.Status` for a request that was not taken. */
export function statusAnswer(encoding: Encoding, status: number, message: string): object | Buffer {
  const code = CODES[status] ?? (status >= 500 ? INTERNAL : INVALID_ARGUMENT);
  if (encoding === 'json') return { code, message };
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(code);
  writer.tag(2, WireType.LengthDelimited).string(message);
  return Buffer.from(writer.finish());
}
