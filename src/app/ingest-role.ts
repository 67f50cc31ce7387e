/** The ingest role: reads raw topics and writes the keyed activity topic. */

import { inventoryRecordOf, spellings } from '../adapters/inventory.ts';
import type { KafkaSettings } from '../adapters/kafka/open-client.ts';
import { openSource } from '../adapters/kafka/open-source.ts';
import { createSchemaRegistry } from '../adapters/schema-registry.ts';
import { inventoryMessage } from '../detect/inventory-message.ts';
import { encoderMark } from '../ingest/activity-message.ts';
import { eachInProtobuf } from '../ingest/otlp-message.ts';
import { createReader, type Reader } from '../ingest/reader.ts';
import { eachRegistered } from '../ingest/registry-message.ts';
import { createTimeMerge } from '../ingest/time-merge.ts';
import { createTopicIngest } from '../ingest/topic-ingest.ts';
import { type ChunkSource, type Publisher, topicName } from '../ports/stream.ts';
import { createLosses } from './losses.ts';
import { recordLimitsOf } from './record-limits.ts';
import { deadLetterBuilder, deadLetterWriter, type OpenRole, type RoleParts, tellSource } from './role-parts.ts';

/** Opens the ingest role. */
export function openIngest(parts: RoleParts, kafka: KafkaSettings, publisher: Publisher): OpenRole {
  const { config, shelves, telemetry, networks, clock, log } = parts;
  const readers = new Map<string, Reader>();
  const tenants = new Map(kafka.inputs.map(({ topic, tenant }) => [topic, tenant]));
  const encodings = new Map(kafka.inputs.map(({ topic, encoding }) => [topic, encoding]));
  const formats = new Map(kafka.inputs.map(({ topic, format }) => [topic, format]));
  const messageLimits = { ...recordLimitsOf(config), recordsMax: config.ingest.containerMaxRecords };
  for (const { topic, format, tenant } of kafka.inputs)
    readers.set(
      topic,
      createReader({
        formats: shelves.formats,
        format,
        tenant: tenant ?? config.ingest.tenant,
        limits: config.ingest,
        now: clock.now,
        ...(networks && { networks }),
        fingerprinter: parts.fingerprinter,
      }),
    );
  const merge = createTimeMerge({
    publisher,
    topic: kafka.activityTopic,
    // What the inventory says has no time, and nobody waits for it.
    lags: () => source.lags().filter(({ topic }) => topic !== kafka.inventory?.topic),
    waitMs: config.ingest.mergeWaitMs,
    catchUpMs: config.ingest.catchUpWaitMs,
    now: clock.now,
    onWaited: (ms) => telemetry.event('records-waited', { seconds: ms / 1_000 }),
    // A partition that waits for another one is not stuck: without this a liveness probe would restart the process.
    onWaiting: parts.progress,
  });
  const registry =
    kafka.schemaRegistry === undefined
      ? undefined
      : createSchemaRegistry({
          settings: kafka.schemaRegistry,
          retryForMs: kafka.retryForMs,
          maxRetryMs: kafka.maxRetryMs,
          now: clock.now,
          onWaiting: parts.progress,
        });
  const isRegistered = (topic: string) => encodings.get(topic) === 'schema_registry';
  const ingest = createTopicIngest({
    read(topic, value, sender) {
      const reader = readers.get(topic)!;
      const format = formats.get(topic) ?? 'auto';
      if (encodings.get(topic) === 'otlp_proto') return eachInProtobuf(value, reader, messageLimits, format, sender);
      return isRegistered(topic)
        ? eachRegistered(value, registry!.decode, reader, messageLimits, format, sender)
        : reader.eachHeld(value, sender);
    },
    pinnedTo(topic) {
      const input = kafka.inputs.find((one) => one.topic === topic);
      return input?.pinned ? (input.tenant ?? config.ingest.tenant) : undefined;
    },
    inventoryIn(topic, value) {
      if (topic !== kafka.inventory?.topic) return undefined;
      const tenant = kafka.inventory.tenant ?? config.ingest.tenant;
      const record = inventoryRecordOf(value, tenant, parts.fingerprinter);
      if (typeof record === 'string') return record;
      if (kafka.inventory.pinned && record.tenant !== tenant) return 'tenant: not the one this input is pinned to';
      telemetry.event('inventory-taken', { via: 'kafka', records: 1 });
      return spellings(record).map((one) => inventoryMessage(one));
    },
    merge,
    setAside: deadLetterWriter(parts),
    deadLetter: deadLetterBuilder(parts),
    tenantOf: (topic) =>
      (topic === kafka.inventory?.topic ? kafka.inventory.tenant : tenants.get(topic)) ?? config.ingest.tenant,
    now: clock.now,
    isHistory: config.ingest.history,
    traces: config.ingest.traces,
    cluster: kafka.cluster,
    mark: encoderMark(parts.fingerprinter),
    onHeard(topic, activities, receivedAt) {
      if (topic === kafka.inventory?.topic) return;
      const tenant = tenants.get(topic) ?? config.ingest.tenant;
      parts.sources.heard({ tenant, kind: 'topic', name: topicName(kafka.cluster, topic) }, activities, receivedAt);
    },
    onTaken: (taken, { records, activities, skipped, skippedAt, dead, unjoined }) => {
      const format =
        taken === kafka.inventory?.topic
          ? 'inventory'
          : (kafka.inputs.find(({ topic }) => topic === taken)?.format ?? 'auto');
      const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
      telemetry.event('records-taken', { format, outcome: 'skipped', records: sum(skipped) });
      telemetry.event('records-taken', { format, outcome: 'dead', records: sum(dead) });
      telemetry.event('records-taken', { format, outcome: 'read', records: records - sum(skipped) - sum(dead) });
      const source = {
        tenant: tenants.get(taken) ?? config.ingest.tenant,
        kind: 'topic',
        name: topicName(kafka.cluster, taken),
      } as const;
      for (const [reason, count] of skipped) {
        telemetry.event('records-skipped', { format, reason, records: count });
        parts.sources.skipped({ ...source, format, reason, records: count, example: skippedAt.get(reason) ?? '' });
      }
      for (const [reason, spans] of unjoined) telemetry.event('spans-unjoined', { reason, spans });
      telemetry.event('spans-held', { way: 'kafka', bytes: ingest.waitingBytes });
      telemetry.event('activities-published', { activities });
      parts.progress();
    },
  });
  const losses = createLosses('ingest');
  const source: ChunkSource = openSource({
    kafka,
    topics: [...readers.keys(), ...(kafka.inventory === undefined ? [] : [kafka.inventory.topic])],
    group: `${kafka.groupId}-ingest`,
    limits: config.detect,
    hooks: {
      heldFrom: ingest.heldFrom,
      onRest: ingest.rest,
      onRevoked: async (place) => ingest.forget(place),
    },
    log,
    onEvent: (event) => tellSource(telemetry, 'ingest', event, losses),
  });
  return {
    name: 'ingest',
    source,
    missing: losses.lines,
    run(signal) {
      signal.addEventListener('abort', () => merge.hurry(), { once: true });
      return source.run(async (chunk, _, taken) => {
        if (registry !== undefined && isRegistered(chunk.topic))
          await registry.prepare(
            chunk.messages.flatMap(({ value }) => value ?? []),
            AbortSignal.any([taken, signal]),
          );
        await ingest.take(chunk);
      }, signal);
    },
    close: async () => registry?.close(),
  };
}
