/** Finds at whom or what a tool call aims, in its arguments, wherever a library writes them. */
import type { Activity } from '../../../schemas/activity.ts';
import { listAt, objectAt, textAt } from '../../ingest/format.ts';
import { isOfClaudeCode } from './agent.ts';
import { type Attributes, attributesOf, first, jsonOf } from './attributes.ts';
import { Names } from './names.ts';
import type { Span } from './trace.ts';

/** Argument names that say at whom or what a call aims, most telling first. Free text (body, query, message) is never taken. */
const TARGETS =
  'recipient recipients to iban account account_id url uri endpoint webhook channel repository repo path file_path filepath file filename directory bucket table database collection host hostname domain address email user user_id username resource key_id record record_id id name'.split(
    ' ',
  );

/** Attributes that hold the arguments of a tool call: the conventions, then one line a library. */
export const ARGUMENTS = new Names(
  'gen_ai.tool.call.arguments',
  'mcp.request.params.arguments',
  'gen_ai.tool.arguments',
  'ai.toolCall.args',
  'ai.toolCall.input',
  'gcp.vertex.agent.tool_call_args',
  'tool_arguments',
  'input.value',
  'langfuse.observation.input',
  'traceloop.entity.input',
  'gen_ai.prompt',
  'input',
  'haystack.agent.step.tool.input',
  'genkit:input',
  'spring.ai.tool.call.arguments',
  'mlflow.spanInputs',
  'tool.parameters',
  'agentops.entity.input',
  'braintrust.input_json',
  'llamaindex.step.input_summary',
);
/** How LlamaIndex prints the event of a tool call. */
const LLAMA_INDEX_ARGUMENTS = /^ToolCall\(.*?tool_kwargs=(\{.*\})(?:, tool_id=.*)?\)$/s;
/** What libraries wrap the arguments in. */
const WRAPPERS = ['inputs', 'kwargs', 'arguments', 'args', 'input', 'tool_input', 'parameters'];
/** Events that hold the arguments of a tool call. */
export const ARGUMENT_EVENTS = new Set(['gen_ai.tool.message', 'gen_ai.tool.input']);
/** Wrappers in wrappers. */
const MAX_WRAPPED = 3;

/** Beginnings of names for whoever receives: `to_account`, `recipient_email`, `beneficiaryIban`, `payee`. */
const RECEIVES = /^(?:to|recipient|receiver|payee|beneficiary|destination|dest|target)(?:$|_|(?=[A-Z]))/;
/** Ends of names that tell what sort of thing it is: `customer_email`, `callbackUrl`. A name or a user is often free text, and is none. */
const ENDS_IN_KIND =
  /(?:^|_)(?:iban|account|url|uri|endpoint|webhook|channel|repository|repo|path|bucket|table|database|host|hostname|domain|address|email)$/;
const inWords = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

const ENDS_IN_ID = /(?:_id|Id)$/;
/** What frameworks add to the arguments: it names the call itself. */
const OF_THE_CALL = /^tool_?call_?id$/i;
/** Model calls of a trace that are looked at for what a tool's only argument is called. */
const MAX_CALLS = 32;

/** A short, one-line value under a telling name; else of whoever receives, under a name that ends in `_id`, or that ends in a kind of thing. */
function namedIn(found: Readonly<Record<string, unknown>>): Activity['resource'] {
  const names = Object.keys(found);
  const byLower = new Map(names.map((name) => [name.toLowerCase(), name]));
  const wants = [
    ...TARGETS,
    ...names.filter((name) => RECEIVES.test(name)),
    ...names.filter((name) => ENDS_IN_ID.test(name) && !OF_THE_CALL.test(name)),
    ...names.filter((name) => ENDS_IN_KIND.test(inWords(name))),
  ];
  for (const wanted of wants) {
    const name = byLower.get(wanted.toLowerCase());
    if (name === undefined) continue;
    const raw = found[name];
    const item = Array.isArray(raw) ? raw[0] : raw;
    const id = typeof item === 'number' ? String(item) : textAt(item);
    if (id !== undefined && id.length <= 1024 && !id.includes('\n')) return { id, type: name };
  }
  return undefined;
}

