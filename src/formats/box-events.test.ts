import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './box-events.ts';

const [read, invited] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('an app reads a file under its own account, and is called by its name', () => {
  expect(rig.read(read)).toMatchObject({
    id: `box:${read.event_id}`,
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: '19530772260', kind: 'service-account', provider: 'box', name: 'Invoice Sync' },
    action: { name: 'ITEM_DOWNLOAD', service: 'box', access: 'read' },
    resource: { id: '986342059368', type: 'file' },
    source: { ip: '192.0.2.30' },
    outcome: 'success',
  });
});

it('who lets somebody in gives a right, and says to whom', () => {
  expect(rig.read(invited)).toMatchObject({
    identity: { id: '12345678942', kind: 'human', name: 'ada@example.com' },
    action: { name: 'COLLABORATION_INVITE', access: 'admin' },
    resource: { id: '308889935509', type: 'folder' },
    change: { kind: 'right', identity: '26570306658', rights: ['Editor'] },
    recipients: [{ id: 'eve@example.net', kind: 'outside' }],
  });
});

it.each([
  ['FAILED_LOGIN', 'authenticate', 'denied'],
  ['USER_AUTHENTICATE_OAUTH2_ACCESS_TOKEN_CREATE', 'authenticate', 'success'],
  ['CHANGE_FOLDER_PERMISSION', 'admin', 'success'],
  ['PREVIEW', 'read', 'success'],
  ['UPLOAD', 'write', 'success'],
  ['DELETE', 'write', 'success'],
])('%s: %s, %s', (event_type, access, outcome) => {
  expect(rig.read({ ...read, event_type })).toMatchObject({ action: { access }, outcome });
});

it('pages are taken apart; alerts of Shield and whom Box does not know are skipped', () => {
  expect(rig.reader.readParsed({ chunk_size: 2, next_stream_position: '1', entries: [read, invited] })).toHaveLength(2);
  expect(rig.reader.readParsed({ ...read, event_type: 'SHIELD_ALERT' })[0]).toMatchObject({ status: 'skip' });
  const created_by = { type: 'user', id: '2', name: 'Unknown User', login: '' };
  expect(rig.reader.readParsed({ ...read, created_by })[0]).toMatchObject({ status: 'skip' });
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules with who did it is read, given a time", () => {
  const events = (rulePack!('Box.Event') as (typeof read)[]).filter(
    ({ created_by: by }) => by !== undefined && by.id !== '2',
  );
  expect(events.length).toBeGreaterThan(10);
  for (const log of events)
    expect(rig.reader.readParsed({ ...log, created_at: read.created_at })[0]).toMatchObject(
      log.event_type === 'SHIELD_ALERT' ? { status: 'skip' } : { status: 'read' },
    );
});
