/** Keeps of a span what is needed to read it and those around it, since many wait for the rest of their trace. */
import { objectAt, type ReadContext, type TracePart, textAt } from '../../ingest/format.ts';
import { Attributes, attributesOf } from './attributes.ts';
import { emptyShape, type Shape } from './names.ts';
import { ARGUMENT_EVENTS, ARGUMENTS } from './target.ts';
import { actIdOf, made, ownActIdOf, type Span, spanIdOf, traceIdOf } from './trace.ts';
import { INSTRUCTIONS, nameOf, TOKENS, TOOLS } from './who.ts';

/** A longer value is the text of a model or a tool, unless its name says otherwise. */
const LONG_CHARS = 1_024;
/** What may be long and is read. */
const READ_LONG = new Set([...TOOLS.list, INSTRUCTIONS, 'metadata', 'oauth.act', 'act', 'mcp.resource.uri']);
const READ_LONG_OF_TOOLS = new Set(ARGUMENTS.list);
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
/** What a part takes besides what it is packed in, in bytes. */
const OVERHEAD_BYTES = 256;
/** A longer text stays what it is: copying it would cost more than its being one more object that waits. */
const PACKED_CHARS = 512;

/** A span that waits. */
export interface SpanPart extends TracePart {
  /** The span, made anew: nobody keeps it for longer than its trace is read. */
  span(): Span;
}

const isNeeded = (name: string, value: unknown, isTool: boolean) =>
  (typeof value === 'string' ? value.length <= LONG_CHARS : typeof value !== 'object') ||
  READ_LONG.has(name) ||
  ARGUMENT.test(name) ||
  (isTool && READ_LONG_OF_TOOLS.has(name));

/** The attributes that are read: the very ones of the span where that is all of them. */
function needed({ attributes, own }: Span): Attributes {
  const isTool = own.sort.is === 'tool';
  const { shape, values } = attributes;
  if (values.every((value, place) => isNeeded(shape.names[place]!, value, isTool))) return attributes;
  let to = emptyShape();
  const kept: unknown[] = [];
  for (const [name, value] of attributes.entries())
    if (isNeeded(name, value, isTool)) {
      to = to.step(name).to;
      kept.push(value);
    }
  return new Attributes(to, kept);
}

/** The same with fingerprints in the place of secrets: what waits may be written down. */
function withoutSecrets(attributes: Attributes, context: ReadContext): Attributes {
  if (!attributes.hasAny(TOKENS) && !attributes.has(INSTRUCTIONS)) return attributes;
  const named = new Map<string, unknown>();
  for (const name of TOKENS.list) {
    const token = attributes.get(name);
    if (typeof token === 'string' && token !== '') named.set(name, nameOf(context, 'oauth-token', token));
  }
  const told = attributes.get(INSTRUCTIONS);
  if (told !== undefined && told !== '') named.set(INSTRUCTIONS, nameOf(context, 'instructions', told));
  return attributes.with(named);
}

/** By the resource of an export, which all its spans share. */
const resources = new WeakMap<Attributes, Attributes>();

/** The attributes of a resource that are read. */
function neededOf(resource: Attributes): Attributes {
  const known = resources.get(resource);
  if (known !== undefined) return known;
  const kept: Record<string, unknown> = {};
  for (const name of OF_RESOURCES) {
    const value = resource.get(name);
    if (typeof value === 'string' ? value.length <= LONG_CHARS : typeof value === 'number') kept[name] = value;
  }
  const needed = attributesOf(kept);
  resources.set(resource, needed);
  return needed;
}

/** The fields that are read, beside ids and the attributes, always in one order; null for what is not there. */
type Packed = readonly [
  parent: unknown,
  start: unknown,
  name: unknown,
  kind: unknown,
  status: unknown,
  statusCode: unknown,
  events: unknown,
  values: readonly unknown[],
];

/** The events that are read: none mostly. */
function eventsOf({ fields, own }: Span): readonly unknown[] | undefined {
  if (!Array.isArray(fields.events) || fields.events.length === 0) return undefined;
  const isTool = own.sort.is === 'tool';
  const events = fields.events.filter((item) => {
    const name = objectAt(item)?.name;
    return name === 'exception' || (isTool && ARGUMENT_EVENTS.has(textAt(name) ?? ''));
  });
  return events.length === 0 ? undefined : events.map(withoutStacks);
}

const isSmall = (value: unknown) => (typeof value === 'string' ? value.length <= LONG_CHARS : true);

