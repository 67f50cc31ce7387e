/** The one configuration file: every bound has a default, its unit in its name and a sentence for the generated reference. */
import { z } from 'zod';
import { ALERT_KINDS, SEVERITIES } from './alert.ts';
import { ROLES } from './api.ts';
import { CONTAINMENTS, SUSPENSION_MODES } from './suspension.ts';

const MiB = 1024 * 1024;
const int = (fallback: number, min: number, max: number, description: string) =>
  z.number().int().min(min).max(max).default(fallback).meta({ description });
const real = (fallback: number, min: number, max: number, description: string) =>
  z.number().min(min).max(max).default(fallback).meta({ description });
const flag = (fallback: boolean, description: string) => z.boolean().default(fallback).meta({ description });
const word = (description: string) => z.string().min(1).max(1024).meta({ description });
/** A secret is never in the YAML: only the file that holds it, or an environment variable `..._FILE` naming one. */
const secretFile = (description: string) => word(`${description} File whose first line is the secret.`).optional();

const tls = z
  .strictObject({
    enabled: flag(false, 'Speak TLS.'),
    caFile: word('PEM file of the authority to trust instead of the system store.').optional(),
    certFile: word('PEM file of the client certificate.').optional(),
    keyFile: word('PEM file of the client key.').optional(),
    serverName: word('Name to expect in the certificate where it differs from the host.').optional(),
  })
  .prefault({});

const kafka = z.strictObject({
  brokers: z.array(word('host:port')).min(1).max(64).meta({ description: 'Bootstrap brokers, host:port.' }),
  clientId: word('Name shown to the broker.').default('tidemark'),
  groupId: word('Consumer group; processes with the same group share the work.').default('tidemark'),
  cluster: word('Name of the cluster in commit tokens; change it when topics are recreated.').default('main'),
  inputs: z
    .array(
      z.strictObject({
        topic: word('Raw topic to read.'),
        format: word('Format id, or auto.').default('auto'),
        encoding: z.enum(['json', 'otlp_proto', 'schema_registry']).default('json').meta({
          description:
            'How its messages are written: json, otlp_proto as the Kafka exporter of the OpenTelemetry Collector names it, or schema_registry for Avro, Protobuf and JSON Schema by the id in front of each.',
        }),
        tenant: word('Tenant for records that name none.').optional(),
        pinned: z.boolean().optional().meta({
          description: 'A record that names another tenant is dead: whoever writes this topic speaks for one tenant.',
        }),
      }),
    )
    .max(64)
    .default([])
    .meta({ description: 'Raw topics and the format of each.' }),
  schemaRegistry: z
    .strictObject({
      url: word('Where it answers, such as https://registry.example.com:8081; no credentials in it.'),
      username: word('User name, for Basic authentication.').optional(),
      passwordFile: secretFile('Password.'),
      tokenFile: word('File with the current bearer token; read again at every request.').optional(),
      caFile: word('PEM file of the authority to trust instead of the system store.').optional(),
      timeoutMs: int(5_000, 100, 60_000, 'Longest an answer may take.'),
      schemasMax: int(
        1_000,
        1,
        100_000,
        'Schemas remembered; a topic with more asks for them again and again. Half: less memory; double: more.',
      ),
    })
    .optional()
    .meta({
      description: 'Schema registry of the inputs that are written with one; any that speaks the API of Confluent.',
    }),
  inventory: z
    .strictObject({
      topic: word('Compacted topic of inventory records, one JSON record a message, keyed by identity.'),
      tenant: word('Tenant for records that name none.').optional(),
      pinned: z.boolean().optional().meta({ description: 'A record that names another tenant is dead.' }),
    })
    .optional()
    .meta({
      description: 'Where the inventory comes in; a later record of an identity takes the place of an earlier one.',
    }),
  activityTopic: word('Topic of canonical activities, keyed by tenant and identity.').default('tidemark.activity'),
  activityPartitions: int(
    12,
    1,
    1024,
    'Partitions of the activity topic when it is created: the most workers that can share it.',
  ),
  replicationFactor: int(1, 1, 9, 'Replicas of a topic that Tidemark creates.'),
  createTopics: flag(true, 'Create the activity and alert topics when they are missing. Raw topics are never created.'),
  compression: z
    .enum(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
    .default('lz4')
    .meta({ description: 'How messages are packed that Tidemark writes; Azure Event Hubs takes gzip or none.' }),
  sessionTimeoutMs: int(30_000, 6_000, 300_000, 'Silence after which the broker gives the partitions to others.'),
  maxWaitMs: int(250, 10, 5_000, 'Longest a fetch waits for data.'),
  maxRetryMs: int(5_000, 100, 60_000, 'Longest pause between two attempts to reach a broker.'),
  retryForMs: int(
    120_000,
    1_000,
    3_600_000,
    'How long an unreachable broker is tried again before the process gives up.',
  ),
  tls,
  sasl: z
    .discriminatedUnion('mechanism', [
      z.strictObject({
        mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).meta({ description: 'SASL mechanism.' }),
        username: word('User name.'),
        passwordFile: word('File whose first line is the password.'),
      }),
      z.strictObject({
        mechanism: z.literal('oauthbearer').meta({ description: 'SASL mechanism.' }),
        tokenFile: word('File with the current bearer token; read again at every authentication.'),
      }),
    ])
    .optional()
    .meta({ description: 'How to authenticate.' }),
  allowPlaintext: flag(false, 'Permit an unencrypted connection to a broker that is not on loopback.'),
});

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

