import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readSecretFile } from './secret-file.ts';

const root = mkdtempSync(join(tmpdir(), 'tidemark-secret-'));
afterAll(() => rmSync(root, { recursive: true }));

function read(content: string | Uint8Array, mode = 0o600) {
  const file = join(root, 'secret');
  writeFileSync(file, content);
  chmodSync(file, mode);
  const exposed: string[] = [];
  const secret = readSecretFile({ key: 'store.passwordFile', file }, ({ key }) => exposed.push(key));
  return { secret, exposed };
}

test('a secret is the first line of its file, spaces inside kept', () => {
  expect(read('pass word \r\nsecond line\n').secret).toBe('pass word ');
  expect(read('\uFEFFno newline').secret).toBe('no newline');
});

test('a file that others may read is used and reported', () => {
  expect(read('s', 0o600).exposed).toEqual([]);
  expect(read('s', 0o640).exposed).toEqual(['store.passwordFile']);
  expect(read('s', 0o604).exposed).toEqual(['store.passwordFile']);
});

test.each([
  ['empty', '', /store\.passwordFile: has an empty first line/],
  ['blank first line', '\nhunter2', /store\.passwordFile: has an empty first line/],
  ['binary', Uint8Array.of(104, 117, 0, 255), /store\.passwordFile: is not a line of text/],
  ['too large', 'hunter2'.repeat(10_000), /store\.passwordFile: is larger than 65536 bytes/],
])('a secret file that is %s is refused without showing it', (_, content, expected) => {
  expect(() => read(content)).toThrow(ConfigError);
  expect(() => read(content)).toThrow(expected);
  expect(() => read(content)).not.toThrow(/hunter/);
});

test('a missing secret file names its key', () => {
  expect(() => readSecretFile({ key: 'ingest.pepperFile', file: join(root, 'gone') }, () => {})).toThrow(
    /gone ingest\.pepperFile: does not exist/,
  );
});
