/** The fleet: every identity in numbers, and the lists of those that somebody should look at. */
import { z } from 'zod';

/** Identities in each list of the overview; the rest comes page by page. */
export const FLEET_SHOWN = 50;

/** Lists of identities, each in its own order. */
export const FLEET_LISTS = [
  'drifting',
  'unowned',
  'unusedGrants',
  'longLived',
  'dormant',
  'fresh',
  'ended',
  'all',
] as const;
export type FleetList = (typeof FLEET_LISTS)[number];

const memberSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    provider: z.string(),
    account: z.string().optional(),
    name: z.string().optional(),
    owner: z.string().optional(),
    firstAt: z.string(),
    lastAt: z.string(),
    endAt: z.string().optional().meta({ description: 'When it ends or ended, by the inventory.' }),
    activities: z.number(),
    longLived: z.number().meta({ description: 'Long-lived credentials it used.' }),
    alerts: z.number(),
    score: z
      .number()
      .meta({ description: 'Highest score of its alerts and of what stayed under the threshold, in nats.' }),
    granted: z.number().optional().meta({ description: 'Grants that are known; absent where none is.' }),
    unused: z
      .number()
      .optional()
      .meta({ description: 'Grants that no stored act falls under; absent where no grant is known.' }),
    unneeded: z.number().optional().meta({
      description:
        'Of the unused grants, those that no other identity of its kind and provider uses either; absent where there is no other.',
    }),
  })
  .meta({ id: 'FleetMember' });
export type FleetMember = z.infer<typeof memberSchema>;

const listOf = (description: string) =>
  z.object({ count: z.number(), shown: z.array(memberSchema) }).meta({ description });
const parts = z.array(z.object({ name: z.string(), identities: z.number() }));

export const fleetSchema = z
  .object({
    asOf: z.string().meta({ description: 'When this was computed: a large fleet is not computed for every request.' }),
    isCut: z.boolean().meta({ description: 'There are more identities than are computed; these are the first by id.' }),
    identities: z.number(),
    newestAt: z.string().optional().meta({ description: 'Event time of the newest activity.' }),
    kinds: parts,
    providers: parts,
    owners: parts,
    coverage: z.object({ owner: z.number(), purpose: z.number(), expiry: z.number(), all: z.number() }).meta({
      description: 'Identities whose owner, purpose, end, or all three are known.',
    }),
    grantsKnown: z
      .number()
      .meta({ description: 'Identities of which a grant is known and was compared with their acts.' }),
    learning: z.number().meta({ description: 'Identities known for less than `detect.learnDays`.' }),
    drifting: listOf('Highest scores of the last 30 days.'),
    unowned: listOf('Nobody is known to answer for them.'),
    dormant: listOf('Not seen for 30 days before the newest activity.'),
    fresh: listOf('First seen in the last seven days.'),
    longLived: listOf('With credentials that outlive a session.'),
    ended: listOf('Past the end that the inventory names, and active after it.'),
    unusedGrants: listOf(
      'With grants that no stored act falls under: first those with most that nobody of their kind uses either.',
    ),
  })
  .meta({ id: 'Fleet' });
export type Fleet = z.infer<typeof fleetSchema>;

export const fleetQuerySchema = z.strictObject({
  list: z.enum(FLEET_LISTS).default('all'),
  cursor: z.string().max(4_096).optional().meta({ description: '`next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type FleetQuery = z.infer<typeof fleetQuerySchema>;

export const fleetPageSchema = z
  .object({
    asOf: z.string(),
    total: z.number().meta({ description: 'Identities of this list.' }),
    identities: z.array(memberSchema),
    next: z.string().optional(),
  })
  .meta({ id: 'FleetPage' });
export type FleetPage = z.infer<typeof fleetPageSchema>;

/** One list as a table. */
export const fleetTableQuerySchema = fleetQuerySchema.pick({ list: true });
