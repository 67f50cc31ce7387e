/** Says who acted in a span: the agent, the run, what the agent is made of, and on whose behalf. */
import { type Activity, LIMITS } from '../../../schemas/activity.ts';
import { isNobody, listAt, objectAt, type ReadContext, textAt } from '../../ingest/format.ts';
import { type Agent, labelOf } from './agent.ts';
import { type Attributes, first, jsonOf, metadataAt, short, wordOf } from './attributes.ts';
import { Names } from './names.ts';
import { type Span, traceIdOf } from './trace.ts';

/** Delegations looked at in one token. */
const MAX_ACTS = 32;
/** Model calls of a trace that are looked at for what one of its spans leaves out. */
const MAX_CALLS = 32;

const CONVERSATIONS = new Names(
  'gen_ai.conversation.id',
  'session.id',
  'langfuse.session.id',
  'traceloop.association.properties.thread_id',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.conversation_id',
  'langsmith.metadata.thread_id',
  'langsmith.metadata.session_id',
  'langsmith.metadata.conversation_id',
  'ai.telemetry.metadata.sessionId',
  'ai.telemetry.metadata.threadId',
  'ai.telemetry.metadata.conversationId',
  'ai.telemetry.metadata.chatId',
  'gcp.vertex.agent.session_id',
  'group_id',
  'conversation.id',
  'llamaindex.run_id',
  'mlflow.trace.session',
);
/** An answer's id, which some libraries write where the conversation belongs: another one at every model call. */
const ANSWER = /^(?:resp|chatcmpl|msg|cmpl)[_-]/;
const USERS = new Names(
  'enduser.id',
  'user.id',
  'langfuse.user.id',
  'gen_ai.user',
  'gen_ai.user.id',
  'traceloop.association.properties.user_id',
  'langsmith.metadata.user_id',
  'ai.telemetry.metadata.userId',
  'metadata.user_api_key_end_user_id',
  'metadata.user_api_key_user_id',
  'llm.user',
  'mlflow.trace.user',
);
/** What coding agents say of the person beside the id of their installation. */
const PERSONS = new Names('user.email', 'user.account_uuid', 'user.account_id');
const SUBJECTS = new Names('oauth.sub', 'sub');
export const MODELS = new Names(
  'gen_ai.request.model',
  'gen_ai.response.model',
  'llm.model_name',
  'ai.model.id',
  'langfuse.observation.model.name',
  'llm.model',
  'ai.model.name',
  'crewai.agent.llm',
  'mlflow.llm.model',
);
const VERSIONS = new Names('gen_ai.agent.version', 'langfuse.version');
export const TOOLS = new Names(
  'gen_ai.tool.definitions',
  'gen_ai.agent.tools',
  'ai.prompt.tools',
  'crewai.agent.tools',
  'tools',
);
/** Names of tools, with commas between them. */
const TOOL_LISTS = new Names('llm.tools');

export const INSTRUCTIONS = 'gen_ai.system_instructions';
/** Bearer tokens, of which only a fingerprint is kept. */
export const TOKENS = new Names('oauth.token', 'oauth.access_token');

/** Prompt templates by the names that instrumentations give them. What a person typed is never one. */
const PROMPT_NAMES = new Names('gen_ai.prompt.name', 'langfuse.observation.prompt.name', 'traceloop.prompt.key');
const PROMPT_VERSIONS = new Names(
  'gen_ai.prompt.version',
  'langfuse.observation.prompt.version',
  'traceloop.prompt.version',
  'llm.prompt_template.version',
);

/** The agent that acted: named by the span, by the nearest span above it, or by the process. */
interface Acting {
  readonly agent: Agent | undefined;
  /** The span that names it; spans between this one and that one are of the same agent. */
  readonly at: Span | undefined;
}

function actingOf(span: Span): Acting {
  if (span.agent !== undefined) return { agent: span.agent, at: span };
  const at = span.above.find(({ agent }) => agent !== undefined);
  if (at !== undefined) return { agent: at.agent, at };
  const [name, id] = [first(span.resource, ['gen_ai.agent.name']), first(span.resource, ['gen_ai.agent.id'])];
  return {
    agent: name === undefined && id === undefined ? undefined : { ...(name && { name }), ...(id && { id }) },
    at,
  };
}

