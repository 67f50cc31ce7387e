/** Groups and names as providers send them, and as somebody would who wants to be more than they are. */
import { expect, test } from 'vitest';
import { type Claims, type Person, personOf } from './roles.ts';

const config = {
  nameClaim: 'email',
  groupsClaim: 'groups',
  roles: [
    { group: 'soc', role: 'analyst', tenant: 'acme' },
    { group: 'soc', role: 'viewer', tenant: 'acme/eu' },
    { group: 'leads', role: 'admin', tenant: 'acme' },
  ],
} as const;
const ADA = { sub: '1', email: 'ada@example.com' };
const of = (claims: Claims, change: object = {}) => personOf({ ...ADA, ...claims }, { ...config, ...change } as never);
const grants = (groups: unknown) => {
  const found = of({ groups });
  return 'grants' in found ? Object.fromEntries(found.grants) : found.reason;
};

test('a group counts as it is written, alone or in a list, and the highest role of each tenant is given', () => {
  expect(grants('soc')).toEqual({ acme: 'analyst', 'acme/eu': 'viewer' });
  expect(grants(['leads', 'soc', 'soc'])).toEqual({ acme: 'admin', 'acme/eu': 'viewer' });
  expect(grants(['soc', 'leads'])).toEqual({ acme: 'admin', 'acme/eu': 'viewer' });
});

test.each<[string, unknown]>([
  ['in another case', ['SOC', 'Soc']],
  ['with blanks', [' soc', 'soc ', 'soc\n']],
  ['in letters that look alike', ['ѕoc', 'ｓｏｃ', 'soc\u200b']],
  ['joined in one text', 'soc,leads'],
  ['joined by blanks', 'chess soc'],
  ['by a path', ['/soc', 'chess/soc']],
  ['in lists within lists', [['soc']]],
  ['as objects', [{ name: 'soc' }, { toString: () => 'soc' }]],
  ['as keys', { soc: true, leads: true }],
  ['as numbers and nothing', [0, null, true]],
  ['by names that every object has', ['__proto__', 'constructor', 'toString']],
  ['behind more groups than are read', [...Array.from({ length: 4_096 }, (_, n) => `g${n}`), 'soc']],
])('a group %s gives nothing', (_, groups) => {
  expect(grants(groups)).toBe('no-role');
});

test('groups within objects are found by their steps, and never by what an object has from elsewhere', () => {
  const access = { realm_access: { roles: ['soc'] } };
  expect(of(access, { groupsClaim: 'realm_access.roles' })).toHaveProperty('grants');
  expect(of(access, { groupsClaim: 'realm_access.constructor.name' })).toMatchObject({ reason: 'no-role' });
  expect(of({}, { groupsClaim: '__proto__.soc' })).toMatchObject({ reason: 'no-role' });
});

test('an address that is not verified is no name, in whatever way the provider says so', () => {
  for (const said of [false, 'false', 'no', '', 0, 1, null, ['true'], {}])
    expect([said, of({ groups: 'soc', email_verified: said })]).toMatchObject([said, { reason: 'unverified' }]);
  for (const said of [true, 'true', undefined])
    expect([said, of({ groups: 'soc', email_verified: said })]).toMatchObject([said, { name: 'ada@example.com' }]);
});

test('a name has nothing that hides, turns round or ends a field; two spellings of one are one', () => {
  for (const email of [
    '',
    ' ',
    'a\u202eb',
    'a\u200bb',
    'a\nb',
    'a\u009bb',
    'a:b',
    '<b>',
    '=1',
    'x'.repeat(129),
    7,
    ['ada'],
    null,
  ])
    expect([email, of({ groups: 'soc', email })]).toMatchObject([email, { reason: 'unnamed' }]);
  expect((of({ groups: 'soc', email: 'zoe\u0308' }) as Person).name).toBe('zo\u00eb');
  expect(of({ groups: 'soc', sub: '' })).toMatchObject({ reason: 'unnamed' });
  expect(of({ groups: 'soc', sub: 7 })).toMatchObject({ reason: 'unnamed' });
});