const store = z
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

const ingest = z
  .strictObject({
    tenant: word('Tenant for records that name none.').default('default'),
    recordMaxBytes: int(
      1 * MiB,
      1024,
      64 * MiB,
      'A longer record is dead. One record is read in one go, so a larger bound lets a sender hold the process longer.',
    ),
    recordMaxDepth: int(128, 8, 1_000, 'A record with more arrays and objects inside one another is dead.'),
    recordMaxValues: int(200_000, 100, 10_000_000, 'A record with more members and elements is dead.'),
    recordMaxNames: int(4_096, 100, 16_384, 'A record with more different names of members is dead.'),
    sourcesMax: int(
      256,
      1,
      10_000,
      'Sources of one tenant (topics, senders, accounts) whose silence is watched; new ones beyond that are not, and are told.',
    ),
    containerMaxRecords: int(
      20_000,
      1,
      1_000_000,
      'A message, line or document that holds more records is dead as a whole.',
    ),
    fileMaxBytes: int(
      1024 * MiB,
      1024,
      64 * 1024 * MiB,
      'A JSON file that is not line by line is refused above this size after decompression.',
    ),
    deadLetterMaxBytes: int(256 * 1024, 1024, 16 * MiB, 'Bytes kept of a dead record.'),
    deadLettersPerMinute: int(
      6_000,
      1,
      10_000_000,
      'Messages of one source in a minute whose unreadable records are kept; those beyond are counted and told, and the good records beside them go on.',
    ),
    deadLettersPerMessage: int(100, 1, 1_000_000, 'Unreadable records kept of one message.'),
    reorderRows: int(100_000, 0, 5_000_000, 'Activities a replay holds to put them in order of event time.'),
    openFiles: int(
      256,
      1,
      100_000,
      'Files that are open at a time where many are put in order of event time; beyond it those whose next record is latest are closed and opened again later.',
    ),
    mergeBytes: int(
      256 * MiB,
      1 * MiB,
      64 * 1024 * MiB,
      'Bytes of records that were read from such files and wait for their time.',
    ),
    threads: z.number().int().min(0).max(1).optional().meta({
      description:
        'Threads that read and normalise files for `replay` and `learn` beside the one that judges. Absent: 1 where there is more than one processor and enough to read. It changes speed, not the outcome.',
    }),
    readAheadBatches: int(
      32,
      1,
      4_096,
      'Batches of up to 1,000 activities, and 4 MiB of dead records, that such a thread may be ahead of judging.',
    ),
    mergeWaitMs: int(
      500,
      0,
      60_000,
      'How long a record of one raw partition waits for earlier ones of others that have nothing to be read just now. It adds to the delay of every alert where there are several raw partitions.',
    ),
    catchUpWaitMs: int(
      600_000,
      0,
      86_400_000,
      'How long a record of one raw partition waits for others that are behind, as after an outage, so that all are judged in order of event time.',
    ),
    traces: z
      .strictObject({
        settleMs: int(
          15_000,
          0,
          600_000,
          'A trace of which no span is missing that would say who acted is judged so long after its latest span came (live only).',
        ),
        waitMs: int(
          300_000,
          0,
          3_600_000,
          'Longest a span waits for others of its trace (live only). Agents whose libraries name them on the span of the whole run only are known once the run has ended.',
        ),
        bytes: int(
          64 * MiB,
          64 * 1024,
          4096 * MiB,
          'Spans that wait in a process at the most; above it the sender with most of them waits no longer. Half as much more is remembered of traces that were judged.',
        ),
        traceBytes: int(4 * MiB, 16 * 1024, 256 * MiB, 'What one sender may have waiting in one trace.'),
      })
      .prefault({})
      .meta({ description: 'How spans of one trace wait for one another; docs/agents.md.' }),
    lateAfterMs: int(
      3_600_000,
      60_000,
      86_400_000,
      'An activity that arrives later than this after its own time is judged, and teaches, as of its arrival less this (live only). More lets a sender write as much further into the past; less judges slow logs at hours at which nothing was done.',
    ),
    history: flag(
      false,
      'Believes the times in records however late they come: to feed in old logs before anybody else may send. While it is on, whoever may send can write habits into the past.',
    ),
    futureSkewMs: int(300_000, 0, 86_400_000, 'An activity dated further ahead of the wall clock is dead (live only).'),
    formatFiles: z
      .array(word('Mapping file.'))
      .max(64)
      .default([])
      .meta({ description: 'Mapping files (YAML) that read formats of your own; docs/mapping-files.md.' }),
    networksFile: word('NDJSON of prefixes, or a MaxMind-format database: fills asn, org and country.').optional(),
    inventoryFile: word('NDJSON inventory, one record an identity.').optional(),
    pepperFile: secretFile('Key for fingerprints of secrets, and for pseudonyms of people.'),
    people: z.enum(['named', 'pseudonyms']).default('named').meta({
      description:
        'How people are written down: by name, or under pseudonyms that stay the same and that nobody reads without the pepper. docs/people.md.',
    }),
  })
  .prefault({});

