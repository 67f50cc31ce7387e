import { expect, test } from 'vitest';
import { createOneTime } from './one-time.ts';

const viewer = { name: 'console', scope: 'viewer', tenant: 'default' } as const;

test('a one-time token opens one session, and nothing else', () => {
  const links = createOneTime(viewer);
  const offered = links.issue();
  expect(links.find(offered)).toBeUndefined();
  const session = links.exchange(offered)!;
  expect(links.find(session)).toEqual(viewer);
  expect(links.exchange(offered)).toBeUndefined();
  expect(links.exchange(session)).toBeUndefined();
  expect(links.find('')).toBeUndefined();
});

test('a link that was not used ends with the next one, and sessions are bounded', () => {
  const links = createOneTime(viewer);
  const first = links.issue();
  const second = links.issue();
  expect(links.exchange(first)).toBeUndefined();
  const oldest = links.exchange(second)!;
  for (let n = 0; n < 32; n++) links.exchange(links.issue());
  expect(links.find(oldest)).toBeUndefined();
});
