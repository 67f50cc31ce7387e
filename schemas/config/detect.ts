/** Settings of judging and of what is told: detectors, the budget of false alerts, routes and deliveries. */
import { z } from 'zod';
import { ALERT_KINDS, SEVERITIES } from '../alert.ts';
import { flag, int, MiB, real, word } from './kinds.ts';

export const detect = z
  .strictObject({
    batchRows: int(10_000, 1, 100_000, 'Activities in a chunk at the most.'),
    batchBytes: int(32 * MiB, 64 * 1024, 512 * MiB, 'Bytes in a chunk at the most.'),
    batchAgeMs: int(
      1_000,
      10,
      60_000,
      'Age at which a chunk is closed at the latest; sooner where the process has a moment for it.',
    ),
    queueBytes: int(128 * MiB, 1 * MiB, 4096 * MiB, 'Fetched bytes waiting at the most; above it partitions pause.'),
    snapshotEveryMs: int(60_000, 1_000, 3_600_000, 'Time between snapshots of changed memories.'),
    populationWaitMs: int(
      60_000,
      0,
      3_600_000,
      'How long the judging of an event hour waits for partitions of the activity topic that have not finished the hour before it and do not move. Then it goes on without what they have yet to tell of others, and says so. Longer than a worker that died takes to be replaced: kafka.sessionTimeoutMs and the time to recall its partitions.',
    ),
    maxIdentities: int(
      1_000_000,
      1,
      100_000_000,
      'Identities held in memory; beyond it the longest silent is dropped and counted.',
    ),
    hotIdentities: int(
      4_096,
      1,
      100_000_000,
      'Identities kept ready to judge; the longest idle beyond them are kept packed. Changes speed and memory, not the outcome.',
    ),
    learnDays: real(7, 0, 90, 'Calendar days before an identity is mature.'),
    driftWeeks: int(
      13,
      0,
      104,
      'Weeks with activity of which an identity keeps amount and hours, at some ten bytes each, so that it can be said what moved and since when; 0 keeps none. Changes no alert.',
    ),
    ownHomes: z.array(z.string().min(1).max(256)).max(10_000).default([]).meta({
      description:
        'Other accounts, projects and mail domains of your organisation. What is opened to them is shared at home; without this, every account but the one whose log it is counts as outside.',
    }),
    detectorsFolder: word(
      'Folder with detectors of your own, a .js or .mjs file each; docs/own-detectors.md. They run in this process with all its rights.',
    ).optional(),
    detectors: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .default({})
      .meta({ description: 'Options by detector id; `enabled: false` turns one off.' }),
  })
  .prefault({});

export const alerts = z
  .strictObject({
    falsePerDay: real(5, 0.01, 10_000, 'False alerts a day the SOC will bear; the threshold follows from it.'),
    episodeQuietMs: int(
      86_400_000,
      60_000,
      30 * 86_400_000,
      'Silence that ends an episode; new evidence then opens a new alert.',
    ),
    recommendationTtlMs: int(86_400_000, 60_000, 30 * 86_400_000, 'How long a recommendation stands.'),
    attacksPerThousandMonth: z.number().min(0.001).max(10_000).optional().meta({
      description:
        'Attacks that you expect of 1,000 identities in 30 days. Alerts then state how likely they are misuse; without it, only once verdicts tell how often attacks come.',
    }),
    expireAfterDays: int(
      30,
      1,
      365,
      'Days without new evidence, and without a decision, after which an alert that is still open expires; by the time of the events.',
    ),
    topic: word('Kafka topic for alerts as CloudEvents.').default('tidemark.alerts'),
  })
  .prefault({});

export const sinkFilter = z.strictObject({
  minSeverity: z.enum(SEVERITIES).optional().meta({ description: 'Leave out what is less severe.' }),
  kinds: z.array(z.enum(ALERT_KINDS)).max(16).optional().meta({ description: 'Only alerts of one of these kinds.' }),
  owners: z.array(word('Owner.')).max(256).optional().meta({ description: 'Only identities of one of these owners.' }),
  tenants: z.array(word('Tenant.')).max(256).optional().meta({ description: 'Only these tenants.' }),
  unowned: z
    .boolean()
    .optional()
    .meta({ description: 'With `owners`: take alerts that have no owner too, which makes this sink their default.' }),
});

export const delivery = z
  .strictObject({
    leaseRows: int(100, 1, 10_000, 'Deliveries tried at a time.'),
    pollMs: int(1_000, 50, 60_000, 'Pause between looks at the outbox.'),
    timeoutMs: int(15_000, 100, 120_000, 'Longest one attempt may take.'),
    attempts: int(10, 1, 50, 'Attempts before a delivery is refused.'),
    concurrency: int(4, 1, 64, 'Deliveries of one sink under way at a time.'),
    answerMaxBytes: int(64 * 1024, 1024, 1 * MiB, 'Bytes read of an answer; the rest is dropped.'),
    allowedPorts: z
      .array(z.number().int().min(1).max(65_535))
      .max(64)
      .default([443, 465, 587, 6514, 8088, 8443, 9200, 9243])
      .meta({ description: 'Ports that sinks may connect to.' }),
    allowedNetworks: z
      .array(z.union([z.cidrv4(), z.cidrv6()]))
      .max(64)
      .default([])
      .meta({ description: 'Private networks that sinks may reach, such as the one of the SIEM; https all the same.' }),
    caFile: word('PEM file of authorities to trust for sinks besides the system store.').optional(),
    allowPrivateTargets: flag(
      false,
      'Permit sinks on private and loopback addresses, over http and on any port: for tests and local receivers.',
    ),
  })
  .prefault({});
