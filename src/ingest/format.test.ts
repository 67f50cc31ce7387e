import { expect, it } from 'vitest';
import { accessOfName } from './format.ts';

it.each([
  ['git.push', 'write'],
  ['repo_clone', 'read'],
  ['pullImage', 'read'],
  ['user.account.lock', 'write'],
  ['rotate_key', 'write'],
  ['sendMoney', 'write'],
  ['DescribeInstances', 'read'],
  ['git.hop', 'unknown'],
])('%s: %s, by its first known verb', (name, access) => {
  expect(accessOfName(name)).toBe(access);
});
