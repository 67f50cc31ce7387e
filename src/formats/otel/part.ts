/** Keeps of a span what is needed to read it and those around it, since many wait for the rest of their trace. */
import { objectAt, type ReadContext, type TracePart, textAt } from '../../ingest/format.ts';
import { type Attributes, attributesOf, type Fields } from './attributes.ts';
import { ARGUMENT_EVENTS, ARGUMENTS } from './target.ts';
import { actIdOf, made, type Span, spanIdOf, traceIdOf } from './trace.ts';
import { INSTRUCTIONS, nameOf, TOKENS, TOOLS } from './who.ts';

/** A longer value is the text of a model or a tool, unless its name says otherwise. */
const LONG_CHARS = 1_024;
/** What may be long and is read. */
const READ_LONG = new Set([...TOOLS, INSTRUCTIONS, 'metadata', 'oauth.act', 'act', 'mcp.resource.uri']);
const READ_LONG_OF_TOOLS = new Set(ARGUMENTS);
const ARGUMENT = /^(?:mcp\.request\.argument\.|llm\.tools\.\d+\.tool\.json_schema$)/;
/** What is read of a resource. */
const OF_RESOURCES = [
  'service.name',
  'service.namespace',
  'service.version',
  'deployment.environment.name',
  'deployment.environment',
  'gen_ai.agent.name',
  'gen_ai.agent.id',
  'gen_ai.agent.version',
  'cloud.region',
  'k8s.cluster.name',
  'k8s.namespace.name',
  'k8s.deployment.name',
  'k8s.statefulset.name',
  'k8s.cronjob.name',
  'k8s.job.name',
];
/** What an object takes besides its texts, in bytes. */
const OVERHEAD_BYTES = 64;
/** Values looked at in one attribute; what holds more counts as that many. */
const VALUES_MAX = 10_000;

/** A span that waits. */
export interface SpanPart extends TracePart {
  readonly span: Span;
}

/** Roughly what a value takes, in bytes. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return OVERHEAD_BYTES / 4 + value.length;
  if (typeof value !== 'object' || value === null) return OVERHEAD_BYTES / 4;
  let bytes = OVERHEAD_BYTES;
  let seen = 0;
  // Not over a list of the names: this is asked of every span.
  for (const key in value) {
    if (++seen > VALUES_MAX) break;
    bytes += key.length + sizeOf((value as Fields)[key]);
  }
  return bytes;
}

function sizeOfEach(attributes: Attributes): number {
  let bytes = OVERHEAD_BYTES;
  for (const [name, value] of attributes) bytes += name.length + sizeOf(value);
  return bytes;
}

const isNeeded = (name: string, value: unknown, isTool: boolean) =>
  (typeof value === 'string' ? value.length <= LONG_CHARS : typeof value !== 'object') ||
  READ_LONG.has(name) ||
  ARGUMENT.test(name) ||
  (isTool && READ_LONG_OF_TOOLS.has(name));

function areAllNeeded(attributes: Attributes, isTool: boolean): boolean {
  for (const [name, value] of attributes) if (!isNeeded(name, value, isTool)) return false;
  return true;
}

/** The attributes that are read: the very ones of the span where that is all of them. */
function needed({ attributes, own }: Span): Attributes {
  const isTool = own.sort.is === 'tool';
  if (areAllNeeded(attributes, isTool)) return attributes;
  // Not a copy from which they are taken: it would have their room while it waits.
  const kept = new Map<string, unknown>();
  for (const [name, value] of attributes) if (isNeeded(name, value, isTool)) kept.set(name, value);
  return kept;
}

/** The same with fingerprints in the place of secrets: what waits may be written down. */
function withoutSecrets(attributes: Attributes, context: ReadContext): Attributes {
  let named: Map<string, unknown> | undefined;
  for (const name of TOKENS) {
    const token = attributes.get(name);
    if (typeof token !== 'string' || token === '') continue;
    named ??= new Map(attributes);
    named.set(name, nameOf(context, 'oauth-token', token));
  }
  const told = attributes.get(INSTRUCTIONS);
  if (told !== undefined && told !== '') {
    named ??= new Map(attributes);
    named.set(INSTRUCTIONS, nameOf(context, 'instructions', told));
  }
  return named ?? attributes;
}

