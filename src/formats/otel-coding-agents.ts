/** Reads the log events by which coding agents (Claude Code, Codex, Gemini CLI and their kin) tell of tools and models that they used. */
import type { Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  instantOf,
  instantOfMs,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../ingest/format.ts';
import { type Attributes, attributesOf, type Fields, first, jsonOf, short } from './otel/attributes.ts';
import { programOf, targetIn } from './otel/target.ts';
import { homeOf, personOf } from './otel/who.ts';

// Field map: what Claude Code 2.1, Codex 0.171 and Gemini CLI 0.61 export, and "Monitoring" of Claude Code's documentation, "Observability
// and telemetry" of Codex's and "Observability" of Gemini CLI's, as of November 2026.

/** Agents whose other events are known to be no acts. */
const KNOWN = /^(?:claude_code|codex|gemini_cli|qwen-code)\./;
/** What an agent tells of a tool or a model. Forks keep the second half. */
const TOLD = /^([a-z][a-z0-9_-]{0,63})\.(tool_result|tool_call|tool_decision|api_request|api_response|api_error)$/;
const REFUSED = /^(?:reject|den(?:y|ied)|abort)/i;
const REFUSAL = /permission|denied|rejected|not allowed|forbidden|unauthori[sz]ed/i;

/** Names under which an event may stand: Codex writes its place in the source code in `eventName`, Claude Code a short one in the attribute. */
function namesOf(record: Fields, attributes: Attributes): string[] {
  const body = objectAt(record.body)?.stringValue ?? record.body;
  return [attributes.get('event.name'), record.eventName, body].filter((name) => typeof name === 'string');
}

interface Event {
  readonly record: Fields;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** `claude-code`, `codex`, `gemini-cli`. */
  readonly agent: string;
}

function timeOf({ record, attributes }: Event): string | undefined {
  for (const field of ['timeUnixNano', 'observedTimeUnixNano']) {
    const told = record[field];
    const nanos = typeof told === 'number' ? String(told) : (textAt(told) ?? '');
    if (/^[1-9]\d{6,19}$/.test(nanos)) return instantOfMs(Number(nanos.slice(0, -6)));
  }
  return instantOf(attributes.get('event.timestamp'));
}

const sessionOf = ({ attributes, resource }: Event) =>
  first(attributes, ['session.id', 'conversation.id', 'thread.id']) ?? first(resource, ['session.id']);

/** Who acted, for whom and with what: the same identity as that of the agent's spans. */
function whoOf(event: Event): Pick<Activity, 'identity' | 'actor' | 'run' | 'onBehalfOf' | 'source'> {
  const { agent, attributes, resource } = event;
  const environment = first(resource, ['deployment.environment.name', 'deployment.environment', 'env']);
  const account = homeOf(resource, environment);
  const session = sessionOf(event);
  const told = first(resource, ['service.version']);
  // Gemini CLI gives the version of Node as its own.
  const isOfRuntime = told === `v${first(resource, ['process.runtime.version'])}`;
  const version = short(first(attributes, ['app.version']) ?? (isOfRuntime ? undefined : told));
  const model = short(first(attributes, ['model', 'gen_ai.request.model']));
  const person = personOf(attributes) ?? personOf(resource);
  const host = first(resource, ['host.name']);
  return {
    identity: {
      id: agent,
      kind: 'agent',
      provider: 'otel',
      ...(account !== undefined && { account }),
      ...(environment !== undefined && { environment }),
    },
    actor: {
      id: session ?? agent,
      kind: session === undefined ? 'agent' : 'agent-run',
      ...(version !== undefined && { version }),
      ...(model !== undefined && { model }),
    },
    ...(session !== undefined && { run: { id: session } }),
    ...(person !== undefined && { onBehalfOf: [{ id: person, kind: 'subject' }] }),
    source: { ...(host !== undefined && { workload: host }) },
  };
}

/** The tool, with its server where it is one of MCP. Where details are not logged, Claude Code calls all of those `mcp_tool`. */
function toolOf(attributes: Attributes): { name: string; isMcp: boolean } | undefined {
  const told = first(attributes, ['tool_name', 'function_name', 'gen_ai.tool.name']);
  const parameters = objectAt(jsonOf(attributes.get('tool_parameters')));
  const server = textAt(parameters?.mcp_server_name) ?? first(attributes, ['mcp_server_name', 'mcp_server']);
  const bare = textAt(parameters?.mcp_tool_name) ?? told;
  if (bare === undefined) return undefined;
  if (server === undefined) return { name: bare, isMcp: bare.startsWith('mcp__') || bare === 'mcp_tool' };
  return { name: bare.includes(server) ? bare : `mcp__${server}__${bare}`, isMcp: true };
}

/** At what the call aims: what its arguments name, or the program that a shell is to run. */
function targetOf(attributes: Attributes): Activity['resource'] {
  const given = ['tool_input', 'arguments', 'function_args', 'tool_parameters'].map((name) => attributes.get(name));
  for (const value of given) {
    const target = value === undefined ? undefined : targetIn(value);
    if (target !== undefined) return target;
  }
  for (const value of given) {
    const found = objectAt(jsonOf(value));
    const program = programOf(found?.command ?? found?.cmd ?? found?.full_command);
    if (program !== undefined) return program;
  }
  return undefined;
}

function outcomeOf(attributes: Attributes): Pick<Activity, 'outcome' | 'errorCode'> {
  const decision = first(attributes, ['decision', 'decision_type']);
  if (decision !== undefined && REFUSED.test(decision)) return { outcome: 'denied', errorCode: decision };
  const success = attributes.get('success');
  if (success !== false && success !== 'false') return { outcome: 'success' };
  const code = short(first(attributes, ['error_type', 'error.type']));
  const told = [code, first(attributes, ['error', 'error.message'])];
  const isDenied = told.some((text) => text !== undefined && REFUSAL.test(text.slice(0, 512)));
  return { outcome: isDenied ? 'denied' : 'failed', ...(code !== undefined && { errorCode: code }) };
}

function activityOf(
  event: Event,
  id: string,
  what: Pick<Activity, 'action' | 'resource' | 'outcome' | 'errorCode'>,
  context: ReadContext,
): Reading {
  const at = timeOf(event);
  if (at === undefined) return dead('timeUnixNano: expected a time');
  return { status: 'read', activities: [{ id, at, tenant: context.tenant, ...whoOf(event), ...what }] };
}

function ofTool(event: Event, context: ReadContext): Reading {
  const { attributes, agent } = event;
  const tool = toolOf(attributes);
  if (tool === undefined) return dead('tool_name: expected the name of a tool');
  const call = first(attributes, ['tool_use_id', 'call_id', 'gen_ai.tool.call.id']);
  const id = call === undefined ? idOf(event, context) : `${agent}:${sessionOf(event) ?? ''}:${call}`;
  const resource = targetOf(attributes);
  const action = {
    name: `tools/call:${tool.name}`,
    service: tool.isMcp ? 'mcp' : 'gen_ai',
    access: accessOfName(tool.name),
  };
  const reading = activityOf(
    event,
    id,
    { action, ...(resource !== undefined && { resource }), ...outcomeOf(attributes) },
    context,
  );
  // Claude Code's events are in a trace only where it makes spans of its calls, and those leave the arguments of some out.
  const isInTrace = call !== undefined && textAt(event.record.traceId) !== undefined;
  return reading.status === 'read' && isInTrace ? { ...reading, isInTrace } : reading;
}

const idOf = ({ agent, record }: Event, context: ReadContext) => `${agent}:${context.hashOf(record)}`;

function ofModel(event: Event, isError: boolean, context: ReadContext): Reading {
  const { attributes } = event;
  const model = first(attributes, ['model', 'gen_ai.request.model']);
  const status = first(attributes, ['http.response.status_code', 'status_code', 'http.status_code']);
  const told = outcomeOfHttp(status);
  const code = status ?? short(first(attributes, ['error_type', 'error.type']));
  const outcome =
    isError && told.outcome === 'success'
      ? { outcome: 'failed' as const, ...(code !== undefined && { errorCode: code }) }
      : told;
  const action = { name: 'chat', service: 'gen_ai', access: 'execute' as const };
  return activityOf(
    event,
    idOf(event, context),
    { action, ...(model !== undefined && { resource: { id: model, type: 'model' } }), ...outcome },
    context,
  );
}

export const format: Format = {
  id: 'otel-coding-agents',
  about: {
    title: 'Log events of coding agents',
    source:
      'OpenTelemetry log records of Claude Code, Codex, Gemini CLI and agents that tell the same way ({"resourceLogs": [...]}): tools that were used or refused, and model calls. What a person typed is not kept.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined || (record.timeUnixNano ?? record.observedTimeUnixNano) === undefined) return false;
    if (!Array.isArray(record.attributes)) return false;
    return namesOf(record, attributesOf(record.attributes)).some((name) => KNOWN.test(name) || TOLD.test(name));
  },
  read(raw, context): Reading {
    const record = objectAt(raw) ?? {};
    const attributes = attributesOf(record.attributes);
    const names = namesOf(record, attributes);
    const told = names.map((name) => TOLD.exec(name)).find((found) => found !== null);
    if (told === undefined || told === null) return skip('an event of a coding agent that is no act');
    const [, agent = '', what] = told;
    const resource = attributesOf(objectAt(record.resource)?.attributes);
    const event: Event = { record, attributes, resource, agent: agent.replaceAll('_', '-') };
    switch (what) {
      case 'tool_result':
      case 'tool_call':
        return ofTool(event, context);
      case 'tool_decision':
        return REFUSED.test(first(attributes, ['decision']) ?? '')
          ? ofTool(event, context)
          : skip('a decision to let a tool be used: the use has a record of its own');
      case 'api_request':
        // Gemini CLI writes another event when the answer is there.
        if ((attributes.get('duration_ms') ?? attributes.get('http.response.status_code')) === undefined)
          return skip('a request to a model: its answer has a record of its own');
        // Claude Code makes spans of its own where traces are on, and only then its events are in one.
        if (agent === 'claude_code' && textAt(record.traceId) !== undefined)
          return skip('a model call that a span tells of as well');
        return ofModel(event, false, context);
      default:
        return ofModel(event, what === 'api_error', context);
    }
  },
};
