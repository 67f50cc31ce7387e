/** No attribute that a browser shows, such as a tooltip, takes a text of a log as it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SHOWN = /\b(?:title|aria-label|placeholder|alt)=\{(?<value>[^{}]*)\}/g;
/** Names under which texts of logs stand in the console. */
const OF_LOGS = /\b(?:id|name|owner|account|text|seen|usual|purpose|because|action|target|hop)\b/;
const parts = new URL('../../console/parts/', import.meta.url);

test('what comes from a log is made visible there', () => {
  const found = ['./', '../pages/', '../'].flatMap((folder) => {
    const at = new URL(folder, parts);
    return readdirSync(at)
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) =>
        [...readFileSync(new URL(file, at), 'utf8').matchAll(SHOWN)].map(({ groups }) => ({
          file,
          value: groups?.value ?? '',
        })),
      );
  });
  expect(found.length).toBeGreaterThan(5);
  expect(found.filter(({ value }) => OF_LOGS.test(value) && !/^(?:visible\(|shown)/.test(value))).toEqual([]);
});
