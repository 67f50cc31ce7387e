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
  rights: 64,
  recipients: 32,
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
export const RECIPIENT_KINDS = ['everybody', 'outside', 'unknown', 'service', 'own'] as const;
export const CHANGE_KINDS = ['credential', 'identity', 'right', 'deployment'] as const;

export const identitySchema = z.object({
  id: text(LIMITS.name).meta({ description: 'Stable principal whose habits are learned; never a session or a key.' }),
  kind: z.enum(IDENTITY_KINDS).meta({
    description: 'What sort of identity it is; peers are looked for among identities of one kind and provider.',
  }),
  provider: text(64).meta({
    description: 'Who knows it by this id: aws, gcp, azure, kubernetes, github, okta, or your own word.',
  }),
  name: text(LIMITS.name).optional().meta({ description: 'Name for people; alerts show it instead of the id.' }),
  account: text(LIMITS.name)
    .optional()
    .meta({ description: 'Account, project or organisation it belongs to; a resource of another one is foreign.' }),
  environment: text(64).optional().meta({ description: 'Stage it runs in, such as production or staging.' }),
});

export const credentialSchema = z.object({
  id: text(LIMITS.id).meta({ description: "Vendor's key id or a fingerprint; never the secret." }),
  kind: z.enum(CREDENTIAL_KINDS).meta({ description: 'What sort of credential it is.' }),
  issuedAt: instant.optional().meta({ description: 'When it was issued, RFC 3339 in UTC with milliseconds.' }),
  expiresAt: instant
    .optional()
    .meta({ description: 'When it ends by itself, RFC 3339 in UTC with milliseconds; use after that is an alert.' }),
  longLived: z.boolean().optional().meta({
    description: 'Whether it outlives a session; without it, all kinds but session-token, jwt and oauth-token do.',
  }),
});

