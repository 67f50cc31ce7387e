import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './google-workspace-token.ts';

const [page] = samplesOf(format);
const { reader, read } = formatRig(format);

const [record] = page.items;

it('the app is the identity, whoever agreed to it the person it acts for', () => {
  const outcome = reader.readParsed(page)[0]!;
  expect(outcome.status === 'read' && outcome.activities).toEqual([
    {
      id: 'workspace:C00example:2026-03-01T10:15:30.120Z:-1234567890123456789:0',
      at: '2026-03-01T10:15:30.120Z',
      tenant: 'default',
      identity: {
        id: '123456789012-example.apps.googleusercontent.com',
        kind: 'oauth-app',
        provider: 'google-workspace',
        name: 'Mail Helper',
        account: 'C00example',
      },
      onBehalfOf: [{ id: 'ada@example.com', kind: 'human' }],
      action: { name: 'oauth:authorize', service: 'oauth', access: 'admin' },
      source: { ip: '192.0.2.50', asn: 64_500, country: 'NL' },
      outcome: 'success',
      scopes: ['https://www.googleapis.com/auth/gmail.readonly', 'https://www.googleapis.com/auth/drive'],
    },
    expect.objectContaining({
      id: 'workspace:C00example:2026-03-01T10:15:30.120Z:-1234567890123456789:1',
      action: { name: 'activity:gmail.users.messages.list', service: 'gmail', access: 'read' },
      resource: { id: 'GMAIL', type: 'product' },
      amount: { bytes: 512 },
    }),
  ]);
});

it('an event that an exporter flattened is read alike', () => {
  const { events: _, ...rest } = record;
  const flat = { ...rest, name: 'revoke', parameters: { client_id: 'c1', app_name: 'x', scope: ['s'] } };
  expect(read(flat)).toMatchObject({
    identity: { id: 'c1' },
    action: { name: 'oauth:revoke', access: 'admin' },
    scopes: ['s'],
  });
});

/** An activity of another application, done by a person. */
const inWorkspace = (applicationName: string, event: object, actor: object = record.actor) => ({
  ...record,
  id: { ...record.id, applicationName },
  actor,
  events: event,
});

it('what was done in Workspace is read of whoever did it, with the narrowest thing named', () => {
  const parameters = [
    { name: 'ROLE_NAME', value: '_SEED_ADMIN_ROLE' },
    { name: 'USER_EMAIL', value: 'Bot@example.com' },
  ];
  expect(
    read(inWorkspace('admin', { type: 'DELEGATED_ADMIN_SETTINGS', name: 'ASSIGN_ROLE', parameters })),
  ).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human', provider: 'google-workspace', account: 'C00example' },
    action: { name: 'admin:ASSIGN_ROLE', service: 'admin', access: 'admin' },
    resource: { id: '_SEED_ADMIN_ROLE', type: 'role' },
    change: { kind: 'right', identity: 'bot@example.com', rights: ['_SEED_ADMIN_ROLE'] },
    source: { ip: '192.0.2.50', asn: 64_500, country: 'NL' },
    outcome: 'success',
  });
  const file = [
    { name: 'doc_title', value: 'plan' },
    { name: 'doc_id', value: 'doc-1' },
  ];
  expect(read(inWorkspace('drive', { type: 'access', name: 'download', parameters: file }))).toMatchObject({
    action: { name: 'drive:download', access: 'read' },
    resource: { id: 'doc-1', type: 'doc' },
  });
  const scopes = [
    { name: 'API_CLIENT_NAME', value: '1234567890' },
    { name: 'API_SCOPES', multiValue: ['https://mail.google.com/'] },
  ];
  expect(
    read(inWorkspace('admin', { type: 'DOMAIN_SETTINGS', name: 'AUTHORIZE_API_CLIENT_ACCESS', parameters: scopes })),
  ).toMatchObject({ change: { kind: 'right', identity: '1234567890', rights: ['https://mail.google.com/'] } });
});

