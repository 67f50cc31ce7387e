/** What the pages of the console are made of, besides alerts: who is signed in, the budget, the fleet, one identity's life, sources. */
import { z } from 'zod';
import { activitySchema, LIMITS } from './activity.ts';
import { homeQuerySchema, SCOPES } from './api.ts';
import { auditRowSchema } from './suspension.ts';

const instant = z.iso.datetime({ offset: true });
const PAGE_MAX = 500;
/** Points of one line in a picture. */
export const POINTS_MAX = 2_000;

export const callerSchema = z
  .object({
    name: z.string(),
    scope: z.enum(SCOPES),
    tenant: z.string(),
    version: z.string().meta({ description: 'Version of this server.' }),
    now: z.string().meta({ description: 'Time of this server.' }),
    readOnly: z.boolean().meta({ description: 'Nothing can be decided here, whatever the token may.' }),
    responds: z.boolean().meta({ description: 'Suspensions are kept here.' }),
  })
  .meta({ id: 'Caller' });
export type SignedIn = z.infer<typeof callerSchema>;

export const budgetSchema = z
  .object({
    falsePerDay: z.number().meta({ description: 'False alerts a day that were asked for.' }),
    today: z.string().optional().meta({
      description: 'Newest day of the stored contributions, by event time; absent while nothing is stored.',
    }),
    spentToday: z.number().meta({ description: 'Expected false alerts of that day: a shared cause counts once.' }),
    days: z
      .array(
        z.object({
          day: z.string(),
          spent: z.number().meta({ description: 'Expected false alerts raised on it.' }),
          alerts: z.number().int().meta({ description: 'Alerts raised on it.' }),
        }),
      )
      .meta({ description: 'The last 30 days with that day, oldest first.' }),
    historyDays: z.number().meta({ description: 'Days of scores that the threshold is read from, at the most 28.' }),
    threshold: z
      .number()
      .optional()
      .meta({ description: 'Nats that a score must reach; absent where there is too much to read it from here.' }),
    brake: z.number().optional().meta({ description: 'Nats that it is raised by, for what was spent today.' }),
    why: z.enum(['learning', 'floor', 'history', 'unread']).meta({
      description:
        'Learning: fewer than three days of scores. Floor: no lower threshold is used for such a budget. History: what the last weeks crossed so often. Unread: too much is stored to read it from here.',
    }),
  })
  .meta({ id: 'Budget' });
export type Budget = z.infer<typeof budgetSchema>;

export const activityQuerySchema = z.strictObject({
  identity: z.string().min(1).max(LIMITS.name).optional(),
  ...homeQuerySchema.shape,
  ids: z
    .string()
    .max(16_384)
    .optional()
    .meta({ description: 'Ids of activities, as a JSON array of at most 100 of them.' }),
  since: instant.optional(),
  until: instant.optional().meta({ description: 'Activities before that moment.' }),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(100),
  cursor: z.string().max(512).optional().meta({ description: '`next` of the page before.' }),
});
export type ActivityQuery = z.infer<typeof activityQuerySchema>;
export const activityPageSchema = z.object({ activities: z.array(activitySchema), next: z.string().optional() });
export type ActivityPage = z.infer<typeof activityPageSchema>;

export const rateQuerySchema = z.strictObject({
  ...homeQuerySchema.shape,
  since: instant,
  until: instant,
  stepMs: z.coerce.number().int().min(60_000).max(86_400_000).default(3_600_000),
});
export type RateQuery = z.infer<typeof rateQuerySchema>;
const tally = {
  activities: z.number(),
  refused: z.number().meta({ description: 'Those of them that were denied or failed.' }),
};
export const rateSchema = z.object({
  points: z.array(z.object({ at: z.string(), ...tally })).meta({ description: 'Steps with anything in them.' }),
  /** What others did to the identity: rights given, keys made, code deployed. */
  changes: z
    .array(
      z.object({
        id: z.string().meta({ description: 'Id of the activity.' }),
        at: z.string(),
        by: z.string(),
        action: z.string(),
        resource: z.string(),
        outcome: z.string(),
      }),
    )
    .meta({
      description:
        'Acts of others on the identity, newest first: writing ones whose target names it, and whatever made a key, a right or a deployment for it.',
    }),
});
export type Rate = z.infer<typeof rateSchema>;

