/** Finds the agent that a span names, under whatever attribute its library writes it. */
import { LIMITS } from '../../../schemas/activity.ts';
import { isNobody, textAt } from '../../ingest/format.ts';
import { type Attributes, type Fields, first, metadataAt } from './attributes.ts';
import { Names } from './names.ts';
import { ADK_RUN, type Sort } from './sort.ts';

/** An agent as a span names it; at least one of the two is there. */
export interface Agent {
  /** What people call it: the same in every run. */
  readonly name?: string;
  /** What the library calls it. Many make a new one for every run or every object. */
  readonly id?: string;
  /** The name was taken from that of the span, which may as well be a workflow's. */
  readonly isGuess?: true;
}

/** Names of the acting agent on any span, most telling first. */
const NAMES = new Names(
  'gen_ai.agent.name',
  'agent.name',
  'langsmith.metadata.lc_agent_name',
  'traceloop.association.properties.lc_agent_name',
  'ai.telemetry.functionId',
  'agent_name',
  'crewai.agent.role',
  'crewai.task.agent',
);
/** On spans that are an agent at work only: elsewhere they name a node or a tool. */
const NAMES_OF_RUNS = new Names(
  'graph.node.id',
  'traceloop.entity.name',
  'haystack.component.name',
  'genkit:name',
  'agentops.entity.name',
);
/** What a library writes for every agent alike: it tells none from another. */
const SAME_FOR_ALL = /^(?:openai[ _-]?agent|agent(?:[ _-]workflow)?|assistant|default|<not specified>)$/i;

/** A longer text is no name. Were it taken, a caller could make the act of whom it calls be refused. */
const isTelling = (text: string | undefined) =>
  text !== undefined && text.length <= LIMITS.name && !isNobody(text) && !SAME_FOR_ALL.test(text);

/** What the name of a span that is an agent at work says of the agent. */
function guessOf(span: Fields, attributes: Attributes): string | undefined {
  const spanName = textAt(span.name) ?? '';
  if (attributes.has('gen_ai.operation.name')) {
    const named = /^(?:invoke|create)_agent (.+)$/.exec(spanName)?.[1];
    return named === first(attributes, ['gen_ai.request.model']) ? undefined : named;
  }
  if (spanName.startsWith('haystack.')) return undefined;
  // The instrumentation of Claude's SDK writes which of its methods was called.
  const bare = spanName.replace(/^(ClaudeAgentSDK)\b.*$/, '$1').replace(/\.run$/, '');
  return bare === '' ? undefined : bare;
}

/** How logfire names the span of a whole run, before and after its template is filled. */
const LOGFIRE_RUN = /^Agent run: /;

/** Claude Code names itself in the names of its spans alone. */
export const isOfClaudeCode = ({ name }: Fields) => typeof name === 'string' && name.startsWith('claude_code.');

/** The agent that this very span names; undefined where it names none. */
export function agentOf(span: Fields, attributes: Attributes, sort: Sort): Agent | undefined {
  let name =
    first(attributes, NAMES) ??
    metadataAt(attributes, ['lc_agent_name']) ??
    (attributes.get('entity.type') === 'agent' ? first(attributes, ['entity.name']) : undefined);
  const id = first(attributes, ['gen_ai.agent.id']);
  let guess: string | undefined;
  if (name === undefined && id === undefined) {
    const spanName = textAt(span.name) ?? '';
    name = isOfClaudeCode(span) ? 'claude-code' : ADK_RUN.exec(spanName)?.[1];
    if (name === undefined && sort.is === 'agent') {
      guess = guessOf(span, attributes);
      name = first(attributes, NAMES_OF_RUNS) ?? guess;
    } else if (LOGFIRE_RUN.test(spanName)) name = first(attributes, ['name']);
  }
  const isGuess = name !== undefined && name === guess;
  const isNamed = isTelling(name);
  const hasId = isTelling(id);
  if (!isNamed && !hasId) return undefined;
  return {
    ...(isNamed && { name: name as string }),
    ...(hasId && { id: id as string }),
    ...(isNamed && isGuess && { isGuess }),
  };
}

/** By what an agent is known: its name, which comes back, before an id, which may not. */
export function labelOf(agent: Agent): string {
  return (agent.name ?? agent.id) as string;
}
