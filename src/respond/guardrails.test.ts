import { describe, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import type { Suspension } from '../../schemas/suspension.ts';
import { exampleSuspension, REQUESTED_MS } from '../../test/unit/example-suspension.ts';
import { type GuardrailContext, objections } from './guardrails.ts';
import { bindingOf } from './suspension-states.ts';

const limits = configSchema.parse({}).respond;
const nowMs = REQUESTED_MS + 60_000;
const iso = (ms: number) => new Date(ms).toISOString();

const approvedBy = (kind: 'person' | 'policy', change: Partial<Suspension> = {}) => {
  const one = exampleSuspension(change);
  return exampleSuspension({
    ...change,
    state: 'approved',
    approvals: [{ by: { kind, id: 'x' }, at: iso(nowMs), binding: bindingOf(one) }],
  });
};
const around = (change: Partial<GuardrailContext> = {}): GuardrailContext => ({
  nowMs,
  killSwitch: false,
  neverSuspend: false,
  others: [],
  complete: true,
  activeIdentities: 1_000,
  ...change,
});
/** Others of the same tenant, dispatched so long ago, each of another identity and owner. */
const others = (count: number, change: Partial<Suspension> = {}, agoMs = 1_000) =>
  Array.from({ length: count }, (_, n) =>
    exampleSuspension({
      id: `sus_${n.toString(16).padStart(32, '0')}`,
      identity: { id: `other-${n}`, kind: 'role' },
      owner: `team-${n}`,
      state: 'confirmed',
      dispatchedAt: iso(nowMs - agoMs),
      requestedAt: iso(nowMs - agoMs),
      approvals: approvedBy('person').approvals,
      ...change,
    }),
  );

describe('guardrails', () => {
  test('let one ordinary suspension through', () => {
    expect(objections(approvedBy('person'), around(), limits)).toEqual([]);
    expect(objections(approvedBy('policy'), around(), limits)).toEqual([]);
  });

  test('stop everything while the kill switch is on, or what they count over is not whole', () => {
    expect(objections(approvedBy('person'), around({ killSwitch: true }), limits)).toHaveLength(1);
    expect(objections(approvedBy('person'), around({ complete: false }), limits)).toHaveLength(1);
    expect(objections(approvedBy('person'), around({ activeIdentities: undefined }), limits)).toHaveLength(1);
  });

  test('never suspend a listed identity; a person may revoke its session, a policy may not', () => {
    const listed = around({ neverSuspend: true });
    expect(objections(approvedBy('person'), listed, limits)).toHaveLength(1);
    const session = { action: 'revoke-session', target: { kind: 'session', id: 'ASIA' } } as const;
    expect(objections(approvedBy('person', session), listed, limits)).toEqual([]);
    expect(objections(approvedBy('policy', session), listed, limits)).toHaveLength(1);
    const byConfig = { ...limits, neverSuspend: [exampleSuspension().identity.id] };
    expect(objections(approvedBy('person'), around(), byConfig)).toHaveLength(1);
  });

  test.each([
    ['an hour', { maxPerHour: 3 }, others(3, { tenant: 'another' })],
    ['an hour of one tenant', { maxPerTenantHour: 3 }, others(3, { state: 'lifted' })],
    ['one tenant in force', { maxPerTenant: 3 }, others(3, {}, 7_200_000)],
    ['one owner', { maxPerOwner: 2 }, others(2, { owner: 'team-platform' }, 7_200_000)],
  ])('hold the cap for %s, to the last and not beyond', (_, cap, all) => {
    const held = { ...limits, ...cap };
    expect(objections(approvedBy('person'), around({ others: all }), held)).toHaveLength(1);
    expect(objections(approvedBy('person'), around({ others: all.slice(1) }), held)).toEqual([]);
  });

  test('what failed may have failed half way, and some acts have no end: they count for their time to live', () => {
    const held = { ...limits, maxPerTenant: 1 };
    for (const change of [{ state: 'failed' }, { state: 'confirmed', reversible: false }] as const) {
      const since = (ttlMs: number) => around({ others: others(1, { ...change, ttlMs }, 7_200_000) });
      expect(objections(approvedBy('person'), since(7_200_001), held)).toHaveLength(1);
      expect(objections(approvedBy('person'), since(7_200_000), held)).toEqual([]);
    }
  });

  test('hold the share of active identities, yet let one through in the smallest fleet', () => {
    const few = around({ activeIdentities: 40, others: others(2, {}, 7_200_000) });
    expect(objections(approvedBy('person'), few, limits)).toHaveLength(1);
    expect(objections(approvedBy('person'), { ...few, others: few.others.slice(1) }, limits)).toEqual([]);
    expect(objections(approvedBy('person'), around({ activeIdentities: 0 }), limits)).toEqual([]);
  });

  test('a storm of recommendations stops policies and leaves people their hands', () => {
    const storm = others(limits.stormRecommendations + 1, { state: 'recommended' });
    for (const one of storm) delete one.dispatchedAt;
    expect(objections(approvedBy('policy'), around({ others: storm }), limits)).toHaveLength(1);
    expect(objections(approvedBy('person'), around({ others: storm }), limits)).toEqual([]);
    expect(objections(approvedBy('policy'), around({ others: storm.slice(1) }), limits)).toEqual([]);
    const wished = storm.map((one) => ({ ...one, requestedBy: { kind: 'person', id: 'ada' } as const }));
    expect(objections(approvedBy('policy'), around({ others: wished }), limits)).toEqual([]);
  });

  test('policies have an hourly cap of their own and leave alone what cannot be lifted', () => {
    const automatic = others(limits.maxAutomaticPerHour, { approvals: approvedBy('policy').approvals });
    expect(objections(approvedBy('policy'), around({ others: automatic }), limits)).toHaveLength(1);
    expect(objections(approvedBy('person'), around({ others: automatic }), limits)).toEqual([]);
    expect(objections(approvedBy('policy', { reversible: false }), around(), limits)).toHaveLength(1);
  });
});
