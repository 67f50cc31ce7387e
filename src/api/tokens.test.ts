import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '../config/config-error.ts';
import { newToken, openTokens } from './tokens.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-tokens-'));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;
const fileOf = (text: string) => {
  const file = join(directory, String(files++));
  writeFileSync(file, text);
  return file;
};
const ada = { name: 'ada', scope: 'analyst', tenant: 'acme' } as const;
const never = () => expect.unreachable();

test('a token is found under the line made with it, whose text does not hold it', () => {
  const { token, line } = newToken(ada);
  const other = newToken({ ...ada, name: 'bob' });
  expect(line).not.toContain(token.slice(4));
  const tokens = openTokens(fileOf(`# people\r\n${other.line}\r\n\r\n  ${line}  \n`), Date.now, never);
  expect(tokens.find(token)).toEqual(ada);
  expect(tokens.find(other.token)?.name).toBe('bob');
  for (const wrong of ['', token.slice(1), `${token} `, line, line.split(':').at(-1)!, 'x'.repeat(100_000)])
    expect(tokens.find(wrong)).toBeUndefined();
});

test('no two tokens are alike', () => {
  expect(new Set(Array.from({ length: 100 }, () => newToken(ada).token)).size).toBe(100);
});

test.each([
  ['a scope nobody knows', `ada:root:acme:${'a'.repeat(64)}`],
  ['no tenant', `ada:viewer::${'a'.repeat(64)}`],
  ['a hash cut short', `ada:viewer:acme:${'a'.repeat(63)}`],
  ['one field too many', `ada:viewer:acme:${'a'.repeat(64)}:x`],
  ['a day that is none', `ada:viewer:acme:${'a'.repeat(64)}:2027-02-30`],
  ['binary junk', '\u0000\u0001'],
])('a file with %s is refused with its line, and the line is not repeated', (_, line) => {
  const open = () => openTokens(fileOf(`# one\n${line}\n`), Date.now, never);
  expect(open).toThrow(ConfigError);
  expect(open).toThrow(/:2 http\.tokensFile/);
  expect(open).not.toThrow(line);
});

test('a token put into the file in place of its line does not come back in the message', () => {
  const { token } = newToken(ada);
  expect(() => openTokens(fileOf(`ada:viewer:acme:${token}\n`), Date.now, never)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(token) }),
  );
});

test('a token counts through the last moment of its last UTC day', () => {
  const { token, line } = newToken(ada, '2027-01-31');
  let now = Date.parse('2027-01-31T23:59:59.999Z');
  const tokens = openTokens(fileOf(line), () => now, never);
  expect(tokens.find(token)).toEqual(ada);
  now++;
  expect(tokens.find(token)).toBeUndefined();
});

test('a file that is missing is refused', () => {
  expect(() => openTokens(join(directory, 'nowhere'), Date.now, never)).toThrow(ConfigError);
});

test('a change is seen, and a file that was broken lets nobody in until it is mended', () => {
  const [one, two] = [newToken(ada), newToken(ada)];
  const file = fileOf(one.line);
  let now = 0;
  const broken: unknown[] = [];
  const tokens = openTokens(
    file,
    () => now,
    (error) => broken.push(error),
  );
  const rewrite = (text: string) => {
    writeFileSync(file, text);
    now += 2_000;
  };
  rewrite(`${one.line}\n${two.line}\n`);
  expect([tokens.find(one.token), tokens.find(two.token)]).toEqual([ada, ada]);
  rewrite('nonsense\n');
  expect(tokens.find(one.token)).toBeUndefined();
  expect(broken).toHaveLength(1);
  rewrite(`${two.line}\n`);
  expect([tokens.find(one.token), tokens.find(two.token)]).toEqual([undefined, ada]);
});

test.each([{ name: 'a:b' }, { name: '' }, { tenant: 'a:b' }, { tenant: 'a b' }, { tenant: '' }])(
  'no line is made that could not be read back: %o',
  (change) => {
    expect(() => newToken({ ...ada, ...change })).toThrow(RangeError);
  },
);
