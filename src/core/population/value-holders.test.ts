/** Rows of integers hold what plain objects would. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IdentityIndex } from './identity-index.ts';
import { MinHash, SKETCH } from './min-hash.ts';
import { SHARED, ValueHolders } from './value-holders.ts';

const few = (max: number) => fc.integer({ min: 1, max });

it('holders, named holders and adoptions of a value are those of a plain count', () => {
  const hold = fc.record({ high: few(40), low: few(3), identity: few(30), later: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(hold, { maxLength: 400 }), (holds) => {
      const holdings = new ValueHolders();
      const model = new Map<string, { named: number[]; days: number[]; first: number }>();
      let day = 100;
      for (const { high, low, identity, later } of holds) {
        if (later === 3) day++;
        holdings.hold(high, low, { identity, born: 1 + (identity % 7), voice: identity }, day);
        const key = `${high} ${low}`;
        const known = model.get(key) ?? { named: [], days: [], first: day };
        model.set(key, known);
        if (known.named.includes(identity)) continue;
        if (known.named.length < 3) known.named.push(identity);
        known.days.push(day);
      }
      expect(holdings.size).toBe(model.size);
      for (const [key, { named, days, first }] of model) {
        const [high, low] = key.split(' ').map(Number) as [number, number];
        const row = holdings.find(high, low);
        const last = days.at(-1) as number;
        expect(holdings.holders(row)).toBe(days.length);
        expect([holdings.firstDay(row), holdings.lastDay(row)]).toEqual([first, last]);
        for (let identity = 1; identity <= 30; identity++)
          expect(holdings.names(row, identity)).toBe(named.includes(identity));
        const births = named.length < days.length ? undefined : named.map((identity) => 1 + (identity % 7));
        for (const by of [0, 3, 7, 90])
          if (births !== undefined)
            expect(holdings.elders(row, by)).toBe(Math.min(3, births.filter((born) => born <= by).length));
        for (const before of [0, 1, 2])
          expect(holdings.recent(row, before)).toBe(days.filter((d) => d === last - before).length);
      }
    }),
  );
});

it('forgets what nobody took up for longest, of one day the smallest keys', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(few(10_000), few(0xfffff), few(9)), { maxLength: 300 }),
      fc.nat(300),
      (rows, kept) => {
        const holdings = new ValueHolders();
        for (const [high, low, day] of [...rows].sort((a, b) => a[2] - b[2]))
          holdings.hold(high, low, { identity: 1, born: 1, voice: 1 }, day);
        const days = new Map<number, number>();
        for (const [high, low, day] of rows)
          days.set(high * 0x100000 + low, Math.min(days.get(high * 0x100000 + low) ?? 99, day));
        const want = [...days].sort((a, b) => a[1] - b[1] || a[0] - b[0]).slice(-kept || days.size);
        holdings.forget(kept);
        expect(holdings.size).toBe(Math.min(kept, days.size));
        for (const [key] of want.slice(0, kept))
          expect(holdings.find(Math.floor(key / 0x100000), key % 0x100000)).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

it('the smallest hashes of each set, ascending, are kept, of many sets at once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(60)), { maxLength: 600 }), (adds) => {
      const sketches = new MinHash();
      const identities = new IdentityIndex();
      const sets = new Map<number, Set<number>>();
      for (const [identity, hash] of adds) {
        const set = sets.get(identity) ?? new Set();
        sets.set(identity, set);
        const number = identities.add(identity + 1);
        const before = [...sketches.of(number)].join();
        set.add(hash);
        expect(sketches.add(number, hash)).toBe([...sketches.of(number)].join() !== before);
      }
      expect(identities.size).toBe(sets.size);
      for (const [identity, set] of sets)
        expect([...sketches.of(identities.find(identity + 1))]).toEqual(
          [...set].sort((a, b) => a - b).slice(0, SKETCH),
        );
      expect(identities.find(999)).toBe(-1);
    }),
  );
});

it('forgets what only newcomers hold before anything else', () => {
  const holdings = new ValueHolders();
  for (let n = 1; n <= 50; n++) holdings.hold(n, 0, { identity: n, born: 1, voice: n }, 10);
  for (let n = 101; n <= 400; n++) holdings.hold(n, 0, { identity: n, born: 89, voice: n }, 90);
  holdings.hold(101, 0, { identity: 1, born: 1, voice: 1 }, 90);
  holdings.forget(60, 83);
  for (let n = 1; n <= 50; n++) expect(holdings.find(n, 0)).toBeGreaterThanOrEqual(0);
  expect(holdings.find(101, 0)).toBeGreaterThanOrEqual(0);
  expect(holdings.size).toBe(60);
});

it('lets the owner that has most of them make room, and takes nothing from one with less than its share', () => {
  const holdings = new ValueHolders();
  for (let n = 1; n <= 40; n++) holdings.hold(n, 0, { identity: n, born: 1, voice: n, owner: 1 }, 10);
  for (let n = 101; n <= 400; n++) holdings.hold(n, 0, { identity: n, born: 1, voice: n, owner: 2 }, 11);
  holdings.forget(100);
  const left = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => holdings.find(from + n, 0)).filter((row) => row >= 0).length;
  expect([left(1, 40), left(101, 400)]).toEqual([40, 60]);
  holdings.forget(60);
  expect([left(1, 40), left(101, 400)]).toEqual([30, 30]);
});

it('takes the newcomers of every owner before the settled values of any', () => {
  const holdings = new ValueHolders();
  for (let n = 1; n <= 40; n++) holdings.hold(n, 0, { identity: n, born: 89, voice: n, owner: 1 }, 90);
  for (let n = 101; n <= 400; n++) holdings.hold(n, 0, { identity: n, born: 1, voice: n, owner: 2 }, 10);
  holdings.forget(310, 83);
  const left = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => holdings.find(from + n, 0)).filter((row) => row >= 0).length;
  expect([left(1, 40), left(101, 400)]).toEqual([10, 300]);
});

it('of one owner the source that has most of them makes room', () => {
  const holdings = new ValueHolders();
  for (let n = 1; n <= 40; n++) holdings.hold(n, 0, { identity: n, born: 1, voice: n, owner: 1, source: 1 }, 10);
  for (let n = 101; n <= 400; n++) holdings.hold(n, 0, { identity: n, born: 1, voice: n, owner: 1, source: 2 }, 11);
  for (let n = 501; n <= 530; n++) holdings.hold(n, 0, { identity: n, born: 1, voice: n, owner: 2 }, 9);
  holdings.forget(130);
  const left = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => holdings.find(from + n, 0)).filter((row) => row >= 0).length;
  expect([left(1, 40), left(101, 400), left(501, 530)]).toEqual([40, 60, 30]);
});

it('of holders with one voice the first one counts, and the oldest of them is its age', () => {
  const holdings = new ValueHolders();
  const of = (identity: number, born: number, voice: number) => holdings.hold(7, 0, { identity, born, voice }, 50);
  of(1, 40, SHARED | 5);
  for (let n = 2; n <= 300; n++) of(n, 45 - (n % 9), SHARED | 5);
  const row = () => holdings.find(7, 0);
  expect([holdings.holders(row()), holdings.recent(row(), 0)]).toEqual([1, 1]);
  expect([holdings.elders(row(), 36), holdings.elders(row(), 37), holdings.elders(row(), 50)]).toEqual([0, 1, 1]);
  of(400, 20, 6);
  of(401, 48, SHARED | 9);
  expect(holdings.holders(row())).toBe(3);
  expect([holdings.elders(row(), 20), holdings.elders(row(), 37), holdings.elders(row(), 50)]).toEqual([1, 2, 3]);
});

it('makes room in many steps where the table is large', () => {
  const holdings = new ValueHolders();
  for (let n = 0; n < 40_000; n++) holdings.hold(n, n & 0xfffff, { identity: n, born: 1, voice: 1 }, n % 5);
  let steps = 0;
  for (const _ of holdings.forgetting(20_000)) steps++;
  expect(holdings.size).toBe(20_000);
  expect(steps).toBeGreaterThan(20);
});

it('while a table grows, which it does a few rows at a time, every value is found, new ones and old ones, and can be forgotten', () => {
  const keyOf = (n: number) => [Math.imul(n, 0x9e3779b1) >>> 1, n & 0xfffff] as const;
  const holders = new ValueHolders();
  const hold = (n: number, day: number) => holders.hold(...keyOf(n), { identity: n + 1, born: 1, voice: 1 }, day);
  let n = 0;
  for (; n < 1_440; n++) {
    hold(n, 100 + Math.floor(n / 100));
    const old = (n * 7) % (n + 1);
    expect(holders.names(holders.find(...keyOf(old)), old + 1)).toBe(true);
    expect(holders.find(...keyOf(n + 1))).toBe(-1);
    hold(old, 100 + Math.floor(n / 100));
  }
  expect(holders.size).toBe(1_440);
  // The last growth was seven rows ago: most rows still stand in the table before.
  for (let at = 0; at < n; at++) expect(holders.find(...keyOf(at))).toBeGreaterThanOrEqual(0);
  holders.forget(500);
  expect(holders.size).toBe(500);
  const left = Array.from({ length: n }, (_, at) => at).filter((at) => holders.find(...keyOf(at)) >= 0);
  expect(left).toHaveLength(500);
  for (; n < 5_000; n++) hold(n, 200);
  expect(holders.size).toBe(500 + 5_000 - 1_440);
  for (const at of [...left, 1_440, 4_999]) expect(holders.names(holders.find(...keyOf(at)), at + 1)).toBe(true);
});
