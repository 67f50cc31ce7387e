/** The composition root of `tidemark run`: opens the doors, gives each part what it needs, and ends them in order. */
import type { Config } from '../../schemas/config.ts';
import { openSources, openStore, openTriage, recordBudget } from '../adapters/clickhouse/open.ts';
import type { KafkaLog, KafkaSettings } from '../adapters/kafka/open-client.ts';
import { openPublisher } from '../adapters/kafka/open-publisher.ts';
import { ensureTopics } from '../adapters/kafka/topics.ts';
import { withDeadline } from '../adapters/kafka/with-deadline.ts';
import { exposedFiles } from '../config/exposed-files.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { isFault } from '../fault.ts';
import type { Clock } from '../ports/outside.ts';
import type { PartitionLag } from '../ports/sources.ts';
import { createFingerprinter } from '../secrets.ts';
import { tellLags } from '../sources/lag-watch.ts';
import { slotOf } from '../sources/rhythm.ts';
import { createSilenceWatch, type SilenceWatch } from '../sources/silence-watch.ts';
import { createSkipBook } from '../sources/skip-book.ts';
import { createSourceBook } from '../sources/source-book.ts';
import { startHealth } from '../telemetry/health.ts';
import { createLiveness } from '../telemetry/liveness.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { lagReader, skippedReader } from './api/sources.ts';
import { type DetectRole, openDetect } from './detect-role.ts';
import { type Served, serve, takesRecords } from './http-role.ts';
import { openIngest } from './ingest-role.ts';
import type { Lifecycle } from './lifecycle.ts';
import { createReadiness } from './readiness.ts';
import { createReload, watchedNetworks } from './reload.ts';
import { refuseMoved } from './repartition.ts';
import { openRespond } from './respond-role.ts';
import { countDeadLetters, type OpenRole, type RoleParts, type Shelves } from './role-parts.ts';
import { createSourceRecorder } from './source-recorder.ts';

/** What a process does: read raw topics, judge activities; `api` alone does neither and serves HTTP or syslog. */
export type Role = 'ingest' | 'detect' | 'api';

export interface RunOptions {
  readonly config: Config;
  /** Absent: activities come in over HTTP and syslog alone, and this process judges them. */
  readonly kafka: KafkaSettings | undefined;
  readonly store: Config['store'];
  readonly shelves: Shelves;
  readonly roles: readonly Role[];
  readonly telemetry: Telemetry;
  readonly lifecycle: Lifecycle;
  readonly version: string;
  /** Files that the configuration was read from. */
  readonly configFiles?: readonly string[];
  /** Reads the configuration again, for `onReload`. */
  readonly reread?: () => Promise<Config>;
  /** Given what takes changed settings over, once the process works. */
  readonly onReload?: (reload: () => Promise<void>) => void;
}

const WATCH_INTERVAL_MS = 1_000;

