/** Writes `console/api/api-types.ts`, the types of the HTTP API, from its OpenAPI document. Run it with `npm run generate`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTypes, { astToString } from 'openapi-typescript';

const TARGET = fileURLToPath(new URL('api-types.ts', import.meta.url));

/** Content of the file for a document. */
export async function apiTypes(document) {
  const types = astToString(await openapiTypes(structuredClone(document), { alphabetize: true }));
  return `/** Types of the HTTP API, generated from its OpenAPI document by \`npm run generate\`: not to be edited. */\n${types}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { openapiDocument } = await import('../../dist/src/reference/openapi-document.js');
  writeFileSync(TARGET, await apiTypes(openapiDocument('0.0.0')));
  process.stderr.write('wrote console/api/api-types.ts\n');
}
