import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './kong-gateway.ts';

const [model, tool, plain] = samplesOf(format);
const rig = formatRig(format);

it('a consumer that calls a model', () => {
  expect(rig.read(model)).toMatchObject({
    identity: { id: 'agent-desk', kind: 'service-account', provider: 'kong', account: 'default' },
    credential: { id: 'a1a10000-0000-4000-8000-000000000001' },
    action: { name: 'llm-request', service: 'openai', access: 'execute' },
    resource: { id: 'model-x', type: 'model' },
    source: { ip: '192.0.2.191', userAgent: 'billing-agent/2.1' },
    outcome: 'success',
  });
});

it('a consumer that calls a tool', () => {
  expect(rig.read(tool)).toMatchObject({
    action: { name: 'tools/call:pay_invoice', access: 'write' },
    resource: { id: 'ledger-mcp', type: 'mcp-server' },
  });
});

it('a call of a service that was refused', () => {
  expect(rig.read(plain)).toMatchObject({
    action: { name: 'GET orders-read', service: 'orders', access: 'read' },
    resource: { id: 'orders/v2/orders', type: 'path' },
    outcome: 'denied',
    errorCode: '403',
  });
});

it('a call that nobody signed is skipped', () => {
  expect(rig.reader.readParsed({ ...plain, consumer: null })[0]).toMatchObject({ status: 'skip' });
});
