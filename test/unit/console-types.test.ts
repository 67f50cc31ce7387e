/** The typed client of the console is generated and committed, so it must say what the routes say now. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openapiDocument } from '../../src/reference/openapi-document.ts';

test('console/api/api-types.ts says what the OpenAPI document says', async () => {
  const { apiTypes } = (await import(new URL('../../console/api/generate-types.mjs', import.meta.url).href)) as {
    apiTypes(document: object): Promise<string>;
  };
  const committed = readFileSync(new URL('../../console/api/api-types.ts', import.meta.url), 'utf8');
  const made = await apiTypes(openapiDocument('0.0.0'));
  expect(
    committed === made,
    'console/api/api-types.ts is stale: run `npm run generate` and commit what it writes',
  ).toBe(true);
});
