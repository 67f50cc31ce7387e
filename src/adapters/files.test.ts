import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { splitDocuments, splitLines } from '../bounds/split.ts';
import type { InputError } from '../fault.ts';
import { readFiles } from './files.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

const LIMITS = { recordMaxBytes: 4 * 1024 * 1024, fileMaxBytes: 64 * 1024 * 1024 };
let count = 0;

function file(content: string | Uint8Array, name = `f${count++}.json`): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function read(paths: string | readonly string[], limits = LIMITS) {
  const texts: string[] = [];
  const origins: { from: string; offset: number }[] = [];
  const faults: InputError[] = [];
  for await (const { records, fault } of readFiles([paths].flat(), limits)) {
    for (const { origin, bytes } of records) {
      texts.push(Buffer.from(bytes).toString('utf8'));
      origins.push(origin);
    }
    if (fault !== undefined) faults.push(fault);
  }
  return { texts, origins, faults, values: () => texts.map((text) => JSON.parse(text)) };
}

const rows = Array.from({ length: 1_000 }, (_, n) => ({ n, text: `wörd "{[,]}" \\ ${'x'.repeat(n % 700)}` }));
const ndjson = rows.map((row) => JSON.stringify(row)).join('\n');

describe('every shape of file gives the same records', () => {
  const shapes: [string, string | Uint8Array][] = [
    ['NDJSON', ndjson],
    ['NDJSON with BOM, CRLF and blank lines', `\uFEFF${ndjson.replaceAll('\n', '\r\n\r\n  \n')}\r\n`],
    ['a JSON array', JSON.stringify(rows)],
    ['a pretty-printed array', JSON.stringify(rows, null, 2)],
    ['a CloudTrail file', JSON.stringify({ Records: rows })],
    ['a pretty-printed CloudTrail file', JSON.stringify({ Records: rows }, null, 4)],
    [
      'a container whose key is not its first',
      JSON.stringify({ kind: 'EventList', metadata: { a: [1] }, items: rows }),
    ],
    ['the same, pretty', JSON.stringify({ kind: 'EventList', metadata: { a: [1] }, items: rows }, null, 1)],
    [
      'containers, one a line',
      [rows.slice(0, 400), rows.slice(400)].map((r) => JSON.stringify({ Records: r })).join('\n'),
    ],
    ['pretty-printed objects one after another', rows.map((row) => JSON.stringify(row, null, 2)).join('\n')],
    ['objects in a row, as Firehose delivers them', rows.map((row) => JSON.stringify(row)).join('')],
    ['gzip', gzipSync(ndjson)],
    ['gzip of a CloudTrail file', gzipSync(JSON.stringify({ Records: rows }))],
    [
      'gzip members one after another',
      Buffer.concat([gzipSync(`${ndjson.slice(0, 90_000)}`), gzipSync(ndjson.slice(90_000))]),
    ],
  ];
  it.each(shapes)('%s', async (_, content) => {
    const { values, faults, origins } = await read(file(content));
    expect(faults).toEqual([]);
    expect(values()).toEqual(rows);
    expect(origins.map(({ offset }) => offset)).toEqual(rows.map((_, n) => n));
  });
});

it('cuts the same records wherever the chunks end', () => {
  const text = Buffer.from(
    `${JSON.stringify({ a: 1, Records: rows.slice(0, 9) }, null, 2)}\n${JSON.stringify(rows.slice(9, 15))}`,
  );
  for (const size of [1, 2, 7, 64, 1_000]) {
    const splitter = splitDocuments(LIMITS.recordMaxBytes, LIMITS.fileMaxBytes);
    const parts: Buffer[] = [];
    for (let at = 0; at < text.length; at += size)
      parts.push(...splitter.push(text.subarray(at, at + size)).map((b) => Buffer.from(b)));
    parts.push(...splitter.end());
    expect(parts.map((part) => JSON.parse(part.toString()))).toEqual(rows.slice(0, 15));
    const lines = splitLines(LIMITS.recordMaxBytes);
    const found: Buffer[] = [];
    const bytes = Buffer.from(ndjson.slice(0, 20_000));
    for (let at = 0; at < bytes.length; at += size)
      found.push(...lines.push(bytes.subarray(at, at + size)).map((b) => Buffer.from(b)));
    found.push(...lines.end());
    expect(
      Buffer.concat(found.map((b) => Buffer.concat([b, Buffer.from('\n')])))
        .toString()
        .trimEnd(),
    ).toBe(bytes.toString());
  }
});

