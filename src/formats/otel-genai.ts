/** Reads OpenTelemetry spans of AI agents: tool calls, model calls and MCP requests, whichever library tells of them. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  type Format,
  instantOf,
  instantOfMs,
  listAt,
  objectAt,
  type ReadContext,
  type Reading,
  type TracePart,
} from '../ingest/format.ts';
import { type Attributes, attributesOf, type Fields, first } from './otel/attributes.ts';
import { outcomeOf } from './otel/outcome.ts';
import { partOf, type SpanPart } from './otel/part.ts';
import type { Sort } from './otel/sort.ts';
import { targetOf } from './otel/target.ts';
import {
  actIdOf,
  isWanting,
  link,
  loneSpan,
  outermostOf,
  ownActIdOf,
  type Span,
  spanIdOf,
  spanOf,
  traceIdOf,
} from './otel/trace.ts';
import { nameOf as fingerprintOf, MODELS, TOKENS, whoOf } from './otel/who.ts';

/** The spans of one export. Linked when the first of them is read, for who joins whole traces never reads them so. */
interface Export {
  readonly spans: Span[];
  isLinked: boolean;
}

/** A span of an export as a record. What it holds is written out only where somebody asks for it, as for a dead letter. */
class InExport {
  readonly #span: Span;
  readonly #from: Export;
  readonly #resource: unknown;
  constructor(span: Span, from: Export, resource: unknown) {
    this.#span = span;
    this.#from = from;
    this.#resource = resource;
  }

  get span(): Span {
    return this.#span;
  }

