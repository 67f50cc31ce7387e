import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './slack-audit.ts';

const [file, install] = samplesOf(format);
const rig = formatRig(format);

it('what an app does for somebody is the act of the app', () => {
  expect(rig.read(file)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'A0000000001', kind: 'oauth-app', provider: 'slack', name: 'Exporter' },
    onBehalfOf: [{ id: 'W123AB456', kind: 'human' }],
    action: { name: 'file_downloaded', service: 'slack', access: 'read' },
    resource: { id: 'F0000000001', type: 'file' },
    source: { ip: '192.0.2.90', userAgent: 'export-bot/1.2' },
    outcome: 'success',
  });
});

it('an app that a person installs is the target, with the scopes it gets', () => {
  expect(rig.read(install)).toMatchObject({
    identity: { id: 'W123AB457', kind: 'human', name: 'bo@example.com' },
    action: { access: 'admin' },
    resource: { id: 'A0000000002', type: 'app' },
    scopes: ['channels:history', 'files:read'],
  });
});

it.each([[{ type: 'user', user: {} }], [{ type: 'user', user: { id: 'unknown' } }], [{}]])(
  'an actor who is nobody is skipped: %j',
  (actor) => {
    expect(rig.reader.readParsed({ ...install, actor })[0]).toMatchObject({
      status: 'skip',
      reason: 'actor names nobody',
    });
  },
);

it('a page is taken apart', () => {
  expect(formatRig(format, 'auto').reader.readParsed({ entries: [file, install] })).toHaveLength(2);
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records with a time are all read, with the thing they name", () => {
  for (const log of rulePack!('Slack.AuditLogs') as { action: string; date_create?: string; entity?: object }[]) {
    const [outcome] = rig.reader.readParsed(log);
    if (log.date_create === undefined)
      expect(outcome).toMatchObject({ reason: expect.stringContaining('date_create') });
    else if (log.action === 'anomaly') expect(outcome).toMatchObject({ status: 'skip' });
    else expect(rig.read(log).resource !== undefined).toBe(log.entity !== undefined);
  }
});

it('what Slack finds unusual is no act of whom it is about', () => {
  const found = { ...file, action: 'anomaly', details: { reason: ['asn'], previous_ip_address: '192.0.2.1' } };
  expect(rig.reader.readParsed(found)[0]).toMatchObject({ status: 'skip', reason: 'what Slack found, not an act' });
});
