/** Says what a span tells of: a tool call, a model call, a request of the protocol, an agent at work, or a step of a framework. */

import { objectAt, textAt } from '../../ingest/format.ts';
import { type Attributes, type Fields, first, jsonOf } from './attributes.ts';
import { Names } from './names.ts';

export type Sort =
  /** An agent's use of a tool; over MCP too. `tool` is absent where nothing names it. */
  | { readonly is: 'tool'; readonly tool?: string }
  | { readonly is: 'model'; readonly operation: string }
  /** Any MCP request but a tool call. */
  | { readonly is: 'request'; readonly method: string }
  | { readonly is: 'agent'; readonly operation: string }
  /** What is looked up or kept beside the tools: retrieval and memories. */
  | { readonly is: 'store'; readonly operation: string }
  /** What a framework does within itself; no act of anybody. */
  | { readonly is: 'step' }
  /** Nothing that an agent has to do with. */
  | { readonly is: 'other' };

/** Operations of `gen_ai.operation.name` that call a model, in the conventions old and new. */
const MODEL_OPERATIONS = new Set(
  'chat text_completion completion completions generate_content generate embeddings embedding image_generation response responses rerank fine_tune'.split(
    ' ',
  ),
);
const AGENT_OPERATIONS = new Set(['invoke_agent', 'create_agent']);
/** `retrieval`, `search_memory`, `upsert_memory`, `delete_memory_store` and the like. */
const STORE_OPERATION = /^(?:retrieval|retrieve|[a-z]+_memory(?:_store)?)$/;

/** Kinds by which OpenInference, OpenLLMetry, LangSmith, Langfuse, Spring AI, Genkit, VoltAgent, MLflow, AgentOps and Braintrust mark a span, in lower case. */
const KINDS: ReadonlyMap<string, Sort> = new Map<string, Sort>(
  Object.entries({
    tool: { is: 'tool' },
    tool_call: { is: 'tool' },
    llm: { is: 'model', operation: 'chat' },
    generation: { is: 'model', operation: 'chat' },
    model: { is: 'model', operation: 'chat' },
    chat_model: { is: 'model', operation: 'chat' },
    embedding: { is: 'model', operation: 'embeddings' },
    retriever: { is: 'store', operation: 'retrieval' },
    agent: { is: 'agent', operation: 'invoke_agent' },
    flow: { is: 'agent', operation: 'invoke_agent' },
  } satisfies Readonly<Record<string, Sort>>),
);
const KIND_NAMES = new Names(
  'openinference.span.kind',
  'traceloop.span.kind',
  'langsmith.span.kind',
  'langfuse.observation.type',
  'spring.ai.kind',
  'genkit:metadata:subtype',
  'mlflow.spanType',
  'agentops.span.kind',
  'braintrust.span_attributes.type',
);
/** Holds the kind within JSON. */
const BRAINTRUST = 'braintrust.span_attributes';
/** Holds a kind too, but for others than agents as well: only the kinds that are known count. */
const LOOSE_KIND = 'span.type';

/** The kind of a span, in lower case; undefined where it has none. */
function kindOf(attributes: Attributes): string | undefined {
  // MLflow writes every value as JSON, so that a text has quotes of its own.
  const kind = first(attributes, KIND_NAMES)?.toLowerCase().replaceAll('"', '');
  if (kind !== undefined) return kind;
  const held = attributes.has(BRAINTRUST) ? objectAt(jsonOf(attributes.get(BRAINTRUST)))?.type : undefined;
  if (typeof held === 'string') return held;
  const loose = attributes.get(LOOSE_KIND);
  return typeof loose === 'string' && KINDS.has(loose) ? loose : undefined;
}