/** Runs until the lifecycle says stop. Rejects with the first fault that ends the process. */
export async function run(options: RunOptions): Promise<void> {
  const { config, kafka, roles, telemetry, lifecycle } = options;
  const clock: Clock = { now: Date.now };
  const log: KafkaLog = (level, message, fields) => {
    if (level === 'warn' || level === 'error')
      telemetry.event('broker-retried', { error: `${message} ${JSON.stringify(fields)}` });
  };
  // A secret that others can read is told where it is read; keys and passwords for connections are read by libraries.
  for (const { key, file, wrong, remedy, by } of exposedFiles(
    { ...config, store: options.store },
    options.configFiles ?? [],
  ))
    if (by === 'writable' || /^(?:store|kafka|http\.keyFile|syslog)\b/.test(key))
      telemetry.event('file-exposed', { key, file, reason: wrong, remedy });
  telemetry.event('started', { version: options.version, role: roles.join('+') });
  const closers: (() => Promise<void>)[] = [];
  try {
    const store = await openStore(options.store, {
      clock,
      migrate: true,
      onRetry: ({ table, reason }) => telemetry.event('store-retried', { step: table, error: reason }),
      onPoison: (letters) => countDeadLetters(telemetry, letters),
      onUpdated: ({ place, files }) => telemetry.event('store-updated', { place, files: files.join(', ') }),
    });
    closers.push(() => store.close());
    if (roles.includes('detect')) await recordBudget(store, config.alerts.falsePerDay);
    if (kafka !== undefined) {
      await refuseMoved(store, kafka);
      await ensureTopics(kafka, config.alerts.topic, log);
    }
    const publisher = kafka && (await openPublisher(kafka, log));
    closers.push(async () => publisher?.close());

    // What lasts is measured by a clock that nobody sets.
    const pulse = createLiveness(() => performance.now());
    const sourceStore = openSources(store);
    const skips = createSkipBook(sourceStore, clock.now);
    const book = createSourceBook({
      store: sourceStore,
      sourcesMax: config.ingest.sourcesMax,
      now: clock.now,
    });
    // Who is known already keeps its place, whatever comes first now.
    await book.refresh();
    const { networksFile, pepperFile } = config.ingest;
    const networks =
      networksFile === undefined
        ? undefined
        : watchedNetworks(networksFile, (error) => telemetry.event('reload-failed', { error }));
    const parts: RoleParts = {
      config,
      kafka,
      shelves: options.shelves,
      telemetry,
      networks,
      fingerprinter: createFingerprinter(
        pepperFile === undefined
          ? undefined
          : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, (exposed) =>
              telemetry.event('secret-exposed', exposed),
            ),
        config.ingest.people,
      ),
      clock,
      log,
      store,
      triage: openTriage(store).triage,
      publisher,
      progress: () => pulse.beat(),
      sources: createSourceRecorder(book, skips, telemetry),
      sourceStates: book.states,
      skipped: skippedReader(sourceStore, clock.now),
    };
    const open: OpenRole[] = [];
    if (kafka && publisher && roles.includes('ingest') && (kafka.inputs.length > 0 || kafka.inventory !== undefined))
      open.push(openIngest(parts, kafka, publisher));
    let detect: DetectRole | undefined;
    if (roles.includes('detect')) {
      detect = await openDetect(parts);
      open.push(detect);
    }
    for (const role of open) closers.push(() => role.close());
    const ownLags = (): PartitionLag[] =>
      open.flatMap(({ name: role, source }) =>
        source.lags().map(({ topic, partition, lag: records }) => {
          return { role, topic: kafka === undefined ? topic : `${kafka.cluster}/${topic}`, partition, records };
        }),
      );
    const status = () => open.map(({ source }) => source.status());
    const respond = config.respond.enabled ? await openResponding(parts, options.store) : undefined;
    if (respond !== undefined) closers.push(() => respond.close());
    const works = open.map((role) => role.run(lifecycle.signal));
    if (respond !== undefined) works.push(respond.dispatcher.run(lifecycle.signal));
    // When a later part cannot be opened, running work fails with the store; the first fault is the one to report.
    for (const work of works) work.catch(() => {});
    const readiness = createReadiness({
      sources: open,
      store,
      isStopping: () => lifecycle.signal.aborted,
      now: () => performance.now(),
    });
    let served: Served | undefined;
    const notReady = () => [...readiness.reasons(), ...(served?.notReady() ?? [])];
    let silences: SilenceWatch | undefined;
    const missing = () => [...open.flatMap((role) => role.missing?.() ?? []), ...(silences?.silent() ?? [])];
    telemetry.event('budget', { asked: config.alerts.falsePerDay });
    const ingest = open.find(({ name }) => name === 'ingest');
    silences = createSilenceWatch({
      book,
      skips,
      telemetry,
      listening() {
        if (readiness.reasons().length > 0) return [];
        // While old messages are read, nobody can say who has sent since.
        const isUpToDate = ingest?.source.status().lag === 0 || book.newestSlot >= slotOf(clock.now()) - 1;
        return [
          ...(ingest !== undefined && isUpToDate ? (['kafka'] as const) : []),
          ...(takesRecords(config) ? (['push'] as const) : []),
        ];
      },
      tells: roles.includes('detect') && !config.ingest.history,
    });
    const watching = silences.run(lifecycle.signal);
    watching.catch(() => {});
    works.push(watching);
    // Without Kafka there is no other process that could ask.
    if (kafka !== undefined && open.length > 0) {
      const telling = tellLags({ store: sourceStore, lags: ownLags, telemetry }, lifecycle.signal);
      telling.catch(() => {});
      works.push(telling);
    }
    let ready: boolean | undefined;
    const watch = setInterval(() => {
      readiness.look();
      if (networks?.look() === 'changed') telemetry.event('reloaded', { changed: 'ingest.networksFile' });
      // Waiting for a broker or a store is no stall: a restart would mend nothing, and `/readyz` tells of it.
      pulse.waiting(!readiness.isOutage() && status().some(({ lag }) => lag > 0));
      for (const { name, source } of open) telemetry.event('lag', { role: name, records: source.status().lag });
      const reasons = notReady();
      if (ready !== (reasons.length === 0)) {
        ready = reasons.length === 0;
        if (ready) telemetry.event('ready', {});
        else telemetry.event('not-ready', { reason: reasons.join(', ') });
      }
      const load = served?.load();
      if (load !== undefined) telemetry.event('requests-held', { bytes: load.heldBytes });
      for (const [what, open] of Object.entries(load?.connections ?? {}))
        telemetry.event('connections-open', { what, connections: open });
      telemetry.event('queue-changed', { bytes: status().reduce((sum, { heldBytes }) => sum + heldBytes, 0) });
    }, WATCH_INTERVAL_MS);
    closers.push(async () => clearInterval(watch));
    if (takesRecords(config)) {
      const listening = await serve(parts, detect?.local, respond, options.version, {
        notReady: readiness.reasons,
        lags: lagReader(sourceStore, ownLags, clock.now),
      });
      served = listening;
      closers.push(() => listening.close());
      for (const [what, place] of Object.entries(listening.places)) telemetry.event('api-listening', { what, place });
    }
    if (config.telemetry.enabled) {
      const health = await startHealth({
        config: config.telemetry,
        telemetry,
        pulse,
        notReady,
        notes: missing,
      });
      closers.push(() => health.close());
    }
    if (options.reread !== undefined)
      options.onReload?.(createReload({ config, reread: options.reread, networks, telemetry }));
    // A process that only serves has no work of its own that would end.
    if (works.length === 0) works.push(untilStopped(lifecycle.signal));
    // A part that ends before it was asked to ends the others too, because half a process would look healthy.
    const results = await Promise.allSettled(
      works.map((work) =>
        work.catch((error) => {
          // Told now: where the end is cut off nobody would hear of it.
          lifecycle.stop(`a part of it failed: ${isFault(error) ? error.message : String(error).slice(0, 200)}`);
          throw error;
        }),
      ),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    // From here on the end is bounded, also where a fault and nobody's signal brought it about.
    lifecycle.stop('it cannot go on');
    for (const close of closers.reverse())
      await withDeadline(close(), config.telemetry.closeMs, () => new CloseLate(config.telemetry.closeMs)).catch(
        (error) => telemetry.event('close-failed', { error }),
      );
  }
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Something did not close in its time; the end goes on without it. */
class CloseLate extends Error {
  override readonly name = 'CloseLate';
  readonly remedy = 'Nothing committed is lost. Raise telemetry.closeMs where closing is only slow.';
  constructor(ms: number) {
    super(`a connection or file did not close within ${ms} ms`);
  }
}

/** The desk and the dispatcher of suspensions, telling what they do. */
function openResponding(
  { config, store, shelves, clock, fingerprinter, telemetry }: RoleParts,
  place: Config['store'],
) {
  return openRespond({
    config,
    place,
    store,
    detectors: shelves.detectors,
    sinks: shelves.sinks,
    clock,
    fingerprinter,
    onEvent(event) {
      if (event.type === 'round-failed') return telemetry.event('respond-failed', { error: event.error });
      const { id, tenant, action } = event.suspension;
      if (event.type === 'leaking') telemetry.event('uncontained', { suspension: id, tenant });
      if (event.type === 'silent')
        telemetry.event('contained', { suspension: id, tenant, seconds: (event.timeToSilenceMs ?? 0) / 1_000 });
      telemetry.event('suspension-moved', { suspension: id, tenant, action, step: event.type });
    },
    onExposedSecret: (exposed) => telemetry.event('secret-exposed', exposed),
  });
}