const detect = z
  .strictObject({
    batchRows: int(10_000, 1, 100_000, 'Activities in a chunk at the most.'),
    batchBytes: int(32 * MiB, 64 * 1024, 512 * MiB, 'Bytes in a chunk at the most.'),
    batchAgeMs: int(1_000, 10, 60_000, 'Age at which a chunk is closed.'),
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
    detectorsFolder: word(
      'Folder with detectors of your own, a .js or .mjs file each; docs/own-detectors.md. They run in this process with all its rights.',
    ).optional(),
    detectors: z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .default({})
      .meta({ description: 'Options by detector id; `enabled: false` turns one off.' }),
  })
  .prefault({});

const alerts = z
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

const sinkFilter = z.strictObject({
  minSeverity: z.enum(SEVERITIES).optional().meta({ description: 'Leave out what is less severe.' }),
  kinds: z.array(z.enum(ALERT_KINDS)).max(16).optional().meta({ description: 'Only alerts of one of these kinds.' }),
  owners: z.array(word('Owner.')).max(256).optional().meta({ description: 'Only identities of one of these owners.' }),
  tenants: z.array(word('Tenant.')).max(256).optional().meta({ description: 'Only these tenants.' }),
  unowned: z
    .boolean()
    .optional()
    .meta({ description: 'With `owners`: take alerts that have no owner too, which makes this sink their default.' }),
});

const delivery = z
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

