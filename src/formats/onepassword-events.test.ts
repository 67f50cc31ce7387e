import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './onepassword-events.ts';

const [usage, audit] = samplesOf(format);
const rig = formatRig(format);

it('a service account that reveals an item', () => {
  expect(rig.read(usage)).toMatchObject({
    identity: { id: 'FI6PLMQBVNBF5MUXSJYSCUJ001', kind: 'service-account', provider: '1password', name: 'deploy' },
    action: { name: 'reveal', service: '1password', access: 'read' },
    resource: { id: 'VZSYVT2LGHTBWBQGUJAIZVRA01/SLFWNSJMD2FFXGLK44H35DTM01', type: 'item' },
    source: { ip: '192.0.2.160', country: 'NL', userAgent: '1Password SDK/0030001' },
    outcome: 'success',
  });
});

it('an audit event is told by what it was done to', () => {
  expect(rig.read(audit)).toMatchObject({
    identity: { kind: 'human', name: 'ada@example.com' },
    action: { name: 'uva.grant', access: 'admin' },
    resource: { id: 'VZSYVT2LGHTBWBQGUJAIZVRA01', type: 'uva' },
    source: { ip: '192.0.2.161' },
  });
});

it('nobody is skipped, and a page is taken apart', () => {
  expect(rig.reader.readParsed({ ...usage, user: {} })[0]).toMatchObject({ status: 'skip' });
  const page = { cursor: 'x', has_more: false, items: [usage, audit] };
  expect(formatRig(format, 'auto').reader.readParsed(page)).toHaveLength(2);
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records are all read, and sign-ins that failed are denied", () => {
  for (const log of [...rulePack!('OnePassword.SignInAttempt'), ...rulePack!('OnePassword.ItemUsage')]) {
    const { category } = log as { category?: string };
    expect(rig.read(log).outcome).toBe(category === undefined || category === 'success' ? 'success' : 'denied');
  }
});
