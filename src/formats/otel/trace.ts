/** Joins the spans of one trace: who is above each span, and which spans tell of one and the same call. */
import { objectAt, textAt } from '../../ingest/format.ts';
import { type Agent, agentOf, isOfClaudeCode, labelOf } from './agent.ts';
import { type Attributes, attributesOf, type Fields, first } from './attributes.ts';
import { Names } from './names.ts';
import { type Sort, sortOf } from './sort.ts';

/** One span with what is known of it and of its surroundings. */
export interface Span {
  readonly fields: Fields;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** Who sent it, where more than one may. */
  readonly sender: string | undefined;
  /** What the span alone says. The trace may say more: see `link`. */
  readonly own: { readonly sort: Sort; readonly agent: Agent | undefined };
  sort: Sort;
  /** Named by this span itself. */
  agent: Agent | undefined;
  /** The spans above it, nearest first. */
  above: readonly Span[];
  /** A span above it has not been seen. */
  isCutOff: boolean;
  /** The outermost span that tells of the same call, where that is another one. */
  sameAs: Span | undefined;
  /** Spans further down that tell of the same call. */
  inner: Span[] | undefined;
  /** Every known span of its trace, itself too. */
  trace: Trace;
  /** What it was found to tell, null for nothing, as each span below it asks again; undefined before the first. */
  user: string | null | undefined;
  conversation: string | null | undefined;
  declared: readonly string[] | undefined;
}

/** The spans of one trace that are known. */
export interface Trace {
  readonly spans: readonly Span[];
  /** Model calls by the label of the agent that made them. */
  readonly calls: ReadonlyMap<string, readonly Span[]>;
  /** What was found out of the whole trace already, so that it is looked for once. */
  readonly told: Map<string, string | undefined>;
}

/** Spans looked at upward from one span. */
const MAX_ABOVE = 32;

const CALL_IDS = new Names('gen_ai.tool.call.id', 'ai.toolCall.id', 'tool.call.id');

const NONE: readonly Span[] = [];
const ALONE: Trace = { spans: [], calls: new Map(), told: new Map() };

export function spanOf(fields: Fields, resource: Attributes): Span {
  const attributes = attributesOf(fields.attributes);
  const sort = sortOf(fields, attributes);
  return made({ fields, attributes, resource, own: { sort, agent: agentOf(fields, attributes, sort) } });
}

/** A span that nothing is known of but itself. */
export function made(
  { fields, attributes, resource, own }: Pick<Span, 'fields' | 'attributes' | 'resource' | 'own'>,
  sender?: string,
): Span {
  // All fields from the beginning, in one order: objects that grow or shrink later are read several times slower.
  return {
    fields,
    attributes,
    resource,
    sender,
    own,
    sort: own.sort,
    agent: own.agent,
    above: NONE,
    isCutOff: false,
    sameAs: undefined,
    inner: undefined,
    trace: ALONE,
    user: undefined,
    conversation: undefined,
    declared: undefined,
  };
}

/** Of one span that came alone. */
export function loneSpan(fields: Fields): Span {
  return spanOf(fields, attributesOf(objectAt(fields.resource)?.attributes ?? fields.resourceAttributes));
}

export const traceIdOf = ({ fields }: Span) => textAt(fields.traceId ?? fields.trace_id);
export const spanIdOf = ({ fields }: Span) => textAt(fields.spanId ?? fields.span_id);
const parentIdOf = ({ fields }: Span) => textAt(fields.parentSpanId ?? fields.parent_span_id);
/** When it began, as far as it takes to put spans of one trace in order; those of one trace write times alike. */
export const startOf = ({ fields }: Span) => String(fields.startTimeUnixNano ?? fields.start_time_unix_nano ?? '');

/** The id that a model gave to its call of a tool; undefined where a library only fills the place. */
function callIdOf({ attributes }: Span): string | undefined {
  const id = first(attributes, CALL_IDS);
  return id?.startsWith('<') ? undefined : id;
}

