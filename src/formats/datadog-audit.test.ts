import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './datadog-audit.ts';

const [made, asked] = samplesOf(format);
const rig = formatRig(format);

it('a service account makes a key, signed with another one', () => {
  expect(rig.read(made)).toEqual({
    id: 'datadog:AwAAAYzExample0001',
    at: '2026-03-01T10:15:30.120Z',
    tenant: 'default',
    identity: {
      id: '1a2b3c4d-0000-4000-8000-000000000001',
      kind: 'service-account',
      provider: 'datadog',
      name: 'ci',
      account: '0rg00000-0000-4000-8000-000000000001',
    },
    action: { name: 'Access Management:application_key:created', service: 'datadog', access: 'admin' },
    source: { ip: '192.0.2.70', country: 'DE', userAgent: 'terraform/1.9' },
    outcome: 'success',
    resource: { id: '9f8e0000-0000-4000-8000-000000000001', type: 'application_key' },
    credential: { id: '5c4d0000-0000-4000-8000-000000000009', kind: 'access-key', longLived: true },
  });
});

it('a request of an archive is on its path, and may be refused', () => {
  expect(rig.read(asked)).toMatchObject({
    identity: { kind: 'human', name: 'ada@example.com' },
    action: { name: 'Request:accessed', access: 'read' },
    resource: { id: '/api/v1/monitor' },
    outcome: 'denied',
    errorCode: '403',
  });
});

it('what Datadog itself does is its own, and a key without an owner acts by itself', () => {
  const { usr: _, ...rest } = made.attributes.attributes;
  const by = (attributes: object) => ({ ...made, attributes: { ...made.attributes, attributes } });
  expect(rig.read(by(rest)).identity).toMatchObject({
    id: '5c4d0000-0000-4000-8000-000000000009',
    kind: 'service-account',
  });
  const support = {
    ...made.attributes.attributes,
    evt: { name: 'Access Management', actor: { type: 'SUPPORT_USER' } },
  };
  expect(rig.read(by(support)).identity.kind).toBe('provider-service');
  const { metadata: __, ...nobody } = rest;
  expect(rig.reader.readParsed(by(nobody))).toMatchObject([{ status: 'skip' }]);
});

it('a page is taken apart', () => {
  expect(formatRig(format, 'auto').reader.readParsed({ data: [made, made], meta: {} })).toHaveLength(2);
});
