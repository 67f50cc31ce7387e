import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './zoom-operations.ts';

const [made, changed] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('who is made, and which setting was changed', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'ada@example.com', kind: 'human', provider: 'zoom' },
    action: { name: 'User:Add', access: 'admin' },
    resource: { id: 'eve@example.com', type: 'user' },
    change: { kind: 'identity', identity: 'eve@example.com' },
  });
  expect(rig.read(changed)).toMatchObject({
    action: { access: 'admin' },
    resource: { id: 'Security', type: 'account' },
  });
});

it.skipIf(rulePack === undefined)("every entry of a SIEM vendor's rules is read where it has a time", () => {
  for (const log of rulePack!('Zoom.Operation') as (typeof made)[])
    expect(rig.read({ time: '2026-03-01 10:15:30', ...log })).toMatchObject({
      identity: { id: log.operator },
      action: { name: `${log.category_type}:${log.action}` },
    });
});
