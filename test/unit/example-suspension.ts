/** A suspension for tests: a deployer's role, waiting for approval. */
import { type Suspension, suspensionSchema } from '../../schemas/suspension.ts';

/** Wall time at which it was requested, in ms. */
export const REQUESTED_MS = Date.parse('2026-11-02T03:15:00.000Z');

/** A new valid suspension; `overrides` replace whole fields. Throws when the result does not fit the schema. */
export function exampleSuspension(overrides: Partial<Suspension> = {}): Suspension {
  return suspensionSchema.parse({
    id: `sus_${'5f'.repeat(16)}`,
    tenant: 'default',
    txn: 'alr_5f0d6c1e9a7b4c3d',
    identity: { id: 'arn:aws:iam::111122223333:role/ci-deployer', kind: 'role' },
    owner: 'team-platform',
    tier: 2,
    alertId: 'alr_5f0d6c1e9a7b4c3d',
    action: 'suspend-identity',
    target: { kind: 'identity', id: 'arn:aws:iam::111122223333:role/ci-deployer' },
    responder: 'gateway',
    parameters: {},
    breaks: 'every call of the role',
    reversible: true,
    reason: 'key used from a network where this identity has never been; misuse 97 % likely',
    requestedBy: { kind: 'system', id: 'recommendation' },
    requestedAt: new Date(REQUESTED_MS).toISOString(),
    expiresAt: new Date(REQUESTED_MS + 3_600_000).toISOString(),
    ttlMs: 4 * 3_600_000,
    policy: { name: 'default', mode: 'approve', approvals: 1 },
    grounds: { invariant: true, families: 2 },
    state: 'recommended',
    updatedAt: new Date(REQUESTED_MS).toISOString(),
    approvals: [],
    ...overrides,
  });
}
