/** What is taken for a value that came before must be the same in everything. */
import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { format } from '../formats/activity.ts';
import { createFingerprinter } from '../secrets.ts';
import { KnownValues } from './known-values.ts';
import { createReader } from './reader.ts';

function kept(value: object): (other: object) => object | undefined {
  const known = new KnownValues();
  const place = known.placeOf(value);
  known.keep(place, value);
  return (other) => known.at(place, other);
}

test('the same value again is the one that was kept', () => {
  const value = { id: 'key', kind: 'access-key', scopes: ['a', 'b'], of: { longLived: true, used: 3 } };
  const at = kept(value);
  expect(at(structuredClone(value))).toBe(value);
  expect(new KnownValues().placeOf(structuredClone(value))).toBe(new KnownValues().placeOf(value));
});

test.each([
  ['another text', { id: 'other', n: [1, 'a'] }],
  ['another number', { id: 'key', n: [2, 'a'] }],
  ['a number as a text', { id: 'key', n: ['1', 'a'] }],
  ['a longer list', { id: 'key', n: [1, 'a', 'b'] }],
  ['another order of a list', { id: 'key', n: ['a', 1] }],
  ['one key more', { id: 'key', n: [1, 'a'], more: true }],
  ['one key less', { id: 'key' }],
  ['another order of keys', { n: [1, 'a'], id: 'key' }],
  ['a list instead of an object', ['key', [1, 'a']]],
])('%s is another value', (_, other) => {
  expect(kept({ id: 'key', n: [1, 'a'] })(other)).toBeUndefined();
});

test('what is kept cannot be changed any more', () => {
  const value = { id: 'key', of: { names: ['a'] } };
  kept(value);
  expect(() => value.of.names.push('b')).toThrow(TypeError);
});

const formats = new Map([['activity', format]]);
const limits = configSchema.parse({}).ingest;
const line = (n: number, more: object = {}) =>
  JSON.stringify({
    id: `a-${n}`,
    at: '2026-03-01T00:00:00.000Z',
    identity: { id: 'svc', kind: 'role', provider: 'aws' },
    action: { name: 's3:GetObject', service: 's3', access: 'read' },
    source: { ip: '198.51.100.7' },
    outcome: 'success',
    ...more,
  });

function readAll(lines: readonly string[], fingerprinter = createFingerprinter('pepper')) {
  const reader = createReader({ formats, format: 'activity', tenant: 'acme', limits, fingerprinter });
  const out: unknown[] = [];
  for (const text of lines)
    for (const outcome of reader.read(text)) out.push(...(outcome.status === 'read' ? outcome.activities : [outcome]));
  return out as Activity[];
}

test('activities that were read alike share what they hold', () => {
  const [one, other] = readAll([line(1, { scopes: ['read'] }), line(2, { scopes: ['read'] })]);
  for (const key of ['identity', 'action', 'source', 'scopes'] as const) expect(other?.[key]).toBe(one?.[key]);
  expect(other?.id).toBe('a-2');
});

test('what holds a secret is read anew each time, and told each time by its fingerprint alone', () => {
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  const act = { name: 'deploy', service: 'ci', access: 'write' };
  const all = readAll([1, 2, 3].map((n) => line(n, { action: act, resource: { id: `url?token=${secret}` } })));
  expect(JSON.stringify(all)).not.toContain(secret);
  expect(new Set(all.map(({ resource }) => resource?.id)).size).toBe(1);
});

test('what is fit for one key is not thereby fit for another', () => {
  const as = { id: 'k-1', kind: 'robot' };
  const [actor, credential] = readAll([line(1, { actor: as }), line(2, { credential: as })]);
  expect(actor?.actor).toEqual(as);
  expect(credential).toMatchObject({ status: 'dead', reason: expect.stringContaining('credential.kind') });
});

test('where people stand under pseudonyms, nothing is shared', () => {
  const lines = [1, 2].map((n) => line(n, { onBehalfOf: [{ id: 'ada', kind: 'human' }] }));
  const [one, other] = readAll(lines, createFingerprinter('pepper', 'pseudonyms'));
  expect(one?.onBehalfOf?.[0]?.id).toMatch(/^person:/);
  expect(other?.onBehalfOf).toEqual(one?.onBehalfOf);
  expect(other?.onBehalfOf).not.toBe(one?.onBehalfOf);
});
