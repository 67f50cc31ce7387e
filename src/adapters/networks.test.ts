import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { InputError } from '../fault.ts';
import { loadNetworks } from './networks.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-networks-'));
afterAll(() => rmSync(directory, { recursive: true }));

function load(...lines: (object | string)[]) {
  const path = join(directory, 'networks.ndjson');
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return loadNetworks(path);
}

it('the longest prefix wins, in both families', () => {
  const networks = load(
    { prefix: '0.0.0.0/0', org: 'all' },
    { prefix: '10.0.0.0/8', org: 'eight', declared: true },
    '',
    { prefix: '10.1.0.0/16', org: 'sixteen', asn: 64_500 },
    { prefix: '10.1.2.3/32', org: 'host' },
    { prefix: '2001:db8::/32', org: 'six' },
    { prefix: '2001:db8:1::/48', org: 'six-one' },
  );
  expect(networks.size).toBe(6);
  const orgs = [
    '10.1.2.3',
    '10.1.2.4',
    '10.2.0.1',
    '192.0.2.1',
    '2001:db8::1',
    '2001:db8:1:2::9',
    '2001:db9::1',
    '::ffff:10.1.2.3',
    'no',
  ];
  for (let round = 0; round < 2; round++)
    expect(orgs.map((ip) => networks.lookup(ip)?.org)).toEqual([
      'host',
      'sixteen',
      'eight',
      'all',
      'six',
      'six-one',
      undefined,
      'host',
      undefined,
    ]);
  expect(networks.lookup('10.2.0.1')?.declared).toBe(true);
});

it('prefixes that end inside a byte hold exactly their addresses', () => {
  const networks = load({ prefix: '192.0.2.64/26', org: 'quarter' });
  expect(['192.0.2.63', '192.0.2.64', '192.0.2.127', '192.0.2.128'].map((ip) => networks.lookup(ip)?.org)).toEqual([
    undefined,
    'quarter',
    'quarter',
    undefined,
  ]);
});

it.each([
  ['{"prefix":', 'not valid JSON'],
  ['{"prefix":"10.0.0.0/99"}', 'prefix: expected CIDR'],
  ['{"org":"x"}', 'prefix: '],
  ['{"prefix":"10.0.0.0/8","asn":"AS1"}', 'asn: '],
])('a bad line %s names file, line and remedy', (line, problem) => {
  try {
    load({ prefix: '10.0.0.0/8' }, line);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain(`networks.ndjson:2: ${problem}`);
    expect((error as InputError).remedy).not.toBe('');
  }
});

it('a missing file and a damaged database are input errors', () => {
  expect(() => loadNetworks(join(directory, 'none'))).toThrow(InputError);
  const path = join(directory, 'bad.mmdb');
  writeFileSync(
    path,
    Buffer.concat([Buffer.alloc(100, 7), Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), Buffer.alloc(5, 255)]),
  );
  expect(() => loadNetworks(path)).toThrow(InputError);
});
