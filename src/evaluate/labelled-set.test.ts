/** A labelled set that cannot be read must say where it is broken, instead of giving figures on the half that could. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { readFiles } from '../adapters/files.ts';
import { InputError } from '../fault.ts';
import { format } from '../formats/activity.ts';
import { createReader } from '../ingest/reader.ts';
import { labelledActivities, loadTruth } from './labelled-set.ts';

const dir = mkdtempSync(join(tmpdir(), 'labelled-'));
afterAll(() => rmSync(dir, { recursive: true }));
const put = (name: string, content: string | Uint8Array) => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
const line = (id: string, at: string) =>
  JSON.stringify({
    id,
    at,
    identity: { id: 'x', kind: 'bot', provider: 'p' },
    action: { name: 'n', service: 's', access: 'read' },
    outcome: 'success',
    unknown: 'ignored',
  });
const { ingest } = configSchema.parse({});

async function all(path: string) {
  const reader = createReader({
    formats: new Map([['activity', format]]),
    format: 'activity',
    tenant: 'acme',
    limits: ingest,
  });
  const read = [];
  for await (const one of labelledActivities(readFiles([path], ingest), reader, ingest)) read.push(one);
  return read;
}

describe('reading a labelled set', () => {
  const text = `${line('b', '2026-01-01T00:00:09.000Z')}\n\n${line('a', '2026-01-01T00:00:00.000Z')}\r\n`;

  it('puts activities in order of time and gives them the tenant they do not name', async () => {
    const read = await all(put('a.ndjson', text));
    expect(read.map(({ id, tenant }) => [id, tenant])).toEqual([
      ['a', 'acme'],
      ['b', 'acme'],
    ]);
    expect(await all(put('a.ndjson.gz', gzipSync(text)))).toEqual(read);
  });

  it.each([
    ['is not JSON', `${line('a', '2026-01-01T00:00:00.000Z')}\n{"id":`],
    ['is no activity', line('a', '2026-01-01T00:00:00.000Z').replace('"bot"', '"pirate"')],
    ['has no time', line('a', 'yesterday')],
  ])('refuses a set with a record that %s', async (_what, broken) => {
    await expect(all(put('bad.ndjson', broken))).rejects.toThrow(InputError);
  });

  it('refuses a file that is not there, and a truth that is none, naming the field', async () => {
    await expect(all(join(dir, 'nowhere.ndjson'))).rejects.toThrow(InputError);
    expect(() => loadTruth(join(dir, 'nowhere.json'))).toThrow(InputError);
    expect(() => loadTruth(put('truth.json', '{"set":"x","seed":1}'))).toThrow(/learnUntil/);
    expect(() => loadTruth(put('truth.json', '{'))).toThrow(InputError);
  });
});