const respond = z
  .strictObject({
    enabled: flag(false, 'Watch alerts for recommendations, and dispatch, confirm and lift what was approved.'),
    mode: z.enum(SUSPENSION_MODES).default('recommend').meta({
      description:
        'Where no policy matches: observe records nothing, recommend records and never acts, approve acts on approval, automatic also by itself on strong evidence.',
    }),
    responder: word('Responder where no policy names one.').optional(),
    ttlMs: int(4 * 3_600_000, 1_000, 30 * 86_400_000, 'From dispatch to the automatic lift.'),
    approvalTtlMs: int(4 * 3_600_000, 60_000, 30 * 86_400_000, 'How long what a person requested waits for approval.'),
    approvals: int(1, 1, 2, 'People who must approve; for tier 0 always two.'),
    policies: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
            .meta({ description: 'Name in the audit trail.' }),
          tenants: z.array(word('Tenant.')).max(256).optional().meta({ description: 'Only these tenants.' }),
          actions: z.array(z.enum(CONTAINMENTS)).max(16).optional().meta({ description: 'Only these actions.' }),
          owners: z.array(word('Owner.')).max(256).optional().meta({ description: 'Only identities of these owners.' }),
          environments: z
            .array(word('Environment.'))
            .max(64)
            .optional()
            .meta({ description: 'Only identities of these environments, by the inventory.' }),
          mode: z.enum(SUSPENSION_MODES).meta({ description: 'As `respond.mode`.' }),
          responder: word('Responder that acts; `respond.responder` where absent.').optional(),
          ttlMs: z
            .number()
            .int()
            .min(1_000)
            .max(30 * 86_400_000)
            .optional()
            .meta({ description: 'As `respond.ttlMs`.' }),
          approvals: z.number().int().min(1).max(2).optional().meta({ description: 'As `respond.approvals`.' }),
        }),
      )
      .max(64)
      .default([])
      .meta({ description: 'The first that matches counts.' }),
    neverSuspend: z
      .array(word('Identity.'))
      .max(10_000)
      .default([])
      .meta({ description: 'Identities never suspended as a whole, and never acted on without a person.' }),
    killSwitch: flag(false, 'Dispatch nothing. Lifts go on.'),
    killSwitchFile: word('While this file exists nothing is dispatched; looked for before every dispatch.').optional(),
    maxPerHour: int(20, 0, 100_000, 'Dispatches an hour, all tenants together.'),
    maxPerTenantHour: int(10, 0, 100_000, 'Dispatches an hour in one tenant.'),
    maxAutomaticPerHour: int(3, 0, 100_000, 'Dispatches an hour in one tenant that no person approved.'),
    maxPerOwner: int(5, 0, 100_000, 'Suspensions in force at a time for identities of one owner.'),
    maxPerTenant: int(50, 0, 100_000, 'Suspensions in force at a time in one tenant.'),
    maxActiveShare: real(
      0.05,
      0,
      1,
      'Share of the identities active in the last 24 hours that may be suspended at a time; one always may.',
    ),
    stormRecommendations: int(
      30,
      1,
      100_000,
      'Recommendations of one tenant in `stormWindowMs` above which nothing is automatic: a feed is broken, not everybody attacked.',
    ),
    stormWindowMs: int(900_000, 1_000, 86_400_000, 'Wall time over which recommendations are counted.'),
    pollMs: int(5_000, 50, 600_000, 'Pause between two rounds.'),
    timeoutMs: int(15_000, 100, 120_000, 'Longest one attempt at a responder may take.'),
    attempts: int(8, 1, 50, 'Attempts at a responder before a dispatch has failed.'),
    confirmWithinMs: int(600_000, 1_000, 86_400_000, 'How long a receiver may take to confirm what it accepted.'),
    watchMs: int(86_400_000, 1_000, 30 * 86_400_000, 'How long after a dispatch the target is watched for successes.'),
    quietMs: int(
      900_000,
      1_000,
      86_400_000,
      'Silence of the target that proves containment, and grace for a late success.',
    ),
    links: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .max(1_024)
          .meta({
            description:
              'What approval links begin with: where people reach the HTTP API, such as https://tidemark.example.com.',
          }),
        keyFile: word('File whose first line is the key of the links, 24 bytes or more, used for nothing else.'),
        ttlMs: int(3_600_000, 60_000, 7 * 86_400_000, 'How long a link works, if what it is for stands as long.'),
        ownerTtlMs: int(
          14 * 86_400_000,
          60_000,
          90 * 86_400_000,
          'How long a link works by which an owner answers for an identity.',
        ),
      })
      .optional()
      .meta({
        description:
          'One-time links by which a person approves or rejects from a chat, and by which owners answer for identities.',
      }),
    responders: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        z.looseObject({ type: word('Responder type: a file name in src/respond/responders.') }),
      )
      .default({})
      .meta({ description: 'Responders by name; other keys are the options of the type.' }),
  })
  .prefault({});