const seen = {
  ...tally,
  days: z.number().meta({ description: 'Days on which it was seen.' }),
  firstAt: z.string(),
  lastAt: z.string(),
};
export const usageSchema = z
  .object({
    identity: z.string(),
    kind: z.string(),
    provider: z.string(),
    name: z.string().optional(),
    account: z.string().optional(),
    environment: z.string().optional(),
    ...seen,
    owner: z.string().optional(),
    ownerFrom: z
      .enum(['inventory', 'file', 'alert'])
      .optional()
      .meta({ description: 'Where the owner is known from.' }),
    record: z.record(z.string(), z.unknown()).optional().meta({ description: 'The inventory record in force.' }),
    hours: z.array(z.object({ at: z.string(), ...tally })).meta({
      description: 'Hours with anything in them, over the last 35 days before its last activity.',
    }),
    sources: z.array(
      z.object({
        place: z.string().meta({ description: 'Workload, network and country, as far as the log tells.' }),
        ips: z.number(),
        ip: z.string().meta({ description: 'One of its addresses.' }),
        clients: z.array(z.string()),
        ...seen,
      }),
    ),
    actions: z.array(z.object({ service: z.string(), name: z.string(), access: z.string(), ...seen })),
    resources: z.array(z.object({ id: z.string(), type: z.string(), ...seen })),
    credentials: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        issuedAt: z.string().optional(),
        expiresAt: z.string().optional(),
        longLived: z.boolean(),
        ...seen,
        beside: z.object({ others: z.number(), longestMs: z.number() }).meta({
          description:
            'Others of these that were in use while this one was, and the longest time that one of them shared with it, in ms.',
        }),
      }),
    ),
    delegators: z.array(z.object({ id: z.string(), kind: z.string(), ...seen })),
    delegates: z.array(z.object({ id: z.string(), kind: z.string(), ...seen })).meta({
      description: 'Identities that acted on its behalf.',
    }),
    scopes: z.array(z.object({ scope: z.string(), ...seen })).meta({ description: 'Scopes its credentials carried.' }),
    granted: z
      .array(
        z.object({
          scope: z.string(),
          from: z.enum(['inventory', 'record']).meta({
            description: 'Where the grant is known from: the inventory, or a stored record of the act that gave it.',
          }),
          grantedAt: z.string().optional(),
          grantedBy: z.string().optional(),
          used: z.enum(['yes', 'no', 'unknown']).meta({
            description: 'Whether a stored act falls under it; unknown where its name does not tell which acts do.',
          }),
          peersUsing: z.number().meta({
            description:
              'Others of its kind and provider that did the commonest act under it: at least so many use it.',
          }),
          peers: z.number().meta({ description: 'Others of its kind and provider.' }),
        }),
      )
      .optional()
      .meta({ description: 'What it was granted, never used first; absent where nothing tells.' }),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usageSchema>;

const peerActs = z.array(
  z.object({
    service: z.string(),
    name: z.string(),
    peers: z.number().meta({ description: 'Peers that did it: at most so many.' }),
  }),
);

export const peerHabitsSchema = z
  .object({
    kind: z.string(),
    provider: z.string(),
    peers: z.number().meta({ description: 'Others of its kind and provider in the stored activities.' }),
    own: peerActs.meta({
      description: 'What it did and fewer than a tenth of its peers, its most usual first; at most 20.',
    }),
    theirs: peerActs.meta({
      description: 'What at least half of its peers did and it never, the commonest first; at most 20.',
    }),
  })
  .meta({ id: 'PeerHabits' });
