/** What goes from one thread to another must come out as it went in, whatever was packed before. */
import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { Packer, Unpacker } from './packed-activities.ts';

const act = (n: number, more: Partial<Activity> = {}): Activity => ({
  id: `id-${n}`,
  at: new Date(1_770_000_000_000 + n).toISOString(),
  tenant: 't',
  identity: { id: `svc-${n % 7}`, kind: 'service-account', provider: 'aws', account: '111122223333' },
  action: { name: 's3:GetObject', service: 's3', access: 'read' },
  source: {},
  outcome: 'success',
  ...more,
});

function sent(batches: readonly (readonly Activity[])[]): string[] {
  const packer = new Packer();
  const unpacker = new Unpacker();
  return batches.flatMap((batch) =>
    unpacker.unpack(structuredClone(packer.pack(batch))).map((activity) => JSON.stringify(activity)),
  );
}

test('every activity comes out as it went in, with its keys in their order', () => {
  const batches = [
    [act(1), act(2), act(1, { errorCode: 'AccessDenied', outcome: 'denied' })],
    [],
    [
      act(3, { scopes: ['a', 'b'], onBehalfOf: [{ id: 'x', kind: 'human' }], amount: { bytes: 0, records: 2.5 } }),
      act(4, { scopes: ['b', 'a'], onBehalfOf: [{ id: 'x', kind: 'service' }], amount: { bytes: 7 } }),
      act(5, {
        credential: { id: 'K', kind: 'other', longLived: false },
        run: { id: 'r', declared: ['a'], task: 't' },
      }),
      act(6, { credential: { id: 'K', kind: 'other', longLived: true }, run: { id: 'r', declared: ['a'] } }),
    ],
  ];
  expect(sent(batches)).toEqual(batches.flat().map((activity) => JSON.stringify(activity)));
});

test('texts that look like the marks of packing, half a surrogate pair and values that differ by type alone stay what they are', () => {
  const odd = ['~1', '-1', '"', '\\u0000', '\ud800', '[1]', '{"a":1}', 'null', '🦆'].map((id, n) =>
    act(n, { resource: { id }, source: { userAgent: id, asn: n } }),
  );
  const again = [...odd, ...odd.toReversed()];
  expect(sent([odd, again])).toEqual([...odd, ...again].map((activity) => JSON.stringify(activity)));
});

test('more different values than there are places come out right as well', () => {
  const many = Array.from({ length: 40_000 }, (_, n) => act(n, { resource: { id: `object-${n % 36_000}` } }));
  expect(sent([many.slice(0, 20_000), many.slice(20_000)])).toEqual(many.map((activity) => JSON.stringify(activity)));
});

test('what is shared by several activities cannot be changed', () => {
  const unpacker = new Unpacker();
  const [one] = unpacker.unpack(new Packer().pack([act(1, { scopes: ['a'] })]));
  expect(() => {
    one!.identity.id = 'other';
  }).toThrow(TypeError);
  expect(() => one!.scopes!.push('b')).toThrow(TypeError);
});

test('a field without a value is left out, as in JSON', () => {
  const activity = { ...act(1), credential: undefined } as unknown as Activity;
  expect(sent([[activity]])).toEqual([JSON.stringify(act(1))]);
});