const telemetry = z
  .strictObject({
    logLevel: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
      .default('info')
      .meta({ description: 'Least important log lines to print.' }),
    host: word('Address of /metrics, /livez and /readyz.').default('127.0.0.1'),
    port: int(9464, 0, 65_535, 'Port of the same; 0 picks a free one.'),
    enabled: flag(true, 'Serve metrics and health.'),
    stallMs: int(60_000, 1_000, 3_600_000, 'Not live when work waits and none was done for this long.'),
    drainMs: int(
      10_000,
      100,
      120_000,
      'Longest a stop may take to finish what was begun; then the process ends with 1.',
    ),
    closeMs: int(3_000, 100, 60_000, 'Longest one connection or file may take to close at the end.'),
  })
  .prefault({});

/** Over plain http a password or a code could be read on the way: only for a provider or a console on this machine. */
const secureUrl = (description: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(1_024)
    .refine(
      (text) => text.startsWith('https:') || /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/.test(text),
      'is not https, and not on loopback',
    )
    .meta({ description });

const signIn = z
  .strictObject({
    issuer: secureUrl('Issuer of the OpenID Connect provider; its discovery document is read from there.'),
    clientId: word('Client id that the provider gave to Tidemark.'),
    clientSecretFile: secretFile('Secret of the client; leave it out for a public client, which has PKCE alone.'),
    url: secureUrl(
      'Where people reach the console, such as https://tidemark.example.com. The redirect URI to register is this and `/auth/callback`.',
    ),
    label: z.string().min(1).max(64).default('your organisation').meta({
      description: 'What the button says: Sign in with ...',
    }),
    requestedScopes: z
      .array(word('Scope.'))
      .min(1)
      .max(16)
      .default(['openid', 'profile', 'email'])
      .meta({ description: 'Scopes asked of the provider; some need `groups` among them.' }),
    nameClaim: word(
      'Claim that names a person in the audit trail. It must be one that people cannot change by themselves; an e-mail address that the provider has not verified is refused.',
    ).default('email'),
    groupsClaim: word('Claim that lists the groups of a person; steps into an object are dots.').default('groups'),
    roles: z
      .array(
        z.strictObject({
          group: word('A group, as the claim has it.'),
          role: z.enum(ROLES).meta({ description: 'What its members may do.' }),
          tenant: word('For which tenant.').default('default'),
        }),
      )
      .min(1)
      .max(1_024)
      .meta({ description: 'What members of groups may do. Who is in none of them is not let in.' }),
    idleMs: int(30 * 60_000, 60_000, 24 * 3_600_000, 'A session ends when nobody has done anything for so long.'),
    maxMs: int(8 * 3_600_000, 60_000, 7 * 86_400_000, 'A session ends after so long, whatever happened in it.'),
    endAtProvider: flag(false, 'Signing out ends the session at the provider too, where it offers that.'),
  })
  .meta({ description: 'Sign-in of people by OpenID Connect, beside tokens.' });

const http = z
  .strictObject({
    serve: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .meta({ description: 'Serve the HTTP API; `auto` serves where there is no kafka section.' }),
    host: word('Address to listen on.').default('127.0.0.1'),
    port: int(8088, 0, 65_535, 'Port to listen on; 0 picks a free one.'),
    grpcPort: z.int().min(0).max(65_535).optional().meta({
      description: 'Port for OTLP over gRPC, such as 4317; without it gRPC is not spoken. 0 picks a free one.',
    }),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .max(1_024)
      .optional()
      .meta({
        description:
          'Where people reach the console, such as https://tidemark.example.com: messages to chats and tickets link to the alert there.',
      }),
    tokensFile: word(
      'File of API tokens, one `name:scope:tenant:sha256` a line, as `tidemark token new` prints it; read again when it changes.',
    ).optional(),
    signers: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
        z.strictObject({
          tenant: word('Tenant it speaks for; what the body says of a tenant does not count.'),
          secretFile: word('File whose first line is the signing secret, `whsec_` and base64.'),
          previousSecretFile: word('The secret before; while set, both count.').optional(),
        }),
      )
      .refine((all) => Object.keys(all).length <= 64, 'at most 64 signers')
      .default({})
      .meta({
        description:
          'Who may ask for, approve, reject and lift suspensions by a signed webhook instead of a token; the name is the person in the audit trail.',
      }),
    signIn: signIn.optional(),
    certFile: word('PEM file of the server certificate; with keyFile: speak TLS.').optional(),
    keyFile: word('PEM file of its key.').optional(),
    allowPlaintext: flag(false, 'Permit an unencrypted listener that is not on loopback, as behind a TLS proxy.'),
    bodyMaxBytes: int(16 * MiB, 1024, 256 * MiB, 'Bytes of a request at the most, after decompression.'),
    jsonMaxBytes: int(256 * 1024, 1024, 16 * MiB, 'Bytes of a body that is one JSON document and no log records.'),
    recordsMax: int(20_000, 1, 1_000_000, 'Records in a request at the most, those inside containers included.'),
    requestTimeoutMs: int(30_000, 500, 600_000, 'Longest a request may take to arrive, and its answer to be taken.'),
    unknownTimeoutMs: int(
      5_000,
      100,
      60_000,
      'Longest that a caller may remain unknown: handshake, headers with a token, or the whole of a request without one.',
    ),
    keepAliveMs: int(30_000, 100, 600_000, 'Silence after which a connection without a request is closed.'),
    connectionsMax: int(256, 1, 65_535, 'Connections at a time; when they are used up, strangers are closed first.'),
    connectionsPerAddress: int(
      64,
      1,
      65_535,
      'Connections of one address (IPv6: of one /64); behind a proxy everybody has its address, so raise it there.',
    ),
    requestsPerSecond: int(200, 1, 1_000_000, 'Requests of one token a second.'),
    bytesPerSecond: int(32 * MiB, 1024, 4096 * MiB, 'Bytes of one token a second, after decompression.'),
    streamsMax: int(256, 1, 65_535, 'Pages that are told of changes at a time, all tokens together.'),
  })
  .prefault({});