export type PeerHabits = z.infer<typeof peerHabitsSchema>;

export const sourcesSchema = z
  .object({
    ready: z.boolean(),
    notReady: z.array(z.string()).meta({ description: 'Why nothing more is taken just now.' }),
    now: z.string(),
    inputs: z.array(
      z.object({
        provider: z.string(),
        identities: z.number(),
        activities: z.number(),
        lastHour: z.number().meta({ description: 'Activities stored in the last hour of this server.' }),
        lastDay: z.number(),
        newestAt: z.string().meta({ description: 'Event time of its newest activity.' }),
        storedAt: z.string().meta({ description: 'When its newest activity was stored.' }),
        delaySeconds: z.number().optional().meta({
          description:
            'Half of what arrived as it happened came later than this after it; absent where all of it is history.',
        }),
      }),
    ),
    sources: z
      .array(
        z.object({
          kind: z.enum(['topic', 'sender', 'account']),
          name: z.string(),
          state: z.enum(['learning', 'heard', 'silent']).meta({
            description: 'learning: less than eight days of it are known, so nobody can say what silence is usual.',
          }),
          lastAt: z.string().meta({ description: 'Arrival of its last records, to five minutes.' }),
          silentSeconds: z.number().optional().meta({ description: 'How long it has been silent.' }),
        }),
      )
      .meta({
        description: 'Who sends: topics, senders, and accounts that records are of. Those that fell silent come first.',
      }),
    lags: z
      .array(
        z.object({
          role: z.enum(['ingest', 'detect']),
          topic: z
            .string()
            .meta({ description: 'Cluster and topic; `local`: what was sent to this process without Kafka.' }),
          partitions: z.number().int().meta({ description: 'Partitions of it that are known of.' }),
          records: z.number().meta({ description: 'Records in them that are not yet processed.' }),
          most: z
            .object({ partition: z.number().int(), records: z.number() })
            .optional()
            .meta({ description: 'The partition that is furthest behind; absent where none is.' }),
          unread: z.object({ partitions: z.number().int(), toldAt: z.string() }).optional().meta({
            description:
              'Partitions of which no process told for a minute, so that nobody reads them, and when one last did. Absent where there is none.',
          }),
        }),
      )
      .meta({
        description:
          'How far each topic is behind: of what this process reads as it is now, of what others read as they last told the store, every ten seconds.',
      }),
    skipped: z
      .array(
        z.object({
          kind: z.enum(['topic', 'sender', 'history']),
          name: z.string().meta({ description: 'Of a history: the command that read it.' }),
          format: z.string(),
          reason: z.string(),
          records: z.number(),
          lastAt: z.string().meta({ description: 'When the last of them was read.' }),
          example: z.string().optional().meta({ description: 'Where one of them stands in its topic.' }),
        }),
      )
      .meta({
        description:
          'Records of the last seven days that their format leaves out on purpose, by source and reason, those with most first; at the most 200 rows.',
      }),
    dead: z.array(z.object({ format: z.string(), reason: z.string(), records: z.number(), lastAt: z.string() })),
    sinks: z.array(
      z.object({
        sink: z.string(),
        pending: z.number(),
        delivered: z.number(),
        refused: z.number(),
        oldestPendingAt: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Sources' });
export type Sources = z.infer<typeof sourcesSchema>;

export const auditQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).meta({ description: 'Rows after this place in the chain.' }),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(100),
});
export const auditPageSchema = z.object({ rows: z.array(auditRowSchema), next: z.number().optional() });
export type AuditPage = z.infer<typeof auditPageSchema>;
export const verifiedSchema = z.object({
  ok: z.boolean(),
  rows: z.number(),
  head: z.object({ seq: z.number(), hash: z.string() }),
  breaks: z.array(z.object({ seq: z.number(), says: z.string() })),
});
export type Verified = z.infer<typeof verifiedSchema>;
