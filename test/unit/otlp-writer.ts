/** Writes OTLP requests in protobuf from their JSON, for tests that need bytes no exporter would send. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { LOG_RECORD, type Message, RESOURCE, SCOPE, SPAN } from '../../src/otlp/messages.ts';
import { CONTAINERS, type Signal } from '../../src/otlp/piece.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One field with these bytes, whatever they are. */
export function field(number: number, bytes: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish();
}

function write(writer: BinaryWriter, message: Message, fields: Fields): BinaryWriter {
  for (const [number, { name, kind, isList }] of message)
    for (const value of isList
      ? ((fields[name] ?? []) as unknown[])
      : fields[name] === undefined
        ? []
        : [fields[name]]) {
      if (typeof kind === 'function') {
        writer.tag(number, WireType.LengthDelimited).fork();
        write(writer, kind(), value as Fields).join();
      } else if (kind === 'string') writer.tag(number, WireType.LengthDelimited).string(String(value));
      else if (kind === 'hex' || kind === 'base64')
        writer.tag(number, WireType.LengthDelimited).bytes(Buffer.from(String(value), kind));
      else if (kind === 'bool') writer.tag(number, WireType.Varint).bool(Boolean(value));
      else if (kind === 'int64') writer.tag(number, WireType.Varint).int64(String(value));
      else if (kind === 'enum') writer.tag(number, WireType.Varint).int32(Number(value));
      else if (kind === 'double') writer.tag(number, WireType.Bit64).double(Number(value));
      else if (kind === 'fixed64') writer.tag(number, WireType.Bit64).fixed64(String(value));
      else writer.tag(number, WireType.Bit32).fixed32(Number(value));
    }
  return writer;
}

const bytesOf = (message: Message, fields: Fields) => write(new BinaryWriter(), message, fields).finish();

/** The request `{resourceSpans}` or `{resourceLogs}` in protobuf. */
export function toProtobuf(signal: Signal, request: Fields): Uint8Array {
  const names = CONTAINERS[signal];
  const whole: Uint8Array[] = [];
  for (const group of (request[names.resources] ?? []) as Fields[]) {
    const parts = [field(1, bytesOf(RESOURCE, (group.resource ?? {}) as Fields))];
    for (const scope of (group[names.scopes] ?? []) as Fields[]) {
      const records = ((scope[names.records] ?? []) as Fields[]).map((record) =>
        field(2, bytesOf(signal === 'traces' ? SPAN : LOG_RECORD, record)),
      );
      parts.push(field(2, Buffer.concat([field(1, bytesOf(SCOPE, (scope.scope ?? {}) as Fields)), ...records])));
    }
    whole.push(field(1, Buffer.concat(parts)));
  }
  return Buffer.concat(whole);
}
