import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './m365-audit.ts';

const [mail, file] = samplesOf(format);
const rig = formatRig(format);

it('an app that reads a mailbox is the identity, and the mailbox the target', () => {
  expect(rig.read(mail)).toMatchObject({
    id: 'm365:0b1c2d3e-0000-4000-8000-000000000021',
    at: '2026-03-01T10:15:30.000Z',
    identity: {
      id: 'aaaa8888-0000-4000-8000-00000000000a',
      kind: 'service-account',
      provider: 'm365',
      account: '99999999-0000-4000-8000-000000000009',
    },
    action: { name: 'MailItemsAccessed', service: 'Exchange', access: 'read' },
    resource: { id: 'ada@example.com' },
    source: { ip: '192.0.2.60', userAgent: 'Client=REST;;' },
    outcome: 'success',
  });
});

it('without a service principal an app is known by its app id', () => {
  expect(rig.read({ ...mail, UserId: 'app@sharepoint', UserType: 0 }).identity).toMatchObject({
    id: 'bbbb8888-0000-4000-8000-00000000000b',
    kind: 'service-account',
  });
});

it('a person is the identity of what they do through an app', () => {
  expect(rig.read(file)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    actor: { id: 'cccc8888-0000-4000-8000-00000000000c', kind: 'app' },
    resource: { id: 'https://example.sharepoint.com/sites/hr/Documents/pay.xlsx', type: 'File' },
    action: { access: 'read' },
  });
});

it.each([
  ['FileModified', 'write'],
  ['AddedToSecureLink', 'admin'],
  ['New-InboxRule', 'admin'],
  ['Add service principal credentials.', 'admin'],
  ['UserLoggedIn', 'authenticate'],
  ['SearchQueryInitiatedSharePoint', 'read'],
])('%s is %s', (Operation, access) => {
  expect(rig.read({ ...file, Operation }).action.access).toBe(access);
});

it.each([
  [{ ResultStatus: 'Failed' }, 'failed'],
  [{ ResultStatus: 'False' }, 'failed'],
  [{ Operation: 'UserLoginFailed', ResultStatus: 'Success', ErrorNumber: '50126' }, 'denied'],
  [{ ResultStatus: 'Succeeded' }, 'success'],
])('%j is %s', (change, outcome) => {
  expect(rig.read({ ...file, ...change }).outcome).toBe(outcome);
});

it.each([['Not Available'], [''], ['Unknown'], ['Anonymous']])('whoever is nobody is skipped: %s', (UserId) => {
  expect(rig.reader.readParsed({ ...file, UserId })[0]).toMatchObject({
    status: 'skip',
    reason: 'UserId names nobody',
  });
});

it.skipIf(rulePack === undefined)("every record of a SIEM vendor's rules is read with its target", () => {
  for (const type of ['Microsoft365.Audit.SharePoint', 'Microsoft365.Audit.AzureActiveDirectory'])
    for (const log of rulePack!(type)) expect(rig.read(log)).toMatchObject({ resource: { id: expect.any(String) } });
});

it('what partly succeeded was done; a site is the thing where nothing narrower is named; `<null>` is no address', () => {
  expect(rig.read({ ...file, ResultStatus: 'PartiallySucceeded' }).outcome).toBe('success');
  const { ObjectId: _, SiteUrl: __, ...bare } = file;
  const Site = '1435321e-0000-4000-8000-00000000000f';
  expect(rig.read({ ...bare, Operation: 'ManagedSyncClientAllowed', Site }).resource?.id).toBe(Site);
  expect(rig.read({ ...file, ClientIP: '<null>' }).source).not.toHaveProperty('workload');
});

it('what a protection found is no act, whomever it names', () => {
  for (const change of [
    { Workload: 'ThreatIntelligence', Operation: 'TIMailData', UserId: 'ThreatIntel' },
    { Operation: 'AirInvestigationData' },
    { Workload: 'SecurityComplianceCenter', Operation: 'AlertTriggered', UserId: 'SecurityComplianceAlerts' },
  ])
    expect(rig.reader.readParsed({ ...file, ...change })[0]).toMatchObject({ status: 'skip' });
});

it('the directory tells the program in its extended properties, and the thing in its list of targets', () => {
  const { UserAgent: _, ClientInfoString: __, ...bare } = file;
  const ExtendedProperties = [{ Name: 'UserAgent', Value: 'python-requests/2.32' }];
  expect(rig.read({ ...bare, ExtendedProperties }).source.userAgent).toBe('python-requests/2.32');
  const Target = [
    { ID: 'Not Available', Type: 1 },
    { ID: 'eeee8888-0000-4000-8000-00000000000e', Type: 2 },
  ];
  expect(rig.read({ ...bare, ObjectId: 'Not Available', SiteUrl: undefined, Target }).resource?.id).toBe(Target[1]!.ID);
});

it('whoever signed in to the directory by a certificate is known by the name that it lists', () => {
  const act = {
    ...file,
    Operation: 'Add service principal.',
    Workload: 'AzureActiveDirectory',
    UserId: 'Certificate',
    UserKey: 'Not Available',
    UserType: 4,
    ObjectId: 'Not Available',
    ApplicationId: undefined,
    AppAccessContext: undefined,
    Actor: [
      { ID: 'Provisioning of Example', Type: 1 },
      { ID: 'Certificate', Type: 2 },
    ],
    Target: [{ ID: 'ServicePrincipal_0b1c2d3e-0000-4000-8000-000000000031', Type: 2 }],
  };
  expect(rig.read(act)).toMatchObject({
    identity: { id: 'provisioning of example', kind: 'provider-service' },
    resource: { id: '0b1c2d3e-0000-4000-8000-000000000031' },
  });
});

it('an app of SharePoint is told by the key of its user where nothing else names it', () => {
  const { AppAccessContext: _, ClientAppId: __, AppId: ___, ApplicationId: ____, ...bare } = mail;
  const key = 'i:0i.t|ms.sp.ext|0b1c2d3e-0000-4000-8000-000000000041@99999999-0000-4000-8000-000000000009';
  expect(rig.read({ ...bare, UserId: 'app@sharepoint', UserType: 0, UserKey: key }).identity.id).toBe(
    '0b1c2d3e-0000-4000-8000-000000000041',
  );
});

it('a conversation with an assistant is the thing, also where only the message names it', () => {
  const talk = { ...file, Operation: 'AIInteractionCreatedNotification', ObjectId: undefined, SiteUrl: undefined };
  expect(rig.read({ ...talk, Site: undefined, Message: { ThreadId: '19:a@thread.v2' } }).resource?.id).toBe(
    '19:a@thread.v2',
  );
  expect(rig.read({ ...talk, CopilotEventData: { ThreadId: '19:b@thread.v2' } }).resource?.id).toBe('19:b@thread.v2');
});

it('the name of a host is told without its port', () => {
  const source = (ClientIP: string) => rig.read({ ...file, ClientIP }).source;
  expect(source('[desk.example.com]:50123')).toMatchObject({ workload: 'desk.example.com' });
  expect(source('desk.example.com:50124')).toMatchObject({ workload: 'desk.example.com' });
  expect(source('[2001:db8::7]:50125')).toMatchObject({ ip: '2001:db8::7' });
});

it('all of the organisation are no strangers', () => {
  const share = { ...file, Operation: 'AddedToGroup', TargetUserOrGroupType: 'SecurityGroup' };
  expect(rig.read({ ...share, TargetUserOrGroupName: 'Everyone except external users' }).recipients).toEqual([
    { id: 'everyone except external users', kind: 'own' },
  ]);
});