const signals = z
  .strictObject({
    transmitters: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        z.strictObject({
          issuer: word('`iss` of its tokens.'),
          audience: word('`aud` of tokens that are for us.'),
          tenant: word('Tenant that its events are about, whatever they say.'),
          keysFile: word('File with its public keys, a JWK Set as its `jwks_uri` gives.'),
        }),
      )
      .refine((all) => Object.keys(all).length <= 64, 'at most 64 transmitters')
      .default({})
      .meta({
        description:
          'Whose security events (OpenID SSF) are taken at /v1/signals/events, as evidence about credentials and workloads.',
      }),
    maxAgeMs: int(7 * 86_400_000, 60_000, 90 * 86_400_000, 'Age at which a token is refused.'),
    streams: z
      .strictObject({
        issuer: z
          .url({ protocol: /^https?$/ })
          .max(1_024)
          .meta({
            description:
              '`iss` of our tokens: where receivers reach the HTTP API, such as https://tidemark.example.com.',
          }),
        keyFile: word('File whose first line is the private signing key, a JWK with `alg`.'),
        wise: flag(false, 'Offer anomalous-behavior-detected of the WISE draft too.'),
        streamsMax: int(4, 1, 64, 'Streams of one token.'),
        keepMs: int(7 * 86_400_000, 60_000, 90 * 86_400_000, 'How long an event waits for its receiver.'),
      })
      .optional()
      .meta({ description: 'Alerts as streams of security events that receivers poll (OpenID SSF, RFC 8936).' }),
  })
  .prefault({});

