/** A memory comes back whole, with what is open for as long as that is not over, however it came in. */
import { expect, it } from 'vitest';
import { windowItem } from '../../../test/unit/window-item.ts';
import { IDLE_HOURS } from '../constants.ts';
import { type Episode, reopened } from './episode.ts';
import { TRUSTED } from './habits.ts';
import { Layout } from './layout.ts';
import { Memory } from './memory.ts';
import { pack } from './memory-codec.ts';
import { PackedStore } from './packed-store.ts';

const layout = new Layout(
  [
    { id: 'few', depth: 1, cap: 6 },
    { id: 'lots', depth: 8, cap: 40 },
  ],
  [{ serial: 0, name: 'many', cap: 5, fields: 2 }],
);
const item = windowItem({ nats: 1.5, key: 7, techniques: ['T1078.004'], ms: 0 });
const HEARD = 490_000;

function memoryOf(n: number): Memory {
  const memory = new Memory(layout);
  memory.offset = n;
  memory.heard = HEARD;
  memory.lastMs = n;
  memory.window = n % 3 === 0 ? [] : [{ ...item, key: n }];
  // One in three has an open window, one an episode that nobody was told of, one an alert.
  if (n % 3 !== 1) memory.episode = reopened({ id: `episode ${n}`, raised: n % 3 === 2 } as Episode);
  return memory;
}

const ways: Record<string, (packed: PackedStore, n: number) => void> = {
  packed: (packed, n) => packed.put(n, `key ${n}`, memoryOf(n), true),
  restored: (packed, n) => packed.restore(n, `key ${n}`, pack(memoryOf(n))),
};

it.each(Object.entries(ways))(
  '%s, it has what is open until that is over, and is the same without it then',
  (_, put) => {
    const packed = new PackedStore(layout, 3);
    packed.hourClosed(HEARD);
    for (let n = 1; n <= 20; n++) put(packed, n);
    packed.hourClosed(HEARD + IDLE_HOURS - 1);
    for (let n = 1; n <= 10; n++) {
      expect(pack(packed.peek(n, `key ${n}`) as Memory)).toEqual(pack(memoryOf(n)));
      expect(pack(packed.take(n, `key ${n}`)?.memory as Memory)).toEqual(pack(memoryOf(n)));
      expect(packed.take(n, `key ${n}`)).toBeUndefined();
    }
    packed.hourClosed(HEARD + IDLE_HOURS);
    expect(packed.size).toBe(10);
    let bytes = 0;
    for (let n = 11; n <= 20; n++) {
      const without = memoryOf(n);
      without.close();
      expect(without.episode?.raised).toBe(n % 3 === 2 ? true : undefined);
      bytes += pack(without).length;
      expect(pack(packed.peek(n, `key ${n}`) as Memory)).toEqual(pack(without));
    }
    expect(packed.bytes()).toBe(bytes);
  },
);

it('a newcomer that takes over the arrays of a packed one begins with nothing', () => {
  const packed = new PackedStore(layout, 3);
  const spent = memoryOf(1);
  spent.habits.add(0, 5, { days: 3, first: 1, last: 4, state: TRUSTED, level: 0, trusted: 2 });
  spent.countHour(9);
  spent.contributedToday[1] = 4;
  const [many] = layout.tables;
  many?.of(spent.numbers).touch(77);
  packed.put(1, 'key 1', spent, true);
  const newcomer = packed.blank();
  expect(newcomer.numbers).toBe(spent.numbers);
  expect(pack(newcomer)).toEqual(pack(new Memory(layout)));
  // Without one that was packed it makes arrays of its own.
  expect(packed.blank().numbers).not.toBe(spent.numbers);
});

it('tells those not saved with what is open of them, once', () => {
  const packed = new PackedStore(layout, 3);
  for (let n = 1; n <= 5; n++) packed.put(n, `key ${n}`, memoryOf(n), n !== 3);
  const rows = [...packed.unsaved()].sort((a, b) => a.offset - b.offset);
  expect(rows).toEqual([1, 2, 4, 5].map((n) => ({ key: `key ${n}`, offset: n, bytes: pack(memoryOf(n)) })));
  expect([...packed.unsaved()]).toEqual([]);
  packed.drop(1, 'key 1');
  expect([...packed.silences()].map(({ key }) => key()).sort()).toEqual(['key 2', 'key 3', 'key 4', 'key 5']);
});