/** By what the act of a span is known, from the ids of its trace and of itself. */
export const actIdOf = (trace: string, id: string) => `otel:${trace}:${id}`;

/** The same where the span says it otherwise: Claude Code tells of a call in its log too, and knows it by the id that the model gave. */
export function ownActIdOf(span: Span): string | undefined {
  const call = isOfClaudeCode(span.fields) ? callIdOf(span) : undefined;
  return call === undefined ? undefined : `claude-code:${first(span.attributes, ['session.id']) ?? ''}:${call}`;
}

/** True when two names mean one tool: a gateway puts the server's name before the tool's (`mcp__mail__send` and `send`). */
function isOneTool(outer: string, inner: string): boolean {
  return outer === inner || (outer.endsWith(inner) && /[_./:-]/.test(outer.charAt(outer.length - inner.length - 1)));
}

/** True when the inner of two nested spans tells of the call that the outer one tells of. */
function isOneCall(outer: Span, inner: Span): boolean {
  const [a, b] = [outer.sort, inner.sort];
  if (a.is === 'tool' && b.is === 'tool') {
    // A tool may call itself by way of another agent.
    const [first, second] = [callIdOf(outer), callIdOf(inner)];
    if (first !== undefined && second !== undefined) return first === second;
    return a.tool !== undefined && b.tool !== undefined && isOneTool(a.tool, b.tool);
  }
  if (a.is === 'request' && b.is === 'request') return a.method === b.method;
  if (a.is === 'model' && b.is === 'model') return true;
  if (a.is !== 'agent' || b.is !== 'agent') return false;
  return inner.agent === undefined || (outer.agent !== undefined && labelOf(outer.agent) === labelOf(inner.agent));
}

/** The span above that tells of the same call: nothing but steps of a framework stands between the two. */
function outerOf(span: Span): Span | undefined {
  for (const above of span.above) {
    if (isOneCall(above, span)) return above;
    if (above.sort.is !== 'step' && above.sort.is !== 'other') return undefined;
  }
  return undefined;
}

/** The agent that a span names, or the nearest span above it. */
function nearestAgent(span: Span): Agent | undefined {
  return span.agent ?? span.above.find(({ agent }) => agent !== undefined)?.agent;
}

/** An agent that only its span's name names, or nothing, is the workflow around agents when there are named ones below it. */
function demote(span: Span): void {
  if (span.agent !== undefined && !span.agent.isGuess) return;
  span.agent = undefined;
  span.sort = { is: 'step' };
}

/** The same order for the same spans, in whatever order they came. */
function inOrder(spans: readonly Span[]): Span[] {
  const keyed = spans.map((span) => ({
    span,
    start: startOf(span),
    id: spanIdOf(span) ?? '',
    from: span.sender ?? '',
  }));
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return keyed
    .sort(
      (a, b) =>
        compare(a.start, b.start) ||
        compare(a.id, b.id) ||
        compare(a.from, b.from) ||
        // Two spans with one id: rare, so that it may cost something.
        compare(JSON.stringify(a.span.fields), JSON.stringify(b.span.fields)),
    )
    .map(({ span }) => span);
}

/** The first span of each id in a trace. */
interface Known {
  readonly trace: string | undefined;
  readonly anyones: Map<string | undefined, Span>;
  /** Those of another sender than the first, by sender and id. */
  readonly own: Map<string, Span>;
}