const syslog = z
  .strictObject({
    serve: flag(false, 'Listen for RFC 5424 messages over TCP; the sender names its token in the structured data.'),
    host: word('Address to listen on.').default('127.0.0.1'),
    port: int(6514, 0, 65_535, 'Port to listen on; 0 picks a free one.'),
    format: word('Format id of the messages, or auto.').default('auto'),
    certFile: word('PEM file of the server certificate; with keyFile: speak TLS.').optional(),
    keyFile: word('PEM file of its key.').optional(),
    allowPlaintext: flag(false, 'Permit an unencrypted listener that is not on loopback.'),
    messageMaxBytes: int(256 * 1024, 480, 16 * MiB, 'A longer message ends its connection.'),
    connectionsMax: int(256, 1, 65_535, 'Connections at a time; when they are used up, strangers are closed first.'),
    connectionsPerAddress: int(
      64,
      1,
      65_535,
      'Connections of one address (IPv6: of one /64); behind a proxy everybody has its address, so raise it there.',
    ),
    unknownTimeoutMs: int(10_000, 100, 600_000, 'Longest until the first whole message with a good token has come.'),
    idleMs: int(600_000, 1_000, 86_400_000, 'Silence after which a connection of a known sender is closed.'),
  })
  .prefault({});

const s3Queue = z.strictObject({
  queueUrl: z
    .url({ protocol: /^https?$/ })
    .max(1_024)
    .meta({ description: 'SQS queue that is told of new objects: by S3, through SNS, or by EventBridge.' }),
  region: word('Region of the queue and its buckets.'),
  format: word('Format id of the objects, or auto.').default('auto'),
  tenant: word('Tenant of the records; `ingest.tenant` when absent.').optional(),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(1_024)
    .optional()
    .meta({ description: 'Another address of S3 and SQS, such as that of a stand-in.' }),
  readers: int(2, 1, 16, 'Objects read at a time.'),
  objectMaxBytes: int(
    256 * MiB,
    1024,
    1024 * MiB,
    'Bytes of an object at the most, packed and unpacked. A larger one stays in the queue, whose redrive policy decides.',
  ),
  visibilityMs: int(
    120_000,
    10_000,
    43_200_000,
    'How long a notification is hidden from others; renewed while its object is read. One that could not be taken comes back after it.',
  ),
});

const subscription = z.strictObject({
  subscription: z
    .string()
    .regex(/^projects\/[^/]+\/subscriptions\/[^/]+$/)
    .max(512)
    .meta({ description: 'Subscription to pull from, projects/PROJECT/subscriptions/NAME.' }),
  format: word('Format id of the messages, or auto.').default('auto'),
  tenant: word('Tenant of the records; `ingest.tenant` when absent.').optional(),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(1_024)
    .optional()
    .meta({
      description:
        'Another address of Pub/Sub, such as a regional one. Credentials are sent to *.googleapis.com only, so that a stand-in has none.',
    }),
  readers: int(1, 1, 16, 'Pulls under way at a time.'),
  messagesMax: int(100, 1, 1_000, 'Messages of one pull at the most; they are acknowledged together.'),
  answerMaxBytes: int(32 * MiB, 64 * 1024, 256 * MiB, 'Bytes of one pull at the most; what is larger is not taken.'),
  ackDeadlineMs: int(
    60_000,
    10_000,
    600_000,
    'How long pulled messages are kept from others; renewed while they are taken. What could not be taken comes back after it.',
  ),
});

export const configSchema = z
  .strictObject({
    kafka: kafka.optional(),
    store,
    ingest,
    detect,
    alerts,
    delivery,
    sinks: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        z.looseObject({ type: word('Sink type: a file name in src/sinks.'), filter: sinkFilter.prefault({}) }),
      )
      .default({})
      .meta({ description: 'Alert destinations by name; other keys are the options of the type.' }),
    respond,
    http,
    signals,
    syslog,
    s3Queues: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/), s3Queue)
      .refine((all) => Object.keys(all).length <= 16, 'at most 16 queues')
      .default({})
      .meta({
        description:
          'Queues that name objects of S3 to read, by name. Credentials are found as the SDK of AWS finds them; a notification is deleted when its object was taken.',
      }),
    pubSub: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/), subscription)
      .refine((all) => Object.keys(all).length <= 16, 'at most 16 subscriptions')
      .default({})
      .meta({
        description:
          'Subscriptions of Google Pub/Sub to pull from, by name. Credentials are found as the library of Google finds them; a message is acknowledged when what it holds is durable.',
      }),
    telemetry,
  })
  .meta({ id: 'config', title: 'Tidemark configuration' });

export type Config = z.infer<typeof configSchema>;
export type SinkFilter = z.infer<typeof sinkFilter>;
