import { expect, test } from 'vitest';
import { isUsed } from './used-scopes.ts';

const scope = (name: string, activities: number, refused: number) => ({ scope: name, activities, refused });
const usage = {
  actions: [{ service: 's3', name: 'GetObject' }],
  scopes: [scope('docs.read', 9, 2), scope('docs.write', 3, 3)],
} as unknown as Parameters<typeof isUsed>[1];

test.each([
  ['s3', true],
  ['S3:getobject', true],
  ['s3:Get*', true],
  ['docs.read', true],
  // Only ever refused: it was asked for, and does nothing.
  ['docs.write', false],
  ['s3:Put*', false],
  ['s3:GetObjectAcl', false],
  ['ec2', false],
])('a granted %s: used %s', (granted, used) => {
  expect(isUsed(granted, usage)).toBe(used);
});
