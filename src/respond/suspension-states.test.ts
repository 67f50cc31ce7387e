import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Policy, type Suspension, suspensionSchema } from '../../schemas/suspension.ts';
import { exampleSuspension, REQUESTED_MS } from '../../test/unit/example-suspension.ts';
import { bindingOf, type LifeEvent, type Transition, transition } from './suspension-states.ts';

const APPROVE: Policy = { name: 'default', mode: 'approve', approvals: 1 };
const person = (id: string) => ({ kind: 'person', id }) as const;
const SOON = REQUESTED_MS + 60_000;

function must(next: Transition): Suspension {
  if (!next.ok) return expect.unreachable(`refused: ${next.refusal.reason}`);
  return next.suspension;
}
function refusal(next: Transition): string {
  return next.ok ? expect.unreachable('should have been refused') : next.refusal.code;
}
const approve = (suspension: Suspension, by = 'ada'): LifeEvent => ({
  kind: 'approve',
  by: person(by),
  why: 'seen it',
  binding: bindingOf(suspension),
});
const simple = (kind: 'reject' | 'expire' | 'dispatch' | 'confirm' | 'fail' | 'request-lift' | 'lift'): LifeEvent => ({
  kind,
  by: person('ada'),
  why: 'because',
});
const dispatched = (change: Partial<Suspension> = {}) => {
  const one = exampleSuspension(change);
  const yes = must(transition(one, approve(one), SOON, APPROVE));
  return must(transition(yes, simple('dispatch'), SOON, APPROVE));
};

/** All of them where it counts, fewer at a desk. */
const RUNS = process.env.CI === 'true' ? 5_000 : 2_500;

