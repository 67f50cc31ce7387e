/** The fast reader of times against the slow one. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayOf, msOf } from './instant.ts';

it('reads every instant of the years 1 to 9999 as Date.parse does', () => {
  const [min, max] = [new Date('0001-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')];
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
      expect(msOf(date.toISOString())).toBe(date.getTime());
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  '2024-02-29T12:00:00.500Z',
  '2000-02-29T23:59:59.999Z',
  '1900-03-01T00:00:00.000Z',
  '2026-12-31T23:59:59.999Z',
])('reads %s', (text) => expect(msOf(text)).toBe(Date.parse(text)));

it.each(['2026-01-05T10:00:00Z', '2026-01-05T10:00:00.123456Z', '2026-01-05T10:00:00.000+02:00'])(
  'leaves %s, which has another form, to the slow reader',
  (text) => expect(msOf(text)).toBe(Date.parse(text)),
);

it.each([
  ['1969-07-20T20:17:00.000Z', 0],
  ['2020-01-01T23:59:59.999Z', 0],
  ['2020-01-02T00:00:00.000Z', 1],
  ['9999-12-31T00:00:00.000Z', 65_535],
])('counts the days to %s in 16 bits', (text, day) => expect(dayOf(msOf(text))).toBe(day));
