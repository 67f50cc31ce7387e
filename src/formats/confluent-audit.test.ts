import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './confluent-audit.ts';

const [topic, login, key] = samplesOf(format);
const rig = formatRig(format);

it('a service account by its resource id, refused a topic', () => {
  expect(rig.read(topic)).toMatchObject({
    id: 'confluent:fc0f727d-899a-4a22-ad8b-000000000001',
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'sa-00a1b2', kind: 'service-account', provider: 'confluent', account: 'lkc-a1b2c' },
    action: { name: 'kafka.CreateTopics', service: 'confluent', access: 'write' },
    resource: { id: 'kafka=lkc-a1b2c/topic=departures', type: 'Topic' },
    source: { ip: '192.0.2.60', userAgent: 'adminclient-42' },
    outcome: 'denied',
  });
});

it('a login of version 2, with the id of its key', () => {
  expect(rig.read(login)).toMatchObject({
    identity: { id: 'sa-00a1b3', kind: 'service-account', account: '7c210ed4-0000-4000-8000-000000000001' },
    credential: { id: 'ABCDEFGHIJ000001', kind: 'access-key' },
    action: { name: 'flink.Authenticate', access: 'authenticate' },
    resource: { id: 'organization/7c210ed4-0000-4000-8000-000000000001/flink_region/AWS.eu-central-1' },
    source: { ip: '192.0.2.61' },
    outcome: 'denied',
    errorCode: 'UNAUTHENTICATED',
  });
});

it('a person makes a key', () => {
  expect(rig.read(key)).toMatchObject({
    identity: { id: 'u-00a1b4', kind: 'human', name: 'ada@example.com' },
    action: { name: 'CreateApiKey', access: 'admin' },
    resource: { id: 'organization/7c210ed4-0000-4000-8000-000000000001/api_key/ABCDEFGHIJ000002' },
    outcome: 'success',
  });
});

it('of several addresses the last one counts', () => {
  const requestMetadata = { clientAddress: [{ ip: '203.0.113.9' }, { ip: '192.0.2.61' }] };
  expect(rig.read({ ...login, data: { ...login.data, requestMetadata } }).source.ip).toBe('192.0.2.61');
});

it('its envelope is not taken off, and nobody is skipped', () => {
  expect(formatRig(format, 'auto').reader.readParsed(topic)).toMatchObject([
    { status: 'read', format: 'confluent-audit' },
  ]);
  const data = { ...topic.data, authenticationInfo: { principal: 'User:ANONYMOUS' } };
  expect(rig.reader.readParsed({ ...topic, data })).toMatchObject([{ status: 'skip' }]);
});
