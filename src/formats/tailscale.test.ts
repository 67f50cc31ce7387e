import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './tailscale.ts';

const [key, acl, flow] = samplesOf(format);
const rig = formatRig(format);

it('an OAuth client makes a key', () => {
  expect(rig.read(key)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'kxyzCNTRL0001', kind: 'oauth-app', provider: 'tailscale', name: 'terraform' },
    action: { name: 'API_KEY.CREATE', service: 'tailscale', access: 'admin' },
    resource: { id: 'k6r3fm3CNTRL', type: 'API_KEY' },
    change: { kind: 'credential', credential: 'k6r3fm3CNTRL' },
    outcome: 'success',
  });
});

it('what log streaming wraps is the same event, at the time beside it', () => {
  expect(rig.read(acl)).toMatchObject({
    at: '2026-03-01T10:16:30.915Z',
    identity: { id: 'uhfQwM4CNTRL', kind: 'human', name: 'ada@example.com' },
    action: { name: 'TAILNET.ACL.UPDATE', access: 'admin' },
    resource: { id: 'example.com', type: 'TAILNET' },
  });
  expect(rig.read({ ...key, error: 'not allowed' }).outcome).toBe('failed');
});

it('a node calls services; its answers and the packets that carry all that are no acts', () => {
  const [outcome] = rig.reader.readParsed(flow);
  const acts = outcome?.status === 'read' ? outcome.activities : [];
  expect(acts.map(({ action, resource, amount }) => [action.name, resource?.id, amount?.bytes])).toEqual([
    ['connect:virtual', '100.111.44.55:5432', 2_000],
    ['connect:subnet', '192.0.2.40:443', 800],
  ]);
  expect(acts[0]).toMatchObject({
    identity: { id: 'nBLYviWLGB21CNTRL', kind: 'workload' },
    source: { ip: '100.111.22.33' },
  });
  const answers = { ...flow, virtualTraffic: [flow.virtualTraffic[1]], subnetTraffic: [] };
  expect(rig.reader.readParsed(answers)).toMatchObject([{ status: 'skip' }]);
});

it('a page is taken apart and names its tailnet; nobody is skipped', () => {
  const page = { version: '1.1', tailnetId: 'example.com', logs: [key, key] };
  const outcomes = formatRig(format, 'auto').reader.readParsed(page);
  expect(outcomes).toHaveLength(2);
  expect(outcomes[0]).toMatchObject({ activities: [{ identity: { account: 'example.com' } }] });
  expect(rig.reader.readParsed({ ...key, actor: { type: 'USER' } })).toMatchObject([{ status: 'skip' }]);
});
