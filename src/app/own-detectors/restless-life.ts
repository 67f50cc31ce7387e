/** The life that every detector must come through: much that is new, refused, delegated, undeclared, at odd hours. No dice: the same every time. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Located } from '../../core/engine-contract.ts';

const START_MS = Date.parse('2026-01-05T00:00:00.000Z');

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}

function activityAt(i: number, gapMs: number, identities: number): Activity {
  const odd = (i * 7919) % 101;
  const who = `id-${i % identities}`;
  return {
    id: `a-${i}`,
    at: new Date(START_MS + i * gapMs).toISOString(),
    tenant: 'acme',
    identity: { id: who, kind: 'role', provider: 'aws', account: '111111111111' },
    credential: { id: `key-${odd % 23}`, kind: odd < 60 ? 'session-token' : 'access-key' },
    actor: { id: `pod-${odd % 13}`, kind: 'pod' },
    action: {
      name: `svc${odd % 7}:Do${(i * 31) % (odd < 10 ? 4000 : 9)}`,
      service: `svc${odd % 7}`,
      access: odd < 5 ? 'admin' : 'read',
    },
    resource: { id: `res/${odd < 50 ? i : odd}`, type: 'thing' },
    source: {
      ip: `203.0.${odd}.${i % 250}`,
      asn: 64_000 + (odd % 9),
      country: odd < 3 ? 'RO' : 'DE',
      userAgent: `agent/${odd}`,
    },
    onBehalfOf: [{ id: `user:${odd % 17}`, kind: 'human' }],
    outcome: odd % 11 === 0 ? 'denied' : 'success',
    run: { id: `run-${i}`, declared: ['svc1:Do1'] },
    amount: { bytes: (odd + 1) ** 3 },
  };
}

/** Lives that were asked for: a few lengths, each by every detector of a shelf. */
const lived = new Map<string, readonly Located[]>();
const LIVES_MAX = 8;

/** Nothing in it can be changed: an activity is everybody's. */
export function restlessLife(n: number, gapMs: number, identities: number): readonly Located[] {
  const asked = `${n} ${gapMs} ${identities}`;
  let life = lived.get(asked);
  if (life === undefined) {
    life = Object.freeze(
      Array.from({ length: n }, (_, i) =>
        Object.freeze({ activity: freeze(activityAt(i, gapMs, identities)), offset: i }),
      ),
    );
    if (lived.size >= LIVES_MAX) lived.clear();
    lived.set(asked, life);
  }
  return life;
}
