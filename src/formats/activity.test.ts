import { describe, expect, it } from 'vitest';
import { formatRig } from '../../test/unit/format-rig.ts';
import { format } from './activity.ts';

const minimal = {
  id: 'x:1',
  at: '2026-03-01T10:15:30.120Z',
  identity: { id: 'robot', kind: 'bot', provider: 'github' },
  action: { name: 'push', service: 'git', access: 'write' },
  outcome: 'success',
};
const { reader } = formatRig(format);

function read(change: object) {
  return reader.readParsed({ ...minimal, ...change })[0]!;
}

function activity(change: object) {
  const outcome = read(change);
  if (outcome.status !== 'read') throw new Error(outcome.reason);
  return outcome.activities[0]!;
}

it('fills in the defaults and nothing else', () => {
  expect(activity({})).toEqual({ ...minimal, tenant: 'default', source: {} });
});

it.each([
  ['2026-03-01T10:15:30Z', '2026-03-01T10:15:30.000Z'],
  ['2026-03-01T10:15:30.1Z', '2026-03-01T10:15:30.100Z'],
  ['2026-03-01T10:15:30.123456789Z', '2026-03-01T10:15:30.123Z'],
  ['2026-03-01t10:15:30z', '2026-03-01T10:15:30.000Z'],
  ['2026-03-01T10:15:30+02:00', '2026-03-01T08:15:30.000Z'],
  ['2026-03-01T00:15:30.5-05:30', '2026-03-01T05:45:30.500Z'],
  ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
  ['2024-02-29T00:00:00.000Z', '2024-02-29T00:00:00.000Z'],
])('%s is %s', (written, kept) => {
  expect(activity({ at: written }).at).toBe(kept);
});

it.each([
  ['2026-02-30T00:00:00.000Z'],
  ['2023-02-29T00:00:00Z'],
  ['2026-03-01T25:00:00Z'],
  ['2026-03-01T10:15:30'],
  ['9999-12-31T23:59:59Z'],
  ['1999-12-31T23:59:59Z'],
  ['0000-00-00T00:00:00.000Z'],
  ['yesterday'],
  [1_772_360_130],
  [null],
])('at %s is dead and says so', (at) => {
  expect(read({ at })).toMatchObject({ status: 'dead', reason: expect.stringMatching(/^at: expected a time/) });
});

it('unknown fields are ignored, at any depth', () => {
  expect(activity({ extra: { deep: [1] }, action: { ...minimal.action, more: 1 } })).toEqual(activity({}));
});

it('what is empty or null in an optional field is absent', () => {
  const empty = {
    tenant: '',
    credential: null,
    actor: { id: '', kind: '' },
    resource: {},
    onBehalfOf: [],
    errorCode: '',
    scopes: [''],
    source: { ip: '', userAgent: null },
    run: null,
    amount: {},
  };
  expect(activity(empty)).toEqual(activity({}));
});

describe('what is wrong names the field and what was expected', () => {
  it.each([
    [{ id: '' }, 'id: expected a non-empty string'],
    [{ id: 7 }, 'id: expected a non-empty string'],
    [{ identity: 'robot' }, 'identity: expected an object'],
    [{ identity: { ...minimal.identity, id: undefined } }, 'identity.id: expected a non-empty string'],
    [{ identity: { ...minimal.identity, kind: 'alien' } }, /^identity\.kind: expected one of service-account, role/],
    [{ identity: { ...minimal.identity, provider: undefined } }, 'identity.provider: expected a non-empty string'],
    [{ action: { ...minimal.action, access: 'delete' } }, /^action\.access: expected one of read, write/],
    [{ action: undefined }, 'action: expected an object'],
    [{ outcome: 'ok' }, 'outcome: expected one of success, denied, failed'],
    [{ credential: { kind: 'jwt' } }, 'credential.id: expected a non-empty string'],
    [{ credential: { id: 'k', kind: 'jwt', issuedAt: 'then' } }, /^credential\.issuedAt: expected a time/],
    [{ credential: { id: 'k', kind: 'jwt', longLived: 'yes' } }, 'credential.longLived: expected true or false'],
    [{ onBehalfOf: 'me' }, 'onBehalfOf: expected an array'],
    [{ onBehalfOf: [{ id: 'a' }] }, 'onBehalfOf.kind: expected a non-empty string'],
    [{ resource: { id: 5 } }, 'resource.id: expected a non-empty string'],
    [{ source: { asn: 'AS1' } }, 'source.asn: expected a number of at least 0'],
    [{ source: { asn: 1.5 } }, 'source.asn: expected an integer from 0 to 4294967295'],
    [{ source: [] }, 'source: expected an object'],
    [{ scopes: [1] }, 'scopes: expected a non-empty string'],
    [{ amount: { bytes: -1 } }, 'amount.bytes: expected a number of at least 0'],
    [{ run: { declared: ['a'] } }, 'run.id: expected a non-empty string'],
  ])('%j', (change, reason) => {
    expect(read(change)).toMatchObject({
      status: 'dead',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
  });
});

it('a service name in the place of an address is a workload', () => {
  expect(activity({ source: { ip: 'cloudformation.amazonaws.com' } }).source).toEqual({
    workload: 'cloudformation.amazonaws.com',
  });
});

it('what only says that nothing was written is absent, and who is nobody is skipped', () => {
  const blank = activity({ source: { userAgent: '-', ip: '-' }, resource: { id: 'N/A' } });
  expect(blank).not.toHaveProperty('resource');
  expect(blank.source).toEqual({});
  expect(activity({ resource: { id: 'none' } }).resource).toEqual({ id: 'none' });
  expect(read({ identity: { ...minimal.identity, id: '-' } }).status).toBe('skip');
});

it.each([
  ['203.0.113.7, 192.0.2.10', '192.0.2.10'],
  ['2001:db8::1, [2001:db8::2]:443', '2001:db8::2'],
  ['192.0.2.10:52811', '192.0.2.10'],
])('of %s the address is %s: the last hop is the one that was seen', (ip, kept) => {
  expect(activity({ source: { ip } }).source.ip).toBe(kept);
});
