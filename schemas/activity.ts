/** The canonical activity: one act by one identity. Every log format is read into this shape; every detector sees only this shape. */
import { z } from 'zod';

/** Longest string kept of each kind, in UTF-16 code units; a longer one is refused (ids) or cut (free text) by the reader. */
export const LIMITS = {
  id: 256,
  name: 512,
  resource: 2048,
  userAgent: 1024,
  scopes: 256,
  declared: 512,
  chain: 16,
} as const;

const text = (max: number) => z.string().min(1).max(max);
/** RFC 3339 in UTC with milliseconds, so that text order is time order. */
const instant = z.iso.datetime({ precision: 3 });

export const IDENTITY_KINDS = [
  'service-account',
  'role',
  'workload',
  'api-key',
  'oauth-app',
  'bot',
  'agent',
  'provider-service',
  'human',
  'unknown',
] as const;
export const CREDENTIAL_KINDS = [
  'access-key',
  'session-token',
  'jwt',
  'x509',
  'oauth-token',
  'pat',
  'signing-key',
  'password',
  'other',
] as const;
export const ACCESSES = ['read', 'write', 'admin', 'execute', 'authenticate', 'unknown'] as const;
export const OUTCOMES = ['success', 'denied', 'failed'] as const;

export const identitySchema = z.object({
  id: text(LIMITS.name).meta({ description: 'Stable principal whose habits are learned; never a session or a key.' }),
  kind: z.enum(IDENTITY_KINDS),
  provider: text(64),
  name: text(LIMITS.name).optional(),
  account: text(LIMITS.name).optional(),
  environment: text(64).optional(),
});

export const credentialSchema = z.object({
  id: text(LIMITS.id).meta({ description: "Vendor's key id or a fingerprint; never the secret." }),
  kind: z.enum(CREDENTIAL_KINDS),
  issuedAt: instant.optional(),
  expiresAt: instant.optional(),
  longLived: z.boolean().optional(),
});

export const activitySchema = z
  .object({
    id: text(LIMITS.id).meta({
      description: "Vendor's event id scoped by provider and account, else a hash of the record.",
    }),
    at: instant.meta({ description: 'Event time, not arrival.' }),
    tenant: text(128).default('default'),
    identity: identitySchema,
    credential: credentialSchema.optional(),
    actor: z
      .object({
        id: text(LIMITS.name),
        kind: text(64),
        version: text(128).optional(),
        model: text(128).optional(),
        config: text(128).optional().meta({
          description:
            'Version or fingerprint of what the agent was told to be (system prompt, settings); never the text itself.',
        }),
      })
      .optional(),
    onBehalfOf: z
      .array(z.object({ id: text(LIMITS.name), kind: text(64) }))
      .max(LIMITS.chain)
      .optional()
      .meta({ description: 'Delegation chain, nearest delegator first, whoever started it last.' }),
    action: z.object({ name: text(LIMITS.name), service: text(128), access: z.enum(ACCESSES) }),
    resource: z
      .object({ id: text(LIMITS.resource), type: text(128).optional(), account: text(LIMITS.name).optional() })
      .optional(),
    source: z
      .object({
        ip: text(64).optional(),
        asn: z.number().int().min(0).max(4_294_967_295).optional(),
        org: text(LIMITS.name).optional(),
        country: text(64).optional(),
        region: text(64).optional(),
        userAgent: text(LIMITS.userAgent).optional(),
        workload: text(LIMITS.name).optional(),
        vpcEndpoint: text(128).optional(),
      })
      .default({}),
    outcome: z.enum(OUTCOMES),
    errorCode: text(LIMITS.id).optional(),
    scopes: z.array(text(LIMITS.name)).max(LIMITS.scopes).optional(),
    run: z
      .object({
        id: text(LIMITS.name),
        declared: z.array(text(LIMITS.name)).max(LIMITS.declared).optional(),
        task: text(128).optional().meta({
          description:
            'Sort of task, where the log names one: a workflow, prompt template or run type; never free text.',
        }),
      })
      .optional(),
    amount: z.object({ bytes: z.number().min(0).optional(), records: z.number().min(0).optional() }).optional(),
  })
  .meta({ id: 'activity', title: 'Activity', description: 'One act by one identity.' });

export type Activity = z.infer<typeof activitySchema>;
export type Identity = Activity['identity'];
export type Access = (typeof ACCESSES)[number];
