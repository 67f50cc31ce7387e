import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './crowdstrike-audit.ts';

const [made, used, asked] = samplesOf(format);
const rig = formatRig(format, 'auto');
const event = (change: object) => ({ ...made, event: { ...made.event, ...change } });

it('a person who makes an API client makes an identity, with what it may do', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: {
      id: 'ada@example.com',
      kind: 'human',
      provider: 'crowdstrike',
      account: made.metadata.customerIDString,
    },
    action: { name: 'CreateAPIClient', service: 'crowdstrike', access: 'admin' },
    resource: { id: 'aaaa0001aaaa0001aaaa0001aaaa0001', type: 'api-client' },
    change: {
      kind: 'identity',
      identity: 'aaaa0001aaaa0001aaaa0001aaaa0001',
      rights: ['alerts:read', 'hosts:write'],
    },
    source: { ip: '192.0.2.10' },
    outcome: 'success',
  });
});

it('an API client is known by the id under which it was made', () => {
  expect(rig.read(used)).toMatchObject({
    at: '2026-03-01T10:16:30.000Z',
    identity: { id: rig.read(made).change?.identity, kind: 'oauth-app' },
    action: { name: 'detection_update', access: 'write' },
    resource: { id: 'ldt:0001:0002', type: 'detection' },
  });
});

it('a request to the API is an act of its client, with what was asked for and how it was answered', () => {
  expect(rig.read(asked)).toMatchObject({
    at: '2026-03-01T10:17:30.950Z',
    identity: { id: rig.read(made).change?.identity, kind: 'oauth-app' },
    action: { name: 'POST /devices/entities/devices-actions/v2', access: 'write' },
    resource: { id: '/devices/entities/devices-actions/v2', type: 'path' },
    source: { ip: '192.0.2.11', userAgent: 'crowdstrike-falconpy/1.5.0' },
    scopes: ['hosts:write'],
    outcome: 'denied',
    errorCode: '403',
  });
  const { AuditKeyValues, UserIp, ...rest } = asked.event;
  const told = Object.fromEntries(
    AuditKeyValues.map(({ Key, ValueString }: { Key: string; ValueString: string }) => [Key, ValueString]),
  );
  const asObject = { ...rest, UserId: 'ada@example.com', SourceIp: UserIp, Attributes: told };
  expect(rig.read({ ...asked, event: asObject })).toMatchObject({
    identity: rig.read(asked).identity,
    onBehalfOf: [{ id: 'ada@example.com', kind: 'principal' }],
    source: { ip: '192.0.2.11' },
    outcome: 'denied',
  });
  const request = (method: string, path: string) => {
    const Attributes = { ...told, request_method: method, request_path: path, status_code: '200' };
    return rig.read({ ...asked, event: { ...rest, Attributes } }).action;
  };
  expect(request('POST', '/oauth2/token').access).toBe('authenticate');
  expect(request('GET', '/devices/queries/devices/v1').access).toBe('read');
  expect(request('POST', '/alerts/entities/alerts/v2').access).toBe('read');
  expect(request('POST', '/user-management/entities/user-role-actions/v1').access).toBe('admin');
  expect(request('DELETE', '/x/0123456789abcdef0123456789abcdef').name).toBe('DELETE /x/{id}');
});

it('who may not sign in is denied, other acts that fail have failed, and roles are rights', () => {
  expect(rig.read(event({ OperationName: 'userAuthenticate', Success: false })).outcome).toBe('denied');
  expect(rig.read(event({ OperationName: 'DeleteAPIClients', Success: false })).outcome).toBe('failed');
  const AuditKeyValues = [
    { Key: 'target_name', ValueString: 'eve@example.com' },
    { Key: 'roles', ValueString: 'custom,falconhost_admin' },
  ];
  expect(rig.read(event({ OperationName: 'grantUserRoles', AuditKeyValues }))).toMatchObject({
    resource: { id: 'eve@example.com', type: 'user' },
    change: { kind: 'right', identity: 'eve@example.com', rights: ['custom', 'falconhost_admin'] },
  });
});

it('what sensors see, and whom nobody names, is skipped', () => {
  const detection = { metadata: { ...made.metadata, eventType: 'EppDetectionSummaryEvent' }, event: {} };
  expect(rig.reader.readParsed(detection)[0]).toMatchObject({ status: 'skip' });
  expect(rig.reader.readParsed(event({ UserId: '' }))[0]).toMatchObject({ status: 'skip' });
  expect(rig.reader.readParsed({ metadata: made.metadata })[0]).toMatchObject({ status: 'dead' });
});

it.skipIf(rulePack === undefined)(
  "every audit event of a SIEM vendor's rules is read, with who did what to whom",
  () => {
    const audits = rulePack!('Crowdstrike.EventStreams').filter(
      (log) => 'OperationName' in ((log as typeof made).event ?? {}),
    );
    expect(audits.length).toBeGreaterThan(15);
    for (const log of audits as (typeof made)[])
      expect(rig.read(log)).toMatchObject({
        identity: { id: log.event.UserId },
        action: { name: log.event.OperationName },
        source: { ip: log.event.UserIp },
        outcome: log.event.Success ? 'success' : 'failed',
        resource: { id: expect.any(String) },
      });
  },
);
