/** What is remembered of one identity comes back whole and stays small. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packFormat7 } from '../../../test/unit/format-7-writer.ts';
import { windowItem } from '../../../test/unit/window-item.ts';
import { ALERTED_DAYS, FORGET_DAYS, TRUST_DAYS } from '../constants.ts';
import { AgentParts } from './agent-parts.ts';
import type { Episode } from './episode.ts';
import { ALERTED, CONDEMNED, DOUBTED, Habits, PENDING, TRUSTED, type Value } from './habits.ts';
import { Layout } from './layout.ts';
import { Memory } from './memory.ts';
import { pack, unpack } from './memory-codec.ts';
import type { MemoryFault } from './memory-fault.ts';
import type { SketchTable } from './sketch-tables.ts';
import type { WindowItem } from './window.ts';

const layout = new Layout(
  [
    { id: 'few', depth: 1, cap: 6 },
    { id: 'lots', depth: 8, cap: 40 },
  ],
  [
    { serial: 0, name: 'one', cap: 1, fields: 3 },
    { serial: 1, name: 'many', cap: 5, fields: 2 },
  ],
);
const [one, many] = layout.tables as [SketchTable, SketchTable];
/** Rows of the larger table, without order. */
const rowsOf = ({ numbers }: Memory) =>
  many
    .of(numbers)
    .inOrder()
    .map(({ key, row }) => `${key} ${many.get(row, 0)} ${Object.is(many.get(row, 1), -0) ? '-0' : many.get(row, 1)}`)
    .sort();
const used = (change: Partial<Value> = {}): Value => ({
  days: 1,
  first: 9,
  last: 9,
  state: PENDING,
  level: 0,
  trusted: 0,
  ...change,
});
/** What is thrown. */
function faultOf(read: () => unknown): Pick<MemoryFault, 'message' | 'remedy'> {
  try {
    read();
  } catch (error) {
    const { message, remedy } = error as MemoryFault;
    return { message, remedy };
  }
  throw new Error('nothing was thrown');
}
const hash = fc.integer({ min: 0, max: 0x7fffffff });
const days = fc.integer({ min: 0, max: 60_000 });
/** Anything that use can make of a value: no more days than lie between first and last. */
const value = fc
  .record({
    days: fc.integer({ min: 1, max: 255 }),
    first: days,
    unused: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 })),
    state: fc.constantFrom(PENDING, TRUSTED, ALERTED, CONDEMNED, DOUBTED),
    trust: fc.option(fc.integer({ min: 0, max: 5_000 })),
    level: fc.integer({ min: 0, max: 7 }),
  })
  .map(
    ({ days, first, unused, state, level, trust }): Value => ({
      days,
      first,
      last: first + days - 1 + unused,
      state,
      level,
      trusted: state === TRUSTED || trust !== null ? first + 1 + (trust ?? 0) : 0,
    }),
  );
/** Numbers as sketches hold them: counts, hashes, times near and far, and whatever else a number can be. */
const number = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  hash,
  fc.maxSafeNat(),
  fc.double({ noNaN: true }),
  fc.float({ noNaN: true }),
  fc.constantFrom(
    0,
    -0,
    -1,
    0.5,
    1e300,
    Number.POSITIVE_INFINITY,
    1_767_600_000_000,
    490_999,
    255,
    256,
    2 ** 31,
    2 ** 32,
  ),
);
const item = (key: number, change: Partial<WindowItem> = {}) =>
  windowItem({
    key,
    nats: 4.123456789,
    prevalence: { identity: 0, peers: 0.25, tenant: 1 / 3 },
    techniques: ['T1078.004'],
    value: 7,
    ms: 1_767_600_000_000,
    ...change,
  });
const episode = (items: WindowItem[]): Episode => ({
  id: 'e',
  version: 3,
  raised: true,
  score: 12.5,
  p: 0.001,
  firstMs: 1,
  lastMs: 2,
  raisedMs: 2,
  activityCount: 4,
  sensitivity: 0.6,
  items,
  sinceMs: items.map(() => 1),
  cited: items.map((i) => [i.activityId, i.nats]),
  kinds: [],
  credential: { id: 'k', kind: 'access-key' },
  delegation: undefined,
  incident: undefined,
  cause: 0,
  thread: undefined,
  watches: [],
  explainedNats: 0,
});

