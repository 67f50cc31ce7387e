/** Settings of other ways in: syslog, security events, queues of AWS and of Google Cloud. */
import { z } from 'zod';
import { flag, int, MiB, word } from './kinds.ts';

export const signals = z
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

export const syslog = z
  .strictObject({
    serve: flag(false, 'Listen for RFC 5424 messages over TCP; the sender names its token in the structured data.'),
    host: word('Address to listen on.').default('127.0.0.1'),
    port: int(6514, 0, 65_535, 'Port to listen on; 0 picks a free one.'),
    format: word('Format id of the messages, or auto.').default('auto'),
    certFile: word('PEM file of the server certificate; with keyFile: speak TLS.').optional(),
    keyFile: word('PEM file of its key.').optional(),
    allowPlaintext: flag(false, 'Permit an unencrypted listener that is not on loopback.'),
    messageMaxBytes: int(
      256 * 1024,
      480,
      16 * MiB,
      'Of a longer message the beginning is a dead letter, and the rest is passed over.',
    ),
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

export const s3Queue = z.strictObject({
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

export const subscription = z.strictObject({
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
