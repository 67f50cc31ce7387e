/** A map that forgets its oldest entry when it is full. */
const REMEMBERED_MAX = 10_000;

/** Sets `key` as the newest entry and gives its value back. */
export function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
  return value;
}