it('an app that Google names acts for the person, and a refused sign-in is denied', () => {
  const app = { ...record.actor, applicationInfo: { oauthClientId: 'c1', applicationName: 'Backup' } };
  expect(read(inWorkspace('drive', { type: 'access', name: 'edit' }, app))).toMatchObject({
    identity: { id: 'c1', kind: 'oauth-app', name: 'Backup' },
    onBehalfOf: [{ id: 'ada@example.com', kind: 'human' }],
    action: { access: 'write' },
  });
  const parameters = [{ name: 'login_failure_type', value: 'login_failure_invalid_password' }];
  expect(read(inWorkspace('login', { type: 'login', name: 'login_failure', parameters }))).toMatchObject({
    action: { name: 'login:login_failure', access: 'authenticate' },
    outcome: 'denied',
    errorCode: 'login_failure_invalid_password',
  });
});

it('what devices, calls, mail and rules tell is skipped, and so are warnings, nobody and an event without an app', () => {
  const reasonOf = (application: string, event: object, actor?: object) =>
    reader.readParsed(inWorkspace(application, event, actor))[0];
  const event = { type: 'x', name: 'y' };
  expect(reasonOf('chrome', event)).toMatchObject({ status: 'skip' });
  expect(reasonOf('rules', event)).toMatchObject({ status: 'skip' });
  expect(reasonOf('login', { type: 'account_warning', name: 'suspicious_login' })).toMatchObject({ status: 'skip' });
  const anyone = { callerType: 'KEY', key: 'HANGOUTS_EXTERNAL_OR_ANONYMOUS' };
  expect(reasonOf('chat', event, anyone)).toMatchObject({ status: 'skip', reason: 'actor names nobody' });
  expect(reader.readParsed({ ...record, events: [{ name: 'authorize', parameters: [] }] })[0]).toMatchObject({
    status: 'skip',
    reason: 'events.parameters.client_id names no app',
  });
});

it('a single event may stand as an object instead of a list', () => {
  expect(reader.readParsed({ ...record, events: record.events[0] })).toEqual(
    reader.readParsed({ ...record, events: [record.events[0]] }),
  );
});

it('who is let into a group is told, and whether from outside', () => {
  const parameters = [
    { name: 'USER_EMAIL', value: 'new@other.example' },
    { name: 'GROUP_EMAIL', value: 'admins@example.com' },
  ];
  expect(read(inWorkspace('admin', { type: 'GROUP_SETTINGS', name: 'ADD_GROUP_MEMBER', parameters }))).toMatchObject({
    action: { access: 'admin' },
    resource: { id: 'admins@example.com', type: 'group' },
    recipients: [{ id: 'new@other.example', kind: 'outside' }],
  });
});

it('what an assistant was used in is the thing', () => {
  const parameters = [
    { name: 'app_name', value: 'docs' },
    { name: 'action', value: 'summarize_file' },
  ];
  const used = inWorkspace('gemini_in_workspace_apps', {
    type: 'ai_usage_event',
    name: 'feature_utilization',
    parameters,
  });
  expect(read(used).resource).toEqual({ id: 'docs', type: 'app' });
});

it.each([
  ['vault', 'modify_default_retention_period_begin', 'resource_name', 'EMAIL', 'resource'],
  ['admin', 'ALLOW_SERVICE_FOR_OAUTH2_ACCESS', 'OAUTH2_SERVICE_NAME', 'APPS_SCRIPT', 'oauth2_service'],
])('%s:%s is about what %s names', (application, name, parameter, id, type) => {
  const parameters = [
    { name: 'ORG_UNIT_NAME', value: 'sales' },
    { name: parameter, value: id },
  ].slice(application === 'vault' ? 1 : 0);
  expect(read(inWorkspace(application, { type: 'SETTINGS', name, parameters })).resource).toEqual({ id, type });
});
