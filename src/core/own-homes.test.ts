import { expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { ownHomes } from './own-homes.ts';

const shared = (recipients: Activity['recipients']): Activity => ({
  id: 'one',
  at: '2026-03-01T00:00:00.000Z',
  tenant: 'acme',
  identity: { id: 'arn:aws:iam::111122223333:role/backup', kind: 'role', provider: 'aws', account: '111122223333' },
  action: { name: 'ec2:ModifySnapshotAttribute', service: 'ec2', access: 'write' },
  source: {},
  outcome: 'success',
  ...(recipients !== undefined && { recipients }),
});
const kindsOf = ({ recipients = [] }: Activity) => recipients.map(({ kind }) => kind);

it('takes listed accounts, projects and domains for own, however a recipient is named', () => {
  const as = ownHomes(['444455556666', 'data-lake-7', 'Example.com']);
  const names = [
    '444455556666',
    'arn:aws:iam::444455556666:role/restore',
    'loader@data-lake-7.iam.gserviceaccount.com',
    'ops@example.com',
  ];
  expect(kindsOf(as(shared(names.map((id) => ({ id, kind: 'outside' })))))).toEqual(['own', 'own', 'own', 'own']);
});

it('leaves strangers, everybody and what the log leaves open as they are', () => {
  const as = ownHomes(['444455556666', 'example.com']);
  const others = shared([
    { id: '999988887777', kind: 'outside' },
    { id: 'ops@example.com.evil.test', kind: 'outside' },
    { id: '*', kind: 'everybody' },
    { id: '444455556666', kind: 'unknown' },
  ]);
  expect(as(others)).toBe(others);
});

it('changes nothing where nothing is listed, or nobody is named', () => {
  const one = shared([{ id: '444455556666', kind: 'outside' }]);
  expect(ownHomes([])(one)).toBe(one);
  const none = shared(undefined);
  expect(ownHomes(['444455556666'])(none)).toBe(none);
});
