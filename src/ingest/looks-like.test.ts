import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import type { Format } from './format.ts';
import { createReader } from './reader.ts';

const formats = await discover<Format>(SHELVES.formats, 'format');
const limits = configSchema.parse({}).ingest;
const sample = (id: string) =>
  JSON.parse(readFileSync(new URL(`../../test/samples/${id}.ndjson`, import.meta.url), 'utf8').split('\n')[0]!);

function reason(format: string, record: unknown): string | undefined {
  const outcome = createReader({ formats, format, tenant: 'default', limits }).readParsed(record)[0]!;
  return outcome.status === 'dead' ? outcome.reason : undefined;
}

it('a record read as the wrong format is dead and says what it looks like', () => {
  expect(reason('okta', sample('aws-cloudtrail'))).toBe('published: expected a time (it looks like aws-cloudtrail)');
});

it('a name that the sender made up is never repeated', () => {
  expect(reason('auto', { hvs_secret: sample('okta') })).not.toContain('hvs_secret');
});

it('a broken record of the format it is read as gets no hint', () => {
  expect(reason('okta', { ...sample('okta'), published: 'yesterday' })).toBe('published: expected a time');
});
