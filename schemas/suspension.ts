/** A suspension: one reversible act against one target, from recommendation to lift, and the chained rows that tell its story. */
import { z } from 'zod';
import { IDENTITY_KINDS, LIMITS } from './activity.ts';
import { type ACTIONS, SEVERITIES } from './alert.ts';

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
  kind: z
    .enum(['person', 'policy', 'responder', 'system'])
    .meta({ description: 'What acted: a person, a policy, a responder, or Tidemark itself.' }),
  id: text(LIMITS.name).meta({ description: 'Its name, or the rule Tidemark followed.' }),
});

/** Approves exactly what `binding` digests; what differs by one byte was not approved. */
export const approvalSchema = z.object({
  by: partySchema,
  at: instant.meta({ description: 'When it was approved, by the clock of the process.' }),
  binding: digest.meta({ description: 'SHA-256 of exactly what was approved, as 64 hexadecimal digits.' }),
  linkBy: text(LIMITS.name)
    .optional()
    .meta({ description: 'Who made the link that it was approved by, where that was somebody else.' }),
});

/** Policy as it stood when the suspension was requested. */
export const policySchema = z.object({
  name: text(64).meta({ description: 'Name of the policy.' }),
  mode: z.enum(SUSPENSION_MODES).meta({ description: 'How far it lets Tidemark go by itself.' }),
  approvals: z
    .number()
    .int()
    .min(1)
    .max(2)
    .meta({ description: 'Distinct people needed; two for tier 0 in any case.' }),
});

/** What the target did after the dispatch, by the activities themselves. */
export const containmentSchema = z.object({
  status: z
    .enum(['watching', 'silent', 'leaking'])
    .meta({ description: 'Still being watched, quiet since, or still successful.' }),
  successes: z
    .number()
    .int()
    .min(0)
    .meta({ description: 'Successful activities seen after the dispatch, at the most.' }),
  lastSuccessAt: instant
    .optional()
    .meta({ description: 'Event time of the last successful activity after the dispatch.' }),
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
    id: z
      .string()
      .regex(/^sus_[0-9a-f]{32}$/)
      .meta({ description: 'Id of the suspension.' }),
    tenant: text(128).meta({ description: 'Whose suspension it is.' }),
    txn: text(LIMITS.id).meta({ description: 'Shared by everything with one cause: alerts, tokens, suspensions.' }),
    identity: z.object({
      id: text(LIMITS.name).meta({ description: 'The identity that is acted on.' }),
      kind: z.enum(IDENTITY_KINDS).meta({ description: 'What sort of identity it is.' }),
      provider: text(64).optional().meta({ description: 'Who knows it by this id.' }),
      account: text(LIMITS.name).optional().meta({ description: 'Account, cluster or organisation it belongs to.' }),
    }),
    owner: text(LIMITS.name).optional().meta({ description: 'Who answers for it, by the inventory.' }),
    tier: z.number().int().min(0).max(9).optional().meta({ description: '0 = the company stops without it.' }),
    alertId: text(LIMITS.id).optional().meta({ description: 'Alert that gave rise to it.' }),
    action: z.enum(CONTAINMENTS).meta({ description: 'What is done.' }),
    target: z.object({
      kind: z.enum(['identity', 'credential', 'session', 'scope']).meta({ description: 'What it is done to.' }),
      id: text(LIMITS.resource).meta({ description: 'Which one.' }),
    }),
    responder: text(64)
      .optional()
      .meta({ description: 'Responder instance that acts; without one nothing can be dispatched.' }),
    parameters: parameters.meta({
      description: 'What the responder needs beyond the target, resolved before anyone approves.',
    }),
    breaks: z.string().max(1_024).meta({ description: 'What stops working, by the responder.' }),
    reversible: z.boolean().meta({ description: 'Whether the responder can take it back.' }),
    reason: text(1_024).meta({ description: 'Why it was asked for, in words.' }),
    requestedBy: partySchema,
    requestedAt: instant.meta({ description: 'When it was asked for.' }),
    expiresAt: instant.meta({ description: 'From then on it can be neither approved nor dispatched.' }),
    ttlMs: z.number().int().min(1_000).meta({ description: 'From dispatch to the automatic lift.' }),
    policy: policySchema,
    grounds: z
      .object({
        invariant: z.boolean().meta({ description: 'Whether an invariant was broken.' }),
        families: z.number().int().min(0).meta({ description: 'How many independent families of evidence there are.' }),
      })
      .meta({
        description: 'An invariant was broken; independent families of evidence. What an automatic approval rests on.',
      }),
    covers: z
      .object({
        version: z.int().min(1).meta({ description: 'Version of the alert.' }),
        severity: z.enum(SEVERITIES).meta({ description: 'How severe it was.' }),
        evidence: z
          .array(
            z.object({
              field: z.string().meta({ description: 'Field of the evidence.' }),
              seen: z.string().meta({ description: 'What was seen in it.' }),
            }),
          )
          .meta({ description: 'Its evidence.' }),
      })
      .optional()
      .meta({ description: 'What its alert showed when it was proposed: what comes later is proposed anew.' }),
    state: z.enum(SUSPENSION_STATES).meta({ description: 'Where it stands.' }),
    updatedAt: instant.meta({ description: 'When the state last changed.' }),
    approvals: z.array(approvalSchema).max(2).meta({ description: 'Who approved it.' }),
    rejected: z
      .object({
        by: partySchema,
        at: instant.meta({ description: 'When it was rejected.' }),
        why: z.string().max(1_024).meta({ description: 'Why, in words.' }),
      })
      .optional(),
    dispatchedAt: instant.optional().meta({ description: 'When the order was given to the responder.' }),
    liftAt: instant.optional().meta({ description: 'When it lifts itself; absent where it cannot be undone.' }),
    liftRequested: z
      .object({
        by: partySchema,
        at: instant.meta({ description: 'When the lift was asked for.' }),
        why: text(1_024).meta({ description: 'Why, in words.' }),
      })
      .optional(),
    failure: z.string().max(1_024).optional().meta({ description: 'What went wrong at the last attempt.' }),
    containment: containmentSchema.optional(),
  })
  .meta({ id: 'suspension', title: 'Suspension' });

/** One link of a tenant's chain. `hash` covers everything else, `previous` among it. */
export const auditRowSchema = z
  .object({
    tenant: text(128).meta({ description: 'Whose chain it is.' }),
    seq: z.number().int().min(1).meta({ description: 'Place in the chain of the tenant, from 1 without a gap.' }),
    suspension: suspensionSchema.shape.id,
    event: z.enum(SUSPENSION_EVENTS).meta({ description: 'What happened.' }),
    from: z
      .enum(['none', ...SUSPENSION_STATES])
      .meta({ description: 'State before; none for the first row of a suspension.' }),
    to: z.enum(SUSPENSION_STATES).meta({ description: 'State after.' }),
    by: partySchema,
    why: z.string().max(1_024).meta({ description: 'Why, in words.' }),
    at: instant.meta({ description: 'Wall time of the process that wrote it.' }),
    writer: text(64).meta({ description: 'Random: of two writers with the very same words one is first.' }),
    content: z
      .string()
      .max(256 * 1024)
      .meta({ description: 'The suspension after the event, as canonical JSON.' }),
    previous: digest.meta({ description: 'Hash of the row before; of the first one, zeros.' }),
    hash: digest.meta({ description: 'SHA-256 of everything else in the row, `previous` among it.' }),
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