  linked(): Span {
    if (!this.#from.isLinked) link(this.#from.spans);
    this.#from.isLinked = true;
    return this.#span;
  }

  toJSON(): unknown {
    return { ...this.#span.fields, resource: { attributes: this.#resource } };
  }
}

/** The span of a record, which nothing is known of but itself. */
function spanFor(raw: unknown): Span | undefined {
  if (raw instanceof InExport) return raw.span;
  const fields = objectAt(raw);
  return fields === undefined ? undefined : loneSpan(fields);
}

/** The span of a record, linked with those of its export. */
const linkedSpanFor = (raw: unknown) => (raw instanceof InExport ? raw.linked() : spanFor(raw));

function timeOf(span: Fields): string | undefined {
  const nanos = span.startTimeUnixNano ?? span.start_time_unix_nano;
  if (typeof nanos === 'string' && /^\d{7,20}$/.test(nanos)) return instantOfMs(Number(nanos.slice(0, -6)));
  if (typeof nanos === 'number') return instantOfMs(nanos / 1e6);
  const start = span.startTime ?? span.start_time ?? span.timestamp;
  return typeof start === 'number' ? instantOfMs(start > 1e14 ? start / 1e6 : start) : instantOf(start, true);
}

/** Requests of MCP that only look or keep the connection, of any version of the protocol. */
const MCP_READS =
  /^(?:ping|initialize|server\/discover|prompts\/get|resources\/(?:read|subscribe|unsubscribe)|completion\/complete|subscriptions\/listen|tasks\/(?:get|result)|notifications\/.+|.+\/list)$/;
/** Requests by which a server lets the client's model or user work. */
const MCP_EXECUTES = /^(?:sampling|elicitation)\/create/;
const MCP_WRITES = new Set(['logging/setLevel', 'tasks/cancel', 'tasks/update']);

function accessOfRequest(method: string): Access {
  if (MCP_READS.test(method)) return 'read';
  if (MCP_EXECUTES.test(method)) return 'execute';
  return MCP_WRITES.has(method) ? 'write' : 'unknown';
}

function accessOf(sort: Sort): Access {
  if (sort.is === 'tool') return sort.tool === undefined ? 'execute' : accessOfName(sort.tool);
  if (sort.is === 'request') return accessOfRequest(sort.method);
  if (sort.is === 'store') return /^(?:retriev|search|get)/.test(sort.operation) ? 'read' : 'write';
  return sort.is === 'agent' && sort.operation.startsWith('create') ? 'write' : 'execute';
}

/** A tool call has one name whether the agent's or the protocol's instrumentation told of it. */
function nameOf(sort: Sort, attributes: Attributes): string {
  if (sort.is === 'tool') return sort.tool === undefined ? 'execute_tool' : `tools/call:${sort.tool}`;
  if (sort.is === 'request') {
    const prompt = first(attributes, ['gen_ai.prompt.name', 'mcp.prompt.name']);
    return prompt === undefined ? sort.method : `${sort.method}:${prompt}`;
  }
  return 'operation' in sort ? sort.operation : sort.is;
}

const isServing = ({ fields }: Span) =>
  fields.kind === 2 || fields.kind === 'SPAN_KIND_SERVER' || fields.kind === 'SERVER';

function resourceOf(span: Span): Activity['resource'] {
  const { attributes, sort } = span;
  const uri = first(attributes, ['mcp.resource.uri']);
  if (uri !== undefined) return { id: uri, type: 'uri' };
  if (sort.is === 'tool') {
    // What a server was asked for is what was done. Otherwise the agent's own span tells, or any other that does.
    const inner = span.inner ?? [];
    for (const side of [...inner.filter(isServing), span, ...inner]) {
      const target = targetOf(side);
      if (target !== undefined) return target;
    }
    // The address on a tool span without the protocol is that of the model.
    if (!attributes.has('mcp.method.name')) return undefined;
  } else if (sort.is === 'store') {
    const source = first(attributes, ['gen_ai.data_source.id', 'gen_ai.memory.store.id', 'gen_ai.memory.id']);
    if (source !== undefined) return { id: source, type: 'data-source' };
  } else if (sort.is !== 'request') {
    const model = first(attributes, MODELS);
    if (model !== undefined) return { id: model, type: 'model' };
    if (sort.is === 'agent') return undefined;
  }
  const server = first(attributes, ['server.address']);
  return server === undefined ? undefined : { id: server, type: 'server' };
}

function whatOf(span: Span): Pick<Activity, 'action' | 'resource'> {
  const { attributes, sort } = span;
  const isMcp = [span, ...(span.inner ?? [])].some((side) => side.attributes.has('mcp.method.name'));
  const action = { name: nameOf(sort, attributes), service: isMcp ? 'mcp' : 'gen_ai', access: accessOf(sort) };
  const resource = resourceOf(span);
  return resource === undefined ? { action } : { action, resource };
}

function sourceOf({ fields, attributes, resource }: Span): Activity['source'] {
  const source: Activity['source'] = {};
  // On the calling side the peer is the server.
  const isCaller = fields.kind === 3 || fields.kind === 'SPAN_KIND_CLIENT' || fields.kind === 'CLIENT';
  const ip = first(attributes, isCaller ? ['client.address'] : ['client.address', 'network.peer.address']);
  if (ip !== undefined) source.ip = ip;
  const agent = first(attributes, ['user_agent.original']);
  if (agent !== undefined) source.userAgent = agent;
  const region = first(resource, ['cloud.region']);
  if (region !== undefined) source.region = region;
  const owner = first(resource, ['k8s.deployment.name', 'k8s.statefulset.name', 'k8s.cronjob.name', 'k8s.job.name']);
  const place = [first(resource, ['k8s.cluster.name']), first(resource, ['k8s.namespace.name']), owner];
  const workload =
    owner === undefined ? first(resource, ['service.name']) : place.filter((part) => part !== undefined).join('/');
  if (workload !== undefined) source.workload = workload;
  return source;
}

/** The token that the act was done with, and what it allows. */
function tokenOf({ attributes }: Span, context: ReadContext): Pick<Activity, 'credential' | 'scopes'> {
  const jti = first(attributes, ['oauth.jti', 'jti']);
  const token = first(attributes, TOKENS);
  const scopes = context
    .scrub(first(attributes, ['oauth.scope', 'scope']) ?? '')
    .split(/[\s,]+/)
    .filter((scope) => scope !== '');
  let credential: Activity['credential'];
  if (jti !== undefined) credential = { id: jti, kind: 'jwt' };
  else if (token !== undefined) credential = { id: fingerprintOf(context, 'oauth-token', token), kind: 'oauth-token' };
  return { ...(credential !== undefined && { credential }), ...(scopes.length > 0 && { scopes }) };
}

const SKIPPED: Readonly<Record<string, string>> = {
  other: 'a span without GenAI or MCP attributes is not an act of an agent',
  step: 'a step of a framework is not an act of an agent',
  same: 'another span of the trace tells of this call',
  nobody: 'nobody is named: no agent, client or service.name',
};

const UNDATED = 'startTimeUnixNano: expected a time';

/** Reads a span beside those that it was linked with. `known`: when it began, where somebody asked already. */
function readSpan(span: Span, context: ReadContext, isAlone = false, known?: string): Reading {
  const skipped = SKIPPED[span.sameAs === undefined || isAlone ? span.sort.is : 'same'];
  if (skipped !== undefined) return { status: 'skip', reason: skipped };
  const at = known ?? timeOf(span.fields);
  if (at === undefined) return { status: 'dead', reason: UNDATED };
  const who = whoOf(span, context);
  if (who === undefined) return { status: 'skip', reason: SKIPPED.nobody as string };
  const [trace, id] = [traceIdOf(span), spanIdOf(span)];
  const activity: Activity = {
    id:
      trace === undefined || id === undefined
        ? `otel:${context.hashOf(span.fields)}`
        : (ownActIdOf(span) ?? actIdOf(trace, id)),
    at,
    tenant: context.tenant,
    ...who,
    ...whatOf(span),
    source: sourceOf(span),
    ...outcomeOf(span),
    ...tokenOf(span, context),
  };
  return { status: 'read', activities: [activity] };
}

export const format: Format = {
  id: 'otel-genai',
  about: {
    title: 'OpenTelemetry GenAI and MCP spans',
    source:
      'OTLP/JSON {"resourceSpans": [...]} or one span an object, after the semantic conventions for GenAI and MCP, old and new, and as OpenInference, OpenLLMetry, the Vercel AI SDK, logfire, LangSmith, Langfuse, MLflow, AgentOps and Braintrust write them.',
  },
  recognises(raw) {
    if (typeof raw !== 'object' || raw === null) return false;
    const span = raw instanceof InExport ? raw.span.fields : (raw as Fields);
    return (
      (typeof span.spanId === 'string' || typeof span.span_id === 'string') &&
      (typeof span.traceId === 'string' || typeof span.trace_id === 'string') &&
      span.resourceSpans === undefined &&
      // Any log may name the span that it was written in; only a span says when it began.
      ((span.startTimeUnixNano ?? span.start_time_unix_nano ?? span.start_time ?? span.startTime) !== undefined ||
        (span.timestamp !== undefined && (span.name !== undefined || span.duration !== undefined))) &&
      // Log records carry the ids of the span that they were written in.
      span.observedTimeUnixNano === undefined &&
      span.timeUnixNano === undefined &&
      span.severityNumber === undefined
    );
  },
  holds: { under: ['resourceSpans', 'scopeSpans'], beside: ['resource', 'schemaUrl'] },
  split(raw) {
    const whole = objectAt(raw);
    if (whole === undefined) return undefined;
    const groups = Array.isArray(whole.resourceSpans)
      ? whole.resourceSpans
      : Array.isArray(whole.scopeSpans)
        ? [whole]
        : undefined;
    if (groups === undefined) return undefined;
    const records: unknown[] = [];
    const from: Export = { spans: [], isLinked: false };
    const broken: unknown[] = [];
    for (const group of groups) {
      const told = objectAt(objectAt(group)?.resource)?.attributes;
      const resource = attributesOf(told);
      for (const scope of listAt(objectAt(group)?.scopeSpans))
        for (const item of listAt(objectAt(scope)?.spans)) {
          const fields = objectAt(item);
          if (fields === undefined) {
            broken.push(item);
            continue;
          }
          const span = spanOf(fields, resource);
          from.spans.push(span);
          records.push(new InExport(span, from, told));
        }
    }
    return [...records, ...broken];
  },
  read(raw, context): Reading {
    const span = linkedSpanFor(raw);
    return span === undefined ? { status: 'dead', reason: 'record: expected an object' } : readSpan(span, context);
  },
  traces: {
    partOf(raw, context, sender) {
      const span = spanFor(raw);
      if (span === undefined) return { status: 'dead', reason: 'record: expected an object' };
      const skipped = SKIPPED[span.own.sort.is];
      const at = timeOf(span.fields);
      if (at === undefined && skipped === undefined) return { status: 'dead', reason: UNDATED };
      return partOf(span, at ?? '', context, sender, skipped) ?? readSpan(span, context, false, at);
    },
    view(parts) {
      const spans = new Map(parts.map((part) => [part, (part as SpanPart).span()]));
      const ofPart = (part: TracePart) => spans.get(part)!;
      link([...spans.values()]);
      /** Made when the first span is told by another. */
      let bySpan: Map<Span, TracePart> | undefined;
      return {
        read: (part, context, isAlone) => readSpan(ofPart(part), context, isAlone, part.at),
        toldBy(part) {
          const outermost = outermostOf(ofPart(part));
          if (outermost === undefined) return undefined;
          bySpan ??= new Map([...spans].map(([one, span]) => [span, one]));
          return bySpan.get(outermost);
        },
        isWanting: (part) => isWanting(ofPart(part)),
      };
    },
  },
};
