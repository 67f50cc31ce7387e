/** What is known about one identity from outside: a hint, never the truth (owners leave, dates pass while work goes on). */
import { z } from 'zod';
import { CREDENTIAL_KINDS, IDENTITY_KINDS, LIMITS } from './activity.ts';

const text = (max: number) => z.string().min(1).max(max);
const instant = z.iso.datetime({ offset: true });

export const inventorySchema = z
  .object({
    identity: text(LIMITS.name),
    tenant: text(128).default('default'),
    kind: z.enum(IDENTITY_KINDS).optional(),
    provider: text(64).optional(),
    name: text(LIMITS.name).optional(),
    account: text(LIMITS.name).optional(),
    environment: text(64).optional(),
    owner: text(LIMITS.name).optional(),
    purpose: text(2048).optional(),
    system: text(LIMITS.name).optional(),
    tier: z.number().int().min(0).max(9).optional().meta({ description: '0 = the company stops without it.' }),
    neverSuspend: z.boolean().optional().meta({ description: 'Only people may act on it.' }),
    grantedScopes: z.array(text(LIMITS.name)).max(1024).optional(),
    peers: z.array(text(LIMITS.name)).max(256).optional(),
    createdAt: instant.optional(),
    expiresAt: instant.optional(),
    offboardedAt: instant.optional(),
    baselineChangedAt: instant.optional().meta({ description: 'It was changed on purpose then, by its platform.' }),
    evidenceOnly: z
      .boolean()
      .optional()
      .meta({ description: 'Nothing but security events spoke of it: it says nothing about an owner.' }),
    credentials: z
      .array(
        z.object({
          id: text(LIMITS.id),
          kind: z.enum(CREDENTIAL_KINDS).optional(),
          createdAt: instant.optional(),
          rotatedAt: instant.optional().meta({ description: 'A successor exists since then.' }),
          revokedAt: instant.optional().meta({ description: 'Must not work any more.' }),
          expiresAt: instant.optional(),
          platform: text(LIMITS.name).optional().meta({ description: 'Where it is bound to run.' }),
        }),
      )
      .max(256)
      .optional(),
  })
  .meta({ id: 'inventory', title: 'Inventory record' });

export type InventoryRecord = z.infer<typeof inventorySchema>;

export const networkSchema = z
  .object({
    prefix: text(64).meta({ description: 'CIDR, IPv4 or IPv6; the longest match wins.' }),
    asn: z.number().int().min(0).max(4_294_967_295).optional(),
    org: text(LIMITS.name).optional(),
    country: text(64).optional(),
    region: text(64).optional(),
    workload: text(LIMITS.name).optional(),
    declared: z.boolean().optional().meta({ description: 'One of our own networks.' }),
  })
  .meta({ id: 'network', title: 'Network' });

export type Network = z.infer<typeof networkSchema>;
