/** Reads policies of AWS as its records hold them: an object, JSON in a text, or JSON in a text of a URL. */
import { objectAt, textAt } from '../../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Statements that allow something and are read; no document that AWS takes (32 KB at the most) has room for more, so that none hides behind others. */
const STATEMENTS = 1_024;

export const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => textAt(one) !== undefined);

/** The statements of a policy that allow something; none where it cannot be read. `scrub` replaces secrets, before a text is cut apart. */
export function allowing(document: unknown, scrub: (text: string) => string): Fields[] {
  let policy: unknown = document;
  if (typeof document === 'string')
    try {
      policy = JSON.parse(scrub(document.startsWith('%') ? decodeURIComponent(document) : document));
    } catch {
      return [];
    }
  const statements = objectAt(policy)?.Statement;
  return (Array.isArray(statements) ? statements : [statements])
    .map((item) => objectAt(item) ?? {})
    .filter(({ Effect }) => Effect === 'Allow')
    .slice(0, STATEMENTS);
}
