/** Finds the record that a collector carries in a field of its own document: Filebeat, Logstash, Fluent Bit, Vector, Kafka Connect and their like. */
import { excessOf, type ShapeLimits } from '../bounds/shape.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Fields that hold what was collected, those that hold it as it came first. What stands in one is a record only if a format knows
 * it: these names mean other things elsewhere.
 */
const CARRIERS = [
  'event.original',
  '_raw',
  'raw',
  'log',
  'message',
  'MESSAGE',
  'full_message',
  'short_message',
  'event',
  'record',
  'payload',
  'detail',
  'data',
  'body',
  'Body',
  '_source',
  'result',
  'value',
  '@message',
  'attributes',
  'eventData',
  'eventJson',
  'CloudTrailEvent',
  'requestPayload',
] as const;

/**
 * Lists that an answer of an API, or a queue, holds records in. Only those that no format takes apart itself come here, and only where a
 * format knows one of them.
 */
const LISTS = ['events', 'Events', 'Messages', 'entries', 'hits', 'results', 'rows', 'logs'];

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const at = (raw: Fields, carrier: string): unknown =>
  raw[carrier] ?? (carrier === 'event.original' && isObject(raw.event) ? raw.event.original : undefined);

/** What a field may carry: a JSON value, or a line of text as a program wrote it. */
export type Carried = { readonly value: unknown } | { readonly text: string };

/** What the fields of a document may carry, the likeliest first. Nothing says yet that any of it is a record. */
export function* carriedIn(raw: Fields, shape: ShapeLimits): Generator<Carried> {
  for (const carrier of CARRIERS) {
    const inside = at(raw, carrier);
    if (isObject(inside) || Array.isArray(inside)) yield { value: inside };
    const text = textOf(inside);
    if (text === undefined) continue;
    if (!/^\s*[[{]/.test(text)) yield { text };
    else if (excessOf(text, shape) === undefined) {
      const value = parsed(text);
      if (value !== undefined) yield { value };
    }
  }
  for (const list of LISTS) if (typeof raw[list] === 'object' && raw[list] !== null) yield { value: raw[list] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The cluster that a collector names beside what it carries: an event of Kubernetes does not tell its own. */
export function clusterBeside(raw: Fields): string | undefined {
  const ecs = isObject(raw.orchestrator) && isObject(raw.orchestrator.cluster) ? raw.orchestrator.cluster : undefined;
  const kubernetes = isObject(raw.kubernetes) ? raw.kubernetes : undefined;
  return (
    textOf(ecs?.name) ??
    textOf(raw['orchestrator.cluster.name']) ??
    textOf(kubernetes?.cluster) ??
    textOf(kubernetes?.cluster_name) ??
    textOf(raw.cluster) ??
    textOf(raw.cluster_name)
  );
}
