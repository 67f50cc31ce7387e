/** What the whole engine must keep quiet about: the benign changes that a fleet goes through, each looking a little like a break-in. */
import { describe, expect, it } from 'vitest';
import {
  act,
  agents,
  alertsOf,
  at,
  orders,
  type Persona,
  routine,
  strength,
  QUIET_DAYS as TODAY,
  tell,
  worker,
  workers,
} from './story.ts';

const first = workers[0] as Persona;
const clerk = agents[0] as Persona;
const id = first.base.identity.id;
const noAlerts = (told: ReturnType<typeof tell>, who: readonly Persona[]) =>
  expect(who.filter((w) => alertsOf(told, w.base.identity.id).length > 0).map((w) => w.base.identity.id)).toEqual([]);

it('habits: nobody says anything of the days after the quiet month', () => {
  const told = tell([]);
  expect(told.said.filter((s) => s.activity.at >= at(TODAY, 0) && s.nats > 0.25)).toEqual([]);
});

describe('one cause for many', () => {
  it('a client upgrade that rolls through the class', () => {
    const upgraded = workers.flatMap((who, i) =>
      [0, 2, 4].map((later) =>
        act(who, at(TODAY + Math.floor(i / 6), 9 + later, 40 + (i % 6)), {
          source: { userAgent: 'example-sdk/1.5.0 linux' },
        }),
      ),
    );
    noAlerts(tell(upgraded), workers);
  });

  it('a failover of the whole class to other addresses of its network, once a few have gone ahead', () => {
    const moved = workers.flatMap((who, i) => [
      ...routine(who, TODAY, TODAY + (i < 3 ? 1 : 2)),
      ...routine(who, TODAY + (i < 3 ? 1 : 2), TODAY + 3, { source: { ip: `203.0.113.${i + 1}` } }),
    ]);
    noAlerts(tell(moved, {}, TODAY), workers.slice(3));
  });

  it('a move to another network and region, once a few have gone ahead', () => {
    const there = (i: number) => ({ source: { ip: `203.0.113.${i + 1}`, region: 'south', asn: 64_505 } });
    const moved = workers.flatMap((who, i) => [
      ...routine(who, TODAY, TODAY + (i < 3 ? 1 : 2)),
      ...routine(who, TODAY + (i < 3 ? 1 : 2), TODAY + 3, there(i)),
    ]);
    noAlerts(tell(moved, {}, TODAY), workers.slice(3));
  });

  it('a platform key that everybody gets on one day', () => {
    const credential = { id: 'platform-key-2026', kind: 'signing-key' as const, longLived: true };
    noAlerts(
      tell(
        workers.flatMap((who) => routine(who, TODAY, TODAY + 3, { credential })),
        {},
        TODAY,
      ),
      workers,
    );
  });

  it('a model upgrade of all agents', () => {
    const upgraded = agents.flatMap((who) =>
      routine(who, TODAY, TODAY + 2, { actor: { id: who.base.identity.id, kind: 'agent', model: 'example-model-2' } }),
    );
    noAlerts(tell(upgraded, {}, TODAY), agents);
  });
});

