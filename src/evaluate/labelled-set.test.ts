/** A labelled set that cannot be read must say where it is broken. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readActivities, readInventory, readTruthFile, SetError } from './labelled-set.ts';

const dir = mkdtempSync(join(tmpdir(), 'labelled-'));
afterAll(() => rmSync(dir, { recursive: true }));
const put = (name: string, content: string | Uint8Array) => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
const good = JSON.stringify({
  id: 'a',
  at: '2026-01-01T00:00:00.000Z',
  identity: { id: 'x', kind: 'bot', provider: 'p' },
  action: { name: 'n', service: 's', access: 'read' },
  outcome: 'success',
  unknown: 'ignored',
});
async function all(path: string) {
  const read = [];
  for await (const one of readActivities(path)) read.push(one);
  return read;
}

describe('reading a labelled set', () => {
  it('reads plain and gzip alike and fills what is left out', async () => {
    const text = `${good}\n\n${good}\r\n`;
    const plain = await all(put('a.ndjson', text));
    expect(plain).toHaveLength(2);
    expect(plain[0]).toMatchObject({ tenant: 'default', source: {} });
    expect(await all(put('a.ndjson.gz', gzipSync(text)))).toEqual(plain);
  });

  it.each([
    ['not JSON', `${good}\n{"id":`, /:2: not a JSON object/],
    ['not an activity', `${good}\n${good.replace('"bot"', '"pirate"')}`, /:2: identity\.kind/],
    ['a list', '[]', /:1: /],
  ])('names the line that is %s', async (_what, text, message) => {
    const reading = all(put('bad.ndjson', text));
    await expect(reading).rejects.toThrow(SetError);
    await expect(all(put('bad.ndjson', text))).rejects.toThrow(message);
  });

  it('says so when the file is absent or not what its name says', async () => {
    await expect(all(join(dir, 'nowhere.ndjson'))).rejects.toThrow(SetError);
    await expect(all(put('plain.ndjson.gz', good))).rejects.toThrow(SetError);
    await expect(readTruthFile(put('truth.json', '{"set":"x","seed":1}'))).rejects.toThrow(/learnUntil/);
  });

  it('lets a later inventory record replace an earlier one', async () => {
    const path = put('i.ndjson', '{"identity":"x","owner":"a"}\n{"identity":"y"}\n{"identity":"x","owner":"b"}\n');
    expect((await readInventory(path)).map(({ identity, owner }) => [identity, owner])).toEqual([
      ['x', 'b'],
      ['y', undefined],
    ]);
  });
});
