/** Who is to be forgotten is told so that nobody else is found by it. */
import { expect, test } from 'vitest';
import { createFingerprinter } from '../secrets.ts';
import { subjectOf } from './forgetting.ts';

const tenant = 'acme';
const fingerprinter = createFingerprinter('pepper', 'pseudonyms');

test.each([
  [{ identity: '' }, /identity is empty/],
  [{ person: ' al ' }, /too short/],
  [{ identity: 'ci', person: 'ada@example.com' }, /two requests/],
])('%j is refused', (wish, says) => {
  expect(() => subjectOf({ tenant, ...wish }, fingerprinter)).toThrow(says);
});

test('an identity is one, a person stands under the name and its pseudonym, and without either it is the tenant', () => {
  expect(subjectOf({ tenant, identity: 'ci' }, fingerprinter)).toEqual({ kind: 'identity', tenant, identity: 'ci' });
  const pseudonym = fingerprinter.person?.(tenant, 'ada@example.com');
  expect(subjectOf({ tenant, person: 'ada@example.com' }, fingerprinter)).toEqual({
    kind: 'person',
    tenant,
    names: ['ada@example.com', pseudonym],
  });
  expect(subjectOf({ tenant }, fingerprinter)).toEqual({ kind: 'tenant', tenant });
});
