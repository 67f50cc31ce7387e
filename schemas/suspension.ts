/** A suspension: one reversible act against one target, from recommendation to lift, and the chained rows that tell its story. */
import { z } from 'zod';
import { IDENTITY_KINDS, LIMITS } from './activity.ts';
import type { ACTIONS } from './alert.ts';

const text = (max: number) => z.string().min(1).max(max);
const instant = z.iso.datetime({ precision: 3 });
const digest = z.string().regex(/^[0-9a-f]{64}$/);

export const SUSPENSION_STATES = [
  'recommended',
  'approved',
  'rejected',
  'expired',
  'dispatched',
  'confirmed',
  'failed',
  'lifted',
] as const;
export const SUSPENSION_MODES = ['observe', 'recommend', 'approve', 'automatic'] as const;
/** What can be done about a target; observing is no suspension. */
export const CONTAINMENTS = [
  'step-up',
  'rotate-credential',
  'revoke-session',
  'narrow-scope',
  'suspend-identity',
] as const satisfies readonly (typeof ACTIONS)[number][];
/** What may happen to a suspension. */
export const SUSPENSION_EVENTS = [
  'recommend',
  'approve',
  'reject',
  'expire',
  'dispatch',
  'confirm',
  'fail',
  'request-lift',
  'lift',
  'watch',
] as const;

/** Who did it: a person or a receiver by name, a policy by name, or Tidemark itself by the rule it followed. */
export const partySchema = z.object({
  kind: z.enum(['person', 'policy', 'responder', 'system']),
  id: text(LIMITS.name),
});

/** Approves exactly what `binding` digests; what differs by one byte was not approved. */
export const approvalSchema = z.object({ by: partySchema, at: instant, binding: digest });

/** Policy as it stood when the suspension was requested. */
export const policySchema = z.object({
  name: text(64),
  mode: z.enum(SUSPENSION_MODES),
  approvals: z
    .number()
    .int()
    .min(1)
    .max(2)
    .meta({ description: 'Distinct people needed; two for tier 0 in any case.' }),
});

/** What the target did after the dispatch, by the activities themselves. */
export const containmentSchema = z.object({
  status: z.enum(['watching', 'silent', 'leaking']),
  successes: z
    .number()
    .int()
    .min(0)
    .meta({ description: 'Successful activities seen after the dispatch, at the most.' }),
  lastSuccessAt: instant.optional(),
  timeToSilenceMs: z.number().int().min(0).optional().meta({
    description: 'From dispatch to the last success, once it has been quiet for `respond.quietMs`.',
  }),
  judgedUpTo: instant.meta({ description: 'Time up to which activities were looked at.' }),
});

const parameters = z
  .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,62}$/), z.string().max(LIMITS.resource))
  .refine((all) => Object.keys(all).length <= 32, 'at most 32 parameters');

export const suspensionSchema = z
  .object({
    id: z.string().regex(/^sus_[0-9a-f]{32}$/),
    tenant: text(128),
    txn: text(LIMITS.id).meta({ description: 'Shared by everything with one cause: alerts, tokens, suspensions.' }),
    identity: z.object({ id: text(LIMITS.name), kind: z.enum(IDENTITY_KINDS) }),
    owner: text(LIMITS.name).optional(),
    tier: z.number().int().min(0).max(9).optional(),
    alertId: text(LIMITS.id).optional(),
    action: z.enum(CONTAINMENTS),
    target: z.object({ kind: z.enum(['identity', 'credential', 'session', 'scope']), id: text(LIMITS.resource) }),
    responder: text(64)
      .optional()
      .meta({ description: 'Responder instance that acts; without one nothing can be dispatched.' }),
    parameters: parameters.meta({
      description: 'What the responder needs beyond the target, resolved before anyone approves.',
    }),
    breaks: z.string().max(1_024).meta({ description: 'What stops working, by the responder.' }),
    reversible: z.boolean(),
    reason: text(1_024),
    requestedBy: partySchema,
    requestedAt: instant,
    expiresAt: instant.meta({ description: 'From then on it can be neither approved nor dispatched.' }),
    ttlMs: z.number().int().min(1_000).meta({ description: 'From dispatch to the automatic lift.' }),
    policy: policySchema,
    grounds: z.object({ invariant: z.boolean(), families: z.number().int().min(0) }).meta({
      description: 'An invariant was broken; independent families of evidence. What an automatic approval rests on.',
    }),
    state: z.enum(SUSPENSION_STATES),
    updatedAt: instant,
    approvals: z.array(approvalSchema).max(2),
    dispatchedAt: instant.optional(),
    liftAt: instant.optional().meta({ description: 'When it lifts itself; absent where it cannot be undone.' }),
    liftRequested: z.object({ by: partySchema, at: instant, why: text(1_024) }).optional(),
    failure: z.string().max(1_024).optional(),
    containment: containmentSchema.optional(),
  })
  .meta({ id: 'suspension', title: 'Suspension' });

/** One link of a tenant's chain. `hash` covers everything else, `previous` among it. */
export const auditRowSchema = z
  .object({
    tenant: text(128),
    seq: z.number().int().min(1).meta({ description: 'Place in the chain of the tenant, from 1 without a gap.' }),
    suspension: suspensionSchema.shape.id,
    event: z.enum(SUSPENSION_EVENTS),
    from: z.enum(['none', ...SUSPENSION_STATES]),
    to: z.enum(SUSPENSION_STATES),
    by: partySchema,
    why: z.string().max(1_024),
    at: instant.meta({ description: 'Wall time of the process that wrote it.' }),
    writer: text(64).meta({ description: 'Random: of two writers with the very same words one is first.' }),
    content: z
      .string()
      .max(256 * 1024)
      .meta({ description: 'The suspension after the event, as canonical JSON.' }),
    previous: digest.meta({ description: 'Hash of the row before; of the first one, zeros.' }),
    hash: digest,
  })
  .meta({ id: 'audit-row', title: 'Audit row' });

export type Approval = z.infer<typeof approvalSchema>;
export type AuditRow = z.infer<typeof auditRowSchema>;
export type Containment = z.infer<typeof containmentSchema>;
export type ContainmentAction = (typeof CONTAINMENTS)[number];
export type Party = z.infer<typeof partySchema>;
export type Policy = z.infer<typeof policySchema>;
export type Suspension = z.infer<typeof suspensionSchema>;
export type SuspensionEvent = (typeof SUSPENSION_EVENTS)[number];
export type SuspensionState = (typeof SUSPENSION_STATES)[number];
