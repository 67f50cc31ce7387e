/** A tree of logs must be found whole, and its folders of dates opened only when their time has come. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { InputPart } from '../ports/input.ts';
import { dateOfFolder, type NamedDate, notBefore, notBeforeOfFile } from './files-names.ts';
import { fileParts, measureFiles } from './files-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'tidemark-tree-'));
afterAll(() => rmSync(root, { recursive: true }));
const LIMITS = { recordMaxBytes: 1_000, fileMaxBytes: 1_000_000 };

function put(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), '{"a":1}\n');
  }
}

/** Every file and fault below, with the date that names give it. */
async function walked(part: InputPart): Promise<string[]> {
  if (part.kind === 'fault') return [part.fault.message];
  if (part.kind === 'file') {
    const found: string[] = [];
    for await (const { records } of part.read())
      for (const { origin } of records) {
        const from = Number.isFinite(part.notBeforeMs) ? new Date(part.notBeforeMs).toISOString().slice(0, 16) : '-';
        found.push(`${from} ${origin.from.slice(root.length + 1)}`);
      }
    return found;
  }
  const inner: string[] = [];
  for await (const one of part.list()) inner.push(...(await walked(one)));
  return inner;
}
const walk = async (...names: readonly string[]) =>
  (
    await Promise.all(
      fileParts(
        names.map((name) => join(root, name)),
        LIMITS,
      ).map(walked),
    )
  ).flat();

describe('a tree', () => {
  it('is walked in order of name; dates of folders and of deliveries tell when a file can begin', async () => {
    put(
      's3/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T2355Z_x.json.gz',
      's3/111122223333/CloudTrail/eu-west-1/2026/03/02/other.json',
      's3/lake/dt=2026-03-05/part.ndjson',
      's3/app.log',
      's3/app.log.1',
      's3/readme.txt',
      's3/.hidden/x.json',
    );
    symlinkSync(join(root, 's3'), join(root, 's3/loop'));
    symlinkSync(join(root, 's3/app.log'), join(root, 's3/linked.log'));
    expect(await walk('s3')).toEqual([
      '2026-03-01T23:55 s3/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T2355Z_x.json.gz',
      '2026-02-28T22:00 s3/111122223333/CloudTrail/eu-west-1/2026/03/02/other.json',
      '- s3/app.log',
      '- s3/app.log.1',
      '2026-03-03T22:00 s3/lake/dt=2026-03-05/part.ndjson',
      '- s3/linked.log',
    ]);
  });

  it('without a log in it is a fault, as a path that is not there', async () => {
    put('none/a/notes.txt');
    mkdirSync(join(root, 'none/b'));
    expect(await walk('none', 'nowhere')).toEqual([
      `${join(root, 'none')}: holds no .json, .ndjson, .jsonl, .log or .gz file`,
      `${join(root, 'nowhere')}: no such file or directory`,
    ]);
  });

  it('is measured beside other work', async () => {
    put('sized/a.json', 'sized/b/c.json', 'sized/d.txt');
    const total = measureFiles([join(root, 'sized')], new AbortController().signal);
    await expect.poll(total).toBe(16);
    expect(measureFiles(['-'], new AbortController().signal)()).toBeUndefined();
  });
});

describe('names of folders', () => {
  const dateOf = (path: string) =>
    path.split('/').reduce<NamedDate | undefined>((above, name) => dateOfFolder(name, above), undefined);

  it.each([
    ['2026/03/02', { year: 2026, month: 3, day: 2 }],
    ['2026/3/2/eu-west-1', { year: 2026, month: 3, day: 2 }],
    ['year=2026/month=03/day=02/hour=07', { year: 2026, month: 3, day: 2, hour: 7 }],
    ['logs/20260302', { year: 2026, month: 3, day: 2 }],
    ['2026-03-02T07', { year: 2026, month: 3, day: 2, hour: 7 }],
    ['dt=2026-03', { year: 2026, month: 3 }],
    ['2026/28', { year: 2026 }],
    ['111122223333', undefined],
    ['host-07', undefined],
    ['07', undefined],
    ['0042', undefined],
  ])('%s', (path, date) => {
    expect(dateOf(path)).toEqual(date);
  });

  it('of files tell a time only in the form of the deliveries of AWS: rotation names a file after its end', () => {
    const none = Number.NEGATIVE_INFINITY;
    expect(notBeforeOfFile('audit-2026-03-09T10-00-00.000.log', undefined)).toBe(none);
    expect(notBeforeOfFile('messages-20260309', undefined)).toBe(none);
    expect(notBeforeOfFile('1_CloudTrail_x_20261309T1000Z_y.json.gz', undefined)).toBe(none);
    expect(notBefore(undefined)).toBe(none);
  });
});