/** Finds what is above each span. Of two spans with one id the one of the same sender is meant. */
function climb(spans: readonly Span[]): void {
  const known = new Map<string | undefined, Known>();
  /** The trace asked for last: one span comes after another of its trace. */
  let last: Known | undefined;
  const of = (trace: string | undefined) => {
    if (last !== undefined && last.trace === trace) return last;
    last = known.get(trace);
    if (last === undefined) {
      last = { trace, anyones: new Map(), own: new Map() };
      known.set(trace, last);
    }
    return last;
  };
  for (const span of spans) {
    const { anyones, own } = of(traceIdOf(span));
    const id = spanIdOf(span);
    if (!anyones.has(id)) anyones.set(id, span);
    else if (span.sender !== undefined) {
      const key = `${span.sender}/${id}`;
      if (anyones.get(id)!.sender !== span.sender && !own.has(key)) own.set(key, span);
    }
  }
  /** What is right above a span, looked up once and not again for each span below it. */
  const parents = new Map<Span, Span | 'missing'>();
  for (const span of spans) {
    const id = parentIdOf(span);
    if (id === undefined) continue;
    const { anyones, own } = of(traceIdOf(span));
    const anyone = anyones.get(id);
    const isOwn = own.size === 0 || anyone?.sender === span.sender;
    parents.set(span, (isOwn ? undefined : own.get(`${span.sender}/${id}`)) ?? anyone ?? 'missing');
  }
  for (const span of spans) {
    const above: Span[] = [];
    let at: Span | undefined = span;
    span.isCutOff = false;
    while (at !== undefined && above.length < MAX_ABOVE) {
      const parent = parents.get(at);
      if (parent === undefined) break;
      at = parent === 'missing' ? undefined : parent;
      if (at === undefined) span.isCutOff = true;
      else if (at === span) {
        // A chain that bites its tail has no top: nobody in it is above another.
        above.length = 0;
        break;
      } else above.push(at);
    }
    span.above = above;
  }
}

/** Spans of one trace by its id. */
function byTrace(spans: readonly Span[]): void {
  const traces = new Map<string | undefined, { spans: Span[]; calls: Map<string, Span[]>; told: Trace['told'] }>();
  for (const span of spans) {
    const id = traceIdOf(span);
    let trace = traces.get(id);
    if (trace === undefined) {
      trace = { spans: [], calls: new Map(), told: new Map() };
      traces.set(id, trace);
    }
    trace.spans.push(span);
    span.trace = trace;
    const caller = span.sort.is === 'model' ? nearestAgent(span) : undefined;
    if (caller === undefined) continue;
    const made = trace.calls.get(labelOf(caller));
    if (made === undefined) trace.calls.set(labelOf(caller), [span]);
    else made.push(span);
  }
}

/** The span that is read in the place of this one and all others that tell of its call. */
export function outermostOf({ sameAs }: Span): Span | undefined {
  let outermost = sameAs;
  for (let i = 0; outermost?.sameAs !== undefined && i < MAX_ABOVE; i++) outermost = outermost.sameAs;
  return outermost;
}

/** Links spans, whatever their order; again from the beginning when more of them are known. */
export function link(given: readonly Span[]): void {
  const spans = inOrder(given);
  for (const span of spans) {
    span.sort = span.own.sort;
    span.agent = span.own.agent;
    span.sameAs = undefined;
    span.inner = undefined;
  }
  climb(spans);
  for (const { agent, above } of spans) {
    if (agent === undefined) continue;
    // Where both are guesses, either may be the agent.
    for (const one of above) if (one.sort.is === 'agent' && !(agent.isGuess && one.agent !== undefined)) demote(one);
  }
  for (const span of spans) {
    const outer = outerOf(span);
    if (outer !== undefined) span.sameAs = outer;
  }
  byTrace(spans);
  for (const span of spans) {
    const outermost = outermostOf(span);
    if (outermost === undefined || outermost === span) continue;
    outermost.inner ??= [];
    outermost.inner.push(span);
  }
}

/** True when an act of this span may be another's: spans above it are missing, and none of those known names an agent for certain. */
export function isWanting(span: Span): boolean {
  if (!span.isCutOff || span.sort.is === 'step' || span.sort.is === 'other') return false;
  return ![span, ...span.above].some(({ agent }) => agent !== undefined && !agent.isGuess);
}
