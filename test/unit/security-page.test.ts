/** Every line of SECURITY.md that says what cannot be done names a test that is there. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const CONSOLE = 'test/engines/console.test.ts';
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

interface Named {
  readonly file: string;
  /** Part of the name of a test or of a group of tests. */
  readonly name: string | undefined;
}

/** The rows of its tables: what cannot be done, and what shows it. A file that a row does not name is that of the row before. */
function rowsOf(page: string): { readonly cannot: string; readonly shown: readonly Named[] }[] {
  const rows: { cannot: string; shown: Named[] }[] = [];
  let file = '';
  for (const line of page.split('\n')) {
    const [, cannot, by] = /^\| (.+?) \| (.+) \|$/.exec(line) ?? [];
    if (cannot === undefined || by === undefined || cannot === 'cannot') continue;
    const shown: Named[] = [];
    let isNamed = true;
    for (const [, path, name] of by.matchAll(/`([^`]+)`|"([^"]+)"/g)) {
      if (path !== undefined) {
        if (!isNamed) shown.push({ file, name: undefined });
        file = path === 'console' ? CONSOLE : path;
        isNamed = false;
      } else {
        shown.push({ file, name });
        isNamed = true;
      }
    }
    if (!isNamed) shown.push({ file, name: undefined });
    rows.push({ cannot, shown });
  }
  return rows;
}

const page = read('SECURITY.md');
const rows = rowsOf(page);
/** What stands in a file without its comments; names of tests that are made of cases stand apart from their `it`. */
const code = (file: string) =>
  read(file)
    .replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
    .replaceAll("\\'", "'");

it('has rows for each of those who attack', () => {
  expect(rows.length).toBeGreaterThan(60);
  expect(page.match(/^\| cannot \| shown by \|$/gm)).toHaveLength(page.match(/^## (?!Not defended)/gm)?.length ?? 0);
});

it.each(rows.map((row) => [row.cannot.slice(0, 80), row] as const))('%s', (_, { shown }) => {
  expect(shown.some(({ name }) => name !== undefined)).toBe(true);
  for (const { file, name } of shown) {
    expect(existsSync(new URL(file, ROOT)), file).toBe(true);
    if (name !== undefined && file.endsWith('.test.ts'))
      expect(code(file).includes(name) ? '' : `${file}: "${name}"`).toBe('');
  }
});