/** An event without its stack trace. */
function withoutStacks(item: unknown): unknown {
  const event = objectAt(item);
  const told = [...attributesOf(event?.attributes).entries()].filter(([name]) => name !== 'exception.stacktrace');
  return { name: event?.name, attributes: Object.fromEntries(told) };
}

const isLong = (value: unknown) => typeof value === 'string' && value.length > PACKED_CHARS;

/** The trace of the span before: mostly that of this one, and then its id need not wait as another text. */
let lastTrace = '';

/**
 * One text a span and not an object for each of its values: thousands of spans wait, and what has to be moved about in memory costs by the
 * object.
 */
class Part implements SpanPart {
  readonly trace: string;
  readonly at: string;
  readonly bytes: number;
  readonly skipped: string | undefined;
  readonly isTelling: boolean;
  readonly #id: string;
  /** The id of its act, where that is not made of the ids of trace and span. */
  readonly #act: string | undefined;
  readonly #packed: string;
  readonly #shape: Shape;
  /** The long texts, in the order of their places. */
  readonly #long: readonly string[];
  readonly #resource: Attributes;
  readonly #own: Span['own'];
  readonly #sender: string | undefined;
  constructor(
    span: Span,
    { trace, id, act, at, skipped }: About,
    { shape, values }: Attributes,
    events: readonly unknown[] | undefined,
    sender: string | undefined,
  ) {
    const { fields, own, resource } = span;
    const isOther = own.sort.is === 'other';
    const long = values.some(isLong) ? (values.filter(isLong) as string[]) : NO_TEXTS;
    const packed: Packed = [
      fields.parentSpanId ?? fields.parent_span_id,
      fields.startTimeUnixNano ?? fields.start_time_unix_nano,
      isOther || !isSmall(fields.name) ? undefined : fields.name,
      isOther ? undefined : fields.kind,
      isOther ? undefined : fields.status,
      isOther ? undefined : fields.status_code,
      events,
      long.length === 0 ? values : values.map((value) => (isLong(value) ? null : value)),
    ];
    this.trace = trace;
    this.#id = id;
    this.#act = act;
    this.at = at;
    this.skipped = skipped;
    this.isTelling = !isOther;
    this.#packed = JSON.stringify(packed);
    this.#shape = shape;
    this.#long = long;
    this.#resource = neededOf(resource);
    this.#own = own;
    this.#sender = sender;
    this.bytes = long.reduce((bytes, text) => bytes + text.length, OVERHEAD_BYTES + this.#packed.length);
  }

  get id(): string {
    return this.#act ?? actIdOf(this.trace, this.#id);
  }

  span(): Span {
    const [parent, start, name, kind, status, statusCode, events, values] = JSON.parse(this.#packed) as Packed;
    const fields = {
      traceId: this.trace,
      spanId: this.#id,
      parentSpanId: parent,
      name,
      kind,
      startTimeUnixNano: start ?? this.at,
      status,
      status_code: statusCode,
      events,
    };
    return made(
      {
        fields,
        attributes: new Attributes(this.#shape, this.#valuesOf(values)),
        resource: this.#resource,
        own: this.#own,
      },
      this.#sender,
    );
  }

  #valuesOf(packed: readonly unknown[]): readonly unknown[] {
    if (this.#long.length === 0) return packed;
    let next = 0;
    return packed.map((value) => value ?? this.#long[next++]);
  }

  json(): string {
    const { fields, attributes, resource } = this.span();
    return JSON.stringify({
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
      attributes: Object.fromEntries(attributes.entries()),
      resource: { attributes: Object.fromEntries(resource.entries()) },
    });
  }
}

interface About extends Pick<TracePart, 'trace' | 'at'> {
  readonly id: string;
  readonly act: string | undefined;
  readonly skipped: string | undefined;
}

const NO_TEXTS: readonly string[] = [];
const NO_ATTRIBUTES = attributesOf(undefined);

/** The span as a part; undefined where it does not say to which trace it belongs, or which of its spans it is. */
export function partOf(
  span: Span,
  at: string,
  context: ReadContext,
  sender: string | undefined,
  skipped: string | undefined,
): SpanPart | undefined {
  const trace = traceIdOf(span);
  const id = spanIdOf(span);
  if (trace === undefined || id === undefined) return undefined;
  if (trace !== lastTrace) lastTrace = trace;
  const about = { trace: lastTrace, id, act: ownActIdOf(span), at, skipped };
  // Of a span that agents have nothing to do with only its place in the trace is of use.
  return span.own.sort.is === 'other'
    ? new Part(span, about, NO_ATTRIBUTES, undefined, sender)
    : new Part(span, about, withoutSecrets(needed(span), context), eventsOf(span), sender);
}
