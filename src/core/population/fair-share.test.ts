/** Whoever fills a table makes room in it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Held, mostOf } from './fair-share.ts';

const held = fc
  .array(
    fc.record({ owner: fc.constantFrom('a', 'b', 'c'), part: fc.nat(2), worth: fc.nat(20), isNew: fc.boolean() }),
    {
      maxLength: 60,
    },
  )
  .map((all): Held[] => all.map((one, n) => ({ ...one, hash: n })));

it('as many go as asked for, newcomers first, and nobody who has less of a kind gives before one who has more', () => {
  fc.assert(
    fc.property(held, fc.nat(70), (all, count) => {
      const steps = mostOf(all, count);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      const gone = step.value;
      expect(new Set(gone).size).toBe(Math.min(count, all.length));
      const stays = all.filter((one) => !gone.includes(one));
      if (gone.some(({ isNew }) => !isNew)) expect(stays.some(({ isNew }) => isNew)).toBe(false);
      for (const isNew of [true, false]) {
        const left = (owner: string) => stays.filter((one) => one.isNew === isNew && one.owner === owner).length;
        for (const giver of new Set(gone.filter((one) => one.isNew === isNew).map(({ owner }) => owner)))
          for (const other of ['a', 'b', 'c']) expect(left(other)).toBeLessThanOrEqual(left(giver) + 1);
        for (const one of gone.filter((other) => other.isNew === isNew))
          for (const two of stays.filter((other) => other.isNew === isNew && other.owner === one.owner))
            if (two.part === one.part) expect(two.worth).toBeGreaterThanOrEqual(one.worth);
        for (const { owner, part } of gone.filter((one) => one.isNew === isNew)) {
          const own = stays.filter((one) => one.isNew === isNew && one.owner === owner);
          const of = (number: number) => own.filter((one) => one.part === number).length;
          for (const other of [0, 1, 2]) expect(of(other)).toBeLessThanOrEqual(of(part) + 1);
        }
      }
    }),
  );
});
