/** Says what a record that could not be read may be after all, so that whoever sent it knows what to change. */
import type { Format } from './format.ts';

/** Fields in which collectors wrap the record they carry. Only these are named, so that a reason never holds what a sender made up. */
const WRAPPERS = [
  'log',
  'message',
  'event',
  'record',
  'detail',
  'data',
  'body',
  'payload',
  'raw',
  '_raw',
  '_source',
  'result',
];

function insideOf(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/**
 * ` (it looks like okta)` or ` (its field log looks like okta: send that alone)`, or an empty text. `asked` is the format the
 * record was read as, if one was named: that it looks like what it was read as says nothing.
 */
export function looksLike(raw: unknown, shelf: readonly Format[], asked: Format | undefined): string {
  const known = shelf.find((format) => format.recognises(raw));
  if (known !== undefined) return known === asked ? '' : ` (it looks like ${known.id})`;
  if (typeof raw !== 'object' || raw === null) return '';
  for (const field of WRAPPERS) {
    const inside = insideOf((raw as Record<string, unknown>)[field]);
    const wrapped = inside === undefined ? undefined : shelf.find((format) => format.recognises(inside));
    if (wrapped !== undefined) return ` (its field ${field} looks like ${wrapped.id}: send that alone)`;
  }
  return '';
}