describe('the way of a suspension', () => {
  test('goes from recommended over approved, dispatched and confirmed to lifted', () => {
    let now = dispatched();
    expect(now).toMatchObject({ state: 'dispatched', liftAt: new Date(SOON + now.ttlMs).toISOString() });
    now = must(transition(now, simple('confirm'), SOON, APPROVE));
    now = must(transition(now, simple('request-lift'), SOON, APPROVE));
    expect(now.state).toBe('confirmed');
    now = must(transition(now, simple('lift'), SOON, APPROVE));
    expect(now.state).toBe('lifted');
  });

  test('an approval holds for exactly what was shown: any other action, target, parameter, responder, expiry or time is refused', () => {
    const shown = exampleSuspension({ parameters: { roleName: 'ci-deployer' } });
    const yes = must(transition(shown, approve(shown), SOON, APPROVE));
    for (const change of [
      { action: 'narrow-scope' },
      { target: { kind: 'identity', id: 'somebody-else' } },
      { parameters: { roleName: 'admin' } },
      { parameters: {} },
      { responder: 'other' },
      { expiresAt: new Date(REQUESTED_MS + 3_600_001).toISOString() },
      { ttlMs: 1_000 },
      { tenant: 'other' },
      { id: `sus_${'00'.repeat(16)}` },
      { identity: { id: 'other', kind: 'role' } },
    ] as Partial<Suspension>[]) {
      expect(refusal(transition({ ...shown, ...change }, approve(shown), SOON, APPROVE))).toBe('binding');
      expect(refusal(transition({ ...yes, ...change }, simple('dispatch'), SOON, APPROVE))).toBe('binding');
    }
  });

  test('tier 0 needs two people, whatever the policy says; the same person twice is one', () => {
    const vital = exampleSuspension({ tier: 0 });
    const once = must(transition(vital, approve(vital, 'ada'), SOON, APPROVE));
    expect(once.state).toBe('recommended');
    expect(refusal(transition(once, simple('dispatch'), SOON, APPROVE))).toBe('state');
    expect(refusal(transition(once, approve(once, 'ada'), SOON, APPROVE))).toBe('same-person');
    expect(must(transition(once, approve(once, 'grace'), SOON, APPROVE)).state).toBe('approved');
  });

  test('who makes a link for somebody is no second hand beside that link, nor beside another of its making', () => {
    const vital = exampleSuspension({ tier: 0 });
    const by = (suspension: Suspension, id: string, linkBy?: string): LifeEvent => ({
      kind: 'approve',
      by: { kind: 'person', id },
      why: 'x',
      binding: bindingOf(suspension),
      ...(linkBy !== undefined && { linkBy }),
    });
    const own = must(transition(vital, by(vital, 'root'), SOON, APPROVE));
    expect(refusal(transition(own, by(own, 'ada', 'root'), SOON, APPROVE))).toBe('same-person');
    const linked = must(transition(vital, by(vital, 'ada', 'root'), SOON, APPROVE));
    expect(linked.approvals).toMatchObject([{ by: { id: 'ada' }, linkBy: 'root' }]);
    expect(refusal(transition(linked, by(linked, 'root'), SOON, APPROVE))).toBe('same-person');
    expect(refusal(transition(linked, by(linked, 'grace', 'root'), SOON, APPROVE))).toBe('same-person');
    expect(must(transition(linked, by(linked, 'grace'), SOON, APPROVE)).state).toBe('approved');
    // The refusal names the hand that both have in common, not whoever else made a link.
    const crossed = transition(linked, by(linked, 'root', 'mallory'), SOON, APPROVE);
    expect(crossed).toMatchObject({ refusal: { reason: expect.stringMatching(/^root approved it, or made a link/) } });
  });

  test('a name in other letters is the same person', () => {
    const vital = exampleSuspension({ tier: 0 });
    const once = must(transition(vital, approve(vital, 'ada@example.com'), SOON, APPROVE));
    for (const other of ['Ada@Example.com', 'ada@example.ｃom'])
      expect(refusal(transition(once, approve(once, other), SOON, APPROVE))).toBe('same-person');
  });

  test('a policy that became stricter after the approval stops the dispatch', () => {
    const one = exampleSuspension();
    const yes = must(transition(one, approve(one), SOON, APPROVE));
    expect(refusal(transition(yes, simple('dispatch'), SOON, { ...APPROVE, mode: 'recommend' }))).toBe('policy');
    expect(refusal(transition(yes, simple('dispatch'), SOON, undefined))).toBe('policy');
    expect(refusal(transition(yes, simple('dispatch'), SOON, { ...APPROVE, approvals: 2 }))).toBe('approval');
  });

  test('a policy approves by itself only on an invariant or two families, on a known tier above 0, what it can undo', () => {
    const policy: Policy = { name: 'auto', mode: 'automatic', approvals: 1 };
    const byPolicy = (suspension: Suspension, name = 'auto'): LifeEvent => ({
      kind: 'approve',
      by: { kind: 'policy', id: name },
      why: '',
      binding: bindingOf(suspension),
    });
    const outcome = (change: Partial<Suspension>, name?: string, now = policy) => {
      const one = exampleSuspension(change);
      return transition(one, byPolicy(one, name), SOON, now).ok;
    };
    expect(outcome({ grounds: { invariant: true, families: 0 } })).toBe(true);
    expect(outcome({ grounds: { invariant: false, families: 2 } })).toBe(true);
    expect(outcome({ grounds: { invariant: false, families: 1 } })).toBe(false);
    expect(outcome({ tier: 0 })).toBe(false);
    expect(outcome({ tier: undefined } as unknown as Partial<Suspension>)).toBe(false);
    expect(outcome({ reversible: false })).toBe(false);
    expect(outcome({}, 'another')).toBe(false);
    expect(outcome({}, 'auto', { ...policy, mode: 'approve' })).toBe(false);
  });

  test('nothing is approved or dispatched at or after its expiry, or by a clock that ran back', () => {
    const one = exampleSuspension();
    const yes = must(transition(one, approve(one), SOON, APPROVE));
    const end = Date.parse(one.expiresAt);
    expect(refusal(transition(one, approve(one), end, APPROVE))).toBe('expired');
    expect(refusal(transition(yes, simple('dispatch'), end, APPROVE))).toBe('expired');
    expect(refusal(transition(yes, simple('dispatch'), SOON - 120_000, APPROVE))).toBe('clock');
    expect(refusal(transition(yes, simple('expire'), end - 1, APPROVE))).toBe('not-due');
    expect(must(transition(yes, simple('expire'), end, APPROVE)).state).toBe('expired');
  });

  test('lifts itself when its time has come and not before; what cannot be undone is never said to be lifted', () => {
    const one = dispatched();
    const byTime: LifeEvent = { kind: 'request-lift', by: { kind: 'system', id: 'ttl' }, why: 'time' };
    const end = Date.parse(one.liftAt!);
    expect(refusal(transition(one, byTime, end - 1, APPROVE))).toBe('not-due');
    expect(must(transition(one, byTime, end, APPROVE)).liftRequested?.by.id).toBe('ttl');
    expect(refusal(transition(one, simple('lift'), end, APPROVE))).toBe('state');
    const final = dispatched({ reversible: false });
    expect(final.liftAt).toBeUndefined();
    expect(refusal(transition(final, simple('request-lift'), SOON, APPROVE))).toBe('irreversible');
  });
});

