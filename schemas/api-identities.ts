/** Identities as the HTTP API tells them: who is known, how classes fit, habits, drift and what was learned. */
import { z } from 'zod';
import { AGENT_PARTS } from './alert.ts';
import { cursor, home, instant, limit } from './api.ts';

export const identityQuerySchema = z.strictObject({
  kind: z.string().max(64).optional(),
  since: instant.optional().meta({ description: 'Active since.' }),
  limit,
  cursor,
});

export const identityPageSchema = z.object({
  identities: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      provider: z.string(),
      account: z.string().optional().meta({ description: 'Account, cluster or organisation it belongs to.' }),
      name: z.string().optional(),
      activities: z.number().meta({ description: 'Stored ones; beyond some ten thousand an estimate.' }),
      firstAt: z.string(),
      lastAt: z.string(),
    }),
  ),
  next: z.string().optional(),
});

export type IdentityPage = z.infer<typeof identityPageSchema>;

/** How often one peer class alerts. */
export const classFitSchema = z.object({
  peers: z.string(),
  observed: z.number().meta({
    description:
      'Alerts a day over the last seven closed days, those for one cause once, without what was called an attack.',
  }),
  expected: z.number().meta({ description: 'Share of the budget that its identity-days have.' }),
  misfit: z.boolean().meta({
    description:
      'So many alerts in seven days are chance, by its share of the budget, less than once in a thousand weeks.',
  }),
});

export type ClassFit = z.infer<typeof classFitSchema>;

export const classesSchema = z.object({ classes: z.array(classFitSchema) });

export const profileSchema = z
  .object({
    tenant: z.string(),
    identity: z.string(),
    provider: z.string(),
    account: z.string().optional(),
    peers: z.string(),
    firstAt: z.string(),
    lastAt: z.string(),
    activities: z.number(),
    maturity: z.number(),
    habits: z.array(
      z.object({
        dimension: z.string(),
        values: z.array(
          z.object({
            value: z.string(),
            days: z.number(),
            firstAt: z.string(),
            lastAt: z.string(),
            trustedAt: z.string().optional(),
            state: z.enum(['trusted', 'pending']),
          }),
        ),
      }),
    ),
    madeOf: z
      .array(
        z.object({
          part: z.enum(AGENT_PARTS),
          varies: z.boolean(),
          values: z.array(z.object({ value: z.string(), since: z.string(), lastAt: z.string() })),
        }),
      )
      .optional(),
    hours: z.array(z.number()),
  })
  .meta({ id: 'Profile' });

export const driftQuerySchema = z.strictObject({
  since: instant.optional().meta({
    description:
      'What moved from the beginning of that UTC day on; absent: in the four weeks before its newest activity.',
  }),
  ...home,
});

export const LEARNED_STATES = ['pending', 'trusted', 'alerted', 'condemned', 'doubted'] as const;

export const learnedQuerySchema = z.strictObject({
  since: instant.optional().meta({ description: 'First seen or trusted from the beginning of that UTC day on.' }),
  ...home,
});

export const learnedSchema = z
  .object({
    learned: z.array(
      z.object({
        dimension: z.string().meta({ description: 'With its level where there are several, such as network:0.' }),
        value: z.string(),
        state: z.enum(LEARNED_STATES).meta({
          description:
            'Alerted: under suspicion when it came. Condemned: a person said it was an attack. Doubted: learned while an intruder taught, news again.',
        }),
        days: z.number().meta({ description: 'Days of use, at the most 255.' }),
        firstOn: z.string(),
        trustedOn: z.string().optional().meta({ description: 'Day it became trusted; absent where it never did.' }),
        lastOn: z.string(),
        activity: z
          .object({ id: z.string(), at: z.string() })
          .optional()
          .meta({ description: 'The stored activity that brought it; absent when it is not stored any more.' }),
      }),
    ),
  })
  .meta({ id: 'LearnedValues' });
