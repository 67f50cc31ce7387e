/** Settings of the store: where it is, and how long what is kept. */
import { z } from 'zod';
import { flag, int, MiB, secretFile, word } from './kinds.ts';

/** Tables whose rows expire by configuration. */
export const RETAINED = [
  'activity',
  'observe',
  'turn',
  'contribution',
  'alert',
  'outbox',
  'decided',
  'dead_letter',
  'triage',
  'suppression',
] as const;

export const store = z
  .strictObject({
    url: word('ClickHouse over HTTP, such as http://127.0.0.1:8123; no credentials in it.').optional(),
    path: word('Directory of the embedded engine; used when there is no url.').optional(),
    database: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'letters, digits and _ only')
      .default('tidemark')
      .meta({ description: 'Database that holds all tables.' }),
    username: word('User name.').default('default'),
    passwordFile: secretFile('Password.'),
    caFile: word('PEM file of the authority to trust for https.').optional(),
    cluster: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/)
      .optional()
      .meta({ description: 'Cluster name: DDL runs ON CLUSTER with Replicated engines.' }),
    retention: z
      .strictObject(
        Object.fromEntries(
          RETAINED.map((table) => [
            table,
            z
              .number()
              .int()
              .min(1)
              .max(4_000)
              .optional()
              .meta({ description: `Days a row of ${table} is kept.` }),
          ]),
        ) as Record<(typeof RETAINED)[number], z.ZodOptional<z.ZodNumber>>,
      )
      .prefault({})
      .meta({ description: 'Days by table, where they differ from the two below; `dead_letter` holds raw bytes.' }),
    tenantRetention: z
      .record(
        z.string().min(1).max(128),
        z.strictObject({
          activityDays: z
            .number()
            .int()
            .min(1)
            .max(4_000)
            .optional()
            .meta({ description: 'Days an activity is kept.' }),
          alertDays: z.number().int().min(1).max(4_000).optional().meta({ description: 'Days an alert is kept.' }),
        }),
      )
      .refine((all) => Object.keys(all).length <= 256, 'at most 256 tenants')
      .default({})
      .meta({ description: 'Days by tenant, where a tenant has other ones, longer or shorter.' }),
    activityTtlDays: int(90, 1, 4_000, 'Days an activity is kept.'),
    alertTtlDays: int(400, 1, 4_000, 'Days an alert is kept.'),
    dedupWindow: int(10_000, 100, 1_000_000, 'Insert tokens remembered per table.'),
    insertTimeoutMs: int(30_000, 100, 600_000, 'Longest an insert may take before it is tried again.'),
    retryForMs: int(120_000, 0, 3_600_000, 'How long a failing write is repeated before the process gives up.'),
    freeBytesMin: int(
      32 * MiB,
      0,
      1024 * 1024 * MiB,
      'Not ready with less free space than this on a disk of the store.',
    ),
    allowPlaintext: flag(false, 'Permit http to a server that is not on loopback.'),
  })
  .prefault({});