describe('whatever happens in whatever order', () => {
  const parties = fc.constantFrom(
    person('ada'),
    person('grace'),
    person('ada'),
    person('grace'),
    { kind: 'policy', id: 'auto' } as const,
    { kind: 'policy', id: 'default' } as const,
    { kind: 'responder', id: 'gateway' } as const,
    { kind: 'system', id: 'ttl' } as const,
  );
  const policies = fc.option(
    fc.record({
      name: fc.constantFrom('auto', 'default'),
      mode: fc.constantFrom(
        'observe',
        'recommend',
        'approve',
        'approve',
        'approve',
        'automatic',
        'automatic',
      ) as fc.Arbitrary<Policy['mode']>,
      approvals: fc.constantFrom(1, 2),
    }),
    { nil: undefined, freq: 20 },
  );
  const starts = fc.record({
    tier: fc.constantFrom(0, 1, 2, undefined),
    reversible: fc.boolean(),
    families: fc.integer({ min: 0, max: 3 }),
    invariant: fc.boolean(),
    responder: fc.constantFrom('gateway', 'gateway', 'gateway', undefined),
  });
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom(
        'approve',
        'approve',
        'approve',
        'dispatch',
        'dispatch',
        'dispatch',
        'reject',
        'expire',
        'confirm',
        'fail',
        'request-lift',
        'request-lift',
        'lift',
        'lift',
        'watch',
      ) as fc.Arbitrary<LifeEvent['kind']>,
      by: parties,
      rightBinding: fc.constantFrom(true, true, true, true, false),
      afterMs: fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom(0, 1_000, 60_000, 60_000, -30_000) },
        { weight: 1, arbitrary: fc.constantFrom(-120_000, 3_540_000, 4 * 3_600_000) },
      ),
      policy: policies,
    }),
    { minLength: 6, maxLength: 30, size: 'max' },
  );

  test('dispatched only with valid unexpired approvals under the policy in force, once; lifted once; every row joins up', () => {
    let dispatches = 0;
    let lifts = 0;
    fc.assert(
      fc.property(starts, steps, ({ tier, reversible, families, invariant, responder }, story) => {
        const base = exampleSuspension({ reversible, grounds: { families, invariant } });
        let now = suspensionSchema.parse({ ...base, tier, responder });
        const bound = bindingOf(now);
        let nowMs = REQUESTED_MS;
        const seen = { dispatch: 0, lift: 0 };
        const saidYes: { by: string; kind: string; at: number }[] = [];
        for (const { kind, by, rightBinding, afterMs, policy } of story) {
          nowMs += afterMs;
          const before = now;
          const event: LifeEvent =
            kind === 'approve'
              ? { kind, by, why: 'w', binding: rightBinding ? bindingOf(now) : '0'.repeat(64) }
              : kind === 'watch'
                ? { kind, by, why: 'w', containment: { status: 'watching', successes: 0, judgedUpTo: now.updatedAt } }
                : { kind, by, why: 'w' };
          const next = transition(now, event, nowMs, policy);
          if (!next.ok) {
            expect(next.refusal.reason).not.toBe('');
            continue;
          }
          now = next.suspension;
          expect(next.row).toMatchObject({ event: kind, from: before.state, to: now.state });
          // What an approval is bound to never changes.
          expect(bindingOf(now)).toBe(bound);
          if (kind === 'approve') {
            expect(rightBinding).toBe(true);
            saidYes.push({ by: by.id, kind: by.kind, at: nowMs });
          }
          if (kind === 'dispatch') {
            dispatches++;
            seen.dispatch++;
            expect(before.state).toBe('approved');
            expect(nowMs).toBeLessThan(Date.parse(now.expiresAt));
            expect(saidYes.every(({ at }) => at < Date.parse(now.expiresAt))).toBe(true);
            expect(['approve', 'automatic']).toContain(policy?.mode);
            expect(now.responder).toBe('gateway');
            const people = new Set(saidYes.filter((one) => one.kind === 'person').map((one) => one.by)).size;
            const needed = tier === 0 ? 2 : (policy?.approvals ?? 2);
            const byPolicy =
              saidYes.some((one) => one.kind === 'policy' && one.by === policy?.name) &&
              policy?.mode === 'automatic' &&
              (invariant || families >= 2) &&
              tier !== undefined &&
              tier > 0 &&
              reversible;
            expect(people >= needed || byPolicy).toBe(true);
          }
          if (kind === 'lift') {
            seen.lift++;
            lifts++;
          }
        }
        suspensionSchema.parse(now);
        expect(seen.dispatch).toBeLessThanOrEqual(1);
        expect(seen.lift).toBeLessThanOrEqual(seen.dispatch);
      }),
      { numRuns: RUNS, seed: 5 },
    );
    // The model is no model of standing still.
    expect(dispatches).toBeGreaterThan(0.03 * RUNS - 1);
    expect(lifts).toBeGreaterThan(0.002 * RUNS - 1);
  });
});