const memories = fc
  .record({
    offset: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
    ms: fc.integer({ min: -4e12, max: 4e12 }),
    heard: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 500_000 })),
    day: days,
    peers: fc.string({ maxLength: 40 }),
    values: fc.array(fc.tuple(hash, value), { maxLength: 60 }),
    cells: fc.array(fc.tuple(hash, fc.integer({ min: 0, max: 0xffff })), { maxLength: 40 }),
    today: fc.array(hash, { maxLength: 40 }),
    hours: fc.array(fc.integer({ min: 0, max: 167 }), { maxLength: 300 }),
    keys: fc.array(fc.tuple(fc.oneof(hash, number), number), { maxLength: 20 }),
    open: fc.array(hash, { maxLength: 5 }),
  })
  .map((of) => {
    const memory = new Memory(layout);
    memory.offset = of.offset;
    memory.firstMs = of.ms;
    memory.lastMs = of.ms + 1;
    memory.heard = of.heard;
    memory.day = of.day;
    memory.activeDays = of.day;
    memory.ratedDays = of.day;
    memory.activities = of.offset + 1;
    memory.dayMax = 3.3;
    memory.dayContributed = 1.1;
    memory.peers = of.peers;
    memory.admitted.set(1, 3);
    for (const [key, v] of of.values) memory.habits.add(key % 2, key, v);
    for (const [key, n] of of.cells) memory.cells.set(key, n);
    for (const key of of.today) memory.today.add(key);
    memory.contributedToday[1] = 8;
    for (const hour of of.hours) memory.countHour(hour);
    for (const [key, n] of of.keys) {
      const row = many.of(memory.numbers).touch(key);
      // A number that a table of habits holds too is written shorter.
      many.set(row, 0, of.values[0]?.[0] ?? 0);
      many.set(row, 1, n);
      one.of(memory.numbers);
      one.set(one.touch(0), 2, n);
    }
    memory.window = of.open.map((key) => item(key));
    if (of.open.length > 0) {
      memory.episode = episode(memory.window);
      memory.raise(memory.episode, 0.5);
      memory.blame(memory.episode);
      memory.approvals.set(7, 1_800_000_000_000);
      memory.unlearned.push('u');
    }
    return memory;
  });

describe('a packed memory', () => {
  it('comes back byte for byte, whatever it holds', () => {
    fc.assert(
      fc.property(memories, (memory) => {
        const bytes = pack(memory);
        const back = unpack(bytes, layout);
        expect(pack(back)).toEqual(bytes);
        expect(pack(memory)).toEqual(bytes);
        expect(back.offset).toBe(memory.offset);
        expect(back.heard).toBe(memory.heard);
        expect([...back.habits.values(1)]).toEqual([...memory.habits.values(1)]);
        expect(rowsOf(back)).toEqual(rowsOf(memory));
        expect(JSON.stringify(back.episode)).toBe(JSON.stringify(memory.episode));
      }),
    );
  });

  it('is read from what format 7 wrote of it, into what today writes of it', () => {
    fc.assert(
      fc.property(memories, (memory) => {
        expect(pack(unpack(packFormat7(memory), layout))).toEqual(pack(memory));
      }),
    );
  });

  it('forgets the same things next as the memory it was made of', () => {
    fc.assert(
      fc.property(memories, fc.array(hash, { maxLength: 30 }), (memory, later) => {
        const back = unpack(pack(memory), layout);
        for (const key of later)
          for (const m of [memory, back]) {
            many.of(m.numbers).touch(key);
            m.habits.add(0, key, used({ last: 60_000 }));
          }
        expect(pack(back)).toEqual(pack(memory));
      }),
    );
  });

  it('comes back the same in the arrays of any other memory', () => {
    fc.assert(
      fc.property(memories, memories, (memory, spent) => {
        const bytes = pack(memory);
        const back = unpack(bytes, layout, spent);
        expect(pack(back)).toEqual(bytes);
        for (const key of [1, 2, 3, 4, 5, 6]) expect(many.get(many.of(back.numbers).touch(-12_345.5 - key), 0)).toBe(0);
      }),
    );
  });

  it('survives an open alert full of the longest evidence that an attacker can write', () => {
    const memory = new Memory(layout);
    const long = { seen: 'é'.repeat(256), usual: 'é'.repeat(512), says: '"'.repeat(512) };
    const items = Array.from({ length: 32 }, (_, key) => item(key, { ...long, activityId: `${key}`.padEnd(256, 'x') }));
    memory.window = items.slice(0, 24);
    memory.episode = episode(items);
    memory.episode.cited = Array.from({ length: 100 }, (_, i) => [`${i}`.padEnd(256, 'x'), 1]);
    const back = unpack(pack(memory), layout);
    expect(back.episode?.items).toHaveLength(32);
    expect(back.episode?.cited).toHaveLength(100);
    expect(back.window).toHaveLength(24);
  });

  it('of a later format, or of tables that nobody tells of, is refused with the next step', () => {
    const bytes = pack(new Memory(layout));
    const newer = bytes.slice();
    newer[0] = (newer[0] as number) + 1;
    expect(faultOf(() => unpack(newer, layout))).toMatchObject({
      message: expect.stringMatching(/format 11/),
      remedy: expect.stringMatching(/newer Tidemark/),
    });
    newer[0] = 6;
    expect(faultOf(() => unpack(newer, layout))).toMatchObject({
      message: expect.stringMatching(/format 6/),
      remedy: expect.stringMatching(/learned again/),
    });
    const other = new Layout([{ id: 'more', depth: 1, cap: 6 }], []);
    other.restore([layout.names]);
    expect(faultOf(() => unpack(pack(new Memory(other)), layout))).toMatchObject({
      message: expect.stringMatching(/layout 1/),
      remedy: expect.stringMatching(/backup/),
    });
  });

  it('that was cut is refused', () => {
    const bytes = pack(new Memory(layout));
    for (let length = 0; length < bytes.length; length++)
      expect(() => unpack(bytes.subarray(0, length), layout)).toThrow();
  });
});