describe('one identity that changes', () => {
  it('rotates its key in the same place', () => {
    const rotated = routine(first, TODAY, TODAY + 2, {
      credential: { id: 'key-of-worker-1-new', kind: 'access-key', longLived: true },
    });
    const told = tell(rotated, {}, TODAY);
    expect(strength(told, 'concurrent-use', id)).toBeLessThan(1);
    noAlerts(told, [first]);
  });

  it('is renamed and given a new key, and has the habits it had', () => {
    const { identity, credential } = first.base;
    const trusted = (told: ReturnType<typeof tell>) =>
      (told.engine.learningRecord('acme', id)?.rows() ?? [])
        .filter(({ state, firstOn }) => state === 'trusted' && firstOn < at(TODAY).slice(0, 10))
        .map(({ dimension, value, trustedOn }) => `${dimension} ${value} ${trustedOn}`);
    const skip = (a: { identity: { id: string }; at: string }) => a.identity.id === id && a.at >= at(TODAY, 0);
    const told = tell(
      routine(first, TODAY, TODAY + 3, {
        identity: { ...identity, name: 'orders-worker-renamed' },
        credential: { ...(credential as NonNullable<typeof credential>), id: 'next-key-of-worker-1' },
      }),
      { skip },
    );
    noAlerts(told, [first]);
    expect(trusted(told)).toEqual(trusted(tell([], { skip })));
    expect(trusted(told).length).toBeGreaterThan(10);
  });

  it('gets another address in its network', () => {
    noAlerts(tell([act(first, at(TODAY, 12, 40), { source: { ip: '192.0.2.77' } })]), [first]);
  });

  it('goes through the gateway of its class', () => {
    const gateway = { source: { ip: '198.18.0.1' } };
    const usual = workers
      .slice(1)
      .flatMap((who) => Array.from({ length: TODAY }, (_, day) => act(who, at(day, 9, 30), gateway)));
    const told = tell([...usual, act(first, at(TODAY, 12, 40), gateway)]);
    noAlerts(told, [first]);
  });

  it('does for the first time what its class does every day', () => {
    const count = { action: orders('CountStock') };
    const others = workers
      .slice(1)
      .flatMap((who) => Array.from({ length: TODAY }, (_, day) => act(who, at(day, 9, 40), count)));
    const told = tell([...others, act(first, at(TODAY, 12, 40), count)]);
    expect(strength(told, 'what', id)).toBeLessThan(strength(tell([act(first, at(TODAY, 12, 40), count)]), 'what', id));
    noAlerts(told, [first]);
  });

  it('is redeployed every day into new pods on new addresses', () => {
    const pod = (day: number) => `orders-worker-20-${(day * 7_919 + 65_536).toString(16)}`;
    const days = Array.from({ length: TODAY + 3 }, (_, day) =>
      routine(worker(20), day, day + 1, {
        source: { workload: `prod/orders/${pod(day)}`, ip: `10.0.${day}.4`, asn: undefined },
        actor: { id: pod(day), kind: 'pod' },
      }),
    );
    noAlerts(tell(days.flat()), [worker(20)]);
  });

  it('takes a new session every hour on one machine', () => {
    const role = worker(21, {
      identity: { id: 'orders-worker-21', kind: 'role', provider: 'example' },
      actor: { id: 'i-0021', kind: 'instance' },
    });
    const days = Array.from({ length: TODAY + 2 }, (_, day) =>
      role.hours.flatMap((hour) =>
        role.acts.map((usual, i) =>
          act(role, at(day, hour, i), { ...usual, credential: { id: `s-${day}-${hour}`, kind: 'session-token' } }),
        ),
      ),
    );
    const told = tell(days.flat());
    expect(strength(told, 'credential-off-platform', 'orders-worker-21', at(0, 0))).toBe(0);
    noAlerts(told, [role]);
  });

  it('counts up the names of what it writes', () => {
    const counted = Array.from({ length: TODAY + 2 }, (_, day) =>
      act(first, at(day, 9, 40), {
        action: orders('PutReport', 'write'),
        resource: { id: `reports/day-${day}.csv`, type: 'report' },
      }),
    );
    noAlerts(tell(counted), [first]);
  });

  it('is new itself and does what its class does', () => {
    noAlerts(tell(routine(worker(30), TODAY, TODAY + 3)), [worker(30)]);
  });

  it('works an hour late', () => {
    expect(strength(tell([act(first, at(TODAY, 17, 20))]), 'when', id)).toBe(0);
  });

  it('works at the weekend for once', () => {
    const weekdays = Array.from({ length: TODAY }, (_, day) => day).filter((day) => day % 7 < 5);
    const office = worker(43);
    const told = tell([...weekdays, TODAY - 1].sort((a, b) => a - b).flatMap((day) => routine(office, day, day + 1)));
    noAlerts(told, [office]);
  });

  it('has a burst every night', () => {
    const nightly = Array.from({ length: TODAY + 2 }, (_, day) =>
      Array.from({ length: 60 }, (_unused, i) => act(worker(76), at(day, 2, i))),
    ).flat();
    const told = tell([...nightly, ...routine(worker(76), 0, TODAY + 2)]);
    expect(strength(told, 'volume', 'orders-worker-76')).toBe(0);
    noAlerts(told, [worker(76)]);
  });

  it('is refused one usual act', () => {
    noAlerts(tell([act(first, at(TODAY, 12, 40), { outcome: 'denied' })]), [first]);
  });

  it('acts for a colleague whom another agent acts for', () => {
    const told = tell([act(clerk, at(TODAY, 12, 40), { onBehalfOf: [{ id: 'clerk-2@example.com', kind: 'human' }] })]);
    expect(strength(told, 'broken-delegation', clerk.base.identity.id)).toBe(0);
    noAlerts(told, [clerk]);
  });
});

describe('a date that is stale: use goes on past it without a pause', () => {
  const who = worker(70);
  const old = who.base.credential?.id ?? '';
  const uses = routine(who, 0, TODAY + 3);

  it.each([
    ['a revocation', { credentials: [{ id: old, revokedAt: at(TODAY, 9) }] }, 'revoked-credential-use'],
    ['a revocation at midnight', { credentials: [{ id: old, revokedAt: at(TODAY, 0) }] }, 'revoked-credential-use'],
    ['a key expiry', { credentials: [{ id: old, expiresAt: at(TODAY, 9) }] }, 'revoked-credential-use'],
    ['an offboarding', { offboardedAt: at(TODAY, 9) }, 'retired-identity-activity'],
    ['an expiry at midnight', { expiresAt: at(TODAY, 0) }, 'retired-identity-activity'],
  ])('%s', (_what, dates, detector) => {
    const told = tell(uses, { inventory: [{ identity: 'orders-worker-70', ...dates }] });
    expect(strength(told, detector, 'orders-worker-70')).toBeGreaterThan(0);
    expect(strength(told, detector, 'orders-worker-70')).toBeLessThanOrEqual(2.5);
    noAlerts(told, [who]);
  });

  it('an old key in its grace beside its successor says nothing', () => {
    const next = { id: 'key-of-worker-70-next', kind: 'access-key' as const, longLived: true };
    const told = tell([...uses, ...routine(who, TODAY - 1, TODAY + 1, { credential: next })], {
      inventory: [{ identity: 'orders-worker-70', credentials: [{ id: old, rotatedAt: at(TODAY - 1) }] }],
    });
    expect(strength(told, 'revoked-credential-use', 'orders-worker-70', at(0))).toBe(0);
  });
});
