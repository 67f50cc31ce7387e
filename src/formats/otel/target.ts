/** Finds at whom or what a tool call aims, in its arguments, wherever a library writes them. */
import type { Activity } from '../../../schemas/activity.ts';
import { listAt, objectAt, textAt } from '../../ingest/format.ts';
import { attributesOf, jsonOf } from './attributes.ts';
import type { Span } from './trace.ts';

/** Argument names that say at whom or what a call aims, most telling first. Free text (body, query, message) is never taken. */
const TARGETS =
  'recipient recipients to iban account account_id url uri endpoint webhook channel repository repo path file_path filepath file filename directory bucket table database collection host hostname domain address email user user_id username resource key_id record record_id id name'.split(
    ' ',
  );

/** Attributes that hold the arguments of a tool call: the conventions, then one line a library. */
export const ARGUMENTS = [
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
];
/** What libraries wrap the arguments in. */
const WRAPPERS = ['inputs', 'kwargs', 'arguments', 'args', 'input', 'tool_input', 'parameters'];
/** Events that hold the arguments of a tool call. */
export const ARGUMENT_EVENTS = new Set(['gen_ai.tool.message', 'gen_ai.tool.input']);
/** Wrappers in wrappers. */
const MAX_WRAPPED = 3;

/** A short, one-line value under a telling name, or under any name that ends in `_id`. */
function namedIn(found: Readonly<Record<string, unknown>>): Activity['resource'] {
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

function targetIn(value: unknown, levels = MAX_WRAPPED): Activity['resource'] {
  const found = objectAt(jsonOf(value));
  if (found === undefined) return undefined;
  if (levels > 0)
    for (const wrapper of WRAPPERS) {
      const inside = found[wrapper] === undefined ? undefined : targetIn(found[wrapper], levels - 1);
      if (inside !== undefined) return inside;
    }
  return namedIn(found);
}

/** Arguments that instrumentations of MCP write one an attribute: `mcp.request.argument.recipient`. */
function flattened({ attributes }: Span): Activity['resource'] {
  const found: Record<string, unknown> = {};
  for (const [name, value] of attributes) {
    const argument = /^mcp\.request\.argument\.(.+)$/.exec(name)?.[1];
    if (argument !== undefined) found[argument] = value;
  }
  return namedIn(found);
}

/** At whom or what the tool call of this span aims, as far as the span tells. */
export function targetOf(span: Span): Activity['resource'] {
  for (const name of ARGUMENTS) {
    const value = span.attributes.get(name);
    const target = value === undefined ? undefined : targetIn(value);
    if (target !== undefined) return target;
  }
  for (const item of listAt(span.fields.events)) {
    const event = objectAt(item);
    if (!ARGUMENT_EVENTS.has(String(event?.name))) continue;
    const told = attributesOf(event?.attributes);
    const target = targetIn(told.get('content')) ?? targetIn(told.get('input'));
    if (target !== undefined) return target;
  }
  return flattened(span);
}
