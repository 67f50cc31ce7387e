/** One identity as an inventory that fills itself shows it: what is told, what can be told from use, and who should be asked. */
import { z } from 'zod';

const text = z.string();
const proposal = z.object({
  value: text,
  because: text.meta({ description: 'What it is read from, in words.' }),
});

/** What an identity may lack. */
export const GAPS = ['owner', 'purpose', 'expiry', 'attestation'] as const;

export const inventoryItemSchema = z
  .object({
    id: text,
    name: text.optional(),
    kind: text,
    provider: text,
    account: text.optional(),
    owner: text.optional().meta({ description: 'As the inventory, or its last alert, tells.' }),
    purpose: text.optional(),
    expiresAt: text.optional(),
    attestedAt: text.optional().meta({ description: 'When its owner last confirmed it.' }),
    attestedUntil: text.optional().meta({ description: 'When that ends.' }),
    gaps: z.array(z.enum(GAPS)).meta({ description: 'What is not known of it, or has ended.' }),
    proposedOwner: proposal.optional().meta({ description: 'Who should be asked, where no owner is known.' }),
    proposedPurpose: proposal.optional().meta({ description: 'What it seems to be for, where no purpose is told.' }),
    made: z
      .array(z.object({ what: text, by: text, at: text, how: text }))
      .meta({ description: 'Who made it, gave it keys or rights, or deployed it last, as the logs tell.' }),
    reaches: z
      .array(z.object({ system: text, through: z.array(text), activities: z.number() }))
      .meta({ description: 'Systems it reaches, each with the whole chain, from whoever started it.' }),
    firstAt: text,
    lastAt: text,
    activities: z.number(),
    longLived: z.number().meta({ description: 'Credentials that outlive a session.' }),
    credentials: z
      .object({
        oldestSince: text.meta({
          description: 'When the oldest was issued, or first used where the logs do not tell.',
        }),
        lastAt: text.meta({ description: 'When one was used last.' }),
        overlapping: z.number().meta({ description: 'How many were in use while another one was.' }),
      })
      .optional()
      .meta({
        description:
          'Of the credentials that outlive a session, the 100 that were used last; absent where it used none.',
      }),
    alerts: z.number(),
  })
  .meta({ id: 'InventoryItem' });
export type InventoryItem = z.infer<typeof inventoryItemSchema>;

export const inventoryQuerySchema = z.strictObject({
  gap: z.enum(GAPS).optional().meta({ description: 'Only those that lack this.' }),
  cursor: text.max(2_048).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const inventoryPageSchema = z
  .object({
    asOf: text.meta({ description: 'When the fleet was computed that this is a page of.' }),
    items: z.array(inventoryItemSchema),
    next: text.optional(),
    total: z.number().meta({ description: 'Of this gap, or all.' }),
    gaps: z.record(z.enum(GAPS), z.number()).meta({ description: 'How many lack what.' }),
  })
  .meta({ id: 'InventoryPage' });
export type InventoryPage = z.infer<typeof inventoryPageSchema>;

/** What an owner answers. */
export const ATTESTATIONS = ['confirm', 'hand-over', 'retire'] as const;
