/** One open alert per identity and episode: what was expected, what was seen, what would break if we acted, and how to undo it. */
import { z } from 'zod';
import { credentialSchema, identitySchema, LIMITS } from './activity.ts';

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
export const ALERT_STATUSES = ['new', 'acknowledged', 'suppressed', 'resolved'] as const;

const share = z.number().min(0).max(1);
/** How common the seen value is: share of this identity's own days, of its peers and of the tenant's identities that have it. */
export const prevalenceSchema = z.object({ identity: share, peers: share, tenant: share });

export const evidenceSchema = z.object({
  detector: z.string(),
  field: z.string().meta({ description: 'Field of the activity, such as source.asn or action.name.' }),
  group: z.string().meta({ description: 'Correlated dimensions share a group and are not counted twice.' }),
  seen: z.string(),
  usual: z.string(),
  nats: z.number().meta({ description: 'Surprise: -ln of the rate of such novelty; an invariant carries fixed odds.' }),
  prevalence: prevalenceSchema,
  at: instant,
  activityId: z.string(),
});

export const recommendationSchema = z.object({
  action: z.enum(ACTIONS),
  target: z.object({ kind: z.enum(['identity', 'credential', 'session', 'scope']), id: z.string() }),
  because: z.string(),
  wouldStop: z.array(z.string()).max(16),
  undo: z.string(),
  expiresAt: instant,
  needsApproval: z.boolean(),
});

export const AGENT_PARTS = ['model', 'version', 'configuration', 'tools', 'task'] as const;
export const DRIFT_CAUSES = ['model', 'configuration', 'tools', 'task', 'none', 'unknown'] as const;

/** One thing that an agent is made of, as it was when the strongest evidence came. */
export const agentPartSchema = z.object({
  part: z.enum(AGENT_PARTS),
  value: z.string(),
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
  parts: z.array(agentPartSchema).max(AGENT_PARTS.length),
});

export const alertSchema = z
  .object({
    id: z.string(),
    version: z.number().int().min(1),
    tenant: z.string(),
    status: z.enum(ALERT_STATUSES),
    identity: identitySchema,
    credential: credentialSchema.optional(),
    kinds: z.array(z.enum(ALERT_KINDS)).min(1),
    detectors: z.array(z.string()).min(1),
    title: z.string().meta({ description: 'One sentence a person can act on.' }),
    severity: z.enum(SEVERITIES),
    score: z
      .number()
      .meta({ description: 'Joint surprise in nats; higher = more certain, comparable across lanes and kinds.' }),
    p: share.meta({ description: 'Calibrated: share of benign identity-days of its class at least this surprising.' }),
    maturity: z.number().min(0).max(100).meta({ description: '% of learning done for this identity.' }),
    firstAt: instant,
    lastAt: instant,
    raisedAt: instant.meta({ description: 'Event time at which it was first raised.' }),
    activityCount: z.number().int().min(1),
    evidence: z.array(evidenceSchema).max(64),
    activityIds: z.array(z.string().max(LIMITS.id)).max(100),
    techniques: z.array(z.string()),
    controls: z.array(z.string()),
    blindSpots: z.array(z.string()),
    owner: z.string().optional(),
    delegation: z.array(z.object({ id: z.string(), kind: z.string() })).optional(),
    recommendation: recommendationSchema,
    cause: z.string().optional().meta({
      description:
        'Names what it was raised for and when that began; fixed when it is raised. Alerts of several identities with the same are about to be one incident.',
    }),
    drift: driftSchema.optional().meta({ description: 'Of an agent: whether the agent itself changed.' }),
    incident: z.string().optional().meta({ description: 'Shared by alerts of several identities with one cause.' }),
  })
  .meta({ id: 'alert', title: 'Alert' });

export type Alert = z.infer<typeof alertSchema>;
export type AgentPart = (typeof AGENT_PARTS)[number];
export type Drift = z.infer<typeof driftSchema>;
export type AlertKind = (typeof ALERT_KINDS)[number];
export type Evidence = z.infer<typeof evidenceSchema>;
export type Prevalence = z.infer<typeof prevalenceSchema>;
export type Recommendation = z.infer<typeof recommendationSchema>;
export type Severity = (typeof SEVERITIES)[number];
