/** The messages of OTLP that are read: field numbers after opentelemetry-proto 1.10, names as OTLP/JSON spells them. */

/** How a field is written; `hex` and `base64` are bytes in the spelling that OTLP/JSON gives them. */
export type Kind = 'string' | 'hex' | 'base64' | 'bool' | 'int64' | 'enum' | 'double' | 'fixed64' | 'fixed32';

export interface Field {
  readonly name: string;
  readonly kind: Kind | (() => Message);
  readonly isList?: true;
}

/** Fields by number. */
export type Message = ReadonlyMap<number, Field>;

const message = (fields: Readonly<Record<number, readonly [string, Field['kind'], 'list'?]>>): Message =>
  new Map(
    Object.entries(fields).map(([number, [name, kind, list]]) => [
      Number(number),
      { name, kind, ...(list && { isList: true }) },
    ]),
  );

const anyValue: Message = message({
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => values],
  6: ['kvlistValue', () => pairs],
  7: ['bytesValue', 'base64'],
});
const keyValue = message({ 1: ['key', 'string'], 2: ['value', () => anyValue] });
const values = message({ 1: ['values', () => anyValue, 'list'] });
const pairs = message({ 1: ['values', () => keyValue, 'list'] });

export const RESOURCE = message({ 1: ['attributes', () => keyValue, 'list'] });

export const SCOPE = message({
  1: ['name', 'string'],
  2: ['version', 'string'],
  3: ['attributes', () => keyValue, 'list'],
});

const event = message({
  1: ['timeUnixNano', 'fixed64'],
  2: ['name', 'string'],
  3: ['attributes', () => keyValue, 'list'],
});
const link = message({
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'string'],
  4: ['attributes', () => keyValue, 'list'],
});
const status = message({ 2: ['message', 'string'], 3: ['code', 'enum'] });

export const SPAN = message({
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'string'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'string'],
  6: ['kind', 'enum'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: ['attributes', () => keyValue, 'list'],
  11: ['events', () => event, 'list'],
  13: ['links', () => link, 'list'],
  15: ['status', () => status],
  16: ['flags', 'fixed32'],
});

export const LOG_RECORD = message({
  1: ['timeUnixNano', 'fixed64'],
  2: ['severityNumber', 'enum'],
  3: ['severityText', 'string'],
  5: ['body', () => anyValue],
  6: ['attributes', () => keyValue, 'list'],
  8: ['flags', 'fixed32'],
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
  11: ['observedTimeUnixNano', 'fixed64'],
  12: ['eventName', 'string'],
});
