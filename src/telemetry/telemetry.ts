/** Says what happens: writes each event's log line and moves its metrics. What can happen is listed in `telemetry/events.ts`. */
import { randomBytes } from 'node:crypto';
import pino, { type DestinationStream } from 'pino';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { isFault } from '../fault.ts';
import { visible } from '../render/visible.ts';
import { createFingerprinter } from '../secrets.ts';
import type { Event, Level, Move } from './define-event.ts';
import { EVENTS, type EventName, type Fields } from './events.ts';
import { METRICS, type Metric, type MetricName } from './metrics.ts';
import { readable } from './readable.ts';

const MAX_TEXT = 1_000;
const MAX_LABEL = 128;
/** Never printed, whatever event should come to carry them. */
const REDACT = ['password', 'secret', 'token', 'authorization', 'cookie', 'pepper', 'headers'].flatMap((name) => [
  name,
  `*.${name}`,
]);

export interface TelemetryOptions {
  /** Lowest level printed; `silent` prints nothing and still counts. */
  readonly level: Level | 'silent';
  /** Where log lines go: standard error unless given. */
  readonly destination?: DestinationStream;
  /** Lines for a person at a terminal instead of JSON. */
  readonly readable?: boolean;
  /** Wall clock in ms, for spacing out repeated lines. */
  readonly now?: () => number;
  /** Adds Node's own metrics: memory, CPU, event loop. */
  readonly processMetrics?: boolean;
}

/** A warning or an error, as its log line has it. */
export interface Recent {
  readonly time: string;
  readonly level: Level;
  readonly event: string;
  readonly says: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Levels that are remembered, and how many of their lines. */
const GRAVE = new Set<string>(['warn', 'error', 'fatal']);
const RECENT_MAX = 50;

export interface Telemetry {
  event<Name extends EventName>(name: Name, fields: Fields<Name>): void;
  /** Prometheus text format. */
  metrics(): Promise<string>;
  readonly contentType: string;
  /** The last warnings and errors, oldest first, as they stood in the log: without secrets. */
  recent(): readonly Recent[];
  /** Prints from this level on; metrics count as before. */
  setLevel(level: Level): void;
}

function createMetric(name: MetricName, registry: Registry): Counter | Gauge | Histogram {
  const { type, help, labels = {}, buckets }: Metric = METRICS[name];
  const common = { name, help, labelNames: Object.keys(labels), registers: [registry] };
  if (type === 'counter') return new Counter(common);
  if (type === 'gauge') return new Gauge(common);
  return new Histogram({ ...common, ...(buckets && { buckets: [...buckets] }) });
}

/** Keeps the number of series bounded: after the first so many values of a label the rest share one. `clean`: as a text may be told. */
function createLabeller(clean: (text: string) => string) {
  /** By metric and label: each value as it came, and as it is told. */
  const seen = new Map<string, Map<string, string>>();
  return (metric: MetricName, move: Move, fields: Readonly<Record<string, unknown>>) => {
    const bounds: Readonly<Record<string, number>> = (METRICS[metric] as Metric).labels ?? {};
    const labels: Record<string, string> = {};
    for (const [label, most] of Object.entries(bounds)) {
      const value = String(move.labels?.[label] ?? fields[label]).slice(0, MAX_TEXT);
      const key = `${metric} ${label}`;
      const values = seen.get(key) ?? new Map<string, string>();
      seen.set(key, values);
      if (!values.has(value) && values.size < most) values.set(value, clean(value).slice(0, MAX_LABEL));
      labels[label] = values.get(value) ?? 'other';
    }
    return labels;
  };
}

/** Starts telemetry. It never throws out of `event`: saying what happens must not change what happens. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { level, now = Date.now } = options;
  const sink = options.destination ?? pino.destination({ dest: 2, sync: true });
  const destination = options.readable ? { write: (line: string) => sink.write(readable(line)) } : sink;
  const log = pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACT, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const metrics = new Map(
    (Object.keys(METRICS) as MetricName[]).map((name) => [name, createMetric(name, registry)] as const),
  );
  // A key of this process alone: nobody can tell from a log line which secret was taken out of it.
  const { scrub } = createFingerprinter(randomBytes(32).toString('hex'));
  const clean = (text: string) => visible(scrub('', text).slice(0, MAX_TEXT)).slice(0, MAX_TEXT);
  const labelsOf = createLabeller(clean);
  /** A stack keeps its lines. */
  const cleanStack = (stack: string) =>
    scrub('', stack).slice(0, MAX_TEXT).split('\n').map(clean).join('\n').slice(0, MAX_TEXT);
  const recent: Recent[] = [];
  const quiet = new Map<EventName, { until: number; alike: number }>();

  function describe(error: unknown) {
    if (!(error instanceof Error)) return { message: clean(String(error)) };
    const known = isFault(error) ? { remedy: clean(error.remedy) } : { stack: cleanStack(error.stack ?? '') };
    return { type: error.name, message: clean(error.message), ...known };
  }

  function print(name: EventName, event: Event, fields: Readonly<Record<string, unknown>>): void {
    if (event.level === 'silent' || !(log.isLevelEnabled(event.level) || GRAVE.has(event.level))) return;
    const pause = quiet.get(name);
    if (pause !== undefined && now() < pause.until) {
      pause.alike++;
      return;
    }
    if (event.atMostEveryMs !== undefined) quiet.set(name, { until: now() + event.atMostEveryMs, alike: 0 });
    const said = Object.entries(event.fields).map(([field, kind]) => {
      const value = fields[field];
      return [field, kind === 'number' ? value : kind === 'error' ? describe(value) : clean(String(value))];
    });
    const alike = pause !== undefined && pause.alike > 0 ? { alike: pause.alike } : {};
    const line = { ...Object.fromEntries(said), ...alike };
    if (GRAVE.has(event.level)) {
      recent.push({
        time: new Date(now()).toISOString(),
        level: event.level,
        event: name,
        says: event.says,
        fields: line,
      });
      if (recent.length > RECENT_MAX) recent.shift();
    }
    log[event.level]({ event: name, ...line }, event.says);
  }

  function move(step: Move, fields: Readonly<Record<string, unknown>>): void {
    const labels = labelsOf(step.metric, step, fields);
    const metric = metrics.get(step.metric);
    const amount = step.to ?? (step.by === undefined ? 1 : Number(fields[step.by]));
    if (step.forget) metric?.remove(labels);
    else if (!Number.isFinite(amount)) return;
    else if (metric instanceof Gauge) metric.set(labels, amount);
    else if (metric instanceof Histogram) metric.observe(labels, amount);
    else metric?.inc(labels, Math.max(0, amount));
  }

  return {
    event(name, fields) {
      const event: Event = EVENTS[name];
      for (const step of event.moves) move(step, fields);
      print(name, event, fields);
    },
    metrics: () => registry.metrics(),
    contentType: registry.contentType,
    recent: () => [...recent],
    setLevel(wanted) {
      log.level = wanted;
    },
  };
}