/** By the resource of an export, which all its spans share. */
const resources = new WeakMap<Attributes, Attributes>();

/** The attributes of a resource that are read. */
function neededOf(resource: Attributes): Attributes {
  const known = resources.get(resource);
  if (known !== undefined) return known;
  const kept = new Map<string, unknown>();
  for (const name of OF_RESOURCES) {
    const value = resource.get(name);
    if (typeof value === 'string' ? value.length <= LONG_CHARS : typeof value === 'number') kept.set(name, value);
  }
  resources.set(resource, kept);
  return kept;
}

const NOTHING: readonly unknown[] = [];

/** The fields that are read, without attributes. Always the same ones in one order, for many of them wait. */
function bare({ fields, own }: Span, trace: string, id: string, at: string): Fields {
  const isTool = own.sort.is === 'tool';
  const events = Array.isArray(fields.events)
    ? fields.events.filter((item) => {
        const name = objectAt(item)?.name;
        return name === 'exception' || (isTool && ARGUMENT_EVENTS.has(textAt(name) ?? ''));
      })
    : NOTHING;
  const start = fields.startTimeUnixNano ?? fields.start_time_unix_nano;
  return {
    traceId: trace,
    spanId: id,
    parentSpanId: fields.parentSpanId ?? fields.parent_span_id,
    name: isSmall(fields.name) ? fields.name : undefined,
    kind: fields.kind,
    startTimeUnixNano: start,
    startTime: start === undefined ? at : undefined,
    status: fields.status,
    status_code: fields.status_code,
    events: events.length === 0 ? undefined : events.map(withoutStacks),
  };
}

const isSmall = (value: unknown) => (typeof value === 'string' ? value.length <= LONG_CHARS : true);

/** An event without its stack trace. */
function withoutStacks(item: unknown): unknown {
  const event = objectAt(item);
  const told = attributesOf(event?.attributes);
  told.delete('exception.stacktrace');
  return { name: event?.name, attributes: Object.fromEntries(told) };
}

/** One object a span, without a closure: thousands of them wait. */
class Part implements SpanPart {
  readonly trace: string;
  readonly id: string;
  readonly at: string;
  readonly bytes: number;
  readonly skipped?: string;
  readonly isTelling: boolean;
  readonly span: Span;
  constructor(span: Span, { trace, id, at }: Pick<TracePart, 'trace' | 'id' | 'at'>, skipped: string | undefined) {
    this.trace = trace;
    this.id = id;
    this.at = at;
    this.bytes = 4 * OVERHEAD_BYTES + sizeOf(span.fields) + sizeOfEach(span.attributes);
    if (skipped !== undefined) this.skipped = skipped;
    this.isTelling = span.own.sort.is !== 'other';
    this.span = span;
  }

  json(): string {
    const { fields, attributes, resource } = this.span;
    return JSON.stringify({
      ...fields,
      attributes: Object.fromEntries(attributes),
      resource: { attributes: Object.fromEntries(resource) },
    });
  }
}

const NO_ATTRIBUTES: Attributes = new Map();

/** The span as a part; undefined where it does not say to which trace it belongs, or which of its spans it is. */
export function partOf(
  span: Span,
  at: string,
  context: ReadContext,
  sender: string | undefined,
  skipped: string | undefined,
): SpanPart | undefined {
  const [trace, id] = [traceIdOf(span), spanIdOf(span)];
  if (trace === undefined || id === undefined) return undefined;
  // Of a span that agents have nothing to do with only its place in the trace is of use.
  const isOther = span.own.sort.is === 'other';
  const { fields, own } = span;
  const lean = made(
    {
      fields: isOther
        ? {
            traceId: trace,
            spanId: id,
            parentSpanId: fields.parentSpanId ?? fields.parent_span_id,
            startTimeUnixNano: fields.startTimeUnixNano ?? fields.start_time_unix_nano ?? at,
          }
        : bare(span, trace, id, at),
      attributes: isOther ? NO_ATTRIBUTES : withoutSecrets(needed(span), context),
      resource: neededOf(span.resource),
      own,
    },
    sender,
  );
  return new Part(lean, { trace, id: actIdOf(span, trace, id), at }, skipped);
}
