/** One open alert per identity and episode: what was expected, what was seen, what would break if we acted, and how to undo it. */
import { z } from 'zod';
import { CHANGE_KINDS, credentialSchema, identitySchema, LIMITS } from './activity.ts';

const instant = z.iso.datetime({ precision: 3 });

export const ALERT_KINDS = [
  'credential-reuse',
  'unexpected-source',
  'scope-drift',
  'unusual-pattern',
  'lifecycle',
  'delegation',
] as const;
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const ACTIONS = [
  'observe',
  'step-up',
  'rotate-credential',
  'revoke-session',
  'narrow-scope',
  'suspend-identity',
] as const;
/** The one that leaves most to do first. */
export const ALERT_STATUSES = ['new', 'acknowledged', 'suppressed', 'expired', 'resolved'] as const;
/** What a version may tell besides that an alert was raised or has grown. */
export const ALERT_CHANGES = [
  'eased',
  'acknowledged',
  'confirmed',
  'resolved',
  'suppressed',
  'expired',
  'contained',
  'released',
  'reopened',
] as const;

const share = z.number().min(0).max(1);
/** How common the seen value is. */
export const prevalenceSchema = z.object({
  identity: share.meta({ description: "Share of the identity's own active days with the value, 0 to 1." }),
  peers: share.meta({ description: 'Share of its peer class that has it, 0 to 1.' }),
  tenant: share.meta({ description: "Share of the tenant's identities that have it, 0 to 1." }),
});

export const evidenceSchema = z.object({
  detector: z.string().meta({ description: 'Id of the detector that found it.' }),
  field: z.string().meta({ description: 'Field of the activity, such as source.asn or action.name.' }),
  group: z.string().meta({ description: 'Correlated dimensions share a group and are not counted twice.' }),
  seen: z.string().meta({ description: 'What was seen.' }),
  usual: z.string().meta({ description: 'What is usual for the identity.' }),
  nats: z.number().meta({ description: 'Surprise: -ln of the rate of such novelty; an invariant carries fixed odds.' }),
  prevalence: prevalenceSchema,
  action: z.string().optional().meta({ description: 'The gravest act in which it was found, as the vendor calls it.' }),
  things: z
    .array(z.string())
    .max(64)
    .optional()
    .meta({ description: 'Real names of what that act was aimed at; `seen` may be a pattern that many things fit.' }),
  moreThings: z.boolean().optional().meta({ description: 'True when there were more things than are named.' }),
  recipients: z
    .array(z.string())
    .max(64)
    .optional()
    .meta({ description: 'To whom that act opened them or gave a right, as far as the log tells.' }),
  techniques: z
    .array(z.string())
    .optional()
    .meta({ description: 'Techniques of this very finding; absent where it has none.' }),
  at: instant.meta({ description: 'Event time of the activity it was found in.' }),
  activityId: z.string().meta({ description: 'Id of that activity.' }),
});

export const recommendationSchema = z.object({
  action: z.enum(ACTIONS).meta({ description: 'The step of least expected cost, of those that can be undone.' }),
  target: z.object({
    kind: z
      .enum(['identity', 'credential', 'session', 'scope'])
      .meta({ description: 'What the step is taken against.' }),
    id: z.string().meta({ description: 'Which one: identity id, credential id, or service of a scope.' }),
  }),
  because: z.string().meta({ description: 'Reason for a person, with the likelihood of misuse.' }),
  wouldStop: z.array(z.string()).max(16).meta({ description: 'What stops working if it is taken.' }),
  undo: z.string().meta({ description: 'How to take it back.' }),
  by: z.string().optional().meta({
    description:
      'How it can be taken here: the responder and recipe that are set up for it and what they really do, or that none is. Told to people and sinks, and not stored.',
  }),
  expiresAt: instant.meta({ description: 'From then on the advice is stale.' }),
  needsApproval: z
    .boolean()
    .meta({ description: 'Whether a person has to approve it; always true in what the engine says.' }),
});

export const AGENT_PARTS = ['model', 'version', 'configuration', 'tools', 'task'] as const;
export const DRIFT_CAUSES = ['model', 'configuration', 'tools', 'task', 'none', 'unknown'] as const;