/** The span and those above it that are of the same agent, nearest first. */
function ownSpans(span: Span, { agent }: Acting): readonly Span[] {
  if (agent === undefined) return [span];
  const label = labelOf(agent);
  const other = span.above.findIndex((one) => one.agent !== undefined && labelOf(one.agent) !== label);
  return [span, ...(other < 0 ? span.above : span.above.slice(0, other))];
}

function nearest(spans: readonly Span[], find: (span: Span) => string | undefined): string | undefined {
  for (const span of spans) {
    const found = find(span);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the span itself or the nearest above it tells. */
const nearestUp = (span: Span, find: (span: Span) => string | undefined) => find(span) ?? nearest(span.above, find);

/**
 * What some span of the trace tells, where no two tell different things: libraries put the user on a model call and not on the tool.
 * Of spans of the same sender: another one that knows the trace, such as a server that was called, must not change who it was for.
 */
function onlyOne(span: Span, what: 'user' | 'conversation'): string | undefined {
  const key = `${what} ${span.sender}`;
  if (span.trace.told.has(key)) return span.trace.told.get(key);
  const find = what === 'user' ? userOf : conversationOf;
  const found = new Set<string>();
  for (const one of span.trace.spans) {
    const told = one.sender === span.sender ? find(one) : undefined;
    if (told !== undefined) found.add(told);
    if (found.size > 1) break;
  }
  const only = found.size === 1 ? [...found][0] : undefined;
  span.trace.told.set(key, only);
  return only;
}

/** Model calls of the acting agent in the same trace, the earliest: they tell its model and its tools where its other spans do not. */
function callsOf(span: Span, { agent, at }: Acting): readonly Span[] {
  const calls = (agent === undefined ? undefined : span.trace.calls.get(labelOf(agent))) ?? [];
  const { sender } = at ?? span;
  return calls.slice(0, MAX_CALLS).filter((call) => call.sender === sender);
}

/** Where agents of a process are at home: names are told apart by it. */
export function homeOf(resource: Attributes, environment: string | undefined): string | undefined {
  const service = first(resource, ['service.name']);
  if (service === undefined || isNobody(service)) return environment;
  return [environment, first(resource, ['service.namespace']), service].filter((part) => part !== undefined).join('/');
}

function identityOf(span: Span, { agent, at }: Acting): Activity['identity'] | undefined {
  const { attributes, resource } = span;
  const client = first(attributes, ['oauth.client_id', 'client_id', 'oauth.azp']);
  const service = first(resource, ['service.name']);
  const isClient = agent === undefined && client !== undefined;
  const id = agent === undefined ? (client ?? service) : labelOf(agent);
  if (id === undefined || isNobody(id)) return undefined;
  const kind = agent !== undefined ? 'agent' : isClient ? 'oauth-app' : 'workload';
  const identity: Activity['identity'] = { id, kind, provider: 'otel' };
  // An agent is at home where the span that names it was made: over MCP that is another process than the tool's.
  const home = at?.resource ?? resource;
  const environment = first(home, ['deployment.environment.name', 'deployment.environment']);
  const account = kind === 'agent' ? homeOf(home, environment) : undefined;
  if (account !== undefined) identity.account = account;
  if (environment !== undefined) identity.environment = environment;
  return identity;
}

/** RFC 8693: the outermost `act` is who acts now, those inside acted before; the token's subject started it. */
function chainOf(span: Span, self: string): Activity['onBehalfOf'] {
  const { attributes } = span;
  const chain: NonNullable<Activity['onBehalfOf']> = [];
  const add = (id: string | undefined, kind: string) => {
    if (id !== undefined && id !== self && !isNobody(id) && !chain.some((link) => link.id === id))
      chain.push({ id, kind });
  };
  for (const { agent } of span.above) if (agent !== undefined) add(labelOf(agent), 'agent');
  let act = objectAt(jsonOf(attributes.get('oauth.act') ?? attributes.get('act')));
  for (let i = 0; act !== undefined && i < MAX_ACTS; i++) {
    add(textAt(act.sub) ?? textAt(act.client_id), 'agent');
    act = objectAt(act.act);
  }
  add(first(attributes, SUBJECTS) ?? nearestUp(span, userOf) ?? onlyOne(span, 'user'), 'subject');
  return chain.length === 0 ? undefined : chain;
}

/** A longer text is no id. Were it taken, a caller could make the act of whom it calls be refused. */
const fitting = (id: string | undefined) => (id !== undefined && id.length <= LIMITS.name ? id : undefined);

/** A hash in the place of a user is that of an installation: the next laptop of the same person has another one. */
const INSTALLATION = /^[0-9a-f]{64}$/;

/** The person that attributes name; an installation only where they name nobody. */
export function personOf(attributes: Attributes): string | undefined {
  const found = fitting(first(attributes, USERS) ?? metadataAt(attributes, ['user_id', 'userId']));
  return found === undefined || INSTALLATION.test(found) ? (fitting(first(attributes, PERSONS)) ?? found) : found;
}

function userOf(span: Span): string | undefined {
  if (span.user === undefined) span.user = personOf(span.attributes) ?? null;
  return span.user ?? undefined;
}

function conversationOf(span: Span): string | undefined {
  if (span.conversation === undefined) span.conversation = conversationIn(span.attributes) ?? null;
  return span.conversation ?? undefined;
}

function conversationIn(attributes: Attributes): string | undefined {
  for (const place of attributes.shape.placesOf(CONVERSATIONS)) {
    const id = fitting(wordOf(attributes.values[place]));
    if (id !== undefined && !ANSWER.test(id)) return id;
  }
  return fitting(metadataAt(attributes, ['thread_id', 'session_id', 'conversation_id']));
}

/** Names of the tools that a span says the agent was given. */
function declaredBy(span: Span): readonly string[] {
  span.declared ??= declaredIn(span.attributes);
  return span.declared;
}

/** Names of tools by the text that declares them, for as many texts at the most: an agent sends the same one with each call of a model. */
const TEXTS_MAX = 256;
let declaredByText = new Map<string, readonly string[]>();

/** The names in a list of tools, or in its text. */
function toolsIn(value: unknown): readonly string[] {
  const known = typeof value === 'string' ? declaredByText.get(value) : undefined;
  if (known !== undefined) return known;
  const names: string[] = [];
  for (const item of listAt(jsonOf(value))) addTool(names, item);
  if (typeof value !== 'string') return names;
  if (declaredByText.size >= TEXTS_MAX) declaredByText = new Map();
  declaredByText.set(value, names);
  return names;
}

function addTool(names: string[], item: unknown): void {
  const tool = typeof item === 'string' && item.startsWith('{') ? jsonOf(item) : item;
  const name = textAt(tool) ?? textAt(objectAt(tool)?.name) ?? textAt(objectAt(objectAt(tool)?.function)?.name);
  if (name !== undefined && !names.includes(name)) names.push(name);
}

function declaredIn(attributes: Attributes): readonly string[] {
  for (const place of attributes.shape.placesOf(TOOLS)) {
    const found = toolsIn(attributes.values[place]);
    if (found.length > 0) return found;
  }
  const names: string[] = [];
  for (const name of first(attributes, TOOL_LISTS)?.split(',') ?? []) addTool(names, name.trim());
  if (names.length > 0) return names;
  // OpenInference writes one attribute a tool.
  for (let i = 0; attributes.has(`llm.tools.${i}.tool.json_schema`); i++)
    addTool(names, attributes.get(`llm.tools.${i}.tool.json_schema`));
  return names;
}

const FINGERPRINT = /^fp:[0-9a-f]{24}$/;

/** The instructions that were made a fingerprint of last: agents send the same ones with every call of a model. Tokens are not kept. */
let last: { readonly context: ReadContext; readonly text: string; readonly name: string } | undefined;

/** The fingerprint of what must not be kept. What waited for its trace has been made one already. */
export function nameOf(context: ReadContext, kind: 'instructions' | 'oauth-token', told: unknown): string {
  const text = typeof told === 'string' ? told : JSON.stringify(told);
  if (FINGERPRINT.test(text)) return text;
  if (kind === 'instructions' && last?.context === context && last.text === text) return last.name;
  const name = context.fingerprint(context.tenant, kind, text);
  if (kind === 'instructions') last = { context, text, name };
  return name;
}

/** What the agent was told to be: the version of its prompt, or a fingerprint of its instructions. */
function configOf({ attributes }: Span, context: ReadContext): string | undefined {
  const version = first(attributes, PROMPT_VERSIONS);
  if (version !== undefined) {
    const name = first(attributes, PROMPT_NAMES);
    return short(name === undefined ? version : `${name} ${version}`);
  }
  const told = attributes.get(INSTRUCTIONS);
  return told === undefined || told === '' ? undefined : nameOf(context, 'instructions', told);
}

/** The sort of task that a run is about: its workflow, or the prompt template it starts from. An MCP prompt that is fetched is an act, not a task. */
function taskOf({ attributes }: Span): string | undefined {
  const prompt = attributes.has('mcp.method.name') ? undefined : first(attributes, PROMPT_NAMES);
  return short(first(attributes, ['gen_ai.workflow.name', 'traceloop.workflow.name']) ?? prompt);
}

/** What acts: the run or session, or where no span tells one, the agent itself; with what it is made of. */
function actorOf(
  span: Span,
  identity: Activity['identity'],
  acting: Acting,
  own: readonly Span[],
  conversation: string | undefined,
  context: ReadContext,
): Activity['actor'] {
  const session = conversation ?? first(span.attributes, ['mcp.session.id']);
  const isAgent = identity.kind === 'agent';
  const { resource } = acting.at ?? span;
  const process = isAgent ? first(resource, ['gen_ai.agent.version', 'service.version']) : undefined;
  const version = short(nearest(own, ({ attributes }) => first(attributes, VERSIONS)) ?? process);
  const model = short(
    nearest(own, ({ attributes }) => first(attributes, MODELS)) ??
      nearest(callsOf(span, acting), ({ attributes }) => first(attributes, MODELS)),
  );
  const config = nearest(own, (one) => configOf(one, context));
  const given = isAgent ? acting.agent?.id : undefined;
  const named = given === identity.id ? undefined : given;
  const isTold = version !== undefined || model !== undefined || config !== undefined || named !== undefined;
  if (session === undefined && !(isAgent && isTold)) return undefined;
  const kind = conversation !== undefined ? 'agent-run' : session !== undefined ? 'session' : 'agent';
  return {
    id: session ?? named ?? identity.id,
    kind,
    ...(version !== undefined && { version }),
    ...(model !== undefined && { model }),
    ...(config !== undefined && { config }),
  };
}

/** The run of an act; without a conversation, the trace is the run of an agent. */
function runOf(
  span: Span,
  isAgent: boolean,
  acting: Acting,
  own: readonly Span[],
  conversation: string | undefined,
): Activity['run'] {
  const id = conversation ?? (isAgent ? traceIdOf(span) : undefined);
  if (id === undefined) return undefined;
  let declared: readonly string[] = [];
  for (const one of [...own, ...callsOf(span, acting)]) {
    declared = declaredBy(one);
    if (declared.length > 0) break;
  }
  const task = nearestUp(span, taskOf);
  return { id, ...(declared.length > 0 && { declared: [...declared] }), ...(task !== undefined && { task }) };
}

/** Who acted, and all that hangs on who it was; undefined where nobody is named. */
export function whoOf(
  span: Span,
  context: ReadContext,
): Pick<Activity, 'identity' | 'actor' | 'run' | 'onBehalfOf'> | undefined {
  const acting = actingOf(span);
  const identity = identityOf(span, acting);
  if (identity === undefined) return undefined;
  const own = ownSpans(span, acting);
  const conversation = nearestUp(span, conversationOf) ?? onlyOne(span, 'conversation');
  const actor = actorOf(span, identity, acting, own, conversation, context);
  const run = runOf(span, identity.kind === 'agent', acting, own, conversation);
  const onBehalfOf = chainOf(span, identity.id);
  return {
    identity,
    ...(actor !== undefined && { actor }),
    ...(run !== undefined && { run }),
    ...(onBehalfOf !== undefined && { onBehalfOf }),
  };
}
