/** How records that are sent to this process come in: read, written where they are durable, and their traces waited for. */
import type { Activity } from '../../schemas/activity.ts';
import { openWaiting } from '../adapters/clickhouse/open.ts';
import { openPublisher } from '../adapters/kafka/open-publisher.ts';
import { sharedPublisher } from '../adapters/kafka/shared-publisher.ts';
import { createPace } from '../bounds/pace.ts';
import { ConfigError } from '../config/config-error.ts';
import type { LocalSource } from '../detect/local-source.ts';
import { activityMessage, encoderMark } from '../ingest/activity-message.ts';
import { createPushIngest, type PushIngest } from '../ingest/push-ingest.ts';
import { createPushedTraces, type PushedTraces } from '../ingest/pushed-traces.ts';
import { createReader } from '../ingest/reader.ts';
import { scrubRecord } from '../ingest/scrub-record.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import type { Skip } from '../sources/skip-book.ts';
import { deadLetterBuilder, deadLetterWriter, type RoleParts } from './role-parts.ts';

/** Where activities become durable: the activity topic, or the turn of this process. */
export interface Way extends Pick<LocalSource, 'submit' | 'send'> {
  close(): Promise<void>;
}

/** Throws a ConfigError where there is neither Kafka nor `local`. */
export function openWay({ kafka, log, fingerprinter }: RoleParts, local: LocalSource | undefined): Way {
  if (kafka === undefined) {
    if (local === undefined)
      throw new ConfigError([
        {
          at: 'command line',
          key: '--role',
          wrong: 'leaves nobody to judge what comes in',
          remedy: 'without a kafka section run the detect role too',
        },
      ]);
    return { submit: local.submit, send: local.send, close: async () => {} };
  }
  const publisher = sharedPublisher(() => openPublisher(kafka, log));
  const mark = encoderMark(fingerprinter);
  const send = (messages: readonly OutgoingMessage[]) => publisher.send(kafka.activityTopic, messages);
  return {
    async submit(activities) {
      const pace = createPace();
      const messages: OutgoingMessage[] = [];
      for (const activity of activities) {
        messages.push(activityMessage(activity, mark));
        await pace(0);
      }
      await send(messages);
    },
    send,
    close: publisher.close,
  };
}

export function openIntake(
  parts: RoleParts,
  write: (activities: readonly Activity[]) => Promise<void>,
): { readonly intake: PushIngest; readonly traces: PushedTraces } {
  const { config, shelves, networks, fingerprinter, clock, telemetry } = parts;
  const shared = {
    reader: (tenant: string, format: string) =>
      createReader({
        formats: shelves.formats,
        format,
        tenant,
        limits: config.ingest,
        now: clock.now,
        fingerprinter,
        ...(networks && { networks }),
      }),
    write,
    setAside: deadLetterWriter(parts),
    deadLetter: deadLetterBuilder(parts),
    queueBytes: config.detect.queueBytes,
    clock,
    isHistory: config.ingest.history,
  };
  // A sender keeps no place at which a record could be looked up again.
  const skipped = (skip: Omit<Skip, 'kind' | 'example'>) => {
    const { format, reason, records } = skip;
    telemetry.event('records-skipped', { format, reason, records });
    parts.sources.skipped({ ...skip, kind: 'sender', example: '' });
  };
  const traces = createPushedTraces({
    ...shared,
    limits: config.ingest.traces,
    waiting: openWaiting(parts.store),
    scrub(tenant, body) {
      const bytes = Buffer.from(body);
      const scrubbed = scrubRecord(bytes, bytes.length * 2, {
        scrub: (text) => fingerprinter.scrub(tenant, text, true),
        name: (secret) => fingerprinter.fingerprint(tenant, 'token', secret),
      });
      return Buffer.from(scrubbed).toString('utf8');
    },
    onRead(format, outcome, { tenant, sender }) {
      const { status } = outcome;
      telemetry.event('records-taken', { format, outcome: status === 'skip' ? 'skipped' : status, records: 1 });
      if (status === 'read') parts.sources.read(outcome.activities);
      if (status === 'skip') skipped({ tenant, name: sender, format, reason: outcome.reason, records: 1 });
    },
    onUnjoined: (reason, spans) => telemetry.event('spans-unjoined', { reason, spans }),
    onHeld: (bytes) => telemetry.event('spans-held', { way: 'pushed', bytes }),
    onFault: (error) => telemetry.event('api-failed', { route: 'traces', error }),
  });
  const intake = createPushIngest({
    ...shared,
    traces,
    recordsMax: config.http.recordsMax,
    unpackedMaxBytes: config.http.unpackedMaxBytes,
    onHeard: ({ tenant, name }, via, activities, atMs) =>
      parts.sources.heard({ tenant, kind: 'sender', name: `${via}/${name}` }, activities, atMs),
    onTaken({ read, skipped: left, dead }, format, { tenant, name }, via) {
      const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
      telemetry.event('records-taken', { format, outcome: 'read', records: read });
      telemetry.event('records-taken', { format, outcome: 'skipped', records: sum(left) });
      telemetry.event('records-taken', { format, outcome: 'dead', records: sum(dead) });
      for (const [reason, records] of Object.entries(left))
        skipped({ tenant, name: `${via}/${name}`, format, reason, records });
    },
  });
  return { intake, traces };
}
