/** The one configuration file: every bound has a default, its unit in its name and a sentence for the generated reference. */
import { z } from 'zod';
import { alerts, delivery, detect, sinkFilter } from './config/detect.ts';
import { http } from './config/http.ts';
import { ingest } from './config/ingest.ts';
import { kafka } from './config/kafka.ts';
import { flag, int, word } from './config/kinds.ts';
import { s3Queue, signals, subscription, syslog } from './config/listeners.ts';
import { respond } from './config/respond.ts';
import { store } from './config/store.ts';

export { RETAINED } from './config/store.ts';

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
