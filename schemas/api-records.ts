/** What the HTTP API says of what went out and of what came in: deliveries, dead letters, and answers to who sends. */
import { z } from 'zod';
import { LIMITS } from './activity.ts';
import { instant, limit, PAGE_MAX, text } from './api.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'refused'] as const;

export const deliveryQuerySchema = z.strictObject({
  status: z.enum(DELIVERY_STATUSES).optional(),
  sink: z.string().max(64).optional(),
  alert: z.string().max(LIMITS.id).optional(),
  limit,
});

export type DeliveryListQuery = z.infer<typeof deliveryQuerySchema>;

export const deliverySchema = z.object({
  id: z.string().meta({ description: 'The webhook id.' }),
  sink: z.string(),
  alertId: z.string(),
  alertVersion: z.number(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.number(),
  notBefore: z.string().meta({ description: 'Earliest time of the next attempt, or time of the last one.' }),
  createdAt: z.string(),
  reason: z.string(),
});

export type DeliveryState = z.infer<typeof deliverySchema>;

export const deliveriesSchema = z.object({ deliveries: z.array(deliverySchema) });

export const idsSchema = z.strictObject({ ids: z.array(text(LIMITS.id)).min(1).max(PAGE_MAX) });

export const replayedSchema = z.object({ replayed: z.number(), left: z.number() });

export const deadLetterQuerySchema = z.strictObject({
  since: instant.optional(),
  reason: z.string().max(512).optional().meta({ description: 'How the reason begins.' }),
  limit,
});

export const deadLettersSchema = z.object({
  deadLetters: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      from: z.string(),
      partition: z.number(),
      offset: z.number(),
      format: z.string(),
      reason: z.string(),
      bytes: z.number().meta({
        description: 'Size; the content is for an admin, since it may hold secrets: `/v1/dead-letters/{id}`.',
      }),
      truncated: z.boolean(),
    }),
  ),
});

export const deadLetterRecordSchema = z.object({
  text: z
    .string()
    .meta({ description: 'The beginning of the record as text, with known secrets replaced by their fingerprints.' }),
  more: z.boolean().meta({ description: 'True when the record is longer.' }),
});

export type DeadLetterRecord = z.infer<typeof deadLetterRecordSchema>;

const counts = z.record(z.string(), z.number());

/** What became of the records of one request: `records` = `read` + `waiting` + `skipped` + `dead`. */
export const takenSchema = z
  .object({
    records: z.number(),
    read: z.number(),
    activities: z.number().meta({ description: 'Stored, and judged or on their way to be.' }),
    waiting: z
      .number()
      .optional()
      .meta({ description: 'Spans that are durable and wait for the rest of their trace; absent: none.' }),
    skipped: counts.meta({ description: 'Records that are no activity, by reason.' }),
    dead: counts.meta({ description: 'Records nobody could read, by reason; kept as dead letters.' }),
  })
  .meta({ id: 'Taken' });

export type Taken = z.infer<typeof takenSchema>;

/** What became of the inventory records of one request: `records` = `stored` + `refused`. */
export const inventoryTakenSchema = z
  .object({
    records: z.number(),
    stored: z.number().meta({ description: 'In force for the activities that come after them.' }),
    refused: z.number(),
    faults: z
      .array(
        z.object({ record: z.number().meta({ description: 'Place in the request, from 0.' }), reason: z.string() }),
      )
      .meta({ description: 'Why records were refused; the first hundred.' }),
  })
  .meta({ id: 'InventoryTaken' });

export type InventoryTaken = z.infer<typeof inventoryTakenSchema>;

/** RFC 9457, with what to do about it. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    remedy: z.string().meta({ description: 'The next step.' }),
  })
  .meta({ id: 'Problem' });
