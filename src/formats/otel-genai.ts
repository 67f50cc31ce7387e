/** Reads OpenTelemetry spans of AI agents: GenAI operations, tool calls and MCP requests. */
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
  textAt,
} from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Spans looked at upward from one span for the agents that called it; also stops a chain that bites its tail. */
const MAX_PARENTS = 32;

/** The plain value of an OTLP AnyValue; anything else as it is. */
function plain(value: unknown): unknown {
  const any = objectAt(value);
  if (any === undefined) return value;
  if ('stringValue' in any) return any.stringValue;
  if ('intValue' in any) return Number(any.intValue);
  if ('boolValue' in any) return any.boolValue;
  if ('doubleValue' in any) return any.doubleValue;
  const list = objectAt(any.arrayValue);
  if (list !== undefined) return listAt(list.values).map(plain);
  const pairs = objectAt(any.kvlistValue);
  return pairs === undefined ? value : Object.fromEntries(attributesOf(pairs.values));
}

/** Attributes as OTLP writes them (a list of key and value) or as a plain object. */
function attributesOf(raw: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  if (Array.isArray(raw)) {
    for (const item of raw) {
      const pair = objectAt(item);
      if (typeof pair?.key === 'string') found.set(pair.key, plain(pair.value));
    }
  } else for (const [key, value] of Object.entries(objectAt(raw) ?? {})) found.set(key, plain(value));
  return found;
}

/** One span with what surrounds it: the resource's attributes, and the agents above it in its trace. */
interface Flat {
  readonly span: Fields;
  readonly resource: unknown;
  readonly callers?: readonly string[];
}

const FLAT = Symbol('flattened span');

function flatOf(raw: unknown): Flat | undefined {
  const span = objectAt(raw);
  if (span === undefined) return undefined;
  const held = (span as { [FLAT]?: Flat })[FLAT];
  return held ?? { span, resource: objectAt(span.resource)?.attributes ?? span.resourceAttributes };
}