/** A table between two others, which must not notice. */
function tableOf(cap: number): Habits {
  const habits = new Habits([3, cap, 3]);
  for (const of of [0, 2]) habits.add(of, 77, used());
  return habits;
}

describe('a table of values', () => {
  it('never holds more than its cap, and keeps what is established', () => {
    const table = tableOf(8);
    table.add(1, 1, used({ days: 200, last: 100, state: TRUSTED }));
    for (let key = 2; key < 5_000; key++) table.add(1, key, used({ first: 100, last: 100 }));
    expect(table.size(1)).toBe(8);
    expect(table.find(1, 1) >= 0).toBe(true);
  });

  it('gives up a habit that was not used for more than 400 days before a fresh value', () => {
    const table = tableOf(2);
    table.add(1, 1, used({ days: 200, last: 10, state: TRUSTED }));
    table.add(1, 2, used({ last: 20 + FORGET_DAYS }));
    table.add(1, 3, used({ last: 20 + FORGET_DAYS }));
    expect([...table.values(1).keys()]).toEqual([2, 3]);
  });

  it('gives up what came lately and may never come again before a quarterly job, and what came once before both', () => {
    const table = tableOf(4);
    table.add(1, 1, used({ days: 4, first: 10, last: 280, state: TRUSTED }));
    table.add(1, 2, used({ days: 3, first: 340, last: 342, state: TRUSTED }));
    table.add(1, 3, used({ first: 200, last: 200, level: 0 }));
    table.add(1, 4, used({ first: 300, last: 300, level: 3 }));
    const left = () => [...table.values(1).keys()].filter((key) => key < 100);
    for (const [added, remain] of [
      [100, [1, 2, 3]],
      [101, [1, 2]],
    ] as const) {
      table.add(1, added, used({ first: 365, last: 365 }));
      // The exact of what came once goes first, then the coarse.
      expect(left()).toEqual(remain);
    }
    for (let key = 102; key < 200; key++) table.add(1, key, used({ first: 365, last: 365 }));
    expect(left()).toEqual([1]);
  });

  it('still has room for what is new after a flood of alerted values', () => {
    const table = tableOf(8);
    for (let key = 0; key < 100; key++) table.add(1, key, used({ first: 100, last: 100, state: ALERTED }));
    for (let key = 200; key < 208; key++) table.add(1, key, used({ first: 130, last: 130 }));
    expect([...table.values(1).keys()]).toEqual([200, 201, 202, 203, 204, 205, 206, 207]);
  });

  it('is not emptied of habits by an attacker who makes up values for a day', () => {
    const table = tableOf(10);
    for (let key = 0; key < 9; key++) table.add(1, key, used({ days: 20, last: 99, state: TRUSTED }));
    for (let key = 100; key < 10_100; key++) table.add(1, key, used({ first: 100, last: 100 }));
    for (let key = 0; key < 9; key++) expect(table.find(1, key) >= 0).toBe(true);
  });
});

