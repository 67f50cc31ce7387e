/** A model of the desk: whatever people, policies, clocks, restarts and repetitions do, nothing is dispatched that was not permitted at that moment. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import type { AuditRow, Suspension } from '../../schemas/suspension.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { MemorySuspensions } from '../../test/unit/memory-suspensions.ts';
import type { Responder } from '../ports/respond.ts';
import { contentOf, verifyChain } from './audit-chain.ts';
import { chainOf } from './audit-log.ts';
import { bindingOf } from './suspension-states.ts';
import { createSuspensions, type Decision } from './suspensions.ts';

const START_MS = Date.parse('2026-11-02T03:30:00.000Z');
const TENANT = 'default';
const PER_HOUR = 2;
/** Enough to meet every refusal. */
const RUNS = 1_500;
const RESPOND = configSchema.parse({
  respond: { responder: 'gateway', maxPerTenantHour: PER_HOUR, maxAutomaticPerHour: 1 },
}).respond;
const MODES = ['observe', 'recommend', 'approve', 'automatic'] as const;
/** An ordinary one, one where two people must agree, one nobody may suspend as a whole, one that nothing is known of. */
const IDENTITIES = ['etl', 'payments', 'backup', 'stranger'] as const;
const FACTS: Readonly<Record<string, { tier: number; neverSuspend?: boolean }>> = {
  etl: { tier: 2 },
  payments: { tier: 0 },
  backup: { tier: 2, neverSuspend: true },
};

const gateway: Responder = {
  prepare: () => ({ ok: true, parameters: {}, reversible: true, breaks: 'it stops' }),
  carryOut: async () => ({ status: 'done', detail: '' }),
};

interface World {
  nowMs: number;
  mode: (typeof MODES)[number];
  approvals: 1 | 2;
  killSwitch: boolean;
}

function deskOf(store: MemorySuspensions, world: World) {
  return createSuspensions({
    store,
    history: { activeIdentities: async () => 1_000 },
    clock: { now: () => world.nowMs },
    respond: { ...RESPOND, mode: world.mode, approvals: world.approvals },
    responders: new Map([['gateway', gateway]]),
    invariants: new Set(['unexpected-source']),
    inventory: async (tenant, { id }) => FACTS[id] && { tenant, identity: id, ...FACTS[id] },
    killSwitch: () => world.killSwitch,
  });
}

const alertOf = (identity: string, expiresMs: number) => {
  const target = { kind: 'identity' as const, id: identity };
  const { recommendation, ...alert } = exampleAlert();
  return exampleAlert({
    ...alert,
    id: `alr_${identity}`,
    identity: { ...alert.identity, id: identity },
    recommendation: {
      ...recommendation,
      action: 'suspend-identity',
      target,
      expiresAt: new Date(expiresMs).toISOString(),
    },
  });
};

