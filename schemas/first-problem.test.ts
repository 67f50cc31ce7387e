/** A sender is told where its record is wrong in words, not in those of the library. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { firstProblem } from './first-problem.ts';

const schema = z.object({ identity: z.object({ id: z.string(), kind: z.enum(['bot', 'role']) }), days: z.number() });
const said = (value: unknown) => firstProblem(schema.safeParse(value).error!);

test('what is missing is called missing, and everything has its place', () => {
  const identity = { id: 'a', kind: 'bot' };
  expect(said({ identity: { kind: 'bot' }, days: 1 })).toBe('identity.id: is missing');
  expect(said({ days: 1 })).toBe('identity: is missing');
  expect(said({ identity, days: 'many' })).toBe('days: expected number, received string');
  expect(said('text')).toBe('record: expected object, received string');
});

test('what somebody sent is not repeated', () => {
  expect(said({ identity: { id: 'a', kind: 'secret-word' }, days: 1 })).not.toContain('secret-word');
});