function first(attributes: ReadonlyMap<string, unknown>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    const text = typeof value === 'number' ? String(value) : textAt(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

const agentOf = (attributes: ReadonlyMap<string, unknown>) => first(attributes, 'gen_ai.agent.id', 'gen_ai.agent.name');

/** The agents above each span, nearest first, as far as they are in the same export. */
function withCallers(flats: readonly { span: Fields; resource: unknown }[]): Flat[] {
  const key = (span: Fields, id: unknown) => `${String(span.traceId ?? span.trace_id)}/${String(id)}`;
  const nodes = new Map<string, { parent: string | undefined; agent: string | undefined }>();
  for (const { span } of flats) {
    const parent = textAt(span.parentSpanId ?? span.parent_span_id);
    nodes.set(key(span, span.spanId ?? span.span_id), {
      parent: parent === undefined ? undefined : key(span, parent),
      agent: agentOf(attributesOf(span.attributes)),
    });
  }
  return flats.map(({ span, resource }) => {
    const self = nodes.get(key(span, span.spanId ?? span.span_id));
    const callers: string[] = [];
    let at = self?.parent;
    for (let i = 0; at !== undefined && i < MAX_PARENTS; i++) {
      const node = nodes.get(at);
      if (node?.agent !== undefined && node.agent !== self?.agent && !callers.includes(node.agent))
        callers.push(node.agent);
      at = node?.parent;
    }
    return { span, resource, callers };
  });
}

/** Wraps a flattened span so that it passes as a raw record; its own fields stay visible for hashing and for dead letters. */
function asRecord(flat: Flat): unknown {
  return Object.defineProperty({ ...flat.span, resource: { attributes: flat.resource } }, FLAT, { value: flat });
}

function timeOf(span: Fields): string | undefined {
  const nanos = span.startTimeUnixNano ?? span.start_time_unix_nano;
  if (typeof nanos === 'string' && /^\d{7,20}$/.test(nanos)) return instantOfMs(Number(nanos.slice(0, -6)));
  if (typeof nanos === 'number') return instantOfMs(nanos / 1e6);
  const start = span.startTime ?? span.start_time ?? span.timestamp;
  return typeof start === 'number' ? instantOfMs(start > 1e14 ? start / 1e6 : start) : instantOf(start, true);
}

function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > 65_536) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Argument names that say at whom or what a call aims, most telling first. Free text (body, query, message) is never taken. */
const TARGETS =
  'recipient recipients to iban account account_id url uri endpoint webhook channel repository repo path file_path filepath file filename directory bucket table database collection host hostname domain address email user user_id username resource key_id record record_id id name'.split(
    ' ',
  );

/** The target argument of a tool call: a short, one-line value under a telling name, or under any name that ends in `_id`. */
function targetOf(value: unknown): Activity['resource'] {
  const found = objectAt(jsonOf(value));
  if (found === undefined) return undefined;
  const names = Object.keys(found);
  const byLower = new Map(names.map((name) => [name.toLowerCase(), name]));
  for (const wanted of [...TARGETS, ...names.filter((name) => /(?:_id|Id)$/.test(name))]) {
    const name = byLower.get(wanted.toLowerCase());
    if (name === undefined) continue;
    const raw = found[name];
    const item = Array.isArray(raw) ? raw[0] : raw;
    const id = typeof item === 'number' ? String(item) : textAt(item);
    if (id !== undefined && id.length <= 1024 && !id.includes('\n')) return { id, type: name };
  }
  return undefined;
}

const MCP_READS = new Set(['ping', 'initialize', 'prompts/get', 'resources/read', 'completion/complete']);

function accessOf(method: string | undefined, tool: string | undefined, operation: string | undefined): Access {
  if (tool !== undefined) return accessOfName(tool);
  if (method !== undefined) return MCP_READS.has(method) || method.endsWith('/list') ? 'read' : 'unknown';
  return operation?.startsWith('create') ? 'write' : 'execute';
}

function whatOf(attributes: ReadonlyMap<string, unknown>): Pick<Activity, 'action' | 'resource'> {
  const method = first(attributes, 'mcp.method.name');
  const operation = first(attributes, 'gen_ai.operation.name');
  const tool = first(attributes, 'gen_ai.tool.name', 'mcp.tool.name');
  const prompt = first(attributes, 'gen_ai.prompt.name', 'mcp.prompt.name');
  const service = method === undefined ? 'gen_ai' : 'mcp';
  const access = accessOf(method, tool, operation);
  // A tool call has one name whether the agent's or the protocol's instrumentation told of it.
  let name = method ?? operation ?? 'execute_tool';
  if (tool !== undefined) name = `tools/call:${tool}`;
  else if (prompt !== undefined) name = `${name}:${prompt}`;
  const action = { name, service, access };
  const uri = first(attributes, 'mcp.resource.uri');
  const target =
    targetOf(attributes.get('gen_ai.tool.call.arguments')) ??
    targetOf(attributes.get('mcp.request.params.arguments')) ??
    targetOf(attributes.get('gen_ai.tool.arguments'));
  if (uri !== undefined) return { action, resource: { id: uri, type: 'uri' } };
  if (target !== undefined) return { action, resource: target };
  const model = tool === undefined && method === undefined ? first(attributes, 'gen_ai.request.model') : undefined;
  if (model !== undefined) return { action, resource: { id: model, type: 'model' } };
  const server = first(attributes, 'server.address');
  return server === undefined ? { action } : { action, resource: { id: server, type: 'server' } };
}

function identityOf(attributes: ReadonlyMap<string, unknown>, resource: ReadonlyMap<string, unknown>) {
  const agent = first(attributes, 'gen_ai.agent.id') ?? first(resource, 'gen_ai.agent.id');
  const client = first(attributes, 'oauth.client_id', 'client_id', 'oauth.azp');
  const label = first(attributes, 'gen_ai.agent.name') ?? first(resource, 'gen_ai.agent.name');
  const service = first(resource, 'service.name');
  const id = agent ?? client ?? label ?? service;
  if (id === undefined) return undefined;
  let kind: Activity['identity']['kind'] = 'agent';
  if (agent === undefined && client !== undefined) kind = 'oauth-app';
  else if (agent === undefined && label === undefined) kind = 'workload';
  const identity: Activity['identity'] = { id, kind, provider: 'otel' };
  if (label !== undefined && label !== id) identity.name = label;
  const environment = first(resource, 'deployment.environment.name', 'deployment.environment');
  if (environment !== undefined) identity.environment = environment;
  return identity;
}

/** RFC 8693: the outermost `act` is who acts now, those inside acted before; the token's subject started it. */
function chainOf(
  attributes: ReadonlyMap<string, unknown>,
  self: string,
  callers: readonly string[],
): Activity['onBehalfOf'] {
  const chain: NonNullable<Activity['onBehalfOf']> = [];
  const add = (id: string | undefined, kind: string) => {
    if (id !== undefined && id !== self && !chain.some((link) => link.id === id)) chain.push({ id, kind });
  };
  for (const caller of callers) add(caller, 'agent');
  let act = objectAt(jsonOf(attributes.get('oauth.act') ?? attributes.get('act')));
  for (let i = 0; act !== undefined && i < MAX_PARENTS; i++) {
    add(textAt(act.sub) ?? textAt(act.client_id), 'agent');
    act = objectAt(act.act);
  }
  add(first(attributes, 'oauth.sub', 'sub', 'enduser.id', 'user.id'), 'subject');
  return chain.length === 0 ? undefined : chain;
}

function sourceOf(
  attributes: ReadonlyMap<string, unknown>,
  resource: ReadonlyMap<string, unknown>,
): Activity['source'] {
  const source: Activity['source'] = {};
  const ip = first(attributes, 'client.address', 'network.peer.address');
  if (ip !== undefined) source.ip = ip;
  const agent = first(attributes, 'user_agent.original');
  if (agent !== undefined) source.userAgent = agent;
  const region = first(resource, 'cloud.region');
  if (region !== undefined) source.region = region;
  const owner = first(resource, 'k8s.deployment.name', 'k8s.statefulset.name', 'k8s.cronjob.name', 'k8s.job.name');
  const place = [first(resource, 'k8s.cluster.name'), first(resource, 'k8s.namespace.name'), owner];
  const workload =
    owner === undefined ? first(resource, 'service.name') : place.filter((part) => part !== undefined).join('/');
  if (workload !== undefined) source.workload = workload;
  return source;
}

const DENIED = /unauthori[sz]ed|forbidden|permission|denied|^40[13]$|insufficient_scope|unauthenticated/i;

function outcomeOf(span: Fields, attributes: ReadonlyMap<string, unknown>): Pick<Activity, 'outcome' | 'errorCode'> {
  const rpc = first(attributes, 'rpc.response.status_code', 'jsonrpc.error.code', 'rpc.jsonrpc.error_code');
  const http = first(attributes, 'http.response.status_code');
  const error = first(attributes, 'error.type') ?? (rpc === '0' || rpc === 'OK' ? undefined : rpc);
  const status = objectAt(span.status)?.code ?? span.status_code;
  const bad = status === 2 || status === 'STATUS_CODE_ERROR' || status === 'ERROR' || Number(http) >= 400;
  const code = error ?? (Number(http) >= 400 ? http : undefined);
  if (code === undefined && !bad) return { outcome: 'success' };
  const denied = [code, http, rpc].some((text) => text !== undefined && DENIED.test(text));
  return { outcome: denied ? 'denied' : 'failed', ...(code === undefined ? {} : { errorCode: code }) };
}

/** Names of the tools the agent was given, where the span tells them. */
function declaredOf(attributes: ReadonlyMap<string, unknown>): string[] {
  const list = jsonOf(attributes.get('gen_ai.tool.definitions') ?? attributes.get('gen_ai.agent.tools'));
  return listAt(list)
    .map((item) => textAt(item) ?? textAt(objectAt(item)?.name) ?? textAt(objectAt(objectAt(item)?.function)?.name))
    .filter((name) => name !== undefined);
}

const PART_MAX = 128;
const short = (text: string | undefined) => (text === undefined || text.length > PART_MAX ? undefined : text);

/** Prompt templates by the names that instrumentations give them. What a person typed is never one. */
const PROMPT_NAMES = ['gen_ai.prompt.name', 'langfuse.observation.prompt.name', 'traceloop.prompt.key'];
const PROMPT_VERSIONS = [
  'gen_ai.prompt.version',
  'langfuse.observation.prompt.version',
  'traceloop.prompt.version',
  'llm.prompt_template.version',
];

/** What the agent was told to be: the version of its prompt, or a fingerprint of its instructions. */
function configOf(attributes: ReadonlyMap<string, unknown>, context: ReadContext): string | undefined {
  const version = first(attributes, ...PROMPT_VERSIONS);
  if (version !== undefined) {
    const name = first(attributes, ...PROMPT_NAMES);
    return short(name === undefined ? version : `${name} ${version}`);
  }
  const told = attributes.get('gen_ai.system_instructions');
  if (told === undefined || told === '') return undefined;
  return context.fingerprint(context.tenant, 'instructions', typeof told === 'string' ? told : JSON.stringify(told));
}

/** The sort of task that a run is about: its workflow, or the prompt template it starts from. An MCP prompt that is fetched is an act, not a task. */
function taskOf(attributes: ReadonlyMap<string, unknown>): string | undefined {
  const prompt = attributes.has('mcp.method.name') ? undefined : first(attributes, ...PROMPT_NAMES);
  return short(first(attributes, 'gen_ai.workflow.name', 'traceloop.workflow.name') ?? prompt);
}

/** What acts: the run or session, or where no span tells one, the agent itself; with what it is made of. */
function actorOf(
  activity: Activity,
  attributes: ReadonlyMap<string, unknown>,
  resource: ReadonlyMap<string, unknown>,
  context: ReadContext,
): Activity['actor'] {
  const conversation = first(attributes, 'gen_ai.conversation.id');
  const session = conversation ?? first(attributes, 'mcp.session.id');
  const isAgent = activity.identity.kind === 'agent';
  const version = short(
    first(attributes, 'gen_ai.agent.version') ??
      (isAgent ? first(resource, 'gen_ai.agent.version', 'service.version') : undefined),
  );
  const model = short(first(attributes, 'gen_ai.request.model', 'gen_ai.response.model'));
  const config = configOf(attributes, context);
  const isTold = version !== undefined || model !== undefined || config !== undefined;
  if (session === undefined && !(isAgent && isTold)) return undefined;
  const kind = conversation !== undefined ? 'agent-run' : session !== undefined ? 'session' : 'agent';
  return {
    id: session ?? activity.identity.id,
    kind,
    ...(version !== undefined && { version }),
    ...(model !== undefined && { model }),
    ...(config !== undefined && { config }),
  };
}

function runOf(attributes: ReadonlyMap<string, unknown>): Activity['run'] {
  const conversation = first(attributes, 'gen_ai.conversation.id');
  if (conversation === undefined) return undefined;
  const declared = declaredOf(attributes);
  const task = taskOf(attributes);
  return {
    id: conversation,
    ...(declared.length > 0 && { declared }),
    ...(task !== undefined && { task }),
  };
}

function enrich(
  activity: Activity,
  attributes: ReadonlyMap<string, unknown>,
  resource: ReadonlyMap<string, unknown>,
  callers: readonly string[],
  context: ReadContext,
): void {
  const actor = actorOf(activity, attributes, resource, context);
  if (actor !== undefined) activity.actor = actor;
  const run = runOf(attributes);
  if (run !== undefined) activity.run = run;
  const jti = first(attributes, 'oauth.jti', 'jti');
  const token = first(attributes, 'oauth.token', 'oauth.access_token');
  if (jti !== undefined) activity.credential = { id: jti, kind: 'jwt' };
  else if (token !== undefined)
    activity.credential = { id: context.fingerprint(context.tenant, 'oauth-token', token), kind: 'oauth-token' };
  const chain = chainOf(attributes, activity.identity.id, callers);
  if (chain !== undefined) activity.onBehalfOf = chain;
  const scopes = context
    .scrub(first(attributes, 'oauth.scope', 'scope') ?? '')
    .split(/[\s,]+/)
    .filter((scope) => scope !== '');
  if (scopes.length > 0) activity.scopes = scopes;
}

const MARKS = ['gen_ai.operation.name', 'gen_ai.tool.name', 'mcp.method.name', 'gen_ai.system', 'gen_ai.provider.name'];

export const format: Format = {
  id: 'otel-genai',
  about: {
    title: 'OpenTelemetry GenAI and MCP spans',
    source:
      'OTLP/JSON {"resourceSpans": [...]} or one span an object, after the semantic conventions for GenAI and MCP.',
  },
  recognises(raw) {
    if (typeof raw !== 'object' || raw === null) return false;
    const span = raw as Fields;
    return (
      (typeof span.spanId === 'string' || typeof span.span_id === 'string') &&
      (typeof span.traceId === 'string' || typeof span.trace_id === 'string') &&
      span.resourceSpans === undefined
    );
  },
  split(raw) {
    const whole = objectAt(raw);
    if (whole === undefined) return undefined;
    const groups = Array.isArray(whole.resourceSpans)
      ? whole.resourceSpans
      : Array.isArray(whole.scopeSpans)
        ? [whole]
        : undefined;
    if (groups === undefined) return undefined;
    const flats: { span: Fields; resource: unknown }[] = [];
    const broken: unknown[] = [];
    for (const group of groups) {
      const resource = objectAt(objectAt(group)?.resource)?.attributes;
      for (const scope of listAt(objectAt(group)?.scopeSpans))
        for (const item of listAt(objectAt(scope)?.spans)) {
          const span = objectAt(item);
          if (span === undefined) broken.push(item);
          else flats.push({ span, resource });
        }
    }
    return [...withCallers(flats).map(asRecord), ...broken];
  },
  read(raw, context): Reading {
    const flat = flatOf(raw);
    if (flat === undefined) return { status: 'dead', reason: 'record: expected an object' };
    const attributes = attributesOf(flat.span.attributes);
    if (!MARKS.some((mark) => attributes.has(mark)))
      return { status: 'skip', reason: 'a span without GenAI or MCP attributes is not an act of an agent' };
    const at = timeOf(flat.span);
    if (at === undefined) return { status: 'dead', reason: 'startTimeUnixNano: expected a time' };
    const resource = attributesOf(flat.resource);
    const identity = identityOf(attributes, resource);
    if (identity === undefined)
      return { status: 'dead', reason: 'gen_ai.agent.id: expected an agent, a client or a service name' };
    const trace = textAt(flat.span.traceId ?? flat.span.trace_id);
    const span = textAt(flat.span.spanId ?? flat.span.span_id);
    const activity: Activity = {
      id: trace === undefined || span === undefined ? `otel:${context.hashOf(flat.span)}` : `otel:${trace}:${span}`,
      at,
      tenant: context.tenant,
      identity,
      ...whatOf(attributes),
      source: sourceOf(attributes, resource),
      ...outcomeOf(flat.span, attributes),
    };
    enrich(activity, attributes, resource, flat.callers ?? [], context);
    return { status: 'read', activities: [activity] };
  },
};
