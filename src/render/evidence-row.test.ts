import { expect, it } from 'vitest';
import type { Evidence } from '../../schemas/alert.ts';
import { evidenceRows } from './evidence-row.ts';

const evidence = (change: Partial<Evidence>): Evidence => ({
  detector: 'what',
  field: 'action.access',
  group: 'work',
  seen: 'grant by ec2:RevokeSecurityGroupIngress',
  usual: 'no new act of such consequence',
  nats: 3,
  prevalence: { identity: 0.02, peers: 0, tenant: 0.004 },
  action: 'ec2:RevokeSecurityGroupIngress',
  things: ['sg-1'],
  techniques: [],
  at: '2026-03-01T00:00:00.000Z',
  activityId: 'a',
  ...change,
});

it('what several dimensions find of one act is one row, the most telling first, and rights may be taken away', () => {
  const rows = evidenceRows([evidence({ field: 'action.name', nats: 2 }), evidence({})]);
  expect(rows).toEqual([
    {
      fields: ['action.access', 'action.name'],
      known: 'on 2 % of its own days, by under 1 % of the tenant',
      seen: 'rights changed by ec2:RevokeSecurityGroupIngress → sg-1',
      usual: 'no new act of such consequence',
    },
  ]);
});

it('types of things and refusals are told in words, names stay as they are', () => {
  const told = (change: Partial<Evidence>) =>
    evidenceRows([evidence(change)]).map(({ seen, usual }) => [seen, usual])[0] ?? [];
  const commit = { field: 'resource.id', action: 'commit:ci', things: ['acme/shop:sdks/'] };
  expect(told({ ...commit, seen: 'commit:ci → repository-path', usual: 'commit:chore → repository-path' })).toEqual([
    'commit:ci → acme/shop:sdks/',
    'commit:chore on things of type repository-path',
  ]);
  expect(told({ ...commit, seen: 'gcp-gkms', usual: 'gcp-pub, gcs-object and 4 more' })[1]).toBe(
    'things of type gcp-pub, gcs-object and 4 more',
  );
  expect(told({ ...commit, seen: 'commit:ci → repository-path', usual: 'nothing yet' })[1]).toBe('nothing yet');
  const named = { ...commit, things: ['notes'], seen: 'commit:ci → notes', usual: 'commit:ci → report' };
  expect(told(named)[1]).toBe('commit:ci → report');
  expect(told({ ...commit, seen: 'acme/shop:sdks/', usual: 'acme/shop:docs/' })[1]).toBe('acme/shop:docs/');
  const refused = { field: 'outcome', action: 'ec2:DescribeVolumes' };
  expect(told({ ...refused, seen: 'denied ec2', usual: 'denied s3, denied sqs and 2 more' })).toEqual([
    'refused calls of ec2',
    'refused calls of s3, refused calls of sqs and 2 more',
  ]);
});

it('a size is told in its unit, and what only looks like one is not', () => {
  const volume = { field: 'amount.bytes', action: 's3:GetObject', things: undefined } as unknown as Partial<Evidence>;
  const [row] = evidenceRows([
    evidence({ ...volume, seen: '19200000000 bytes this hour', usual: 'about 218969 an hour' }),
  ]);
  expect(row).toMatchObject({ seen: '19.2 GB this hour', usual: 'about 219 kB an hour' });
  const told = (seen: string) => evidenceRows([evidence({ ...volume, seen, usual: 'nothing' })])[0]?.seen;
  expect(told('0 bytes this hour')).toBe('0 bytes this hour');
  expect(told('999 bytes this hour')).toBe('999 bytes this hour');
  expect(told('1000 bytes this hour')).toBe('1 kB this hour');
  expect(evidenceRows([evidence({ field: 'activity count', seen: '4000 bytes of', usual: '' })])[0]?.seen).toBe(
    '4000 bytes of',
  );
});

it('a network is shown with what is open in it, and an address, a name and a port as they are', () => {
  const told = (seen: string, usual: string) => {
    const [row] = evidenceRows([
      evidence({ field: 'source.ip', action: undefined as never, things: undefined as never, seen, usual }),
    ]);
    return [row?.seen, row?.usual];
  };
  expect(told('94.226.', 'private 10.')).toEqual(['94.226.x.x', 'private 10.x.x.x']);
  expect(told('185.129.42.108', '91.9., 138.54. and 20 more')).toEqual([
    '185.129.42.108',
    '91.9.x.x, 138.54.x.x and 20 more',
  ]);
  expect(told('AS64811', '203.0.113., AS64810')).toEqual(['AS64811', '203.0.113.x, AS64810']);
  expect(told('2001:db8:', 'private fd00:')).toEqual(['2001:db8:', 'private fd00:']);
});