/** One thing that an agent is made of, as it was when the strongest evidence came. */
export const agentPartSchema = z.object({
  part: z.enum(AGENT_PARTS).meta({ description: 'Which part it is.' }),
  value: z.string().meta({ description: 'What it was when the strongest evidence came.' }),
  since: instant.meta({ description: 'First seen, or back after days of another.' }),
  changed: z
    .boolean()
    .meta({ description: 'It took the place of another within three days before the strongest evidence.' }),
  varies: z.boolean().meta({ description: 'It changes so often that a change tells nothing.' }),
  from: z.string().optional().meta({ description: 'What it was before; of a part that changed.' }),
  peers: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Others of its class that have it; of a part that changed.' }),
});

export const driftSchema = z.object({
  cause: z.enum(DRIFT_CAUSES).meta({
    description:
      'What about the agent changed and explains most of the evidence; a new version is a configuration. None: nothing did, as when it is misled. Unknown: the log does not tell, or not for long enough.',
  }),
  says: z.string().meta({ description: 'Clause for a person.' }),
  parts: z
    .array(agentPartSchema)
    .max(AGENT_PARTS.length)
    .meta({ description: 'What the agent is made of, as far as the log tells.' }),
});

/** Where an alert stands by what was decided about it, by people or by a rule. */
export const standingSchema = z.object({
  at: instant.meta({ description: 'When it was decided, by the clock of the process.' }),
  by: z.string().max(LIMITS.name).optional().meta({ description: 'Who decided it; absent where a rule did.' }),
  because: z.string().max(1_024).meta({ description: 'Why, in words.' }),
  verdict: z.enum(['benign', 'true']).optional().meta({ description: 'What a person says that it was.' }),
  containment: z
    .object({
      suspension: z.string().max(LIMITS.id).meta({ description: 'Id of the suspension.' }),
      action: z.enum(ACTIONS).meta({ description: 'What was done.' }),
      state: z.enum(['active', 'lifted']).meta({ description: 'Whether it is in force.' }),
    })
    .optional()
    .meta({ description: 'What was done to contain it.' }),
  page: z.enum(ALERT_STATUSES).meta({
    description:
      'Where everything with its cause stands: as the alert that leaves most to do. Who shows alerts of one cause as one thing closes it by this.',
  }),
});

/** An act on the identity, its credential or its rights, that the alert may come from. */
export const changeSchema = z.object({
  kind: z.enum(CHANGE_KINDS).meta({ description: 'What it made.' }),
  action: z.string().meta({ description: 'The act, as the vendor calls it.' }),
  thing: z.string().optional().meta({ description: 'What was made or changed, by name.' }),
  by: z
    .object({
      id: z.string().meta({ description: 'Id of the identity that made it.' }),
      name: z.string().optional().meta({ description: 'Its name for people.' }),
    })
    .meta({ description: 'Who made it.' }),
  isOwn: z.boolean().optional().meta({ description: 'True when the identity of the alert made it itself.' }),
  at: instant.meta({ description: 'Event time of the change.' }),
  manner: z.enum(['usual', 'first', 'odd', 'suspect', 'other', 'doubted']).meta({
    description:
      'How usual it was for whoever made it: usual; first, it never did that before; odd, something else about it was new; suspect, it is under an alert itself; doubted, it came under one within a day; other, none of these.',
  }),
  effect: z
    .enum(['explains', 'incriminates', 'none'])
    .meta({ description: 'Whether it lowers the weight of evidence, speaks against it, or does neither.' }),
  nats: z.number().meta({ description: 'Nats of the evidence that it explains.' }),
  fields: z.array(z.string()).max(64).meta({ description: 'Fields of the evidence that it is about.' }),
  says: z.string().meta({ description: 'Clause for a person.' }),
});

