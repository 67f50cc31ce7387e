import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { openTokens } from '../api/tokens.ts';
import { createProgram } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-token-'));
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

async function token(...words: string[]): Promise<string> {
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const program = await createProgram((error) => {
    throw error;
  });
  try {
    await program.parseAsync(['token', ...words], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return said.join('');
}

const never = () => expect.unreachable();

test('tokens of a file are listed without what lets anybody in, and those that are revoked are gone, the rest of the file as it was', async () => {
  const file = join(directory, 'tokens');
  writeFileSync(file, '# who may do what\r\n', { mode: 0o640 });
  const ada = (await token('new', '--scope', 'analyst', '--name', 'ada', '--file', file)).trim();
  const bob = (
    await token('new', '--scope', 'viewer', '--name', 'bob', '--expires', '2999-01-31', '--file', file)
  ).trim();
  await token('new', '--scope', 'viewer', '--name', 'bob', '--tenant', 'acme', '--file', file);
  const text = await token('list', '--file', file);
  expect(text).toMatch(/bob +viewer +default +2999-01-31/);
  expect(text).not.toContain(ada.slice(4));
  const { tokens } = JSON.parse(await token('list', '--file', file, '--json'));
  expect(tokens).toMatchObject([
    { name: 'ada', expired: false },
    { name: 'bob', expires: '2999-01-31' },
    { tenant: 'acme' },
  ]);

  // Two are named bob, and nobody is cen: neither takes anything out.
  for (const words of [['bob'], ['ada', 'cen']])
    await expect(token('revoke', ...words, '--file', file)).rejects.toThrow(/2 tokens are named bob|no token cen/);
  expect(openTokens(file, Date.now, never).find(ada)?.name).toBe('ada');
  expect(await token('revoke', 'ada', tokens[2].id.slice(0, 8), '--file', file)).toContain('ada, analyst of default');
  const left = openTokens(file, Date.now, never);
  expect([left.find(ada), left.find(bob)?.name]).toEqual([undefined, 'bob']);
  expect(readFileSync(file, 'utf8')).toMatch(/^# who may do what\r\nbob:viewer:default:[0-9a-f]{64}:2999-01-31\n$/);
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

test('a day that is over or none, and a file that is not there, are refused', async () => {
  const make = (day: string) => token('new', '--scope', 'viewer', '--expires', day);
  await expect(make('2020-01-31')).rejects.toThrow(/over/);
  await expect(make('tomorrow')).rejects.toThrow(/UTC day/);
  await expect(make('2999-02-31')).rejects.toThrow(/calendar/);
  await expect(token('list', '--file', join(directory, 'none'))).rejects.toThrow(/cannot read/);
});

test('a last line that an editor left open is ended first, and behind a link it is the file that loses a token', async () => {
  const file = join(directory, 'open');
  writeFileSync(file, '# who may do what');
  const ada = (await token('new', '--scope', 'analyst', '--name', 'ada', '--file', file)).trim();
  expect(openTokens(file, Date.now, never).find(ada)?.name).toBe('ada');
  const link = join(directory, 'link');
  symlinkSync(file, link);
  await token('revoke', 'ada', '--file', link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(openTokens(file, Date.now, never).find(ada)).toBeUndefined();
});
