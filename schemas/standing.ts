/** What was decided about an alert, on its way to the worker that owns its identity: it becomes the next version of the alert. */
import { z } from 'zod';
import { LIMITS } from './activity.ts';
import { ALERT_CHANGES, ALERT_STATUSES, standingSchema } from './alert.ts';

/** Other alerts of one cause at the most, told with a decision. */
export const FELLOWS_MAX = 1_000;

export const decidedSchema = z.object({
  tenant: z.string().min(1).max(128),
  identity: z.string().min(1).max(LIMITS.name),
  provider: z.string().max(64),
  account: z.string().max(LIMITS.name).optional(),
  alertId: z.string().min(1).max(LIMITS.id),
  /** The version that it is about: another one is told again. */
  version: z.number().int().min(1).max(4_294_967_294),
  status: z.enum(ALERT_STATUSES),
  change: z.enum(ALERT_CHANGES),
  standing: standingSchema,
  /** The other alerts of its cause, each with where it stands. */
  fellows: z.array(z.tuple([z.string().max(LIMITS.id), z.enum(ALERT_STATUSES)])).max(FELLOWS_MAX),
});

export type Decided = z.infer<typeof decidedSchema>;
