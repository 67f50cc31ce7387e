/** How an identity differs from what it was before a day, by what moved of it. */
import { z } from 'zod';

/** What may move of an identity; the first three follow from its habits, time and volume from its weeks, the last is for agents alone. */
export const DRIFT_CAUSES = ['work', 'place', 'delegation', 'time', 'volume', 'makeup'] as const;
const driftChangeSchema = z.object({
  what: z.string().meta({ description: 'Dimension, part of an agent, or what is counted.' }),
  value: z.string(),
  cameOn: z.string().optional().meta({ description: 'First day of something new.' }),
  wentOn: z.string().optional().meta({ description: 'Last day of something that fell away.' }),
  days: z.number().optional().meta({ description: 'Days of use, at the most 255.' }),
  suspect: z.literal(true).optional().meta({
    description: 'It came while the identity was under suspicion, or a person condemned it.',
  }),
});
const driftPartSchema = z.object({
  cause: z.enum(DRIFT_CAUSES),
  moved: z.boolean(),
  untold: z.literal(true).optional().meta({ description: 'There is nothing to hold it against, so nobody can tell.' }),
  since: z.string().optional().meta({ description: 'Day from which on it is otherwise.' }),
  says: z.string(),
  changes: z.array(driftChangeSchema),
  more: z.number().meta({ description: 'Changes beyond those that are listed.' }),
});
export const identityDriftSchema = z
  .object({
    tenant: z.string(),
    identity: z.string(),
    provider: z.string(),
    account: z.string().optional(),
    since: z.string().meta({ description: 'The day; hours and amounts are told by whole weeks.' }),
    lastAt: z.string(),
    parts: z.array(driftPartSchema),
  })
  .meta({ id: 'IdentityDrift' });
export type DriftCause = (typeof DRIFT_CAUSES)[number];
export type DriftChange = z.infer<typeof driftChangeSchema>;
export type DriftPart = z.infer<typeof driftPartSchema>;
export type IdentityDrift = z.infer<typeof identityDriftSchema>;
