import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './cloudflare.ts';

const [made, byToken, refused, ofApi, machine, stranger, worker] = samplesOf(format);
const rig = formatRig(format);
const ACCOUNT = '0a1b2c3d4e5f60718293a4b5c6d7e801';
const TOKEN = 'b7261c49a793a82678d12285f0bc1401';

it('a person who makes a token changes rights', () => {
  expect(rig.read(made)).toMatchObject({
    id: 'cloudflare:1d7b3f6a-0c4e-4b7e-9a52-5d1e8c9f0a01',
    identity: { kind: 'human', provider: 'cloudflare', name: 'ada@example.com' },
    action: { name: 'token_create', access: 'admin' },
    resource: { id: ACCOUNT, type: 'account' },
    source: { ip: '192.0.2.171' },
    outcome: 'success',
  });
});

it('a token is an identity of its own, for whoever made it', () => {
  expect(rig.read(byToken)).toMatchObject({
    identity: { id: TOKEN, kind: 'api-key', name: 'deploy', account: ACCOUNT },
    onBehalfOf: [{ id: 'ada@example.com', kind: 'human' }],
    action: { name: 'dns.dns_records.create', service: 'dns', access: 'write' },
    resource: { id: '372e67954025e0ba6aaa6d586b9e0b59', type: 'dns_records', account: ACCOUNT },
    source: { ip: '192.0.2.172', userAgent: 'terraform-provider-cloudflare/5.1' },
  });
});

it('the API tells the same token, and what it was refused', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: TOKEN, kind: 'api-key', account: ACCOUNT },
    action: { name: 'members.members.update', access: 'admin' },
    outcome: 'denied',
    errorCode: '403',
  });
});

it('version 1 of the API is read, and its pages are taken apart', () => {
  expect(rig.read(ofApi)).toMatchObject({
    action: { name: 'rec_add', access: 'write' },
    resource: { id: '023e105f4ecef8ad9ca31a8372d0c353', type: 'zone' },
  });
  const page = { success: true, errors: [], messages: [], result: [refused, ofApi] };
  expect(formatRig(format, 'auto').reader.readParsed(page)).toHaveLength(2);
});

it('Access: a service token and a person who was not let in', () => {
  expect(rig.read(machine)).toMatchObject({
    identity: { id: '3c9d0e1f2a3b4c5d6e7f8091a2b3c401.access', kind: 'service-account' },
    action: { name: 'access.login', access: 'authenticate' },
    resource: { id: '123e4567-e89b-42d3-a456-426614174000' },
    source: { ip: '192.0.2.173', country: 'NL' },
    outcome: 'success',
  });
  expect(rig.read(stranger)).toMatchObject({
    at: '2026-03-01T10:05:00.000Z',
    identity: { kind: 'human', name: 'ada@example.com' },
    outcome: 'denied',
  });
});

it('a run of a Worker that failed', () => {
  expect(rig.read(worker)).toMatchObject({
    identity: { id: 'pay-invoices', kind: 'workload' },
    actor: { version: 'a1b2c3d4-0000-4000-8000-000000000001' },
    action: { name: 'workers.fetch', access: 'execute' },
    resource: { id: 'https://invoices.example.com/v2/pay', type: 'url' },
    outcome: 'failed',
    errorCode: 'exception',
  });
});

it.each(['1772359500', 1_772_359_500, 1_772_359_500_000, '1772359500000000000', '2026-03-01T10:05:00Z'])(
  'times come as %s',
  (When) => expect(rig.read({ ...made, When }).at).toBe('2026-03-01T10:05:00.000Z'),
);

it('what Cloudflare does by itself is no person, and nobody is skipped', () => {
  expect(rig.read({ ...made, ActorType: 'system', ActorID: '' }).identity.kind).toBe('provider-service');
  const nobody = { ...made, ActorID: '', ActorEmail: '' };
  expect(rig.reader.readParsed(nobody)[0]).toMatchObject({ status: 'skip' });
});

it.each([
  { EdgeStartTimestamp: '2026-03-01T10:15:30Z', ClientRequestHost: 'shop.example.com', RayID: 'r' },
  { RayID: 'r', ClientIP: '192.0.2.1', RuleID: 'x', Action: 'block' },
  { PolicyID: '', DeviceID: 'd', QueryName: 'example.com' },
])('traffic is skipped: %j', (record) => {
  expect(rig.reader.readParsed(record)[0]).toMatchObject({ status: 'skip' });
});

it('the first version of the dataset names its account beside the change', () => {
  expect(rig.read({ ...made, Metadata: { account_id: ACCOUNT } }).identity.account).toBe(ACCOUNT);
});
