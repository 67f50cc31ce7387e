import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './buildkite.ts';

const [token, agent] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('an act of the audit log, with what its context tells', () => {
  expect(rig.read(token)).toMatchObject({
    id: 'buildkite:cccc0002-0000-4000-8000-000000000002',
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'cccc0004-0000-4000-8000-000000000004', kind: 'human', name: 'Ada', account: 'example' },
    action: { name: 'CLUSTER_TOKEN_CREATED', service: 'buildkite', access: 'admin' },
    resource: { id: 'cccc0003-0000-4000-8000-000000000003', type: 'ClusterToken' },
    change: { kind: 'credential', credential: 'cccc0003-0000-4000-8000-000000000003' },
    source: { ip: '192.0.2.220', userAgent: 'curl/8.7' },
  });
  expect(JSON.stringify(rig.read(token))).not.toContain('made-up-key');
});

it('an agent connects as its token, from where it is', () => {
  expect(rig.read(agent)).toMatchObject({
    identity: { id: 'cccc0012-0000-4000-8000-000000000012', kind: 'api-key', name: 'linux agents' },
    actor: { id: 'linux-7', kind: 'agent', version: '3.90.0' },
    action: { name: 'agent.connect', access: 'authenticate' },
    source: { ip: '192.0.2.221', workload: 'ip-192-0-2-221' },
  });
});

it('both come by the event bus; ends of connections and builds are skipped', () => {
  const bus = (detail: object) => ({ 'detail-type': 'x', source: 'aws.partner/buildkite.com/example/1', detail });
  const status = (record: object) => rig.reader.readParsed(record)[0]?.status;
  expect(status(bus(token))).toBe('read');
  expect(status(bus({ ...agent, agent: { ...agent.agent, connection_state: 'lost' } }))).toBe('skip');
  expect(status(bus({ version: 1, organization: token.organization, build: { uuid: 'b' } }))).toBe('skip');
  expect(status({ ...token, actor: { uuid: null } })).toBe('skip');
});

it('the REST API tells of the same act in its own words', () => {
  const { event, actor } = token;
  const told = {
    uuid: event.uuid,
    graphql_id: 'QXVkaXQtLTE=',
    type: 'ClusterTokenCreatedEvent',
    occurred_at: '2026-03-01T10:15:30.000Z',
    actor: { ...actor, type: 'User' },
    subject: { type: 'ClusterToken', uuid: event.subject_uuid, name: 'spare' },
    context: { type: 'APIContext', request_ip: '192.0.2.220', request_user_agent: 'curl/8.7' },
    data: {},
    url: `https://api.buildkite.com/v2/organizations/example/audit_events/${event.uuid}`,
  };
  const { actor: _session, ...onTheBus } = rig.read(token);
  expect(rig.read(told)).toEqual(onTheBus);
  const named = (type: string) => rig.read({ ...told, type }).action.name;
  expect(named('OrganizationUpdatedEvent')).toBe('ORGANIZATION_UPDATED');
  expect(named('SSOProviderDisabledEvent')).toBe('SSO_PROVIDER_DISABLED');
});
