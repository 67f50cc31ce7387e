import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './terraform-audit.ts';

const [token, run, impersonated] = samplesOf(format);
const rig = formatRig(format);

it('a token of a team makes another token', () => {
  expect(rig.read(token)).toEqual({
    id: 'terraform:ae66e491-0000-4000-8000-000000000015',
    at: '2026-03-01T10:15:46.000Z',
    tenant: 'default',
    identity: {
      id: 'user-MaPuLxAXvtq20001',
      kind: 'service-account',
      provider: 'terraform',
      name: 'api-team_4711',
      account: 'org-AGLwRmx1snv30001',
    },
    action: { name: 'authentication_token.create', service: 'terraform', access: 'admin' },
    resource: { id: 'at-sjt83qTw3GZ00001', type: 'authentication_token' },
    change: { kind: 'credential', credential: 'at-sjt83qTw3GZ00001' },
    source: {},
    outcome: 'success',
  });
});

it('a run is executed, state is read', () => {
  expect(rig.read(run)).toMatchObject({ identity: { kind: 'human', name: 'ada' }, action: { access: 'execute' } });
  const read = { ...run, resource: { id: 'sv-1', type: 'state_version', action: 'read' } };
  expect(rig.read(read)).toMatchObject({ action: { name: 'state_version.read', access: 'read' } });
});

it('who impersonates acts, on behalf of whom it is told as', () => {
  const { identity, onBehalfOf } = rig.read(impersonated);
  expect(identity).toMatchObject({ id: 'user-MaPuLxAXvtq20003' });
  expect(identity.name).toBeUndefined();
  expect(onBehalfOf).toEqual([{ id: 'user-MaPuLxAXvtq20002', kind: 'impersonated' }]);
});

it('a page is taken apart, and nobody is skipped', () => {
  const page = { data: [token, run], pagination: { current_page: 1, next_page: null } };
  expect(formatRig(format, 'auto').reader.readParsed(page)).toHaveLength(2);
  const nobody = { ...run, auth: { ...run.auth, accessor_id: null } };
  expect(rig.reader.readParsed(nobody)).toMatchObject([{ status: 'skip' }]);
});
