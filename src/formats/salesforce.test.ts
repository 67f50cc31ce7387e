import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './salesforce.ts';

const [api, loginAs] = samplesOf(format);
const rig = formatRig(format);

it('a connected app is the identity, and the user whose token it holds the delegator', () => {
  expect(rig.read(api)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: {
      id: '0H45j0000008aaaAAA',
      kind: 'oauth-app',
      provider: 'salesforce',
      name: 'Nightly export',
      account: '00D5j000000VI3n',
    },
    onBehalfOf: [{ id: '0055j000000utlPAAQ' }],
    action: { name: 'RestApi.GET', access: 'read' },
    resource: { id: 'Contact' },
    source: { ip: '192.0.2.150', userAgent: 'simple-salesforce/1.12' },
    amount: { records: 2_000 },
    outcome: 'success',
  });
});

it('who signs in as another is the administrator, and the other the target', () => {
  expect(rig.read(loginAs)).toMatchObject({
    at: '2026-03-01T10:16:00.000Z',
    identity: { id: '0055j000000utlRAAQ', kind: 'human', name: 'admin@example.com' },
    action: { name: 'LoginAs', access: 'authenticate' },
    resource: { id: '0055j000000utlQAAQ' },
  });
});

it.each([
  [{ EVENT_TYPE: 'Login', LOGIN_STATUS: 'LOGIN_NO_ERROR' }, 'success'],
  [{ EVENT_TYPE: 'Login', LOGIN_STATUS: 'LOGIN_ERROR_INVALID_PASSWORD' }, 'denied'],
  [{ STATUS_CODE: '403' }, 'denied'],
  [{ REQUEST_STATUS: 'F' }, 'failed'],
])('%j is %s', (change, outcome) => {
  expect(rig.read({ ...api, ...change }).outcome).toBe(outcome);
});

it('an event that is told at once is the same act', () => {
  const event = {
    attributes: { type: 'ApiEvent' },
    EventIdentifier: '0b1c2d3e-0000-4000-8000-000000000091',
    EventDate: '2026-03-01T10:17:00.000Z',
    UserId: '0055j000000utlPAAQ',
    Username: 'sync@example.com',
    ConnectedAppId: '0H45j0000008aaaAAA',
    Operation: 'Query',
    QueriedEntities: 'Account',
    SourceIp: '192.0.2.152',
  };
  expect(rig.read(event)).toMatchObject({
    identity: { id: '0H45j0000008aaaAAA' },
    action: { name: 'ApiEvent.Query', access: 'read' },
    resource: { id: 'Account' },
    source: { ip: '192.0.2.152' },
  });
});

it('performance and visitors are skipped', () => {
  const by = (change: object) => rig.reader.readParsed({ ...api, ...change })[0];
  expect(by({ EVENT_TYPE: 'ApexExecution' })).toMatchObject({ status: 'skip' });
  expect(by({ CONNECTED_APP_ID: '', USER_TYPE: 'Guest' })).toMatchObject({ status: 'skip' });
});

it.skipIf(rulePack === undefined)(
  "a SIEM vendor's records are all read: the app where one is named, else the user",
  () => {
    for (const type of [
      'Login',
      'LoginAs',
      'ConnectedAppUsageEventStore',
      'ApiConnectedApp',
      'BulkApiResultEventStore',
      'OAuthTokenRevoked',
    ])
      for (const log of rulePack!(`Salesforce.${type}`) as Record<string, string>[]) {
        const { identity, outcome } = rig.read(log);
        const isApp = log.CONNECTED_APP_ID !== undefined && type !== 'OAuthTokenRevoked';
        expect([type, identity.kind === 'oauth-app', outcome]).toEqual([type, isApp, 'success']);
      }
  },
);

it('a change of setup is by whoever signed in, also as another', () => {
  const row = {
    Id: '0Ym000000000001',
    Action: 'insertConnectedApplication',
    Section: 'Connected Apps',
    CreatedById: '005000000000001',
    CreatedDate: '2026-03-01T10:15:30.000+0000',
    DelegateUser: null,
  };
  expect(rig.read(row)).toMatchObject({
    id: 'salesforce:setup:0Ym000000000001',
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: '005000000000001', provider: 'salesforce' },
    action: { name: 'SetupAuditTrail.insertConnectedApplication', access: 'admin' },
    resource: { id: 'Connected Apps' },
  });
  expect(rig.read({ ...row, DelegateUser: 'admin@example.com' })).toMatchObject({
    identity: { id: 'admin@example.com', kind: 'human' },
    onBehalfOf: [{ id: '005000000000001' }],
  });
});

it('a sign-in that is told without the name of its object is known by its fields', () => {
  const login = {
    EventIdentifier: 'e1',
    EventDate: '2026-03-01T10:15:30Z',
    UserId: '005000000000002',
    LoginType: 'Remote Access 2.0',
    Status: 'Failed: Missing Consumer Key Parameter',
    SourceIp: '192.0.2.90',
  };
  expect(rig.read(login)).toMatchObject({
    action: { name: 'LoginEvent', access: 'authenticate' },
    outcome: 'denied',
    source: { ip: '192.0.2.90' },
  });
});

const told = { EventIdentifier: 'e2', EventDate: '2026-03-01T10:15:30Z', UserId: '005000000000002' };

it.each([
  [{ SessionLevel: 'STANDARD', LoginKey: 'k' }, 'LogoutEvent', 'authenticate'],
  [{ ReportId: '00O000000000001', QueriedEntities: 'Account' }, 'ReportEvent', 'read'],
  [{ ListViewId: '00B000000000001', QueriedEntities: 'Account' }, 'ListViewEvent', 'read'],
  [{ QueriedEntities: 'Account', Operation: 'Query', SessionLevel: 'STANDARD' }, 'ApiEvent.Query', 'read'],
  [{ SessionLevel: 'STANDARD', EvaluationTime: 0 }, 'Event', 'unknown'],
])('an event without the name of its object and with %j is %s', (fields, name, access) => {
  expect(rig.read({ ...told, ...fields }).action).toMatchObject({ name, access });
});

it('who signs in as another is the administrator also where it is told at once', () => {
  const as = {
    ...told,
    Username: 'ada@example.com',
    DelegatedUsername: 'admin@example.com',
    LoginAsCategory: 'Enabled',
  };
  for (const event of [as, { ...as, attributes: { type: 'LoginAsEvent' } }])
    expect(rig.read(event)).toMatchObject({
      identity: { id: 'admin@example.com', kind: 'human' },
      resource: { id: '005000000000002' },
      action: { name: 'LoginAsEvent', access: 'authenticate' },
    });
});
