/** Stories of decoys: any use is told at once, whatever the budget, and never becomes a habit. */
import { describe, expect, it } from 'vitest';
import { act, alertsOf, at, routine, tellAlone, worker } from '../test/unit/story.ts';

const who = worker(1);
const id = who.base.identity.id;
const quiet = routine(who, 0, 4);
const inventory = [
  { identity: 'orders-decoys', canaryResources: ['vault/payroll-master', 'backups/hr/*'] },
  { identity: 'legacy-admin', canary: true },
  { identity: id, credentials: [{ id: 'key-that-nobody-uses', canary: true }] },
];
const tell = (events: Parameters<typeof tellAlone>[0], falsePerDay = 0.01) =>
  tellAlone([...quiet, ...events], { inventory, config: { alerts: { falsePerDay } } });

describe('a decoy', () => {
  it.each([
    ['a thing', { resource: { id: 'vault/payroll-master', type: 'secret' } }, 'vault/payroll-master'],
    ['a thing below one', { resource: { id: 'backups/hr/2026/all.tar', type: 'file' } }, 'backups/hr/2026/all.tar'],
    [
      'a credential',
      { credential: { id: 'key-that-nobody-uses', kind: 'access-key' as const } },
      'key-that-nobody-uses',
    ],
  ])('that is %s is told at its first use, in the first week and under the smallest budget', (_, change, named) => {
    const [alert, ...others] = alertsOf(tell([act(who, at(3, 12, 40), change)]), id, at(3, 12));
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ severity: 'critical', firstAt: at(3, 12, 40), raisedAt: at(3, 12, 40) });
    expect(alert?.title).toContain(named);
  });

  it('is told where the act was refused, and where the identity itself is one', () => {
    const refused = act(who, at(3, 12, 40), { resource: { id: 'vault/payroll-master' }, outcome: 'denied' });
    expect(alertsOf(tell([refused]), id, at(3, 12))).toHaveLength(1);
    const decoy = worker(2, { identity: { id: 'legacy-admin', kind: 'service-account', provider: 'example' } });
    expect(alertsOf(tell([act(decoy, at(3, 9))]), 'legacy-admin', at(3, 0))).toMatchObject([{ severity: 'critical' }]);
  });

  it('is nobody else: what only begins like it is quiet', () => {
    const near = ['vault/payroll-master-2', 'backups/hr', 'backups/hrm/x'].map((name, n) =>
      act(who, at(3, 12, 40 + n), { resource: { id: name, type: 'report' } }),
    );
    expect(tell(near).said.filter(({ detector }) => detector === 'decoy-use')).toEqual([]);
  });

  it('never becomes a habit, however often it is used', () => {
    const daily = Array.from({ length: 20 }, (_, n) =>
      act(who, at(4 + n, 12, 40), { resource: { id: 'vault/payroll-master', type: 'secret' } }),
    );
    const told = tell(daily);
    const last = told.said.filter(({ detector, activity }) => detector === 'decoy-use' && activity.at >= at(22, 0));
    expect(last.map(({ nats }) => nats)).toEqual([20, 20]);
    const values = told.engine.profile('acme', id)?.habits.flatMap((habit) => habit.values) ?? [];
    const known = values.filter(({ value }) => value.includes('payroll-master'));
    expect(known.filter(({ state }) => state === 'trusted')).toEqual([]);
  });
});
