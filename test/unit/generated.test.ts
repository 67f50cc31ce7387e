/** What is generated is committed, so it must say what the code says now. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { activitySchema } from '../../schemas/activity.ts';
import { alertSchema } from '../../schemas/alert.ts';
import { inventorySchema, networkSchema } from '../../schemas/inventory.ts';
import {
  oneStreamSchema,
  polledSchema,
  pollSchema,
  statusChangeSchema,
  statusSchema,
  streamChangeSchema,
  streamQuerySchema,
  streamSchema,
  streamWishSchema,
  verifySchema,
} from '../../schemas/signals.ts';
import { auditRowSchema, suspensionSchema } from '../../schemas/suspension.ts';
import { configShape, shapeOf } from '../../src/config/shape.ts';
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

test.each([...files].filter(([path]) => path.startsWith('schemas/json/')))(
  '%s is a JSON Schema that validates',
  (_, content) => {
    expect(() => new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(content))).not.toThrow();
  },
);

test.each(
  Object.entries({
    activity: activitySchema,
    alert: alertSchema,
    inventory: inventorySchema,
    network: networkSchema,
    suspension: suspensionSchema,
    'audit row': auditRowSchema,
    'stream wish': streamWishSchema,
    'stream change': streamChangeSchema,
    'stream query': streamQuerySchema,
    'one stream': oneStreamSchema,
    stream: streamSchema,
    status: statusSchema,
    'status change': statusChangeSchema,
    verify: verifySchema,
    poll: pollSchema,
    polled: polledSchema,
  }),
)('every field of the %s has its meaning', (_, schema) => {
  expect(optionsOf(shapeOf(schema)).filter(({ means }) => means === '')).toEqual([]);
});

test('every key of the configuration has its sentence', () => {
  expect(optionsOf(configShape()).filter(({ means }) => means === '')).toEqual([]);
});
