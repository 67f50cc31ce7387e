/** Which secrets webhooks may be signed with. */
import { expect, test } from 'vitest';
import { secretObjection } from './webhook-secret.ts';

test.each(['', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${Buffer.alloc(65).toString('base64')}`, 'plain text'])(
  'the secret %j is refused without being told',
  (secret) => expect(secretObjection(secret)).toMatch(/^want whsec_ and 24 to 64 bytes in base64, as of: echo /),
);

test.each([24, 64])('a secret of %i bytes is taken', (size) =>
  expect(secretObjection(`whsec_${Buffer.alloc(size).toString('base64')}`)).toBeUndefined(),
);