const identity = fc.constantFrom(...IDENTITIES);
const person = fc.constantFrom('ada', 'grace', 'ada', 'grace', 'eve');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('propose' as const), identity }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('request' as const), identity, person }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('approve' as const),
      identity,
      person,
      stale: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('approve-by-policy' as const),
      identity,
      name: fc.constantFrom('default', 'default', 'other'),
    }),
  },
  // The same order given by two processes at once, as after a lost answer.
  { weight: 6, arbitrary: fc.record({ do: fc.constant('dispatch' as const), identity, twice: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('reject' as const, 'request-lift' as const, 'lift' as const),
      identity,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1_000, 600_000, 1_800_000, 3_600_000, -30_000, -300_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      mode: fc.constantFrom(...MODES, 'approve', 'automatic', 'automatic'),
      approvals: fc.constantFrom(1 as const, 2 as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill-switch' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

/** What the trail alone says about a dispatch, put in the model's own words. */
function permits(row: AuditRow, before: readonly AuditRow[], world: World): void {
  const suspension: Suspension = contentOf(row);
  const mine = before.filter(({ suspension: id }) => id === row.suspension);
  const yes = mine.filter(({ event }) => event === 'approve');
  const shown = bindingOf(contentOf(mine[0]!));
  expect(['approve', 'automatic']).toContain(world.mode);
  expect(world.killSwitch).toBe(false);
  expect(world.nowMs).toBeLessThan(Date.parse(suspension.expiresAt));
  for (const one of yes) expect(one.at < suspension.expiresAt).toBe(true);
  // What is dispatched is what was first recorded and shown to whoever approved.
  expect(bindingOf(suspension)).toBe(shown);
  expect(suspension.approvals.map(({ binding }) => binding)).toEqual(yes.map(() => shown));
  const tier = FACTS[suspension.identity.id]?.tier;
  const people = new Set(yes.filter(({ by }) => by.kind === 'person').map(({ by }) => by.id)).size;
  const byPolicy = yes.some(({ by }) => by.kind === 'policy' && by.id === 'default');
  const mayAlone =
    byPolicy && world.mode === 'automatic' && tier !== undefined && tier > 0 && suspension.grounds.invariant;
  expect(people >= (tier === 0 ? 2 : world.approvals) || mayAlone).toBe(true);
  expect(FACTS[suspension.identity.id]?.neverSuspend).not.toBe(true);
  const sameHour = before.filter(({ event, at }) => event === 'dispatch' && Date.parse(at) > world.nowMs - 3_600_000);
  expect(sameHour.length).toBeLessThan(PER_HOUR);
  expect(mine.some(({ event }) => event === 'dispatch')).toBe(false);
}

test('nothing is dispatched but once, by valid unexpired approvals or a policy that may, past every guardrail, on a sound trail', async () => {
  const seen = { dispatched: 0, byPolicy: 0, refused: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40, size: 'max' }), async (story) => {
      const store = new MemorySuspensions();
      const world: World = { nowMs: START_MS, mode: MODES[2 + (story.length % 2)]!, approvals: 1, killSwitch: false };
      const expiresMs = START_MS + 2 * 3_600_000;
      let desks = [deskOf(store, world), deskOf(store, world)] as const;
      const latest = new Map<string, string>();
      const note = (identity: string, decision: Decision) => {
        if (decision.ok) latest.set(identity, decision.suspension.id);
        else seen.refused.add(decision.refusal.code);
      };
      for (const one of story) {
        const from = store.rows.length;
        const [desk, other] = desks;
        const id = 'identity' in one ? latest.get(one.identity) : undefined;
        if (one.do === 'wait') world.nowMs += one.ms;
        else if (one.do === 'mode') {
          // A configuration is that of a process: another one begins another.
          Object.assign(world, { mode: one.mode, approvals: one.approvals });
          desks = [deskOf(store, world), deskOf(store, world)];
        } else if (one.do === 'kill-switch') world.killSwitch = one.on;
        else if (one.do === 'restart') desks = [deskOf(store, world), other];
        else if (one.do === 'propose') note(one.identity, await desk.propose(alertOf(one.identity, expiresMs)));
        else if (one.do === 'request')
          note(
            one.identity,
            await desk.request({
              tenant: TENANT,
              identity: { id: one.identity, kind: 'role' },
              action: 'suspend-identity',
              target: { kind: 'identity', id: one.identity },
              reason: 'seen it',
              by: { kind: 'person', id: one.person },
            }),
          );
        else if (id !== undefined) {
          const now = (await desk.find(TENANT, id))!.suspension;
          const why = 'because';
          if (one.do === 'approve') {
            const binding = one.stale ? bindingOf({ ...now, ttlMs: now.ttlMs + 1 }) : bindingOf(now);
            note(
              one.identity,
              await desk.apply(TENANT, id, { kind: 'approve', by: { kind: 'person', id: one.person }, why, binding }),
            );
          } else if (one.do === 'approve-by-policy')
            note(
              one.identity,
              await desk.apply(TENANT, id, {
                kind: 'approve',
                by: { kind: 'policy', id: one.name },
                why,
                binding: bindingOf(now),
              }),
            );
          else if (one.do === 'dispatch') {
            const order = { kind: 'dispatch', by: { kind: 'system', id: 'approved' }, why } as const;
            const hands = one.twice ? [desk, other] : [desk];
            for (const decision of await Promise.all(hands.map((hand) => hand.apply(TENANT, id, order))))
              note(one.identity, decision);
          } else
            note(one.identity, await desk.apply(TENANT, id, { kind: one.do, by: { kind: 'person', id: 'ada' }, why }));
        }
        for (let at = from; at < store.rows.length; at++) {
          const row = store.rows[at]!;
          if (row.event !== 'dispatch') continue;
          permits(row, store.rows.slice(0, at), world);
          seen.dispatched++;
          if (contentOf(row).approvals.every(({ by }) => by.kind === 'policy')) seen.byPolicy++;
        }
      }
      expect((await verifyChain(TENANT, chainOf(store, TENANT), undefined)).breaks).toEqual([]);
    }),
    { numRuns: RUNS, seed: 11 },
  );
  // The model is no model of standing still, and met every refusal it is about.
  expect(seen.dispatched).toBeGreaterThan(RUNS / 20);
  expect(seen.byPolicy).toBeGreaterThan(RUNS / 600);
  for (const code of ['expired', 'clock', 'binding', 'policy', 'approval', 'same-person', 'guardrail', 'state'])
    expect(seen.refused).toContain(code);
}, 180_000);

test('a proposal that was turned down, let expire or lifted is made anew when its alert shows more, and only then', async () => {
  const world: World = { nowMs: START_MS, mode: 'approve', approvals: 1, killSwitch: false };
  const store = new MemorySuspensions();
  const desk = deskOf(store, world);
  const expiresMs = START_MS + 3_600_000;
  const small = { ...alertOf('etl', expiresMs), severity: 'low' as const, version: 1 };
  const [piece] = small.evidence;
  const alert = { ...small, evidence: [piece!] };
  const by = { kind: 'person', id: 'ada' } as const;
  const first = (await desk.propose(alert)) as Extract<Decision, { ok: true }>;
  await desk.apply(TENANT, first.suspension.id, { kind: 'reject', by, why: 'known' });
  const again = async (change: object) => (await desk.propose({ ...alert, ...change })) as typeof first;
  for (const same of [
    {},
    { version: 2 },
    { version: 3, evidence: [piece!, { ...piece!, detector: 'what', seen: 'odd', nats: 1 }] },
  ])
    expect((await again(same)).row).toBeUndefined();
  const grown = { version: 4, severity: 'critical' };
  const second = await again(grown);
  expect(second.row).toBeDefined();
  expect(second.suspension).toMatchObject({ state: 'recommended', covers: { version: 4, severity: 'critical' } });
  // What waits is not proposed once more, whatever it grows to.
  expect((await again({ version: 5, severity: 'critical', evidence: small.evidence })).suspension.state).not.toBe(
    'approved',
  );
  expect(store.rows.filter(({ event }) => event === 'recommend')).toHaveLength(2);
  await desk.apply(TENANT, second.suspension.id, { kind: 'reject', by, why: 'known too' });
  expect((await again({ ...grown, version: 6, evidence: small.evidence })).row).toBeDefined();
  expect((await verifyChain(TENANT, chainOf(store, TENANT), undefined)).breaks).toEqual([]);
});

test('a flood of proposals in one tenant stops neither what people of another decide nor their own', async () => {
  const world: World = { nowMs: START_MS, mode: 'approve', approvals: 1, killSwitch: false };
  const store = new MemorySuspensions();
  const desk = deskOf(store, world);
  const mine = (await desk.propose(alertOf('etl', START_MS + 3_600_000))) as Extract<Decision, { ok: true }>;
  const [row] = store.rows as [AuditRow];
  const asked: object[] = [];
  const list = store.list.bind(store);
  store.list = async (query) => {
    asked.push(query);
    const found = await list(query);
    // Ten thousand proposals are what one question gives at most.
    return query.states === undefined && query.alertId === undefined ? Array(query.limit).fill(row) : found;
  };
  const by = { kind: 'person', id: 'ada' } as const;
  const binding = bindingOf(mine.suspension);
  await desk.apply(TENANT, mine.suspension.id, { kind: 'approve', by, why: 'x', binding });
  const decided = await desk.apply(TENANT, mine.suspension.id, {
    kind: 'dispatch',
    by: { kind: 'system', id: 'approved' },
    why: '',
  });
  expect(decided.ok).toBe(true);
  // Of other tenants only what was dispatched is asked for.
  expect(asked.every((query) => 'tenant' in query || 'states' in query)).toBe(true);
});
