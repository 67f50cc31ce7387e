/** What the whole engine must tell a SOC: one break-in a story, told as one alert with its evidence and the smallest containment. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { alertSchema } from '../../schemas/alert.ts';
import {
  act,
  agents,
  alertsOf,
  at,
  orders,
  routine,
  strength,
  QUIET_DAYS as TODAY,
  type Told,
  tell,
  worker,
  workers,
} from './story.ts';

const [first, second] = workers as [(typeof workers)[0], (typeof workers)[0]];
const clerk = agents[0] as (typeof agents)[0];
const [id, clerkId] = [first.base.identity.id, clerk.base.identity.id];
const elsewhere = { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' };
const grant = { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' as const };

function theOne(told: Told, identity: string): Alert {
  const alerts = alertsOf(told, identity);
  expect(alerts).toHaveLength(1);
  const [alert] = alerts as [Alert];
  expect(alertSchema.strict().safeParse(alert).error).toBeUndefined();
  return alert;
}

describe('a stolen key', () => {
  it('used from a network, country and client it never used', () => {
    const alert = theOne(tell([act(first, at(TODAY, 12, 40), { source: elsewhere })]), id);
    expect(alert.kinds[0]).toBe('unexpected-source');
    expect(alert.detectors).toContain('where');
    expect(alert.evidence.map((e) => e.field)).toEqual(
      expect.arrayContaining(['source.ip', 'source.country', 'source.userAgent']),
    );
    const network = alert.evidence.find((e) => e.field === 'source.ip');
    expect(network?.seen).toContain('64510');
    expect(network?.usual).toContain('64500');
    expect(alert.recommendation.action).not.toBe('observe');
  });

  it('used for hours and days is one alert that grows, not many', () => {
    const visits = [0, 1, 2, 20, 21, 40, 44].map((hours) =>
      act(first, at(TODAY, 12 + hours, 40), { source: elsewhere }),
    );
    const alert = theOne(tell(visits), id);
    expect(alert.activityCount).toBeGreaterThan(1);
    expect(alert.version).toBeGreaterThan(1);
    expect(alert.firstAt).toBe(at(TODAY, 12, 40));
  });

  it('of a colleague: the key belongs to another identity', () => {
    const alert = theOne(tell([act(first, at(TODAY, 12, 40), { credential: second.base.credential })]), id);
    expect(alert.kinds).toContain('credential-reuse');
    expect(alert.detectors).toContain('concurrent-use');
  });

  it('used from a new place while the owner works on is told apart from a move', () => {
    const away = { source: { ip: '203.0.113.9', asn: 64_510 } };
    const told = tell([act(first, at(TODAY, 12, 12), away)]);
    expect(told.said.some((s) => s.detector === 'concurrent-use' && s.nats > 1 && s.says.includes('known place'))).toBe(
      true,
    );
    const moved = tell(routine(first, TODAY, TODAY + 3, away), {}, TODAY);
    expect(strength(moved, 'concurrent-use', id)).toBe(0);
  });

  it('whose owner has left comes back after a silence', () => {
    const who = worker(70);
    const told = tell([...routine(who, 0, 14), act(who, at(TODAY, 12, 40))], {
      inventory: [{ identity: 'orders-worker-70', offboardedAt: at(15), owner: 'orders team' }],
    });
    const alert = theOne(told, 'orders-worker-70');
    expect(alert.kinds[0]).toBe('lifecycle');
    expect(alert.owner).toBe('orders team');
    expect(alert.title).toContain('offboarded');
  });

  it('that was revoked weeks ago and still works', () => {
    const who = worker(70);
    const old = who.base.credential as NonNullable<typeof who.base.credential>;
    const next = { id: 'key-of-worker-70-next', kind: 'access-key' as const, longLived: true };
    const told = tell(
      [...routine(who, 0, 14), ...routine(who, 14, TODAY, { credential: next }), act(who, at(TODAY, 12, 40))],
      { inventory: [{ identity: 'orders-worker-70', credentials: [{ id: old.id, revokedAt: at(14) }] }] },
    );
    const alert = theOne(told, 'orders-worker-70');
    expect(alert.detectors).toContain('revoked-credential-use');
    expect(alert.credential?.id).toBe(old.id);
    expect(alert.recommendation.action).toBe('suspend-identity');
  });
});

describe('a stolen session', () => {
  const session = { id: 'session-of-today', kind: 'session-token' as const };
  const role = worker(60, {
    identity: { id: 'orders-role', kind: 'role', provider: 'example', account: 'acme-prod' },
    credential: { id: 'session-of-days', kind: 'session-token' },
  });
  const home = [...routine(role, 0, TODAY), ...routine(role, TODAY, TODAY + 1, { credential: session })];
  const away = { ip: '203.0.113.9', asn: 64_510, country: 'XX' };

  it('leaves its place while it is in use there: the session ends, not the identity', () => {
    const alert = theOne(
      tell([...home, act(role, at(TODAY, 12, 20), { credential: session, source: away })]),
      'orders-role',
    );
    expect(alert.kinds).toContain('credential-reuse');
    expect(alert.detectors).toContain('credential-off-platform');
    expect(alert.recommendation.action).toBe('revoke-session');
    expect(alert.recommendation.target).toEqual({ kind: 'session', id: session.id });
    expect(alert.recommendation.undo).not.toBe('');
  });

  // A known gap: the machine is the anchor at home, the session alone elsewhere, and nothing joins the two yet.
  it.fails('carries no name of the machine it was taken from', () => {
    const machine = { actor: { id: 'i-0060', kind: 'instance' } };
    const named = home.map((a) => ({ ...a, ...machine }));
    const told = tell([...named, act(role, at(TODAY, 12, 20), { credential: session, source: away })]);
    expect(theOne(told, 'orders-role').detectors).toContain('credential-off-platform');
  });

  it('is no theft where the other network is declared as ours', () => {
    const told = tell([...home, act(role, at(TODAY, 12, 20), { credential: session, source: away })], {
      declared: (ip) => ip === away.ip,
    });
    expect(strength(told, 'credential-off-platform', 'orders-role')).toBe(0);
  });
});

describe('a workload taken over in place', () => {
  it('gives itself rights', () => {
    const told = tell(
      [act(first, at(TODAY, 12, 40), { action: grant, resource: { id: 'accounts/root', type: 'account' } })],
      {
        inventory: [{ identity: id }],
      },
    );
    const alert = theOne(told, id);
    expect(alert.kinds[0]).toBe('scope-drift');
    expect(alert.detectors).toEqual(expect.arrayContaining(['what', 'unowned-privilege']));
  });

  it('looks around and is refused', () => {
    const probe = ['ListUsers', 'ListRoles', 'ListKeys'].map((name, i) =>
      act(first, at(TODAY, 12, 40 + i), {
        action: { name: `accounts:${name}`, service: 'accounts', access: 'read' },
        outcome: 'denied',
        resource: undefined,
      }),
    );
    expect(theOne(tell(probe), id).detectors).toContain('what');
  });

  it('copies everything it may read', () => {
    const copies = Array.from({ length: 300 }, (_, i) =>
      act(first, at(TODAY, 3, Math.floor(i / 10), (i % 10) * 5), {
        action: orders('GetOrder'),
        resource: { id: `orders/shard-${i}`, type: 'order' },
        amount: { bytes: 5_000_000 },
      }),
    );
    expect(theOne(tell(copies), id).detectors).toEqual(expect.arrayContaining(['volume', 'when']));
  });
});

describe('a misled agent', () => {
  it('uses a tool that its run did not declare', () => {
    const pay = { name: 'bank:pay', service: 'tools', access: 'write' as const };
    const told = tell([
      act(clerk, at(TODAY, 12, 40), { action: pay, resource: { id: 'account/77', type: 'bank account' } }),
    ]);
    const alert = theOne(told, clerkId);
    expect(alert.detectors).toContain('undeclared-action');
    expect(alert.kinds).toContain('scope-drift');
  });

  it('acts for a stranger', () => {
    const told = tell([
      act(clerk, at(TODAY, 12, 40), { onBehalfOf: [{ id: 'stranger@elsewhere.example', kind: 'human' }] }),
    ]);
    const alert = theOne(told, clerkId);
    expect(alert.kinds[0]).toBe('delegation');
    expect(alert.detectors).toEqual(expect.arrayContaining(['who', 'broken-delegation']));
    expect(alert.delegation).toEqual([{ id: 'stranger@elsewhere.example', kind: 'human' }]);
  });

  it('aims its usual tool at a mailbox nobody reads', () => {
    const told = tell([act(clerk, at(TODAY, 12, 40), { resource: { id: 'mailbox/board', type: 'mailbox' } })]);
    expect(strength(told, 'what', clerkId)).toBeGreaterThan(3);
  });
});

it('an alert names every detector of its evidence, cites activities of the story, and nothing else', () => {
  const event = act(first, at(TODAY, 12, 40), { source: elsewhere, action: grant });
  const alert = theOne(tell([event]), id);
  expect(new Set(alert.evidence.map((e) => e.detector))).toEqual(new Set(alert.detectors));
  expect(alert.activityIds).toEqual([event.id]);
  expect(alert.evidence.every((e) => e.activityId === event.id && e.nats > 0)).toBe(true);
  expect(alert.blindSpots).not.toEqual([]);
});

describe('an open alert', () => {
  it('goes on observing: owner and thief of one session, in turns, are seen to be two', () => {
    const session = { id: 'session-1', kind: 'session-token' as const };
    const owner = (hour: number, minute: number) => act(first, at(TODAY, hour, minute), { credential: session });
    const thief = (hour: number, minute: number) =>
      act(first, at(TODAY, hour, minute), { credential: session, source: elsewhere });
    // The owner was last heard with it over two hours before, so that the first strange use alone proves nothing.
    const told = tell([owner(9, 40), thief(12, 40), owner(12, 45), thief(12, 50), owner(12, 55)]);
    const alert = theOne(told, id);
    const proof = alert.evidence.filter(({ detector }) => detector === 'credential-off-platform');
    expect(proof.map(({ at: when }) => when)).toContain(at(TODAY, 12, 50));
    expect(alert.kinds).toContain('credential-reuse');
  });

  it('grows with what is done: its text counts all of it, and its severity goes by the gravest act', () => {
    const reads = Array.from({ length: 400 }, (_, n) =>
      act(first, at(TODAY, 12, 30, n * 2), { source: elsewhere, resource: { id: `orders/other-${n}`, type: 'order' } }),
    );
    const [few, many] = [reads.slice(0, 20), reads].map((acts) => theOne(tell(acts), id));
    const calls = (alert: Alert) =>
      Math.max(...alert.evidence.filter(({ seen }) => seen.includes('calls')).map((e) => e.nats));
    // Twenty times as many are three nats more, by the tail of such counts.
    expect(calls(many as Alert) - calls(few as Alert)).toBeGreaterThan(2);
    expect(many?.score).toBeGreaterThan(few?.score ?? 0);
    expect(many?.evidence.some(({ seen }) => /^(39|40)\d calls/.test(seen))).toBe(true);
    const grave = [
      ...reads.slice(0, 20),
      act(first, at(TODAY, 12, 55), { source: elsewhere, action: grant }),
      ...reads.slice(20),
    ];
    const last = theOne(tell(grave), id);
    expect(last.evidence.some(({ seen }) => seen.includes('CreateAccessKey'))).toBe(true);
    expect(last.severity).toBe('critical');
  });

  it('goes on as one where its gravest half came an hour after it was raised', () => {
    const source = { ip: elsewhere.ip, asn: elsewhere.asn };
    const strange = (hour: number, minute: number) => act(first, at(TODAY, hour, minute), { source });
    const makesKeys = (hour: number, minute: number) =>
      ['CreateAccessKey', 'AttachUserPolicy', 'StopLogging'].map((name, n) =>
        act(first, at(TODAY, hour, minute + n), {
          source,
          action: { ...grant, name: `accounts:${name}` },
          resource: { id: `accounts/root-${name}`, type: 'account' },
        }),
      );
    theOne(tell([strange(10, 10), ...makesKeys(11, 10), strange(12, 20), ...makesKeys(12, 30)]), id);
  });

  it('is another one where somebody breaks in again by more than the first time', () => {
    const odd = act(first, at(TODAY, 10, 10), { source: { ...elsewhere, userAgent: 'other-tool/8.1' } });
    const again = ['CreateAccessKey', 'AttachUserPolicy', 'StopLogging'].map((name, n) =>
      act(first, at(TODAY, 15, 10 + n), {
        source: { ip: '198.18.0.9', asn: 64_511, country: 'YY', userAgent: 'third-tool/1.0' },
        action: { ...grant, name: `accounts:${name}` },
        resource: { id: `accounts/root-${name}`, type: 'account' },
      }),
    );
    expect(alertsOf(tell([odd, ...again]), id)).toHaveLength(2);
  });
});
