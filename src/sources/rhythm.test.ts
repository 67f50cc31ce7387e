/** Stories of sources: who fell silent is told in its own time, and nobody cries of a night, a weekend or a late job. */
import { describe, expect, test } from 'vitest';
import { RHYTHM_DAYS, type Rhythm, rhythmOf, SLOT_MS } from './rhythm.ts';

const HOUR = 3_600_000 / SLOT_MS;
const DAY = 24 * HOUR;
/** A Monday, 00:00. */
const START = (20_514 - (20_514 % 7) + 4) * DAY;
const never = () => false;

/** Noise that is the same in every run. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Active = (slotOfDay: number, weekday: number, day: number) => boolean;

function history(days: number, isActive: Active): number[] {
  const slots: number[] = [];
  for (let day = 0; day < days; day++)
    for (let slot = 0; slot < DAY; slot++) if (isActive(slot, day % 7, day)) slots.push(START + day * DAY + slot);
  return slots;
}

/** Slots after `from` until the source is told as silent, where it is never heard again. */
function toldAfter(active: readonly number[], from: number, most = 10 * DAY): number | undefined {
  const heard = active.filter((slot) => slot < from);
  for (let now = from; now < from + most; now++) if (rhythmOf(heard, now, never).state === 'silent') return now - from;
  return undefined;
}

/** Times a source is newly told as silent while it goes on as ever. */
function falselyTold(active: readonly number[], from: number, to: number, step = 1): number {
  let told = 0;
  let state: Rhythm['state'] = 'heard';
  let heard = 0;
  for (let now = from; now < to; now += step) {
    while (active[heard]! < now) heard++;
    // As the book does: nothing is asked of who was heard a moment ago.
    if (now - (active[heard - 1] ?? 0) <= 2) {
      state = 'heard';
      continue;
    }
    const { state: next } = rhythmOf(active.slice(0, heard), now, never);
    if (next === 'silent' && state !== 'silent') told++;
    state = next;
  }
  return told;
}

const busy: Active = () => true;
const office: Active = (slot, weekday) => weekday < 5 && slot >= 9 * HOUR && slot < 17 * HOUR;
const nightly: Active = (slot, _, day) => {
  // Between 02:00 and 02:20, for ten to twenty minutes.
  const late = (day * 7) % 5;
  return slot >= 2 * HOUR + late && slot < 2 * HOUR + late + 2 + (day % 3);
};
const nightlyOnWorkdays: Active = (slot, weekday, day) => weekday < 5 && nightly(slot, weekday, day);
const weekly: Active = (slot, weekday) => weekday === 6 && slot >= 3 * HOUR && slot < 3 * HOUR + 4;
const random = (perHour: number, seed: number): Active => {
  const next = dice(seed);
  const chance = 1 - Math.exp(-perHour / HOUR);
  return () => next() < chance;
};

describe('a source that stops is told', () => {
  const at = START + 22 * DAY + 11 * HOUR;

  test('within 15 minutes where it never rests', () => {
    expect(toldAfter(history(28, busy), at)).toBeLessThanOrEqual(3);
  });

  test('within half an hour of its office hours, though it rests every night and weekend', () => {
    expect(toldAfter(history(28, office), at)).toBeLessThanOrEqual(6);
  });

  test('on a Friday evening not before Monday morning', () => {
    const friday = START + 25 * DAY + 17 * HOUR;
    const told = toldAfter(history(28, office), friday)!;
    expect(told).toBeGreaterThan(2 * DAY + 16 * HOUR);
    expect(told).toBeLessThan(2 * DAY + 18 * HOUR);
  });

  test('within hours of its missed night where it is a nightly job, also on workdays alone', () => {
    for (const isActive of [nightly, nightlyOnWorkdays]) {
      const told = toldAfter(history(28, isActive), at)!;
      expect(told).toBeGreaterThan(15 * HOUR);
      expect(told).toBeLessThan(20 * HOUR);
    }
    // After Friday's run on workdays alone: on Monday.
    const saturday = START + 26 * DAY;
    expect(toldAfter(history(28, nightlyOnWorkdays), saturday)! / HOUR).toBeGreaterThan(50);
    expect(toldAfter(history(28, nightlyOnWorkdays), saturday)! / HOUR).toBeLessThan(56);
  });

  test('within days of its missed day where it comes once a week', () => {
    const told = toldAfter(history(28, weekly), START + 22 * DAY)!;
    expect(told).toBeGreaterThan(5 * DAY);
    expect(told).toBeLessThan(14 * DAY);
  });

  test('in the time of a few of its intervals where it comes at random', () => {
    expect(toldAfter(history(28, random(1, 7)), at)).toBeLessThan(14 * HOUR);
    expect(toldAfter(history(28, random(6, 7)), at)).toBeLessThan(4 * HOUR);
  });

  test('and is heard again as soon as it sends', () => {
    const active = history(28, busy).filter((slot) => slot < at);
    expect(rhythmOf(active, at + 10, never).state).toBe('silent');
    expect(rhythmOf([...active, at + 9], at + 10, never).state).toBe('heard');
  });
});

describe('nothing is told of', () => {
  test.each([
    ['a busy source', busy],
    ['office hours', office],
    ['a nightly job', nightly],
    ['a nightly job on workdays', nightlyOnWorkdays],
    ['a weekly job', weekly],
  ])('%s, from its second week on', (_, isActive) => {
    expect(falselyTold(history(42, isActive), START, START + 42 * DAY, 12)).toBe(0);
  });

  test('a nightly job whose clock is changed by an hour', () => {
    const changed: Active = (slot, weekday, day) => nightly(day < 24 ? slot : slot - HOUR, weekday, day);
    expect(falselyTold(history(30, changed), START + 23 * DAY, START + 30 * DAY, 1)).toBe(0);
  });

  test('sources that come at random, but for one in months', () => {
    let told = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const perHour = [0.05, 0.2, 1, 4][seed % 4]!;
      told += falselyTold(history(42, random(perHour, seed)), START + 14 * DAY, START + 42 * DAY, 12);
    }
    // Eight sources for four weeks each are seven months of one.
    expect(told).toBeLessThanOrEqual(2);
  });

  test('a source that is new', () => {
    const active = history(6, busy);
    expect(rhythmOf(active, START + 7 * DAY, never)).toEqual({ state: 'learning' });
    expect(rhythmOf([START], START + 20 * DAY, never)).toEqual({ state: 'learning' });
  });

  test('a time in which nobody listened', () => {
    const down = (slot: number) => slot >= START + 21 * DAY && slot < START + 23 * DAY;
    const active = history(28, busy).filter((slot) => slot < START + 21 * DAY);
    expect(rhythmOf(active, START + 23 * DAY + 1, down).state).toBe('heard');
    expect(rhythmOf(active, START + 23 * DAY + 4, down).state).toBe('silent');
  });
});

test('one long outage does not make the next one usual', () => {
  const outage = (slot: number) => slot >= START + 20 * DAY && slot < START + 22 * DAY;
  const active = history(28, busy).filter((slot) => !outage(slot));
  expect(toldAfter(active, START + 27 * DAY)).toBeLessThanOrEqual(3);
});

test('what is older than the rhythm does not count', () => {
  const old = history(10, busy);
  expect(rhythmOf(old, START + (10 + RHYTHM_DAYS) * DAY, never)).toEqual({ state: 'learning' });
});