describe('a value', () => {
  const held = (value: Value) => {
    const habits = new Habits([4]);
    habits.add(0, 5, value);
    return { use: (day: number) => habits.use(habits.find(0, 5), day), value: () => habits.values(0).get(5) };
  };

  it(`is trusted on its day number ${TRUST_DAYS}, however often it is used before`, () => {
    const v = held(used({ first: 1, last: 1 }));
    for (let n = 0; n < 1_000; n++) expect(v.use(1)).toBe(false);
    expect(v.use(2)).toBe(false);
    expect(v.use(2)).toBe(false);
    expect(v.use(3)).toBe(true);
  });

  it('does not gain a day from an activity that comes out of order', () => {
    const v = held(used({ first: 5, last: 5 }));
    expect(v.use(3)).toBe(false);
    expect(v.value()).toMatchObject({ days: 1, last: 5 });
  });

  it('that was alerted on is not trusted by use alone', () => {
    const v = held(used({ first: 1, last: 1, state: ALERTED }));
    for (let day = 2; day < 6; day++) expect(v.use(day)).toBe(false);
  });

  it(`that was alerted on is trusted on its use number ${TRUST_DAYS} if ${ALERTED_DAYS} days have passed, however seldom it is used`, () => {
    const weekly = held(used({ first: 1, last: 1, state: ALERTED }));
    expect(weekly.use(8)).toBe(false);
    expect(weekly.use(1 + ALERTED_DAYS)).toBe(true);
    const twice = held(used({ first: 1, last: 1, state: ALERTED }));
    expect(twice.use(40)).toBe(false);
  });

  it('counts days without overflow', () => {
    const v = held(used({ days: 254, first: 1, last: 1 }));
    for (let day = 10; day < 20; day++) v.use(day);
    expect(v.value()).toMatchObject({ days: 255, state: PENDING, level: 0 });
  });
});

it('hours of the week keep their shares when one overflows', () => {
  const memory = new Memory(layout);
  for (let n = 0; n < 0xffff; n++) memory.countHour(9);
  for (let n = 0; n < 1_000; n++) memory.countHour(10);
  memory.countHour(9);
  expect((memory.hours[9] as number) / (memory.hours[10] as number)).toBeCloseTo(65.5, 0);
});

it('a sketch holds its newest keys and no more', () => {
  const memory = new Memory(layout);
  many.of(memory.numbers);
  for (let key = 0; key < 100; key++) many.set(many.touch(key), 1, 7);
  many.touch(95);
  const row = many.touch(1_000);
  expect([many.get(row, 0), many.get(row, 1)]).toEqual([0, 0]);
  expect(many.size).toBe(5);
  expect(many.find(96)).toBe(-1);
  expect(many.inOrder().map(({ key }) => key)).toEqual([97, 98, 99, 95, 1_000]);
  expect(one.of(memory.numbers).size).toBe(0);
});

it('an alert that nobody has judged in ninety days is let go', () => {
  const memory = new Memory(layout);
  const open = episode([item(1)]);
  memory.raise(open, 0.5);
  memory.forgetRaised(open.raisedMs + 90 * 86_400_000);
  expect(memory.raised).toHaveLength(1);
  memory.forgetRaised(open.raisedMs + 91 * 86_400_000);
  expect(memory.raised).toHaveLength(0);
});

it('values behind an alert are kept for a verdict, of the latest four alerts', () => {
  const memory = new Memory(layout);
  for (let n = 0; n < 10; n++) {
    const open = { ...episode(Array.from({ length: 200 }, (_, i) => ({ ...item(i), value: i }))), id: `alert ${n}` };
    memory.raise(open, 1);
    memory.blame(open);
  }
  memory.blame({ ...episode([item(500)]), id: 'alert 9' });
  expect(memory.raised.map(({ id }) => id)).toEqual(['alert 6', 'alert 7', 'alert 8', 'alert 9']);
  expect(memory.raised.map(({ values }) => values.length)).toEqual([64, 64, 64, 64]);
});

describe('what an agent is made of', () => {
  const made = (parts: number) => {
    const agentParts = new AgentParts();
    for (let part = 0; part < parts; part++)
      agentParts.values[part]?.push({ hash: 0x7fff_ffff - part, since: 1_767_600_000, last: 1_767_600_000 + part });
    return agentParts;
  };

  it('comes back whole, with alerts open or not', () => {
    for (const window of [[], [item(1)]])
      for (let parts = 1; parts <= 5; parts++) {
        const memory = Object.assign(new Memory(layout), { window, agentParts: made(parts) });
        const back = unpack(pack(memory), layout);
        expect(back.agentParts?.values).toEqual(made(parts).values);
        expect(pack(back)).toEqual(pack(memory));
      }
  });

  it('takes no byte of what is no agent, and of one with model, version and tools under forty', () => {
    const memory = new Memory(layout);
    const bare = pack(memory);
    expect(unpack(bare, layout).agentParts).toBeUndefined();
    memory.agentParts = made(3);
    const full = pack(memory);
    expect(full.subarray(0, bare.length - 1)).toEqual(bare.subarray(0, -1));
    expect(full.length - bare.length).toBeLessThan(40);
  });
});
