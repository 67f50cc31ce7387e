/** What is known about one identity from outside: a hint, never the truth (owners leave, dates pass while work goes on). */
import { z } from 'zod';
import { CREDENTIAL_KINDS, IDENTITY_KINDS, LIMITS } from './activity.ts';

const text = (max: number) => z.string().min(1).max(max);
const instant = z.iso.datetime({ offset: true });

export const inventorySchema = z
  .object({
    identity: text(LIMITS.name).meta({ description: 'Id of the identity, as in its activities.' }),
    tenant: text(128).default('default').meta({ description: 'Whose identity it is.' }),
    kind: z.enum(IDENTITY_KINDS).optional().meta({ description: 'What sort of identity it is.' }),
    provider: text(64).optional().meta({ description: 'Who knows it by this id.' }),
    name: text(LIMITS.name).optional().meta({ description: 'Name for people.' }),
    account: text(LIMITS.name).optional().meta({ description: 'Account, project or organisation it belongs to.' }),
    environment: text(64).optional().meta({ description: 'Stage it runs in.' }),
    owner: text(LIMITS.name)
      .optional()
      .meta({ description: 'Who answers for it; a privileged first act without one weighs more.' }),
    purpose: text(2048).optional().meta({ description: 'What it is for, in words.' }),
    system: text(LIMITS.name).optional().meta({ description: 'System it is part of.' }),
    tier: z.number().int().min(0).max(9).optional().meta({ description: '0 = the company stops without it.' }),
    neverSuspend: z.boolean().optional().meta({ description: 'Only people may act on it.' }),
    canary: z
      .boolean()
      .optional()
      .meta({ description: 'A decoy: nobody has a reason to use it, so any act of it is an alert at once.' }),
    canaryResources: z.array(text(LIMITS.resource)).max(256).optional().meta({
      description:
        'Decoy things, by their ids as in activities; one that ends in `/*` or `:*` stands for all below it. Any touch of one, by whomever of the tenant, is an alert at once.',
    }),
    grantedScopes: z.array(text(LIMITS.name)).max(1024).optional().meta({
      description: 'Services, roles, actions or permissions it was granted; a first act outside them is evidence.',
    }),
    peers: z.array(text(LIMITS.name)).max(256).optional().meta({ description: 'Identities that depend on it.' }),
    createdAt: instant.optional().meta({ description: 'When it was made.' }),
    expiresAt: instant.optional().meta({ description: 'When it ends; activity after that is an alert.' }),
    offboardedAt: instant.optional().meta({ description: 'When it was retired; activity after that is an alert.' }),
    attestedAt: instant.optional().meta({ description: 'When its owner last confirmed what stands here.' }),
    attestedBy: text(LIMITS.name).optional().meta({ description: 'Who confirmed it.' }),
    attestedUntil: instant
      .optional()
      .meta({ description: 'When it should be confirmed again; nothing ends by itself.' }),
    baselineChangedAt: instant.optional().meta({ description: 'It was changed on purpose then, by its platform.' }),
    evidenceOnly: z
      .boolean()
      .optional()
      .meta({ description: 'Nothing but security events spoke of it: it says nothing about an owner.' }),
    credentials: z
      .array(
        z.object({
          id: text(LIMITS.id).meta({ description: 'Id of the credential, as in activities; never the secret.' }),
          kind: z.enum(CREDENTIAL_KINDS).optional().meta({ description: 'What sort of credential it is.' }),
          createdAt: instant.optional().meta({ description: 'When it was made.' }),
          rotatedAt: instant.optional().meta({ description: 'A successor exists since then.' }),
          revokedAt: instant.optional().meta({ description: 'Must not work any more.' }),
          expiresAt: instant.optional().meta({ description: 'When it ends by itself; use after that is an alert.' }),
          canary: z.boolean().optional().meta({ description: 'A decoy: any use of it is an alert at once.' }),
          platform: text(LIMITS.name).optional().meta({ description: 'Where it is bound to run.' }),
        }),
      )
      .max(256)
      .optional()
      .meta({ description: 'Credentials of the identity and their dates.' }),
  })
  .meta({ id: 'inventory', title: 'Inventory record' });

export type InventoryRecord = z.infer<typeof inventorySchema>;

export const networkSchema = z
  .object({
    prefix: text(64).meta({ description: 'CIDR, IPv4 or IPv6; the longest match wins.' }),
    asn: z
      .number()
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .meta({ description: 'Number of its autonomous system.' }),
    org: text(LIMITS.name).optional().meta({ description: 'Organisation it belongs to.' }),
    country: text(64).optional().meta({ description: 'Country it is in.' }),
    region: text(64).optional().meta({ description: 'Cloud region it is in.' }),
    workload: text(LIMITS.name)
      .optional()
      .meta({ description: 'Workload that runs in it, such as cluster/namespace.' }),
    declared: z.boolean().optional().meta({ description: 'One of our own networks.' }),
  })
  .meta({ id: 'network', title: 'Network' });

export type Network = z.infer<typeof networkSchema>;
