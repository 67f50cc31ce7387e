/** A team must see in a minute whether its logs are read right, and nothing secret or hidden with it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { inspectCommand } from './inspect.ts';

const dir = mkdtempSync(join(tmpdir(), 'inspect-'));
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

async function inspect(lines: readonly string[], ...flags: string[]) {
  const file = join(dir, 'records.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
  out.mockClear();
  await inspectCommand().parseAsync([file, ...flags], { from: 'user' });
  const said = (spy: MockInstance) => spy.mock.calls.map(([text]) => String(text)).join('');
  return { text: said(out), notes: said(err), code: process.exitCode };
}

it('says what was read as what, with its identities and what is missing', async () => {
  const { text, code } = await inspect([sample('okta'), sample('vault-audit'), '{"hello":1}']);
  expect(text).toContain('3 records: 2 read, 0 skipped, 1 dead.');
  expect(text).toMatch(/okta: 1 read, 0 skipped, 0 dead\n[\s\S]*provisioner \(0oa1example0000000001\)/);
  expect(text).toMatch(/of no format: 0 read, 0 skipped, 1 dead\n[\s\S]*record 3: \{"hello":1\}/);
  expect(code).toBeUndefined();
});

it('gives the same as one JSON document', async () => {
  const { text } = await inspect([sample('okta')], '--json');
  expect(JSON.parse(text)).toMatchObject({ records: 1, isCapped: false, formats: [{ format: 'okta', identities: 1 }] });
});

it('where nothing could be read it fails with a remedy', async () => {
  const { notes, code } = await inspect(['{"hello":1}']);
  expect([notes.includes('nothing could be read'), code]).toEqual([true, 1]);
});

it('of a file that is not there it says that alone', async () => {
  await inspectCommand().parseAsync([join(dir, 'absent')], { from: 'user' });
  expect(out).not.toHaveBeenCalled();
  expect(err.mock.calls.join('')).toContain('no such file');
  expect(process.exitCode).toBe(1);
});

it('shows no secret of a record that it could not read, and nothing that acts on the terminal', async () => {
  const secret = 'ghp_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5';
  const { text } = await inspect([JSON.stringify({ password: 'hunter22-hunter22', note: secret, bell: '\u001b[2J' })]);
  expect(text).not.toContain(secret.slice(4, 24));
  expect(text).not.toContain('hunter22');
  expect(text).not.toContain('\u001b[2J');
});
