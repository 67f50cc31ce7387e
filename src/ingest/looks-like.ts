/** Says what a record that could not be read may be after all, so that whoever sent it knows what to change. */
import type { Format } from './format.ts';

/**
 * ` (it looks like okta)`, or an empty text. `asked` is the format the record was read as, if one was named: that it looks like what it
 * was read as says nothing.
 */
export function looksLike(raw: unknown, shelf: readonly Format[], asked: Format | undefined): string {
  const known = shelf.find((format) => format.recognises(raw));
  return known === undefined || known === asked ? '' : ` (it looks like ${known.id})`;
}
