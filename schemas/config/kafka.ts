/** Settings of Kafka: brokers, topics, groups, and what is read from where. */
import { z } from 'zod';
import { flag, int, secretFile, tls, word } from './kinds.ts';

export const kafka = z.strictObject({
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
  replicationFactor: z.number().int().min(1).max(9).optional().meta({
    description:
      'Replicas of a topic that Tidemark creates. Absent: what the brokers give by default (`default.replication.factor`).',
  }),
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
