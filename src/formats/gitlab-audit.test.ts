import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './gitlab-audit.ts';

const [clone, change] = samplesOf(format);
const rig = formatRig(format);

it('a deploy token is known by its name', () => {
  expect(rig.read(clone)).toMatchObject({
    id: 'gitlab:22:1658815236',
    identity: { id: 'deploy-prod', kind: 'api-key', provider: 'gitlab' },
    action: { name: 'git-upload-pack', service: 'gitlab', access: 'read' },
    resource: { id: 'example/shop', type: 'Project' },
    source: { ip: '192.0.2.120' },
    outcome: 'success',
  });
});

it('a user is known by the id, and a change of older records by what was changed', () => {
  expect(rig.read(change)).toMatchObject({
    identity: { id: '7', kind: 'human', name: 'ada' },
    action: { name: 'change_visibility', access: 'admin' },
    resource: { id: 'Project/2', type: 'Project' },
    source: { ip: '192.0.2.121' },
  });
});

it.each([['project_22_bot_0a1b'], ['service_account_group_5'], ['renovate-bot']])('%s is a bot', (user) => {
  expect(rig.read({ ...change, 'meta.user': user }).identity.kind).toBe('bot');
});

it('a token is told within its project', () => {
  const made = {
    ...clone,
    event_type: 'project_access_token_created',
    target_type: 'PersonalAccessToken',
    target_details: 'ci',
  };
  expect(rig.read({ ...made, details: { author_class: 'User' }, author_id: 7 })).toMatchObject({
    action: { name: 'project_access_token_created', access: 'admin' },
    resource: { id: 'example/shop:ci' },
  });
});

it('a failed sign-in is denied', () => {
  const { change: _, ...rest } = change;
  expect(rig.read({ ...rest, failed_login: 'STANDARD' }).outcome).toBe('denied');
});

it.each([[-1], [0]])('author %d is nobody', (author_id) => {
  const details = { custom_message: 'x' };
  expect(rig.reader.readParsed({ ...change, author_id, details })[0]).toMatchObject({ status: 'skip' });
});

const call = {
  time: '2026-03-01T10:15:30.120Z',
  severity: 'INFO',
  status: 201,
  method: 'POST',
  path: '/api/v4/projects/22/access_tokens',
  route: '/api/:version/projects/:id/access_tokens',
  remote_ip: '192.0.2.121, 127.0.0.1',
  ua: 'python-gitlab/4.4.0',
  user_id: 77,
  username: 'project_22_bot_0a1b',
  token_type: 'PersonalAccessToken',
  token_id: 9,
  correlation_id: '01HWNK5T11WY06XVD2438EG3B0',
  'meta.caller_id': 'POST /api/:version/projects/:id/access_tokens',
  'meta.remote_ip': '192.0.2.121',
};

it('a call of the API is by the user behind the token, on what the path names', () => {
  expect(rig.read(call)).toEqual({
    id: 'gitlab:api:01HWNK5T11WY06XVD2438EG3B0',
    at: '2026-03-01T10:15:30.120Z',
    tenant: 'default',
    identity: { id: '77', kind: 'bot', provider: 'gitlab', name: 'project_22_bot_0a1b' },
    action: { name: 'api:POST /api/:version/projects/:id/access_tokens', service: 'api', access: 'admin' },
    source: { ip: '192.0.2.121', userAgent: 'python-gitlab/4.4.0' },
    outcome: 'success',
    resource: { id: '/api/v4/projects/22/access_tokens', type: 'api' },
    credential: { id: '9', kind: 'pat', longLived: true },
  });
  expect(rig.read({ ...call, status: 403 })).toMatchObject({ outcome: 'denied', errorCode: '403' });
  expect(rig.read({ ...call, method: 'GET' }).action.access).toBe('read');
});

it('a call without a user is skipped, and a deploy token is one', () => {
  const { user_id: _, username: __, ...nobody } = call;
  expect(rig.reader.readParsed(nobody)[0]).toMatchObject({ status: 'skip' });
  expect(rig.read({ ...nobody, deploy_token_id: 4 }).identity).toMatchObject({ id: '4', kind: 'api-key' });
});

const query = {
  severity: 'INFO',
  time: '2026-03-01T10:15:30.120Z',
  correlation_id: '01HWNK5T11WY06XVD2438EG3B1',
  trace_type: 'execute_query',
  operation_name: 'anything',
  is_mutation: true,
  query_string: 'mutation anything($input: DeleteInput!) { projectMemberBulkUpdate(input: $input) { errors } }',
  'meta.user': 'project_22_bot_0a1b',
  'meta.user_id': 77,
  'meta.project': 'example/shop',
  'meta.remote_ip': '192.0.2.121',
};

it('a call of GraphQL is what its first field does, whatever its author called it', () => {
  expect(rig.read(query)).toMatchObject({
    identity: { id: '77', kind: 'bot', provider: 'gitlab', name: 'project_22_bot_0a1b' },
    action: { name: 'graphql:mutation projectMemberBulkUpdate', service: 'graphql', access: 'admin' },
    resource: { id: 'example/shop', type: 'project' },
    source: { ip: '192.0.2.121' },
    outcome: 'success',
  });
  const read = { ...query, is_mutation: false, query_string: 'query { all: projects(first: 9) { nodes { id } } }' };
  expect(rig.read(read).action).toEqual({ name: 'graphql:query projects', service: 'graphql', access: 'read' });
  expect(rig.read({ ...query, graphql_errors: [{ message: 'no' }] }).outcome).toBe('failed');
  const { 'meta.user': _, 'meta.user_id': __, ...nobody } = query;
  expect(rig.reader.readParsed(nobody)).toMatchObject([{ status: 'skip' }]);
});
