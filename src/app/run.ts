/** The composition root of `tidemark run`: opens the doors, gives each part what it needs, and ends them in order. */
import type { Config } from '../../schemas/config.ts';
import { openStore, openTriage } from '../adapters/clickhouse/open.ts';
import type { KafkaLog, KafkaSettings } from '../adapters/kafka/open-client.ts';
import { openPublisher } from '../adapters/kafka/open-publisher.ts';
import { ensureTopics } from '../adapters/kafka/topics.ts';
import { withDeadline } from '../adapters/kafka/with-deadline.ts';
import { loadNetworks } from '../adapters/networks.ts';
import { exposedFiles } from '../config/exposed-files.ts';
import { readSecretFile } from '../config/secret-file.ts';
import type { Clock } from '../ports/outside.ts';
import { createFingerprinter } from '../secrets.ts';
import { startHealth } from '../telemetry/health.ts';
import { createLiveness } from '../telemetry/liveness.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type DetectRole, openDetect } from './detect-role.ts';
import { type Served, serve, servesHttp } from './http-role.ts';
import { openIngest } from './ingest-role.ts';
import type { Lifecycle } from './lifecycle.ts';
import { createReadiness } from './readiness.ts';
import { openRespond } from './respond-role.ts';
import { countDeadLetters, type OpenRole, type RoleParts, type Shelves } from './role-parts.ts';

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
    });
    closers.push(() => store.close());
    if (kafka !== undefined) await ensureTopics(kafka, config.alerts.topic, log);
    const publisher = kafka && (await openPublisher(kafka, log));
    closers.push(async () => publisher?.close());

    const pulse = createLiveness(clock.now);
    const { networksFile, pepperFile } = config.ingest;
    const parts: RoleParts = {
      config,
      kafka,
      shelves: options.shelves,
      telemetry,
      networks: networksFile === undefined ? undefined : loadNetworks(networksFile),
      fingerprinter: createFingerprinter(
        pepperFile === undefined
          ? undefined
          : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, (exposed) =>
              telemetry.event('secret-exposed', exposed),
            ),
      ),
      clock,
      log,
      store,
      triage: openTriage(store).triage,
      publisher,
      progress: () => pulse.beat(),
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
      now: clock.now,
    });
    let served: Served | undefined;
    const notReady = () => [...readiness.reasons(), ...(served?.notReady() ?? [])];
    const missing = () => open.flatMap((role) => role.missing?.() ?? []);
    telemetry.event('budget', { asked: config.alerts.falsePerDay });
    let ready: boolean | undefined;
    const watch = setInterval(() => {
      readiness.look();
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
    if (servesHttp(config) || config.syslog.serve) {
      const listening = await serve(parts, detect?.local, respond, options.version, readiness.reasons);
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
    // A process that only serves has no work of its own that would end.
    if (works.length === 0) works.push(untilStopped(lifecycle.signal));
    // A part that ends before it was asked to ends the others too, because half a process would look healthy.
    const results = await Promise.allSettled(
      works.map((work) =>
        work.catch((error) => {
          lifecycle.stop();
          throw error;
        }),
      ),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    // From here on the end is bounded, also where a fault and nobody's signal brought it about.
    lifecycle.stop();
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
