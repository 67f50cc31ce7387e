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
