import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import type { ReadOutcome } from '../ingest/reader.ts';
import { format } from './azure-activity.ts';

const [exported, listed] = samplesOf(format);
const { reader } = formatRig(format);
const URI = 'http://schemas.microsoft.com/identity/claims/';
const TENANT = '7a1d5f00-0000-4000-8000-0000000000aa';
const SUBSCRIPTION = '5b2e6a00-0000-4000-8000-0000000000bb';

const outcome = (change: object, record = exported): ReadOutcome => reader.readParsed({ ...record, ...change })[0]!;

function read(change: object, record = exported): Activity {
  const one = outcome(change, record);
  if (one.status !== 'read') throw new Error(one.reason);
  return one.activities[0]!;
}

it('a subscription is another account to whoever does not stand in it', () => {
  const other = SUBSCRIPTION.replace(/b$/, 'c');
  const resourceId = `/subscriptions/${other}/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/y`;
  expect(read({ resourceId }).resource?.account).toBe(other);
});

it('a managed identity is its object id, whatever the case of the export', () => {
  expect(read({})).toEqual({
    id: expect.stringMatching(/^azure:[0-9a-f]{32}$/),
    at: '2026-03-01T10:15:30.123Z',
    tenant: 'default',
    identity: {
      id: '0b1ec700-0000-4000-8000-0000000000a1',
      kind: 'service-account',
      provider: 'azure',
      name: 'orders-api',
      account: TENANT,
    },
    actor: { id: 'tokenExampleAAAAAAAAAA', kind: 'session' },
    action: {
      name: 'microsoft.storage/storageaccounts/listkeys/action',
      service: 'microsoft.storage',
      access: 'execute',
    },
    resource: {
      id: `/subscriptions/${SUBSCRIPTION}/resourcegroups/shop-rg/providers/microsoft.storage/storageaccounts/shopdata`,
      // It stands in this subscription itself: nothing there is of another account.
      type: 'microsoft.storage/storageaccounts',
    },
    source: { ip: '192.0.2.10' },
    outcome: 'success',
    scopes: ['Storage Account Contributor'],
  });
});

it("a person is themselves, and the portal's app id only what they act through", () => {
  expect(read({}, listed)).toMatchObject({
    id: 'azure:e0e0e000-0000-4000-8000-000000000001',
    identity: { id: '0b1ec700-0000-4000-8000-0000000000d1', kind: 'human', name: 'ada@example.com' },
    actor: { id: 'c44b4083-0000-4000-8000-0000000000c4', kind: 'app' },
    action: { access: 'admin' },
    source: { ip: '203.0.113.7' },
    outcome: 'denied',
    errorCode: 'Forbidden',
    scopes: ['Owner'],
  });
});

describe('who acted where claims are few', () => {
  const evidence = (principalType: string) => ({
    authorization: { evidence: { principalType, principalId: '0B1EC700000040008000000000000077' } },
  });
  it.each([
    [
      { claims: { appid: 'A9911D00-0000-4000-8000-0000000000A2' } },
      'a9911d00-0000-4000-8000-0000000000a2',
      'service-account',
    ],
    [evidence('ServicePrincipal'), '0b1ec700-0000-4000-8000-000000000077', 'service-account'],
    [evidence('User'), '0b1ec700-0000-4000-8000-000000000077', 'human'],
    [{ claims: { name: 'ada@example.com' } }, 'ada@example.com', 'human'],
    [{ claims: { idtyp: 'app', oid: 'O1', appid: 'A1', [`${URI}scope`]: 'x' } }, 'o1', 'service-account'],
  ])('%j', (identity, id, kind) => {
    expect(read({ identity }).identity).toMatchObject({ id, kind });
  });
  it('a role given to a group names no one', () => {
    expect(outcome({ identity: evidence('Group') })).toMatchObject({
      status: 'skip',
      reason: 'identity names nobody',
    });
  });
  it('an operation without a caller is of the platform', () => {
    expect(outcome({ identity: undefined, callerIpAddress: undefined }).status).toBe('skip');
  });
});

