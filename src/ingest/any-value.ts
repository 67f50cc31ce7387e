/** The plain value of an AnyValue of OpenTelemetry, as OTLP/JSON writes it. */

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Numbers beyond 2^53 lose their last digits, as in any JSON. Anything that is no AnyValue comes back as it is. */
export function plainOfAny(value: unknown): unknown {
  if (!isObject(value)) return value;
  if ('stringValue' in value) return value.stringValue;
  if ('intValue' in value) return Number(value.intValue);
  if ('boolValue' in value) return value.boolValue;
  if ('doubleValue' in value) return value.doubleValue;
  if ('bytesValue' in value) return value.bytesValue;
  if (isObject(value.arrayValue)) return listOf(value.arrayValue.values).map(plainOfAny);
  // A value that is not set has no members at all.
  if (!isObject(value.kvlistValue)) return Object.keys(value).length === 0 ? null : value;
  const pairs: [string, unknown][] = [];
  for (const pair of listOf(value.kvlistValue.values))
    if (isObject(pair) && typeof pair.key === 'string') pairs.push([pair.key, plainOfAny(pair.value)]);
  return Object.fromEntries(pairs);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
