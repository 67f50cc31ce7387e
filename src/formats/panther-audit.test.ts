import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './panther-audit.ts';

const [deleted, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a token that takes a detection away', () => {
  expect(rig.read(deleted)).toMatchObject({
    at: '2026-03-01T10:15:30.425Z',
    identity: { id: 'tok-0001', kind: 'api-key', provider: 'panther', name: 'ci' },
    action: { name: 'DELETE_DETECTION', access: 'admin' },
    resource: { id: 'GitHub.Team.Modified' },
    source: { ip: '192.0.2.85' },
    outcome: 'success',
  });
});

it('a role that was not made has failed, and Panther itself is no person', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: '11111111', kind: 'human', name: 'ada@example.com' },
    change: { kind: 'right', identity: 'New Admins', rights: ['GeneralSettingsModify'] },
    outcome: 'failed',
  });
  const own = { attributes: {}, id: '00000000-0000-4000-8000-000000000000', name: 'System', type: 'USER' };
  expect(rig.read({ ...deleted, actor: own }).identity).toMatchObject({ id: 'System', kind: 'provider-service' });
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read", () => {
  for (const log of rulePack!('Panther.Audit').filter(
    (log) => format.recognises(log) && 'timestamp' in log,
  ) as (typeof deleted)[])
    expect(rig.read(log)).toMatchObject({
      action: { name: log.actionName },
      outcome: log.actionResult === 'SUCCEEDED' ? 'success' : 'failed',
    });
});