it('a line too long is one record cut just above the bound, and the next line is whole', async () => {
  const limits = { recordMaxBytes: 1024, fileMaxBytes: 1 << 30 };
  const { texts, faults } = await read(file(`{"a":1}\n{"b":"${'x'.repeat(10 * 1024 * 1024)}"}\n{"c":3}\n`), limits);
  expect(faults).toEqual([]);
  expect(texts.map((text) => text.length)).toEqual([7, 1025, 7]);
  expect(texts[2]).toBe('{"c":3}');
});

it('an element too long is one record cut just above the bound, and the next element is whole', async () => {
  const limits = { recordMaxBytes: 1024, fileMaxBytes: 1 << 30 };
  const content = JSON.stringify({ Records: [{ a: 1 }, { b: 'x'.repeat(3_000_000) }, { c: 3 }] });
  const { texts } = await read(file(content), limits);
  expect(texts.map((text) => text.length)).toEqual([7, 1025, 7]);
});

it('a truncated gzip keeps what was read before the break and says so', async () => {
  const whole = gzipSync(ndjson);
  const { texts, faults } = await read([file(whole.subarray(0, whole.length * 0.8), 'cut.gz'), file('{"next":1}')]);
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.slice(0, -1).map((text) => JSON.parse(text))).toEqual(rows.slice(0, texts.length - 1));
  expect(texts.at(-1)).toBe('{"next":1}');
  expect(faults).toHaveLength(1);
  expect(faults[0]?.message).toMatch(/cut\.gz: gzip ends too early/);
  expect(faults[0]?.remedy).not.toBe('');
});

it('a damaged gzip is a fault, not a crash', async () => {
  const bytes = gzipSync(ndjson);
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 50);
  const { faults } = await read(file(bytes));
  expect(faults[0]?.message).toMatch(/gzip/);
});

it.each([
  ['binary junk', Buffer.from([1, 2, 0, 3, 255, 254, 0, 0, 9]), /is binary/],
  ['zstd', Buffer.from('28b52ffd00000000', 'hex'), /zstd/],
  ['zip', Buffer.from('504b030400000000', 'hex'), /zip/],
  ['UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), /UTF-16/],
])('%s is named with a remedy', async (_, bytes, message) => {
  const { texts, faults } = await read(file(bytes));
  expect(texts).toEqual([]);
  expect(faults[0]?.message).toMatch(message);
  expect(faults[0]?.remedy).toMatch(/NDJSON/);
});

it('a missing file, an empty directory and a document too long are faults, and the rest is read', async () => {
  mkdirSync(join(directory, 'empty'));
  const long = file(JSON.stringify(rows, null, 1));
  const { texts, faults } = await read(
    [join(directory, 'none.json'), join(directory, 'empty'), file('{"a":1}\n{"a":2}'), long],
    { recordMaxBytes: 1024, fileMaxBytes: 2048 },
  );
  expect(texts.slice(0, 2)).toEqual(['{"a":1}', '{"a":2}']);
  expect(faults.map((fault) => fault.message)).toEqual([
    expect.stringMatching(/none\.json: no such file/),
    expect.stringMatching(/empty: holds no/),
    expect.stringMatching(/longer than ingest\.fileMaxBytes/),
  ]);
});

it('an empty file holds no records and no fault', async () => {
  expect(await read([file(''), file('\n\n'), file('[]'), file('{"Records":[]}')])).toMatchObject({
    texts: [],
    faults: [],
  });
});

it('a directory is read in order of name at any depth, logs only', async () => {
  const at = (name: string) => join(directory, 'tree', name);
  mkdirSync(at('b/c'), { recursive: true });
  writeFileSync(at('b/c/1.json.gz'), gzipSync('{"n":2}'));
  writeFileSync(at('b/0.ndjson'), '{"n":1}');
  writeFileSync(at('a.json'), '[{"n":0}]');
  writeFileSync(at('z.jsonl'), '{"n":3}');
  writeFileSync(at('README.md'), 'not a log');
  writeFileSync(at('.hidden.json'), '{"n":9}');
  const { values, origins } = await read(at(''));
  expect(values()).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  expect(origins[2]?.from).toBe(at('b/c/1.json.gz'));
});

it('broken lines and stray text are records of their own, so that they are counted', async () => {
  const broken = await read(file('{"a": broken\n{"b":1}\n{"c":\n{"d":1}\n'));
  expect(broken.texts).toEqual(['{"a": broken', '{"b":1}', '{"c":', '{"d":1}']);
  const stray = await read(file('[{"a":1}]\noops\n[{"b":1}]\n'));
  expect(stray.texts).toEqual(['{"a":1}', 'oops', '{"b":1}']);
  const cut = await read(file('[{"a":1},{"b":'));
  expect(cut.texts).toEqual(['{"a":1}', '{"b":']);
});
