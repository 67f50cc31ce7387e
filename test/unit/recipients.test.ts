/** To whom acts open things: in the records of every vendor that tells it, in sensitivity, and in the sentence of an alert. */
import { describe, expect, it } from 'vitest';
import { type Activity, LIMITS, type Recipient } from '../../schemas/activity.ts';
import { recipientNames } from '../../src/core/recipients.ts';
import { sensitivityOf } from '../../src/core/sensitivity.ts';
import { format as azure } from '../../src/formats/azure-activity.ts';
import { format as entra } from '../../src/formats/entra-audit.ts';
import { format as github } from '../../src/formats/github-audit.ts';
import { format as kubernetes } from '../../src/formats/kubernetes-audit.ts';
import { format as m365 } from '../../src/formats/m365-audit.ts';
import { type Format, recipientsOf } from '../../src/ingest/format.ts';
import { formatRig, samplesOf } from './format-rig.ts';

const to = (format: Format, record: object) =>
  formatRig(format)
    .read(record)
    .recipients?.map(({ kind, id }) => `${kind} ${id}`);

it('a list names each once, the farthest first, and is bounded by what is nearest', () => {
  const many = Array.from({ length: LIMITS.recipients }, (_, n) => ({ id: `role/${n}`, kind: 'own' as const }));
  const found = recipientsOf([
    ...many,
    { id: 'x', kind: 'own' },
    { id: 'x', kind: 'outside' },
    { id: '', kind: 'own' },
  ]);
  expect(found).toHaveLength(LIMITS.recipients);
  expect(found?.[0]).toEqual({ id: 'x', kind: 'outside' });
  expect(found?.at(-1)).toMatchObject({ id: expect.stringMatching(/^2 more ~[0-9a-f]{16}$/), kind: 'own' });
  // Whoever is added to a list that is full is news all the same.
  const far = Array.from({ length: 40 }, (_, n) => ({ id: `1111111111${n + 10}`, kind: 'outside' as const }));
  const mark = (...more: typeof far) => recipientsOf([...far, ...more])?.at(-1)?.id;
  expect(mark({ id: '999988887777', kind: 'outside' })).toMatch(/^10 more/);
  expect(mark({ id: '999988887777', kind: 'outside' })).not.toBe(mark({ id: '999988887778', kind: 'outside' }));
  expect(recipientsOf([{ id: undefined, kind: 'own' }])).toBeUndefined();
});

describe('records of vendors', () => {
  it('Microsoft 365: links, shares, rules of mailboxes', () => {
    const [, file] = samplesOf(m365);
    const of = (change: object) => to(m365, { ...file, UserId: 'ada@example.com', ...change });
    const share = { Operation: 'AddedToSecureLink', TargetUserOrGroupName: 'eve@other.example' };
    expect(of({ Operation: 'AnonymousLinkCreated' })).toEqual(['everybody *']);
    expect(of({ ...share, TargetUserOrGroupType: 'Guest' })).toEqual(['outside eve@other.example']);
    expect(of({ ...share, TargetUserOrGroupName: 'bob@example.com', TargetUserOrGroupType: 'Member' })).toEqual([
      'own bob@example.com',
    ]);
    const Parameters = [
      { Name: 'Name', Value: 'x' },
      { Name: 'ForwardTo', Value: 'smtp:eve@other.example;bob@example.com' },
    ];
    expect(of({ Operation: 'New-InboxRule', Parameters })).toEqual([
      'outside eve@other.example',
      'own bob@example.com',
    ]);
    expect(of({})).toBeUndefined();
  });

  it('GitHub: collaborators, keys, a repository made public', () => {
    const [sample] = samplesOf(github);
    const of = (change: object) => to(github, { ...sample, ...change });
    expect(of({ action: 'repo.add_member', user: 'eve' })).toEqual(['unknown eve']);
    expect(of({ action: 'org.add_outside_collaborator', user: 'eve' })).toEqual(['outside eve']);
    expect(of({ action: 'public_key.create', title: 'build key' })).toEqual(['unknown build key']);
    expect(of({ action: 'repo.access', visibility: 'public' })).toEqual(['everybody *']);
    expect(of({ action: 'repo.access', visibility: 'private' })).toBeUndefined();
  });

  it('Entra: who is given a role, a consent or a credential; a guest by his name', () => {
    const [credentials] = samplesOf(entra);
    const of = (properties: object) =>
      to(entra, { ...credentials, properties: { ...credentials.properties, ...properties } });
    expect(to(entra, credentials)).toEqual(['unknown eeee5555-0000-4000-8000-00000000000e']);
    const user = (userPrincipalName: string) => ({
      activityDisplayName: 'Add member to role',
      targetResources: [{ type: 'User', id: 'u', userPrincipalName }],
    });
    expect(of(user('bob@example.com'))).toEqual(['unknown bob@example.com']);
    expect(of(user('eve_other.example#EXT#@example.onmicrosoft.com'))).toEqual([
      'outside eve_other.example#ext#@example.onmicrosoft.com',
    ]);
    expect(of({ activityDisplayName: 'Update user', targetResources: [{ type: 'User', id: 'u' }] })).toBeUndefined();
  });

  it('Azure: whom a role is assigned, and a container that is opened', () => {
    const [exported] = samplesOf(azure);
    const of = (operationName: string, body: object) =>
      to(azure, { ...exported, operationName, properties: { requestbody: JSON.stringify({ properties: body }) } });
    const assign = 'Microsoft.Authorization/roleAssignments/write';
    expect(of(assign, { PrincipalId: 'AAAA0000-0000-4000-8000-000000000001' })).toEqual([
      'unknown aaaa0000-0000-4000-8000-000000000001',
    ]);
    expect(of(assign, { principalId: 'g', principalType: 'ForeignGroup' })).toEqual(['outside g']);
    const container = 'Microsoft.Storage/storageAccounts/blobServices/containers/write';
    expect(of(container, { publicAccess: 'Container' })).toEqual(['everybody *']);
    expect(of(container, { publicAccess: 'None' })).toBeUndefined();
  });

  it('Kubernetes: subjects of a binding; who is not signed in is everybody', () => {
    const [sample] = samplesOf(kubernetes);
    const of = (...subjects: object[]) =>
      to(kubernetes, {
        ...sample,
        ...{ verb: 'create', objectRef: { resource: 'rolebindings', namespace: 'shop', name: 'b' } },
        requestObject: { subjects, roleRef: { kind: 'Role', name: 'r' } },
      });
    expect(of({ kind: 'ServiceAccount', name: 'web' }, { kind: 'User', name: 'eve' })).toEqual([
      'unknown eve',
      'own system:serviceaccount:shop:web',
    ]);
    expect(of({ kind: 'Group', name: 'system:unauthenticated' })).toEqual(['everybody *']);
  });
});