export const activitySchema = z
  .object({
    id: text(LIMITS.id).meta({
      description: "Vendor's event id scoped by provider and account, else a hash of the record.",
    }),
    at: instant.meta({ description: 'Event time, not arrival; RFC 3339 in UTC with milliseconds.' }),
    receivedAt: instant.optional().meta({
      description:
        'When it arrived, by the clock of whoever took it in; RFC 3339 in UTC with milliseconds. What a record says of it is not believed. Absent for history that is replayed.',
    }),
    receivedFrom: text(LIMITS.name).optional().meta({
      description:
        'By which input it came: a topic, or a token and the way it was used; by the word of whoever took it in. What a record says of it is not believed. Absent for history that is replayed.',
    }),
    tenant: text(128)
      .default('default')
      .meta({ description: 'Whose data it is; habits, peers and budgets of tenants never mix.' }),
    identity: identitySchema,
    credential: credentialSchema.optional(),
    actor: z
      .object({
        id: text(LIMITS.name).meta({
          description: 'The very thing that acted for the identity: pod, virtual machine, process, agent.',
        }),
        kind: text(64).meta({ description: 'What sort of thing it is, such as pod, instance or agent.' }),
        version: text(128).optional().meta({ description: 'Version of its software.' }),
        model: text(128).optional().meta({ description: 'Language model behind an agent; says that it is one.' }),
        config: text(128).optional().meta({
          description:
            'Version or fingerprint of what the agent was told to be (system prompt, settings); never the text itself.',
        }),
      })
      .optional(),
    onBehalfOf: z
      .array(
        z.object({
          id: text(LIMITS.name).meta({ description: 'The delegator: a user, service or repository.' }),
          kind: text(64).meta({ description: 'What sort of delegator it is, such as human, service or workflow.' }),
        }),
      )
      .max(LIMITS.chain)
      .optional()
      .meta({ description: 'Delegation chain, nearest delegator first, whoever started it last.' }),
    action: z.object({
      name: text(LIMITS.name).meta({ description: 'What was done, as the vendor calls it, such as s3:GetObject.' }),
      service: text(128).meta({ description: 'Service it was done with, such as s3.' }),
      access: z
        .enum(ACCESSES)
        .meta({ description: 'What it does: read, write, admin (changes rights or settings), execute, authenticate.' }),
    }),
    resource: z
      .object({
        id: text(LIMITS.resource).meta({
          description: "The thing it was done to: ARN, URL, path, or an agent's target.",
        }),
        type: text(128).optional().meta({ description: 'What sort of thing it is, such as bucket or secret.' }),
        account: text(LIMITS.name)
          .optional()
          .meta({ description: 'Account the thing belongs to; without it, that of an ARN.' }),
      })
      .optional(),
    change: z
      .object({
        kind: z.enum(CHANGE_KINDS).meta({
          description:
            'What the act makes: a credential (key, token, password), an identity (role, account), a right (policy, binding), a deployment (code, image, configuration).',
        }),
        identity: text(LIMITS.name).optional().meta({
          description: 'The identity that the act is about, by the id that its own activities carry.',
        }),
        credential: text(LIMITS.id)
          .optional()
          .meta({ description: 'Id of the credential that was made; never the secret.' }),
        rights: z.array(text(LIMITS.name)).max(LIMITS.rights).optional().meta({
          description:
            'Rights that were given, as the vendor calls them: `s3:GetObject`, `s3:Get*`, `roles/storage.objectViewer`; a space and a pattern of resources may follow. `*` names nothing.',
        }),
      })
      .optional()
      .meta({
        description:
          'Of an act on identities and what they may do: whom it is about. Absent: read from name and resource.',
      }),
    recipients: z
      .array(
        z.object({
          id: text(LIMITS.name).meta({
            description: 'To whom: an account, an identity, a domain, as the vendor calls it; `*` for everybody.',
          }),
          kind: z.enum(RECIPIENT_KINDS).meta({
            description:
              'Whose it is, beside the thing that is opened: everybody; outside, of another account or organisation; unknown, the log does not tell; service, of the provider; own.',
          }),
        }),
      )
      .max(LIMITS.recipients)
      .optional()
      .meta({
        description: 'To whom the act opens its thing or gives a right: a share, a policy, a grant. Farthest first.',
      }),
    source: z
      .object({
        ip: text(64).optional().meta({ description: 'Address it came from, IPv4 or IPv6.' }),
        asn: z
          .number()
          .int()
          .min(0)
          .max(4_294_967_295)
          .optional()
          .meta({ description: 'Number of the autonomous system of that address; the networks file can add it.' }),
        org: text(LIMITS.name).optional().meta({ description: 'Organisation that the autonomous system belongs to.' }),
        country: text(64)
          .optional()
          .meta({ description: 'Country of the address, as a code or a name, but always the same way.' }),
        region: text(64).optional().meta({ description: 'Cloud region it worked in.' }),
        userAgent: text(LIMITS.userAgent).optional().meta({ description: 'Client software, as it names itself.' }),
        workload: text(LIMITS.name)
          .optional()
          .meta({ description: 'Where it runs, coarse first: cluster/namespace/owner of the pod.' }),
        vpcEndpoint: text(128).optional().meta({ description: 'Private endpoint it came through.' }),
        vpcEndpointAccount: text(LIMITS.name)
          .optional()
          .meta({ description: 'Account that the private endpoint belongs to, as the vendor says.' }),
      })
      .default({}),
    outcome: z
      .enum(OUTCOMES)
      .meta({ description: 'How it ended: success, denied (it had no right), failed (it went wrong otherwise).' }),
    errorCode: text(LIMITS.id).optional().meta({ description: 'Error as the vendor calls it.' }),
    scopes: z
      .array(text(LIMITS.name))
      .max(LIMITS.scopes)
      .optional()
      .meta({ description: 'Scopes that the credential carried; their order does not matter.' }),
    run: z
      .object({
        id: text(LIMITS.name).meta({ description: 'The run of an agent or job that the act belongs to.' }),
        declared: z
          .array(text(LIMITS.name))
          .max(LIMITS.declared)
          .optional()
          .meta({ description: 'Tools or actions that the run said it would use; others are evidence.' }),
        task: text(128).optional().meta({
          description:
            'Sort of task, where the log names one: a workflow, prompt template or run type; never free text.',
        }),
      })
      .optional(),
    amount: z
      .object({
        bytes: z.number().min(0).optional().meta({ description: 'Bytes moved.' }),
        records: z.number().min(0).optional().meta({ description: 'Records or rows touched.' }),
      })
      .optional(),
  })
  .meta({ id: 'activity', title: 'Activity', description: 'One act by one identity.' });

export type Activity = z.infer<typeof activitySchema>;
export type Identity = Activity['identity'];
export type Access = (typeof ACCESSES)[number];
export type Recipient = NonNullable<Activity['recipients']>[number];
export type ChangeKind = (typeof CHANGE_KINDS)[number];
