/** What a replay says of records it cannot read must let their sender put it right. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { replayCommand } from './replay.ts';

const dir = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(dir, { recursive: true }));
const sample = (id: string) =>
  readFileSync(new URL(`../../test/samples/${id}.ndjson`, import.meta.url), 'utf8').split('\n')[0]!;

let out: MockInstance;
let err: MockInstance;
beforeEach(() => {
  out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function replayOf(lines: readonly string[], ...flags: string[]) {
  const file = join(dir, 'records.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
  await replayCommand().parseAsync([file, '--store', 'none', '--json', ...flags], { from: 'user' });
  const said = (spy: MockInstance) => spy.mock.calls.map(([text]) => String(text)).join('');
  return { summary: JSON.parse(said(out)), notes: said(err), code: process.exitCode };
}

it('where nothing could be read it fails and says what is wrong with the records', async () => {
  const { summary, notes, code } = await replayOf([`{"inner":${sample('okta')}}`]);
  expect(Object.keys(summary.dead)).toEqual([expect.stringContaining('no format recognises this record')]);
  expect(notes).toContain('nothing could be read');
  expect(code).toBe(1);
});

it('among records of many vendors every reason says whose it is', async () => {
  const request = JSON.stringify({ ...JSON.parse(sample('vault-audit')), type: 'request' });
  const { summary, code } = await replayOf([sample('okta'), request, sample('okta').replace('"2026-03', '"yesterday')]);
  expect(summary).toMatchObject({
    read: 1,
    skipped: { 'vault-audit: the request is read with its response': 1 },
    dead: { 'okta: published: expected a time': 1 },
  });
  expect(code).toBeUndefined();
});

it('tells a person where the first record of each reason stands, and that a history before --learn-until only teaches', async () => {
  await replayOf([sample('okta'), 'no record']);
  const file = join(dir, 'records.ndjson');
  out.mockClear();
  const flags = ['--store', 'none', '--learn-until', '2099-01-01T00:00:00Z'];
  await replayCommand().parseAsync([file, ...flags], { from: 'user' });
  expect(out.mock.calls.join('')).toMatch(/1 +not valid JSON.*; first in .*records\.ndjson, record 2\n/);
  expect(err.mock.calls.join('')).toMatch(
    /Nothing could be raised: the newest activity is of 2026-\S+, and until 2099-01-01/,
  );
});

it('a file of nothing but skipped records is no failure', async () => {
  const request = JSON.stringify({ ...JSON.parse(sample('vault-audit')), type: 'request' });
  expect((await replayOf([request])).code).toBeUndefined();
});

it('says at the end who is still learning, and until when, however many memories are packed', async () => {
  const act = (id: string, at: string) =>
    JSON.stringify({
      id: `${id} ${at}`,
      at,
      identity: { id, kind: 'bot', provider: 'acme' },
      action: { name: 'docs.read', service: 'docs', access: 'read' },
      outcome: 'success',
    });
  const lines = [
    ...['old-1', 'old-2', 'old-3'].map((id) => act(id, '2026-03-01T10:00:00.000Z')),
    act('young-1', '2026-03-27T10:00:00.000Z'),
    act('young-2', '2026-03-29T10:00:00.000Z'),
    act('old-1', '2026-03-31T10:00:00.000Z'),
  ];
  const until = { identities: 5, learning: 2, until: '2026-04-12T10:00:00.000Z' };
  const settings = join(dir, 'settings.yaml');
  for (const hotIdentities of [1, 100]) {
    writeFileSync(settings, `detect: { learnDays: 14, hotIdentities: ${hotIdentities} }\n`);
    out.mockClear();
    expect((await replayOf(lines, '--config', settings)).summary.learning).toEqual(until);
  }
  const file = join(dir, 'records.ndjson');
  const flags = ['--store', 'none', '--config', settings];
  await replayCommand().parseAsync([file, ...flags], { from: 'user' });
  expect(err.mock.calls.join('')).toContain('At the end 2 of 5 identities still learning, until 2026-04-12.\n');
  writeFileSync(file, `${lines.slice(0, 3).join('\n')}\n${act('old-1', '2026-03-31T10:00:00.000Z')}\n`);
  await replayCommand().parseAsync([file, ...flags], { from: 'user' });
  expect(err.mock.calls.join('')).toContain('At the end none of 3 identities is still learning.\n');
});

it('writes a page about what was read and what was not, to hand round', async () => {
  const page = join(dir, 'report.html');
  const { summary } = await replayOf([sample('okta'), sample('vault-audit'), 'no record'], '--report', page);
  const html = readFileSync(page, 'utf8');
  expect(summary.activities).toBe(2);
  expect(html).toContain('<b>2</b><span class="soft">activities');
  expect(html).toContain('<bdi>okta</bdi>');
  expect(html).toContain('<bdi>vault</bdi>');
  expect(html).toContain('1 record could not be read');
  expect(html).not.toContain('<script');
});
