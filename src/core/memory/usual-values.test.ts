import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOTHING_YET } from '../detector.ts';
import { ALERTED, CONDEMNED, Habits, isHeld, PENDING, TRUSTED, type Value } from './habits.ts';
import { Lexicon } from './lexicon.ts';
import { usualValues } from './usual-values.ts';

const LEVEL = 1;
const values = fc.uniqueArray(
  fc.record({
    hash: fc.integer({ min: 1, max: 60 }),
    text: fc.option(fc.constantFrom('bucket a', 'bucket b', 'bucket', 'buckets c', 'key d', 'key'), { nil: undefined }),
    days: fc.integer({ min: 0, max: 3 }),
    last: fc.integer({ min: 100, max: 103 }),
    state: fc.constantFrom(TRUSTED, TRUSTED, TRUSTED, PENDING, ALERTED, CONDEMNED),
    level: fc.constantFrom(LEVEL, LEVEL, LEVEL, 0),
  }),
  { maxLength: 12, selector: ({ hash }) => hash },
);

it('names the three that a sort would put first, and says how many more there are', () => {
  fc.assert(
    fc.property(values, fc.constantFrom('', 'bucket a', 'bucket x', 'key'), (all, own) => {
      const habits = new Habits([20, 20]);
      const lexicon = new Lexicon();
      habits.add(0, 999, { days: 9, first: 90, last: 104, state: TRUSTED, level: LEVEL, trusted: 0 });
      for (const { hash, text, ...value } of all) {
        habits.add(1, hash, { ...value, first: 90, trusted: 0 } as Value);
        if (text !== undefined) lexicon.put(hash, text);
      }
      const textOf = (hash: number) => lexicon.get(hash) ?? 'an earlier value';
      const isLike = (hash: number) => Number(textOf(hash) !== own && textOf(hash).split(' ')[0] === own.split(' ')[0]);
      const held = all
        .filter(({ level, state }) => level === LEVEL && isHeld(state))
        .sort((a, b) => isLike(b.hash) - isLike(a.hash) || b.days - a.days || b.last - a.last || a.hash - b.hash);
      const named = held.slice(0, 3).map(({ hash }) => textOf(hash));
      const more = held.length > 3 ? ` and ${held.length - 3} more` : '';
      const expected = held.length === 0 ? NOTHING_YET : `${named.join(', ')}${more}`;
      expect(usualValues(habits, lexicon, 1, LEVEL, own)).toBe(expected);
    }),
  );
});
