import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './github-audit.ts';

const [clone, request] = samplesOf(format);
const { reader, read } = formatRig(format);

it('a bot is known by its number, its token by the hash', () => {
  expect(read(clone)).toEqual({
    id: 'github:docExample0000000000001',
    at: '2026-03-01T10:15:30.120Z',
    tenant: 'default',
    identity: { id: '4100001', kind: 'bot', provider: 'github', name: 'deploy-bot[bot]', account: 'example-inc' },
    credential: { id: 'q3Zr0c8b0m2m0c1Yk9Xl2m3n4o5p6q7r8s9t0u1v2w8=', kind: 'session-token' },
    action: { name: 'git.clone', service: 'git', access: 'read' },
    resource: { id: 'example/shop', type: 'repository', account: 'example' },
    source: { ip: '192.0.2.30', country: 'NL', userAgent: 'git/2.45.0' },
    outcome: 'success',
  });
});

it('an API request is named by its route and judged by its status', () => {
  expect(read(request)).toMatchObject({
    identity: { id: '4100002', kind: 'human', name: 'Ada-Dev' },
    credential: { id: 'pat:55501', kind: 'pat', longLived: true },
    action: { name: 'api:PUT /repositories/:repository_id/collaborators/:username', service: 'api', access: 'admin' },
    onBehalfOf: [{ id: 'ada@example.com', kind: 'human' }],
    outcome: 'denied',
    errorCode: '403',
    scopes: ['repo', 'read:org'],
  });
});

it('an account is the same after a change of its name', () => {
  expect(read({ ...clone, actor: 'release-bot[bot]' }).identity.id).toBe(read(clone).identity.id);
});

it.each([
  ['Renovate[bot]', 'renovate[bot]', 'bot'],
  ['renovate bot', 'renovate[bot]', 'bot'],
  ['Renovate', 'renovate', 'human'],
])('without a number %s is %s', (actor, id, kind) => {
  expect(read({ ...clone, actor, actor_id: undefined, actor_is_bot: undefined }).identity).toMatchObject({ id, kind });
});

it.each([
  [1_772_360_130_120, '2026-03-01T10:15:30.120Z'],
  ['2026-03-01 10:15:30.120', '2026-03-01T10:15:30.120Z'],
])('time %s', (time, at) => {
  expect(read({ ...clone, '@timestamp': time }).at).toBe(at);
});

it.each(['constructor', '__proto__'])('an action may be called %s', (action) => {
  expect(read({ ...clone, action })).toMatchObject({ action: { name: action } });
});

it('what nobody did is skipped, and so is the end of what was read at its beginning', () => {
  const { actor_id: _, ...anonymous } = { ...clone, actor: '' };
  expect(reader.readParsed(anonymous)[0]?.status).toBe('skip');
  expect(reader.readParsed({ ...clone, action: 'workflows.completed_workflow_run' })[0]?.status).toBe('skip');
});

it.each([
  ['git.push', undefined, 'write'],
  ['repo.create', 'create', 'write'],
  ['repo.download_zip', 'access', 'read'],
  ['repo.add_member', 'modify', 'admin'],
  ['org.update_member', 'modify', 'admin'],
  ['protected_branch.destroy', 'remove', 'admin'],
  ['personal_access_token.access_granted', 'modify', 'admin'],
  ['user.login', 'authentication', 'authenticate'],
  ['workflows.created_workflow_run', 'create', 'execute'],
  ['issues.destroy', undefined, 'unknown'],
])('%s with operation %s is %s', (action, operation_type, access) => {
  expect(read({ ...clone, action, operation_type }).action.access).toBe(access);
});

it.each([
  ['workflows.delete_workflow_run', 'remove', 'write'],
  ['workflows.disable_workflow', 'modify', 'write'],
  ['workflows.cancel_workflow_run', undefined, 'write'],
  ['workflows.created_workflow_run', 'create', 'execute'],
  ['workflows.rerun_workflow_run', 'modify', 'execute'],
  ['workflows.approve_workflow_job', undefined, 'execute'],
])('%s, a %s, is %s', (action, operation_type, access) => {
  expect(read({ ...clone, action, operation_type }).action.access).toBe(access);
});

it('an event that names no organisation is recognised by its milliseconds and its login', () => {
  const bare = { created_at: 1_772_360_000_000, action: 'issue_comment.update', actor: 'sweeper[bot]' };
  expect(format.recognises(bare)).toBe(true);
  expect(read(bare).identity).toEqual({ id: 'sweeper[bot]', kind: 'bot', provider: 'github' });
  expect(format.recognises({ ...bare, created_at: '2026-03-01T10:00:00Z' })).toBe(false);
  expect(format.recognises({ ...bare, actor: { id: 'x' } })).toBe(false);
});

it('the owner of the repository is the account where no organisation is named', () => {
  const { org: _, business: __, ...bare } = clone;
  expect(read({ ...bare, repo: 'acme/shop' }).identity.account).toBe('acme');
});

it('an actor who is nobody is skipped', () => {
  expect(reader.readParsed({ ...clone, actor: '-', actor_id: 0 })[0]?.status).toBe('skip');
});

it('what is done to a team is about that team, wherever its name stands', () => {
  const { repo: _, repository: __, ...bare } = { ...clone, org: 'acme', action: 'team.add_member', user: 'bob' };
  const wanted = { id: 'acme/admins', type: 'team', account: 'acme' };
  expect(read({ ...bare, team: 'acme/admins' }).resource).toEqual(wanted);
  expect(read({ ...bare, data: { team: 'acme/admins' } }).resource).toEqual(wanted);
  // A repository that a team is let into is what it is about.
  expect(read({ ...bare, action: 'team.add_repository', team: 'acme/admins', repo: 'acme/shop' }).resource?.type).toBe(
    'repository',
  );
});

it('an event without a place is about the user that it names', () => {
  const { org: _, repo: __, repository: ___, business: ____, ...bare } = clone;
  expect(read({ ...bare, action: 'team.promote_maintainer', user: 'bob' }).resource).toEqual({
    id: 'bob',
    type: 'user',
  });
});

it('what is done to an account of an enterprise is about that account', () => {
  const { repo: _, ...bare } = clone;
  const made = { ...bare, action: 'user.create', business: 'acme', user: 'octo-new' };
  expect(read(made).resource).toEqual({ id: 'octo-new', type: 'user' });
  expect(read({ ...made, action: 'user.login', user: made.actor }).resource).not.toMatchObject({ type: 'user' });
});