const TOOL_NAMES = new Names(
  'gen_ai.tool.name',
  'mcp.tool.name',
  'tool.name',
  'ai.toolCall.name',
  'haystack.tool.name',
  'spring.ai.tool.definition.name',
);
/** How OpenLLMetry names the span of any tool of LlamaIndex. */
const LLAMA_INDEX_TASK = 'FunctionTool.task';
/** What BeeAI tells within a tool call, as spans of the same kind. */
const EVENTS_OF_BEEAI = /^(?:start|success|error|retry|finish|update)$/;
/** How LlamaIndex prints the event of a tool call, in a span that says nothing else of it. */
const LLAMA_INDEX_CALL = /^ToolCall\(tool_name='([^']+)'/;
/** Span names that carry the tool's. The second is what logfire sends once its template is filled. */
const NAMED_SPANS = [/^(?:MCP send )?tools\/call (.+)$/, /^Function: ([^{].*)$/, /^execute_tool (.+)$/];
/** How logfire names the span of a tool before its template is filled. */
const LOGFIRE_TOOL = 'Function: {name}';

/** Attributes of which a span of GenAI or MCP has at least one. */
const MARKS = new Names(
  'gen_ai.operation.name',
  'gen_ai.tool.name',
  'mcp.method.name',
  'gen_ai.system',
  'gen_ai.provider.name',
  'ai.operationId',
  'llamaindex.step.input_event',
  ...KIND_NAMES.list,
);

/** How the Agent Development Kit up to 1.14 names the span of an agent, which has no attributes. */
export const ADK_RUN = /^agent_run \[(.+)\]$/;

const OTHER: Sort = { is: 'other' };
const STEP: Sort = { is: 'step' };

function toolNameOf(attributes: Attributes, name: string): string | undefined {
  // Claude Code tells of the server there, as it does in its log.
  const told =
    (name === 'claude_code.tool' ? first(attributes, ['tool_name']) : undefined) ?? first(attributes, TOOL_NAMES);
  if (told !== undefined) return told;
  if (name === LLAMA_INDEX_TASK) return textAt(objectAt(jsonOf(attributes.get('traceloop.entity.output')))?.tool_name);
  const printed = LLAMA_INDEX_CALL.exec(first(attributes, ['llamaindex.step.input_summary']) ?? '')?.[1];
  if (printed !== undefined) return printed;
  if (name === LOGFIRE_TOOL || attributes.get('logfire.msg_template') === LOGFIRE_TOOL)
    return first(attributes, ['name']);
  for (const pattern of NAMED_SPANS) {
    const found = pattern.exec(name)?.[1];
    if (found !== undefined) return found;
  }
  const kind = kindOf(attributes);
  if (kind !== 'tool') return undefined;
  // DSPy has tools that are called like any other object.
  return (
    first(attributes, ['traceloop.entity.name', 'agentops.entity.name']) ?? textAt(name.replace(/\.__call__$/, ''))
  );
}

function asTool(attributes: Attributes, name: string): Sort {
  const tool = toolNameOf(attributes, name);
  return tool === undefined ? { is: 'tool' } : { is: 'tool', tool };
}

/** What the Vercel SDK up to version 6 names the operation: `ai.toolCall`, `ai.streamText.doStream`, `ai.generateText`. */
function ofVercel(operation: string, attributes: Attributes, name: string): Sort {
  if (operation === 'ai.toolCall') return asTool(attributes, name);
  if (/\.do(?:Generate|Stream)$/.test(operation)) return { is: 'model', operation: 'chat' };
  // Around the steps of an agent that was given a name; version 7 calls it `invoke_agent` too.
  if (/^ai\.(?:generate|stream)(?:Text|Object)$/.test(operation) && attributes.has('ai.telemetry.functionId'))
    return { is: 'agent', operation: 'invoke_agent' };
  return operation.endsWith('.doEmbed') ? { is: 'model', operation: 'embeddings' } : STEP;
}

function ofOperation(operation: string, attributes: Attributes, name: string): Sort {
  if (operation === 'execute_tool') return asTool(attributes, name);
  if (MODEL_OPERATIONS.has(operation)) return { is: 'model', operation };
  if (STORE_OPERATION.test(operation)) return { is: 'store', operation };
  if (!AGENT_OPERATIONS.has(operation)) return STEP;
  // OpenLLMetry calls a whole crew, each task and each graph an agent too.
  const kind = first(attributes, ['traceloop.span.kind']);
  const isAround = kind === 'workflow' || kind === 'task' || attributes.has('crewai.crew.id');
  return isAround ? STEP : { is: 'agent', operation };
}

/** Haystack itself: an agent is known by the name that it has in its pipeline. */
function ofHaystack(attributes: Attributes, name: string): Sort {
  if (attributes.has('haystack.tool.name')) return asTool(attributes, name);
  if (name === 'haystack.agent.step.llm') return { is: 'model', operation: 'chat' };
  const isAgent = name === 'haystack.agent.run' || attributes.get('haystack.component.type') === 'Agent';
  return isAgent ? { is: 'agent', operation: 'invoke_agent' } : STEP;
}

/** What the span tells of, by its attributes and, where those are silent, by its name. */
export function sortOf(span: Fields, attributes: Attributes): Sort {
  const name = textAt(span.name) ?? '';
  if (name.startsWith('haystack.') || attributes.has('haystack.tool.name')) return ofHaystack(attributes, name);
  if (name === LOGFIRE_TOOL || attributes.get('logfire.msg_template') === LOGFIRE_TOOL) return asTool(attributes, name);
  if (ADK_RUN.test(name)) return { is: 'agent', operation: 'invoke_agent' };
  if (!attributes.hasAny(MARKS) && kindOf(attributes) === undefined) return OTHER;
  const method = first(attributes, ['mcp.method.name']);
  if (method !== undefined) return method === 'tools/call' ? asTool(attributes, name) : { is: 'request', method };
  const vercel = first(attributes, ['ai.operationId']);
  if (vercel !== undefined) return ofVercel(vercel, attributes, name);
  if (attributes.get('llamaindex.step.input_event') === 'ToolCall') return asTool(attributes, name);
  // Within the span of the call, and the only one that tells how it ended.
  if (name === 'claude_code.tool.execution') return { is: 'tool' };
  const operation = first(attributes, ['gen_ai.operation.name']);
  const kind = kindOf(attributes);
  // Spring AI calls everything that is no model call `framework`.
  if (operation !== undefined && kind !== 'tool_call') return ofOperation(operation, attributes, name);
  // OpenInference marks the handing over to another agent as a tool.
  if (kind === 'tool' && name.startsWith('handoff to ')) return STEP;
  if (kind === 'tool' && EVENTS_OF_BEEAI.test(name) && first(attributes, TOOL_NAMES) === undefined) return STEP;
  if (name === LLAMA_INDEX_TASK) return asTool(attributes, name);
  const known = kind === undefined ? undefined : KINDS.get(kind);
  if (known !== undefined) return known.is === 'tool' ? asTool(attributes, name) : known;
  if (kind === undefined && first(attributes, TOOL_NAMES) !== undefined) return asTool(attributes, name);
  const isAsked = first(attributes, ['gen_ai.request.model']) !== undefined;
  return isAsked && (kind === undefined || kind === 'span') ? { is: 'model', operation: 'chat' } : STEP;
}