export const alertSchema = z
  .object({
    id: z
      .string()
      .meta({ description: 'Hash of tenant, identity and episode: the same however often the events are read.' }),
    version: z
      .number()
      .int()
      .min(1)
      .meta({ description: 'Counts up when there is news: new evidence, or twice as much of the known.' }),
    tenant: z.string().meta({ description: 'Whose alert it is.' }),
    status: z.enum(ALERT_STATUSES).meta({ description: 'Where it stands by what was decided about it.' }),
    change: z.enum(ALERT_CHANGES).optional().meta({
      description:
        'What this version tells of the alert itself; absent where it was raised or has grown. Who changed the identity stands in `changes`.',
    }),
    standing: standingSchema.optional().meta({ description: 'What was decided; absent while nothing was.' }),
    identity: identitySchema,
    credential: credentialSchema.optional(),
    kinds: z.array(z.enum(ALERT_KINDS)).min(1).meta({ description: 'Kinds of drift, the strongest first.' }),
    detectors: z.array(z.string()).min(1).meta({ description: 'Detectors with evidence, the strongest first.' }),
    title: z.string().meta({ description: 'One sentence a person can act on.' }),
    severity: z.enum(SEVERITIES).meta({ description: 'Score, sensitivity of the acts and advice in one word.' }),
    score: z
      .number()
      .meta({ description: 'Joint surprise in nats; higher = more certain, comparable across lanes and kinds.' }),
    p: share.meta({ description: 'Calibrated: share of benign identity-days of its class at least this surprising.' }),
    misuse: share.optional().meta({
      description:
        'Probability that it is misuse, held against known attacks, for the rate of attacks that is configured or that verdicts teach; absent where neither tells.',
    }),
    maturity: z.number().min(0).max(100).meta({ description: '% of learning done for this identity.' }),
    firstAt: instant.meta({ description: 'Event time of the earliest evidence.' }),
    lastAt: instant.meta({ description: 'Event time of the latest evidence.' }),
    raisedAt: instant.meta({ description: 'Event time at which it was first raised.' }),
    activityCount: z.number().int().min(1).meta({ description: 'Activities that brought evidence.' }),
    evidence: z.array(evidenceSchema).max(64).meta({ description: 'Findings, the strongest first.' }),
    activityIds: z
      .array(z.string().max(LIMITS.id))
      .max(100)
      .meta({ description: 'Activities to look at, the most telling first.' }),
    techniques: z.array(z.string()).meta({ description: 'ATT&CK, OWASP NHI and OWASP Agentic ids.' }),
    controls: z.array(z.string()).meta({ description: 'Controls of standards that the alert serves.' }),
    blindSpots: z.array(z.string()).meta({ description: 'What its detectors cannot see.' }),
    owner: z.string().optional().meta({ description: 'Who answers for the identity, by the inventory.' }),
    delegation: z
      .array(
        z.object({
          id: z.string().meta({ description: 'A delegator.' }),
          kind: z.string().meta({ description: 'What sort of delegator it is.' }),
        }),
      )
      .optional()
      .meta({ description: 'Chain of delegation of the most telling activity, nearest first.' }),
    recommendation: recommendationSchema,
    cause: z.string().optional().meta({
      description:
        'Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident.',
    }),
    delayMs: z.number().int().min(0).optional().meta({
      description:
        'Longest time in ms from one of its activities to the arrival of that one; only of those that came too late to be judged at their own time.',
    }),
    missingPartitions: z.number().int().min(1).optional().meta({
      description:
        'Partitions whose worker lagged so far behind that this version was judged without what they have yet to tell of others; absent where none did.',
    }),
    carriedOnDays: z.number().int().min(1).optional().meta({
      description:
        'Days since on which it was seen only where, or with what, it was strange, though nobody else speaks for that; absent while they are few.',
    }),
    folded: z.number().int().min(1).optional().meta({
      description:
        'Alerts that were folded into its incident when it was, itself included: they say no more than the incident, or are over the budget of the day. The fourth, the eighth and so on are delivered; what is strong or certain always is.',
    }),
    drift: driftSchema.optional().meta({ description: 'Of an agent: whether the agent itself changed.' }),
    changes: z.array(changeSchema).max(8).optional().meta({
      description:
        'Who changed the identity: what others, or it itself, did lately that the evidence is about. What this version of the alert tells stands in `change`.',
    }),
    incident: z.string().optional().meta({ description: 'Shared by alerts of several identities with one cause.' }),
  })
  .meta({ id: 'alert', title: 'Alert' });

export type Alert = z.infer<typeof alertSchema>;
export type AgentPart = (typeof AGENT_PARTS)[number];
export type Drift = z.infer<typeof driftSchema>;
export type AlertChange = (typeof ALERT_CHANGES)[number];
export type AlertStatus = (typeof ALERT_STATUSES)[number];
export type AlertKind = (typeof ALERT_KINDS)[number];
export type Evidence = z.infer<typeof evidenceSchema>;
export type Prevalence = z.infer<typeof prevalenceSchema>;
export type Recommendation = z.infer<typeof recommendationSchema>;
export type Severity = (typeof SEVERITIES)[number];
export type Standing = z.infer<typeof standingSchema>;

/** Where several alerts stand as one thing: as the one that leaves most to do. */
export const leastDone = (statuses: readonly AlertStatus[]): AlertStatus =>
  ALERT_STATUSES.find((status) => statuses.includes(status)) ?? 'new';
