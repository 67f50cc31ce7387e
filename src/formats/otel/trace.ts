/** Joins the spans of one export: who is above each span, and which spans tell of one and the same call. */
import { objectAt, textAt } from '../../ingest/format.ts';
import { type Agent, agentOf, labelOf } from './agent.ts';
import { type Attributes, attributesOf, type Fields } from './attributes.ts';
import { type Sort, sortOf } from './sort.ts';

/** One span with what is known of it and of its surroundings. */
export interface Span {
  readonly fields: Fields;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  sort: Sort;
  /** Named by this span itself. */
  agent: Agent | undefined;
  /** The spans above it in the same export, nearest first. */
  above: readonly Span[];
  /** The outermost span that tells of the same call, where that is another one. */
  sameAs?: Span;
  /** Spans further down that tell of the same call. */
  inner?: Span[];
  /** Every span of its trace in the same export, itself too. */
  trace: Trace;
}

/** The spans of one trace that came in one export. */
export interface Trace {
  readonly spans: readonly Span[];
  /** Model calls by the label of the agent that made them. */
  readonly calls: ReadonlyMap<string, readonly Span[]>;
}

/** Spans looked at upward from one span. */
const MAX_ABOVE = 32;

const ALONE: Trace = { spans: [], calls: new Map() };

export function spanOf(fields: Fields, resource: Attributes): Span {
  const attributes = attributesOf(fields.attributes);
  const sort = sortOf(fields, attributes);
  return { fields, attributes, resource, sort, agent: agentOf(fields, attributes, sort), above: [], trace: ALONE };
}

/** Of one span that came alone. */
export function loneSpan(fields: Fields): Span {
  return spanOf(fields, attributesOf(objectAt(fields.resource)?.attributes ?? fields.resourceAttributes));
}

export const traceIdOf = ({ fields }: Span) => textAt(fields.traceId ?? fields.trace_id);
export const spanIdOf = ({ fields }: Span) => textAt(fields.spanId ?? fields.span_id);

/** True when two names mean one tool: a gateway puts the server's name before the tool's (`mcp__mail__send` and `send`). */
function isOneTool(outer: string, inner: string): boolean {
  return outer === inner || (outer.endsWith(inner) && /[_./:-]/.test(outer.charAt(outer.length - inner.length - 1)));
}

/** True when the inner of two nested spans tells of the call that the outer one tells of. */
function isOneCall(outer: Span, inner: Span): boolean {
  const [a, b] = [outer.sort, inner.sort];
  if (a.is === 'tool' && b.is === 'tool')
    return a.tool !== undefined && b.tool !== undefined && isOneTool(a.tool, b.tool);
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

/** Links the spans of one export, whatever their order. */
export function link(spans: readonly Span[]): void {
  const key = (span: Span, id: unknown) => `${traceIdOf(span)}/${String(id)}`;
  const byId = new Map<string, Span>();
  for (const span of spans) byId.set(key(span, spanIdOf(span)), span);
  for (const span of spans) {
    const above: Span[] = [];
    let at: Span | undefined = span;
    while (at !== undefined && above.length < MAX_ABOVE) {
      const parent = textAt(at.fields.parentSpanId ?? at.fields.parent_span_id);
      at = parent === undefined ? undefined : byId.get(key(at, parent));
      if (at === span) {
        // A chain that bites its tail has no top: nobody in it is above another.
        above.length = 0;
        break;
      }
      if (at !== undefined) above.push(at);
    }
    span.above = above;
  }
  for (const { agent, above } of spans) {
    if (agent === undefined || agent.isGuess) continue;
    for (const one of above) if (one.sort.is === 'agent') demote(one);
  }
  const traces = new Map<string | undefined, { spans: Span[]; calls: Map<string, Span[]> }>();
  for (const span of spans) {
    const outer = outerOf(span);
    if (outer !== undefined) span.sameAs = outer;
    const id = traceIdOf(span);
    let trace = traces.get(id);
    if (trace === undefined) {
      trace = { spans: [], calls: new Map() };
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
  for (const span of spans) {
    let outermost = span.sameAs;
    for (let i = 0; outermost?.sameAs !== undefined && i < MAX_ABOVE; i++) outermost = outermost.sameAs;
    if (outermost === undefined || outermost === span) continue;
    outermost.inner ??= [];
    outermost.inner.push(span);
  }
}