export function targetIn(value: unknown, levels = MAX_WRAPPED): Activity['resource'] {
  const found = objectAt(jsonOf(value));
  if (found === undefined) return undefined;
  if (levels > 0)
    for (const wrapper of WRAPPERS) {
      const inside = found[wrapper] === undefined ? undefined : targetIn(found[wrapper], levels - 1);
      if (inside !== undefined) return inside;
    }
  return namedIn(found);
}

/** Arguments that instrumentations write one an attribute: `mcp.request.argument.recipient`, `code.function.parameters.recipient.value`. */
const ONE_ARGUMENT = /^(?:mcp\.request\.argument\.(.+)|code\.function\.parameters\.(.+)\.value)$/;

function flattened({ attributes }: Span): Activity['resource'] {
  const found: Record<string, unknown> = {};
  for (const [name, value] of attributes.entries()) {
    const [, asked, passed] = ONE_ARGUMENT.exec(name) ?? [];
    const argument = asked ?? passed;
    if (argument !== undefined) found[argument] = value;
  }
  return namedIn(found);
}

/** The program that a command line runs: without what is set for it, and out of the shell that it is handed to. */
export function programOf(command: unknown): Activity['resource'] {
  const given = Array.isArray(command) ? command : [command];
  const words = given.filter((word) => typeof word === 'string').flatMap((word) => word.trim().split(/\s+/));
  const program = words.find(
    (word) =>
      !/^\w+=/.test(word) &&
      !/^-/.test(word) &&
      !/^(?:.*\/)?(?:ba|z|da|k)?sh$|^(?:sudo|env|exec|time|nohup)$/.test(word),
  );
  const id = program?.replace(/^['"(]+|['"();|&]+$/g, '').replace(/^.*\//, '');
  return id === undefined || id === '' || id.length > 128 ? undefined : { id, type: 'command' };
}

/** What Claude Code writes beside its arguments, which it leaves out. */
function ofClaudeCode(attributes: Attributes): Activity['resource'] {
  const path = first(attributes, ['file_path']);
  return path === undefined
    ? programOf(first(attributes, ['bash_argv0', 'full_command']))
    : { id: path, type: 'file_path' };
}

/** What the only argument of a tool is called, as a model call of the trace declares the tool. */
function onlyArgumentOf(span: Span, tool: string): string | undefined {
  const calls = span.trace.spans.filter(({ sort, sender }) => sort.is === 'model' && sender === span.sender);
  for (const { attributes } of calls.slice(0, MAX_CALLS))
    for (let i = 0; attributes.has(`llm.tools.${i}.tool.json_schema`); i++) {
      const declared = objectAt(jsonOf(attributes.get(`llm.tools.${i}.tool.json_schema`)));
      const told = objectAt(declared?.function) ?? declared;
      if (told?.name !== tool) continue;
      const schema = objectAt(told.parameters) ?? objectAt(told.input_schema);
      const names = Object.keys(objectAt(schema?.properties) ?? {});
      return names.length === 1 ? names[0] : undefined;
    }
  return undefined;
}

/** OpenInference writes the value of a tool's only argument without its name. */
function bare(span: Span): Activity['resource'] {
  const value = span.attributes.get('input.value');
  if (typeof value !== 'string' || value === '' || value.startsWith('{') || span.sort.is !== 'tool') return undefined;
  const name = span.sort.tool === undefined ? undefined : onlyArgumentOf(span, span.sort.tool);
  return name === undefined ? undefined : namedIn({ [name]: value });
}

/** At whom or what the tool call of this span aims, as far as the span tells. */
export function targetOf(span: Span): Activity['resource'] {
  const { shape, values } = span.attributes;
  for (const place of shape.placesOf(ARGUMENTS)) {
    const value = values[place];
    const printed =
      typeof value === 'string' && value.startsWith('ToolCall(') ? LLAMA_INDEX_ARGUMENTS.exec(value)?.[1] : undefined;
    const target = targetIn(printed ?? value);
    if (target !== undefined) return target;
  }
  for (const item of listAt(span.fields.events)) {
    const event = objectAt(item);
    if (!ARGUMENT_EVENTS.has(textAt(event?.name) ?? '')) continue;
    const told = attributesOf(event?.attributes);
    const target = targetIn(told.get('content')) ?? targetIn(told.get('input'));
    if (target !== undefined) return target;
  }
  return flattened(span) ?? bare(span) ?? (isOfClaudeCode(span.fields) ? ofClaudeCode(span.attributes) : undefined);
}
