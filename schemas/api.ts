/** What the HTTP API takes and gives: the one description behind validation, answers and `/openapi.json`. */
import { z } from 'zod';
import { LIMITS } from './activity.ts';
import { ALERT_KINDS, ALERT_STATUSES, alertSchema, SEVERITIES } from './alert.ts';

export const SCOPES = ['ingest', 'inventory', 'signals', 'viewer', 'analyst', 'responder', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** What a person may do; each may what those before it may. */
export const ROLES = ['viewer', 'analyst', 'responder', 'admin'] as const satisfies readonly Scope[];

export type PersonRole = (typeof ROLES)[number];

/** Whom a valid token or session speaks for. */
export interface Caller {
  readonly name: string;
  readonly scope: Scope;
  readonly tenant: string;
}

/** Longest a benign verdict or a suppression may last. */
export const APPROVAL_MAX_DAYS = 90;

export const PAGE_MAX = 500;

export const text = (max: number) => z.string().trim().min(1).max(max);

export const instant = z.iso.datetime({ offset: true });

const because = text(2_000).meta({ description: 'Why, for whoever reads it later.' });

export const limit = z.coerce.number().int().min(1).max(PAGE_MAX).default(50);

export const cursor = z.string().max(512).optional().meta({ description: '`next` of the page before.' });

const ACTIONS_TAKEN = ['acknowledge', 'benign', 'true', 'comment', 'unlearn'] as const;

const UNLEARN_HOW = ['forget', 'condemn'] as const;

/** What an alert showed when somebody decided about it: the decision holds for this, and for nothing that came later. */
export const coveredSchema = z
  .object({
    version: z.number().int(),
    severity: z.enum(SEVERITIES),
    evidence: z.array(z.object({ field: z.string(), seen: z.string() })).max(64),
  })
  .meta({ id: 'Covered' });

export type Covered = z.infer<typeof coveredSchema>;

/** One thing a person did about an alert, or about what an identity learned. */
export const triageActionSchema = z
  .object({
    id: z.string(),
    tenant: z.string(),
    alertId: z.string().meta({ description: 'Empty for unlearning that names no alert.' }),
    identity: z.string(),
    provider: z.string().optional().meta({ description: 'Who knows the identity by this id.' }),
    account: z.string().optional().meta({ description: 'Account, cluster or organisation of the identity.' }),
    action: z.enum(ACTIONS_TAKEN),
    actor: z.string().meta({ description: 'Name of the token, or `cli`.' }),
    at: z.string().meta({ description: 'Wall time, RFC 3339.' }),
    countsFrom: z.string().meta({
      description: 'Event time from which a verdict counts, or the beginning of what is unlearned, RFC 3339.',
    }),
    because: z.string(),
    until: z.string().optional().meta({ description: 'End of the approval, or of what is unlearned.' }),
    scope: z.array(z.string()).meta({
      description:
        'Benign: fields of the evidence that are approved; empty = all of it. Unlearn: what becomes of the values, forget or condemn.',
    }),
    covers: coveredSchema.optional().meta({
      description: 'What the alert showed then. Absent for unlearning, and where an earlier version recorded it.',
    }),
  })
  .meta({ id: 'TriageAction' });

export type TriageAction = z.infer<typeof triageActionSchema>;

export const triagedAlertSchema = z
  .object({
    ...alertSchema.shape,
    triage: z.object({
      status: z.enum(ALERT_STATUSES).meta({ description: 'Where the alert stands after what people did about it.' }),
      verdict: z
        .enum(['benign', 'true'])
        .optional()
        .meta({ description: 'Absent too where a benign alert has grown beyond what was judged.' }),
      reopened: z
        .string()
        .optional()
        .meta({ description: 'What the alert has by now that the last decision about it did not cover.' }),
      apart: z.array(z.string()).optional().meta({
        description: 'In the answer to a verdict on its incident: its own evidence, for which it was left as it was.',
      }),
      suppressedBy: z.string().optional().meta({ description: 'Suppression that hides it.' }),
      actions: z.number().int().meta({ description: 'Number of things people did about it.' }),
    }),
  })
  .meta({ id: 'TriagedAlert' });

export type TriagedAlert = z.infer<typeof triagedAlertSchema>;

/** What was done to contain what an alert is about, and whether it held. */
export const alertContainmentSchema = z.object({
  suspension: z.string(),
  action: z.string(),
  state: z.string(),
  dispatchedAt: z.string().optional(),
  status: z.enum(['watching', 'silent', 'leaking']).optional().meta({ description: 'Absent before the dispatch.' }),
  successes: z.number().optional().meta({ description: 'Of the target, after the dispatch.' }),
  timeToSilenceMs: z.number().optional().meta({ description: 'From the dispatch to the last success.' }),
});

export type AlertContainment = z.infer<typeof alertContainmentSchema>;

/** How the step that an alert advises can be taken here. */
export const meansSchema = z.object({
  by: z.string().meta({ description: 'In one or two sentences.' }),
  responder: z.string().optional().meta({ description: 'The responder that is set up for it.' }),
  recipe: z.string().optional().meta({ description: 'The recipe that does it, or would.' }),
  steps: z
    .array(z.object({ phase: z.string(), says: z.string() }))
    .readonly()
    .meta({
      description: 'What is to be done around it, in order, as a list to tick; empty where nobody knows a way.',
    }),
});

export type Means = z.infer<typeof meansSchema>;

export const alertPageItemSchema = triagedAlertSchema.extend({
  means: meansSchema.optional().meta({ description: 'How its step can be taken here; absent where it asks for none.' }),
  containment: z
    .array(alertContainmentSchema)
    .optional()
    .meta({ description: 'Newest first; where respond is enabled.' }),
});

/** Alerts of several identities for one cause. */
export const triagedIncidentSchema = z
  .object({
    id: z.string(),
    identities: z.number().int().meta({ description: 'Number of identities it is about.' }),
    title: z.string().meta({ description: 'Of the strongest of its alerts.' }),
    severity: z.enum(SEVERITIES).meta({ description: 'The highest of its alerts.' }),
    firstAt: z.string(),
    raisedAt: z.string().meta({ description: 'When the first of its alerts was raised.' }),
    lastAt: z.string(),
    triage: z.object({
      status: z.enum(ALERT_STATUSES).meta({ description: 'New while any of its alerts is.' }),
      verdict: z.enum(['benign', 'true']).optional().meta({ description: 'Where all of them have the same.' }),
      actions: z.number().int(),
    }),
    alerts: z.array(triagedAlertSchema).meta({ description: 'Newest first, at most 1,000.' }),
  })
  .meta({ id: 'TriagedIncident' });

export type TriagedIncident = z.infer<typeof triagedIncidentSchema>;

export const home = {
  provider: z.string().max(64).optional().meta({ description: 'Of the identity with this provider.' }),
  account: z
    .string()
    .max(LIMITS.name)
    .optional()
    .meta({ description: 'Of the identity of this account, cluster or organisation.' }),
};

/** Which of the identities that share an id. */
export const homeQuerySchema = z.strictObject(home);

export const alertQuerySchema = z.strictObject({
  status: z.enum(ALERT_STATUSES).optional(),
  severity: z.enum(SEVERITIES).optional().meta({ description: 'This severe or more.' }),
  kind: z.enum(ALERT_KINDS).optional(),
  identity: z.string().max(LIMITS.name).optional(),
  ...home,
  owner: z.string().max(LIMITS.name).optional(),
  incident: text(64).optional().meta({ description: 'Alerts of this incident.' }),
  since: instant.optional().meta({ description: 'With evidence since.' }),
  limit,
  cursor,
});

export type AlertListQuery = z.infer<typeof alertQuerySchema>;

export const alertPageSchema = z.object({ alerts: z.array(triagedAlertSchema), next: z.string().optional() });

export const historySchema = z.object({ versions: z.array(alertSchema), actions: z.array(triageActionSchema) });

const version = z.int().min(1).optional().meta({
  description: 'Version that was looked at: what the alert has beyond it is not covered. Absent: as it is now.',
});

const actions = z.int().min(0).optional().meta({
  description:
    'How many actions there were when it was looked at, as in `triage.actions`: where others did something since, nothing is done and the last of it is told. Absent: it is done whatever came.',
});

export const acknowledgeSchema = z.strictObject({ because: because.optional(), version, actions });

export const commentSchema = z.strictObject({ comment: text(2_000) });

export const verdictSchema = z.discriminatedUnion('verdict', [
  z.strictObject({
    verdict: z.literal('benign'),
    scope: z
      .union([z.literal('all-evidence'), z.array(text(LIMITS.id)).min(1).max(64)])
      .meta({ description: 'Fields of the evidence that are approved, such as source.asn, or all of it.' }),
    until: instant.meta({ description: `End of the approval; at most ${APPROVAL_MAX_DAYS} days ahead.` }),
    because,
    version,
    actions,
  }),
  z.strictObject({ verdict: z.literal('true'), because, version, actions }),
]);

export type VerdictRequest = z.infer<typeof verdictSchema>;

/** What somebody had looked at who decides. */
export type LookedAtAlert = Pick<VerdictRequest, 'version' | 'actions'>;

const unlearning = {
  how: z
    .enum(UNLEARN_HOW)
    .default('forget')
    .meta({ description: 'Forgotten values are new again; condemned ones stay news however often they are used.' }),
  because,
  ...home,
};

export const unlearnSchema = z.union([
  z.strictObject({
    from: instant.meta({ description: 'Event time: values first learned from the beginning of that UTC day on.' }),
    to: instant.optional().meta({ description: 'Event time: up to the end of that UTC day; absent: up to today.' }),
    ...unlearning,
  }),
  z.strictObject({
    alertId: text(LIMITS.id).meta({ description: 'What it was raised for, and all first learned on its days.' }),
    ...unlearning,
  }),
]);

export type UnlearnRequest = z.infer<typeof unlearnSchema>;

export const unlearnedSchema = z.object({ actions: z.array(triageActionSchema) });

const pieceSchema = z.strictObject({ field: text(LIMITS.id), seen: text(LIMITS.name) });

/** What a suppression looks for in an alert; everything named must hold, and nothing beyond it is hidden. */
export const suppressionMatchSchema = z
  .strictObject({
    identity: text(LIMITS.name).optional(),
    provider: text(64).optional().meta({ description: 'Only of the identity with this provider.' }),
    account: text(LIMITS.name).optional().meta({
      description:
        'Only of the identity of this account, cluster or organisation. What names neither is about whoever has the id.',
    }),
    kinds: z
      .array(z.enum(ALERT_KINDS))
      .min(1)
      .max(16)
      .optional()
      .meta({ description: 'Every kind of the alert is one of these.' }),
    detectors: z.array(text(128)).min(1).max(32).optional().meta({
      description: 'Every detector of the alert is one of these. Naming one that is an invariant hides what it found.',
    }),
    evidence: z
      .union([pieceSchema, z.array(pieceSchema).min(1).max(64)])
      .optional()
      .meta({
        description:
          'One piece of evidence or several; an alert is hidden when they are all of its evidence that matters.',
      }),
    invariants: z.literal(true).optional().meta({
      description: 'What invariants found is hidden too. Absent: only where it is named by evidence or detector.',
    }),
    maxSeverity: z.enum(SEVERITIES).optional().meta({
      description:
        'Nothing more severe is hidden. Absent in a request: the highest of the stored alerts that it matches, or low where there are none.',
    }),
  })
  .refine(({ identity, evidence }) => identity !== undefined || evidence !== undefined, {
    message: 'name an identity or a piece of evidence: a suppression of everything of a kind would blind the tenant',
  });

export type SuppressionMatch = z.infer<typeof suppressionMatchSchema>;

export const suppressionRequestSchema = z.strictObject({
  owner: text(LIMITS.name).meta({ description: 'Who answers for it.' }),
  until: instant.meta({ description: `When it ends; at most ${APPROVAL_MAX_DAYS} days ahead.` }),
  because,
  match: suppressionMatchSchema,
  dryRun: z.boolean().default(false).meta({ description: 'Only tell what it would hide.' }),
});

export type SuppressionRequest = z.infer<typeof suppressionRequestSchema>;

export const suppressionSchema = z
  .object({
    id: z.string(),
    tenant: z.string(),
    owner: z.string(),
    actor: z.string(),
    from: z.string(),
    until: z.string(),
    because: z.string(),
    match: suppressionMatchSchema,
    lifted: z.boolean(),
  })
  .meta({ id: 'Suppression' });

export type Suppression = z.infer<typeof suppressionSchema>;

const hiddenSchema = z.object({
  id: z.string(),
  title: z.string(),
  raisedAt: z.string(),
  severity: z.enum(SEVERITIES),
  confirmed: z.boolean(),
  beyond: z
    .string()
    .optional()
    .meta({ description: 'Why the suppression, though it looks for such an alert, would not hide this one.' }),
});

export type Hidden = z.infer<typeof hiddenSchema>;

export const suppressedSchema = z.object({
  suppression: suppressionSchema.optional().meta({ description: 'Absent after a dry run.' }),
  wouldHide: z.array(hiddenSchema).meta({
    description:
      'Stored alerts it would have hidden, newest first, and before them confirmed ones it looks for; at most 100.',
  }),
  staysTold: z.array(hiddenSchema).meta({
    description: 'Stored alerts it looks for and would not have hidden, with what they have beyond it; at most 100.',
  }),
});

export const suppressionsSchema = z.object({ suppressions: z.array(suppressionSchema) });
