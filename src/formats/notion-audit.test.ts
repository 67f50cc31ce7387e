import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './notion-audit.ts';

const [exported, shared] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('an integration that exports a page', () => {
  expect(rig.read(exported)).toMatchObject({
    at: '2026-03-01T10:15:30.217Z',
    identity: { id: 'bd37477c-0001', kind: 'bot', provider: 'notion', name: 'Wiki sync', account: 'ea65b016-0001' },
    action: { name: 'page.exported', access: 'read' },
    resource: { id: '3cd2c560-0001', type: 'page' },
    source: { ip: '192.0.2.78', userAgent: 'web' },
  });
});

it('a guest who may do all with a page has a right from now on', () => {
  expect(rig.read(shared)).toMatchObject({
    identity: { id: 'bd37477c-0002', kind: 'human', name: 'ada@example.com' },
    action: { access: 'admin' },
    resource: { id: '3cd2c560-0002' },
    change: { kind: 'right', identity: 'bd37477c-0003', rights: ['full_access'] },
  });
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read, with who did what", () => {
  for (const log of rulePack!('Notion.AuditLogs') as (typeof exported)[]) {
    const outcome = rig.reader.readParsed(log)[0]!;
    if (outcome.status !== 'read') throw new Error(outcome.reason);
    expect(outcome.activities[0]).toMatchObject({
      identity: { id: log.event.actor.id },
      action: { name: log.event.type },
    });
  }
});
