import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './zendesk-audit.ts';

const [made, changed] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('who makes a token for the API makes a credential', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: '123', kind: 'human', provider: 'zendesk', name: 'Ada', account: 'example' },
    action: { name: 'api_token.create', access: 'admin' },
    resource: { id: '900', type: 'api_token' },
    change: { kind: 'credential', credential: '900' },
    source: { ip: '192.0.2.84' },
  });
});

it('what the system does is its own, and a role is a right', () => {
  expect(rig.read(changed)).toMatchObject({
    identity: { id: 'zendesk', kind: 'provider-service' },
    change: { kind: 'right', identity: '124', rights: ['Administrator'] },
  });
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read, with who did it", () => {
  for (const log of rulePack!('Zendesk.Audit') as (typeof made)[])
    expect(rig.read(log)).toMatchObject({
      identity: { id: String(log.actor_id) },
      resource: { id: String(log.source_id) },
    });
});