describe('gravity', () => {
  const act = (name: string, ...recipients: Recipient[]): Activity => ({
    id: 'a',
    at: '2026-03-01T10:15:30.000Z',
    tenant: 'acme',
    identity: { id: 'web', kind: 'role', provider: 'aws', account: '111122223333' },
    action: { name, service: name.split(':')[0]!, access: 'admin' },
    resource: { id: 'arn:aws:s3:::payroll' },
    source: {},
    outcome: 'success',
    ...(recipients.length > 0 && { recipients }),
  });
  const level = (name: string, ...recipients: Recipient[]) => sensitivityOf(act(name, ...recipients)).level;
  const home: Recipient = { id: '111122223333', kind: 'own' };
  const outside: Recipient = { id: '999988887777', kind: 'outside' };
  const everybody: Recipient = { id: '*', kind: 'everybody' };

  it('own is not foreign: everybody, then outside, then nobody knows whom, then at home', () => {
    for (const share of ['ec2:ModifySnapshotAttribute', 'drive:share_document']) {
      expect(level(share, everybody)).toBeGreaterThan(level(share, outside));
      expect(level(share, home, outside)).toBe(level(share, outside));
      expect(level(share, outside)).toBeGreaterThan(level(share));
      expect(level(share)).toBe(level(share, { id: 'eve', kind: 'unknown' }));
      expect(level(share, home)).toBeLessThanOrEqual(level(share));
    }
    expect(level('drive:share_document', home)).toBeLessThan(level('drive:share_document'));
  });

  it('rights given at home stay as grave: that is how an intruder climbs', () => {
    expect(level('iam:UpdateAssumeRolePolicy', home)).toBe(level('iam:UpdateAssumeRolePolicy'));
  });

  it('names for people tell of those outside first', () => {
    expect(recipientNames(act('s3:PutBucketPolicy', home, outside))).toEqual(['account 999988887777']);
    expect(recipientNames(act('s3:PutBucketPolicy', home))).toEqual(['account 111122223333']);
    expect(recipientNames(act('s3:PutBucketPolicy', everybody, outside))).toEqual([
      'everybody',
      'account 999988887777',
    ]);
    const many = Array.from({ length: 12 }, (_, n): Recipient => ({ id: `99998888${1_000 + n}`, kind: 'outside' }));
    expect(recipientNames(act('s3:PutBucketPolicy', ...many))?.slice(-2)).toEqual(['account 999988881007', '4 more']);
    expect(recipientNames(act('s3:PutBucketPolicy'))).toBeUndefined();
  });
});
