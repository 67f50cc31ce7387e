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

function sent(batches: readonly (readonly Activity[])[]): unknown[] {
  const packer = new Packer();
  const unpacker = new Unpacker();
  return batches.flatMap((batch) =>
    unpacker.unpack(structuredClone(packer.pack(batch))).map((activity) => JSON.parse(JSON.stringify(activity))),
  );
}

test('every activity comes out as it went in', () => {
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
  expect(sent(batches)).toEqual(batches.flat());
});

test('texts that look like the marks of packing, half a surrogate pair and values that differ by type alone stay what they are', () => {
  const odd = ['~1', '-1', '"', '\\u0000', '\ud800', '[1]', '{"a":1}', 'null', '🦆'].map((id, n) =>
    act(n, { resource: { id }, source: { userAgent: id, asn: n } }),
  );
  const again = [...odd, ...odd.toReversed()];
  expect(sent([odd, again])).toEqual([...odd, ...again]);
});

test('more different values than there are places come out right as well', () => {
  const many = Array.from({ length: 40_000 }, (_, n) => act(n, { resource: { id: `object-${n % 36_000}` } }));
  expect(sent([many.slice(0, 20_000), many.slice(20_000)])).toEqual(many);
});

test('all activities have one shape, and so has what they hold', () => {
  const packed = new Packer().pack([act(1), act(2, { errorCode: 'Throttled', source: { ip: '192.0.2.1' } })]);
  const [one, other] = new Unpacker().unpack(packed);
  expect(Object.keys(one!)).toEqual(Object.keys(other!));
  expect(Object.keys(one!.source)).toEqual(Object.keys(other!.source));
});

test('a value is sent once, however often it comes as the same one', () => {
  const identity = act(1).identity;
  const packer = new Packer();
  const before = packer.pack([act(1, { identity })]).texts.length;
  expect(packer.pack([act(1, { identity })]).texts.length).toBeLessThan(before);
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
  expect(sent([[activity]])).toEqual([act(1)]);
});
