/** What is generated is committed, so it must say what the code says now. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { configShape } from '../../src/config/shape.ts';
import { generated } from '../../src/reference/generate.ts';
import { optionsOf } from '../../src/reference/options-table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const REMEDY = 'stale: run `npm run build && node dist/src/reference/generate.js` and commit what it writes';
const files = await generated();

function committed(path: string): string | undefined {
  try {
    return readFileSync(root + path, 'utf8');
  } catch {
    return undefined;
  }
}

test.each([...files])('%s says what the code says', (path, content) => {
  expect(committed(path) === content, `${path} is ${REMEDY}`).toBe(true);
});

test('nothing generated is left over from a part that is gone', () => {
  for (const folder of ['schemas/json', 'docs/reference'])
    expect(readdirSync(root + folder).map((file) => `${folder}/${file}`)).toEqual(
      [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).sort(),
    );
});

test.each([...files].filter(([path]) => path.endsWith('.json')))('%s is a JSON Schema that validates', (_, content) => {
  expect(() => new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(content))).not.toThrow();
});

test('every key of the configuration has its sentence', () => {
  expect(optionsOf(configShape()).filter(({ means }) => means === '')).toEqual([]);
});
