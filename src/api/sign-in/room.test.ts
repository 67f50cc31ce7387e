import { expect, test } from 'vitest';
import { beyond } from './room.ts';

const sessions = (tenant: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `${tenant} ${n}`, tenants: [tenant] }));

test('a flood of one tenant signs nobody out of another', () => {
  const open = [...sessions('flood', 90), ...sessions('acme', 10)];
  expect(beyond(open, 95).map(({ id }) => id)).toEqual(['flood 89', 'flood 88', 'flood 87', 'flood 86', 'flood 85']);
  expect(beyond(open, 15).filter(({ id }) => id.startsWith('acme'))).toHaveLength(2);
});

test('nobody goes while there is room, and all go where there is none', () => {
  const open = [...sessions('a', 3), { id: 'both', tenants: ['b', 'a'] }];
  expect(beyond(open, 4)).toEqual([]);
  expect(beyond(open, 9)).toEqual([]);
  expect(beyond(open, 0)).toHaveLength(4);
});
