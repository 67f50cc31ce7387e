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