it.each([
  ['Microsoft.Compute/virtualMachines/read', 'read'],
  ['Microsoft.Compute/virtualMachines/write', 'write'],
  ['Microsoft.Compute/virtualMachines/delete', 'write'],
  ['MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION', 'execute'],
  ['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'execute'],
  ['Microsoft.KeyVault/vaults/accessPolicies/write', 'admin'],
  ['Microsoft.Authorization/elevateAccess/action', 'admin'],
  ['microsoft.insights/diagnosticsettings/delete', 'admin'],
  ['Microsoft.Authorization/roleAssignments/read', 'read'],
])('%s is %s', (operationName, access) => {
  expect(read({ operationName }).action).toMatchObject({ name: operationName.toLowerCase(), access });
});

it.each([
  ['Start', 'skip'],
  ['Accepted', 'skip'],
  ['Success', 'read'],
  ['Failure', 'read'],
])('an operation is read once: %s is %s', (resultType, status) => {
  expect(outcome({ resultType }).status).toBe(status);
});

it.each([
  ['Failure', 'Failed.Forbidden', 'denied', 'Forbidden'],
  ['Failed', '403', 'denied', '403'],
  ['Failed', '409', 'failed', '409'],
  ['Succeeded', 'Succeeded.OK', 'success', undefined],
])('%s with %s is %s', (resultType, resultSignature, result, errorCode) => {
  const activity = read({ resultType, resultSignature });
  expect([activity.outcome, activity.errorCode]).toEqual([result, errorCode]);
});

it.each(['ServiceHealth', 'Alert', 'Autoscale', 'Policy', 'StorageRead', 'AuditEvent', 'kube-audit'])(
  'category %s tells no act of the activity log',
  (category) => {
    expect(outcome({ category })).toMatchObject({ status: 'skip' });
  },
);

it('a page of the REST API is taken apart, and no page of another API', () => {
  expect(reader.readParsed({ value: [listed, listed], nextLink: 'x' })).toHaveLength(2);
  expect(format.split?.({ value: [{ id: 'x' }] })).toBeUndefined();
});

it('a message of an event hub holds many records', () => {
  expect(reader.readParsed({ records: [exported, listed] }).map(({ status }) => status)).toEqual(['read', 'read']);
});

it.each([
  ['3/1/2026 9:05:07 PM', '2026-03-01T21:05:07.000Z'],
  ['3/1/2026 12:05:07 AM', '2026-03-01T00:05:07.000Z'],
  ['03/01/2026 21:05:07', '2026-03-01T21:05:07.000Z'],
  ['3/1/2026 9:05:07 PM +02:00', '2026-03-01T19:05:07.000Z'],
  ['3/1/2026, 9:05:07.25 PM', '2026-03-01T21:05:07.250Z'],
  ['2026-03-01T21:05Z', '2026-03-01T21:05:00.000Z'],
  ['2026-03-01T21:05:07,5+01', '2026-03-01T20:05:07.500Z'],
])('time %s is %s', (time, at) => {
  expect(read({ time }).at).toBe(at);
});

it.each(['13/1/2026 9:05:07 PM', '2/30/2026 9:05:07 PM', '3/1/2026 13:05:07 PM', '3/1/26 9:05', 'yesterday'])(
  'time %s is none',
  (time) => {
    expect(outcome({ time })).toMatchObject({ status: 'dead', reason: 'time: expected a time' });
  },
);

it('an id of zeros is nobody', () => {
  const claims = { appid: '00000000-0000-0000-0000-000000000000', idtyp: 'app' };
  expect(outcome({ identity: { claims }, caller: undefined }).status).toBe('skip');
});

it('the address for which the token was given out stands in where the record names no nearer one', () => {
  const claims = { ...exported.identity.claims, ipaddr: '192.0.2.77' };
  expect(read({ identity: { claims }, claims, callerIpAddress: undefined }).source.ip).toBe('192.0.2.77');
  expect(read({ claims, callerIpAddress: '192.0.2.78' }).source.ip).toBe('192.0.2.78');
});

it('an identity that an export wrote as JSON in a text is the same', () => {
  const { id: _, ...whole } = read({});
  expect(read({ identity: JSON.stringify(exported.identity) })).toMatchObject(whole);
});
