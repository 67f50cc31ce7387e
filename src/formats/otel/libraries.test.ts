/** One execution of a tool is one activity of the right agent, whichever library tells of it. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { formatRig } from '../../../test/unit/format-rig.ts';
import { span, spansOf } from '../../../test/unit/spans.ts';
import { format } from '../otel-genai.ts';

const rig = formatRig(format, 'auto');
type Spans = Parameters<typeof spansOf>[1];

/** What an export of the service `mailroom` comes to. */
function told(spans: Spans, resource = {}) {
  const outcomes = rig.reader.readParsed(spansOf('mailroom', spans, resource));
  const acts = outcomes.flatMap((one) => (one.status === 'read' ? [...one.activities] : []));
  return { acts, skipped: outcomes.flatMap((one) => (one.status === 'skip' ? [one.reason] : [])) };
}

/** The one tool call of an export. */
function tool(...spans: Spans): Activity {
  const calls = told(spans).acts.filter(({ action }) => action.name.startsWith('tools/call'));
  expect(calls).toHaveLength(1);
  return calls[0] as Activity;
}

const ARGUMENTS = '{"to":"box-9","copies":2}';
const call = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'post_letter' };
const full = { ...call, 'gen_ai.tool.call.arguments': ARGUMENTS };
const run = (more = {}) => ({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'clerk', ...more });
const asked = (more = {}) => ({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'model-2', ...more });

/** For each library: its spans for a tool `post_letter` that `clerk` uses with `to: box-9` in the run `case-4`. */
const LIBRARIES: Readonly<Record<string, Spans>> = {
  'GenAI conventions, agent named by the parent': [
    span('a', 'execute_tool post_letter', full, { above: 'b' }),
    span('b', 'invoke_agent clerk', run({ 'gen_ai.conversation.id': 'case-4' })),
  ],
  'GenAI conventions, placeholder on the tool': [
    span('a', 'x', { ...full, 'gen_ai.agent.name': 'OpenAI Agent', 'gen_ai.agent.id': 'agent' }, { above: 'u' }),
    span('u', 'unknown', { 'gen_ai.operation.name': 'unknown', 'gen_ai.agent.name': 'OpenAI Agent' }, { above: 'b' }),
    span('b', 'x', run({ 'gen_ai.agent.id': 'agent', 'session.id': 'case-4' })),
  ],
  OpenInference: [
    span(
      'a',
      'post_letter',
      { 'openinference.span.kind': 'TOOL', 'tool.name': 'post_letter', 'input.value': ARGUMENTS },
      { above: 'c' },
    ),
    span('c', 'turn', { 'openinference.span.kind': 'CHAIN' }, { above: 'b' }),
    span(
      'b',
      'clerk',
      { 'openinference.span.kind': 'AGENT', 'agent.name': 'clerk', 'session.id': 'case-4' },
      { above: 'r' },
    ),
    span('r', 'letters', { 'openinference.span.kind': 'AGENT' }),
  ],
  'OpenInference of LangChain': [
    span('a', 'post_letter', {
      'openinference.span.kind': 'TOOL',
      'tool.name': 'post_letter',
      'input.value': ARGUMENTS,
      metadata: '{"lc_agent_name":"clerk","thread_id":"case-4"}',
    }),
  ],
  'OpenInference of smolagents': [
    span(
      'a',
      'SimpleTool',
      {
        'openinference.span.kind': 'TOOL',
        'tool.name': 'post_letter',
        'input.value': '{"args":[],"kwargs":{"to":"box-9"}}',
        'session.id': 'case-4',
      },
      { above: 'b' },
    ),
    span('b', 'clerk.run', { 'openinference.span.kind': 'AGENT' }),
  ],
  OpenLLMetry: [
    span(
      'a',
      'post_letter.tool',
      {
        'traceloop.span.kind': 'tool',
        'traceloop.entity.name': 'post_letter',
        'traceloop.entity.input': '{"inputs":{"to":"box-9"},"tags":[]}',
        'traceloop.association.properties.session_id': 'case-4',
      },
      { above: 'b' },
    ),
    span('b', 'clerk.agent', { 'traceloop.span.kind': 'agent', 'traceloop.entity.name': 'clerk' }),
  ],
  'OpenLLMetry of LangChain': [
    span(
      'a',
      'execute_tool post_letter',
      {
        ...call,
        'gen_ai.tool.call.arguments': `{"input_str":"{'to': 'box-9'}","metadata":{},"inputs":${ARGUMENTS}}`,
        'traceloop.association.properties.thread_id': 'case-4',
      },
      { above: 'w' },
    ),
    span('w', 'clerk.workflow', {
      ...run({ 'gen_ai.agent.id': '6f0b9a52-8d1e-4b8e-9d53-0c6f1f2f7a11' }),
      'traceloop.span.kind': 'workflow',
    }),
  ],
  'Vercel AI SDK 6': [
    span('a', 'ai.toolCall', {
      'ai.operationId': 'ai.toolCall',
      'ai.toolCall.name': 'post_letter',
      'ai.toolCall.args': ARGUMENTS,
      'ai.telemetry.functionId': 'clerk',
      'ai.telemetry.metadata.sessionId': 'case-4',
    }),
    span('m', 'ai.generateText.doGenerate', {
      'ai.operationId': 'ai.generateText.doGenerate',
      'gen_ai.system': 'x.chat',
      'gen_ai.request.model': 'model-2',
    }),
    span('b', 'ai.generateText', { 'ai.operationId': 'ai.generateText' }),
  ],
  'Vercel AI SDK 7': [
    span('a', 'execute_tool post_letter', full, { above: 's' }),
    span('s', 'step 1', { 'gen_ai.operation.name': 'agent_step' }, { above: 'b' }),
    span('b', 'invoke_agent model-2', run({ 'gen_ai.request.model': 'model-2', 'session.id': 'case-4' })),
  ],
  logfire: [
    span('a', 'Function: {name}', { 'gen_ai.system': 'x', name: 'post_letter', input: ARGUMENTS }, { above: 'q' }),
    span(
      'q',
      'Turn {turn} for agent clerk',
      { 'gen_ai.system': 'x', type: 'custom', agent_name: 'clerk' },
      { above: 'b' },
    ),
    span('b', 'Agent run: {name!r}', { 'gen_ai.system': 'x', name: 'clerk', group_id: 'case-4' }),
  ],
  LangSmith: [
    span('a', 'post_letter', {
      ...call,
      'gen_ai.system': 'langchain',
      'gen_ai.prompt': ARGUMENTS,
      'langsmith.metadata.lc_agent_name': 'clerk',
      'langsmith.metadata.thread_id': 'case-4',
    }),
  ],
  'Agent Development Kit': [
    span(
      'a',
      'execute_tool post_letter',
      { ...call, 'gen_ai.agent.name': 'clerk', 'gcp.vertex.agent.tool_call_args': ARGUMENTS },
      { above: 'b' },
    ),
    span(
      'm',
      'call_llm',
      { 'gen_ai.system': 'x', 'gen_ai.request.model': 'model-2', 'gcp.vertex.agent.session_id': 'case-4' },
      { above: 'b' },
    ),
    span('b', 'invoke_agent clerk', run()),
  ],
  'Agent Development Kit up to 1.14': [
    span(
      'a',
      'execute_tool post_letter',
      { ...call, 'gen_ai.system': 'gcp.vertex.agent', 'gcp.vertex.agent.tool_call_args': ARGUMENTS },
      { above: 'm' },
    ),
    span(
      'm',
      'call_llm',
      { 'gen_ai.system': 'x', 'gen_ai.request.model': 'model-2', 'gcp.vertex.agent.session_id': 'case-4' },
      { above: 'b' },
    ),
    span('b', 'agent_run [clerk]', {}, { above: 'i' }),
    span('i', 'invocation', {}),
  ],
  Strands: [
    span(
      'a',
      'execute_tool post_letter',
      { ...call, 'gen_ai.system': 'strands-agents' },
      {
        above: 's',
        events: [{ name: 'gen_ai.tool.message', attributes: { role: 'tool', content: ARGUMENTS } }],
      },
    ),
    span('s', 'execute_event_loop_cycle', { 'gen_ai.operation.name': 'execute_event_loop_cycle' }, { above: 'b' }),
    span('b', 'invoke_agent clerk', run({ 'session.id': 'case-4' })),
  ],
  'agent-framework': [
    span('a', 'execute_tool post_letter', full, { above: 'b' }),
    span('m', 'chat model-2', asked({ 'gen_ai.conversation.id': 'resp_77' }), { above: 'b' }),
    span(
      'b',
      'invoke_agent clerk',
      run({ 'gen_ai.agent.id': '6f0b9a52-8d1e-4b8e-9d53-0c6f1f2f7a11', 'session.id': 'case-4' }),
    ),
  ],
  AutoGen: [
    span('a', 'execute_tool post_letter', full, { above: 'b' }),
    span(
      'b',
      'invoke_agent clerk',
      run({ 'gen_ai.agent.id': 'clerk_6f0b9a52-8d1e-4b8e-9d53-0c6f1f2f7a11/x', 'session.id': 'case-4' }),
    ),
  ],
  CrewAI: [
    span(
      'a',
      'post_letter.run',
      { 'openinference.span.kind': 'TOOL', 'tool.name': 'post_letter', 'input.value': ARGUMENTS },
      { above: 'b' },
    ),
    span('b', 'clerk.task._execute_core', {
      'openinference.span.kind': 'AGENT',
      'graph.node.id': 'clerk',
      'session.id': 'case-4',
    }),
  ],
  Langfuse: [
    span(
      'a',
      'post_letter',
      { 'langfuse.observation.type': 'tool', 'langfuse.observation.input': ARGUMENTS, 'session.id': 'case-4' },
      { above: 'b' },
    ),
    span('b', 'clerk', { 'langfuse.observation.type': 'agent' }),
  ],
};

describe.each(Object.entries(LIBRARIES))('%s', (_name, spans) => {
  it('one tool call, of the agent, with its run and target, in either order', () => {
    for (const order of [spans, spans.toReversed()]) {
      const activity = tool(...order);
      expect(activity).toMatchObject({
        identity: { id: 'clerk', kind: 'agent', account: 'mailroom' },
        run: { id: 'case-4' },
        action: { name: 'tools/call:post_letter' },
        resource: { id: 'box-9', type: 'to' },
        outcome: 'success',
      });
    }
  });
});

describe('what single libraries write otherwise', () => {
  it('OpenInference of LangChain: the value of an only argument has the name that the model was told', () => {
    const declared = '{"type":"function","function":{"name":"post_letter","parameters":{"properties":{"to":{}}}}}';
    const model = span('m', 'ChatOpenAI', {
      'openinference.span.kind': 'LLM',
      'llm.tools.0.tool.json_schema': declared,
    });
    const call = span('a', 'post_letter', {
      'openinference.span.kind': 'TOOL',
      'tool.name': 'post_letter',
      'input.value': 'box-9',
    });
    expect(tool(call, model).resource).toEqual({ id: 'box-9', type: 'to' });
    expect(tool(call).resource).toBeUndefined();
  });

  it('arguments as Python prints them are read, and the id of the call is no target', () => {
    const of = (args: string) => tool(span('a', 'x', { ...call, 'gen_ai.tool.call.arguments': args })).resource;
    expect(of(`{'note': "it's 2", 'urgent': True, 'to': 'o\\'box', 'reply': None}`)).toEqual({
      id: "o'box",
      type: 'to',
    });
    expect(of(`{'to': 'box-9'`)).toBeUndefined();
    expect(of('{"inputs":{"task":"pay"},"kwargs":{"tool_call_id":"call_7"}}')).toBeUndefined();
  });

  it('LlamaIndex itself: a tool call is told in a printed event, and what is within fails', () => {
    const printed = `ToolCall(tool_name='post_letter', tool_kwargs={'to': 'box-9', 'copies': 2}, tool_id='call_1')`;
    const step = { 'llamaindex.step.input_event': 'ToolCall', 'llamaindex.step.input_summary': printed };
    const activity = tool(
      span('a', 'BaseWorkflowAgent.call_tool', step),
      span('b', 'FunctionTool.acall', step, { above: 'a', status: { code: 2, message: 'no such box' } }),
    );
    expect(activity).toMatchObject({
      action: { name: 'tools/call:post_letter' },
      resource: { id: 'box-9', type: 'to' },
      outcome: 'failed',
    });
  });

  it.each([
    ['Haystack', { 'haystack.tool.name': 'post_letter', 'haystack.agent.step.tool.input': ARGUMENTS }],
    [
      'Spring AI',
      {
        'gen_ai.operation.name': 'framework',
        'spring.ai.kind': 'tool_call',
        'spring.ai.tool.definition.name': 'post_letter',
        'spring.ai.tool.call.arguments': ARGUMENTS,
      },
    ],
  ])('%s: under names of its own', (_library, attributes) => {
    expect(tool(span('a', 'x', attributes))).toMatchObject({
      action: { name: 'tools/call:post_letter' },
      resource: { id: 'box-9', type: 'to' },
    });
  });

  it.each([
    ['Haystack', { 'haystack.tool.name': 'post_letter', 'haystack.tool.error': true }],
    [
      'OpenLLMetry of Agno',
      { 'traceloop.span.kind': 'tool', 'traceloop.entity.output': "status='failure' result=None error='no such box'" },
    ],
  ])('%s: a failure in a span that is called a success', (_library, attributes) => {
    expect(tool(span('a', 'post_letter', attributes, { status: { code: 1 } })).outcome).toBe('failed');
  });

  it('an output that is an object tells nothing of how it ended, and harms nobody', () => {
    const attributes = { 'traceloop.span.kind': 'tool', 'traceloop.entity.output': { toString: 1, valueOf: 1 } };
    expect(tool(span('a', 'post_letter', attributes)).outcome).toBe('success');
  });

  it('Claude Code: named by its spans, its target beside its arguments, its end told by the span within', () => {
    const of = (more: object) => ({
      'gen_ai.provider.name': 'x',
      'gen_ai.tool.call.id': 'toolu_1',
      'session.id': 's',
      ...more,
    });
    const activity = tool(
      span('a', 'claude_code.tool', of({ ...call, 'gen_ai.tool.name': 'Bash', full_command: 'git push' })),
      span('b', 'claude_code.tool.execution', of({}), { above: 'a', status: { code: 2, message: 'x' } }),
    );
    expect(activity).toMatchObject({
      id: 'claude-code:s:toolu_1',
      identity: { id: 'claude-code', kind: 'agent', account: 'mailroom' },
      resource: { id: 'git', type: 'command' },
      outcome: 'failed',
    });
  });

  it('Langfuse: the model and the version stand under names of its own', () => {
    const { actor } = tool(
      span('a', 'post_letter', { 'langfuse.observation.type': 'tool', 'langfuse.version': '3.1' }, { above: 'b' }),
      span(
        'm',
        'x',
        { 'langfuse.observation.type': 'generation', 'langfuse.observation.model.name': 'model-2' },
        { above: 'b' },
      ),
      span('b', 'clerk', { 'langfuse.observation.type': 'agent' }),
    );
    expect(actor).toMatchObject({ model: 'model-2', version: '3.1' });
  });

  it("Claude's SDK with OpenInference: the method that was called is not the agent", () => {
    const named = ['query', 'ClaudeSDKClient.receive_response'].map((method, n) =>
      span(`b${n}`, `ClaudeAgentSDK.${method}`, { 'openinference.span.kind': 'AGENT' }),
    );
    expect(told(named).acts.map(({ identity }) => identity.id)).toEqual(['ClaudeAgentSDK', 'ClaudeAgentSDK']);
  });

  it('Haystack: the agent has the name that it has in its pipeline', () => {
    const activity = tool(
      span('a', 'haystack.agent.step.tool', { 'haystack.tool.name': 'post_letter' }, { above: 's' }),
      span('s', 'haystack.agent.step', {}, { above: 'b' }),
      span('b', 'haystack.agent.run', {}, { above: 'c' }),
      span('c', 'haystack.component.run', { 'haystack.component.name': 'clerk', 'haystack.component.type': 'Agent' }),
    );
    expect(activity.identity).toMatchObject({ id: 'clerk', kind: 'agent' });
  });

  it('OpenLLMetry of LlamaIndex: tool and failure are told in what the tool returned', () => {
    const activity = tool(
      span('a', 'FunctionTool.task', {
        'traceloop.span.kind': 'task',
        'traceloop.entity.input': '{"kwargs":{"to":"box-9"}}',
        'traceloop.entity.output': '{"blocks":[],"tool_name":"post_letter","is_error": true}',
      }),
    );
    expect(activity).toMatchObject({
      action: { name: 'tools/call:post_letter' },
      resource: { id: 'box-9' },
      outcome: 'failed',
    });
  });

  it('DSPy calls a tool as an object, BeeAI tells of events within a call, Claude Code of the server', () => {
    const kind = { 'openinference.span.kind': 'TOOL' };
    const names = [
      span('a', 'post_letter.__call__', kind),
      span('b', 'error', kind, { above: 'a' }),
      span('c', 'claude_code.tool', { ...call, tool_name: 'mcp__post__post_letter' }),
    ];
    expect(told(names).acts.map(({ action }) => action.name)).toEqual([
      'tools/call:post_letter',
      'tools/call:mcp__post__post_letter',
    ]);
  });

  it('Genkit: a flow is the agent, and the kinds of its actions are told', () => {
    const of = (kind: string, more = {}) => ({ 'genkit:metadata:subtype': kind, ...more });
    const activity = tool(
      span('a', 'post_letter', of('tool', { 'genkit:name': 'post_letter', 'genkit:input': ARGUMENTS }), { above: 'g' }),
      span('g', 'generate', { 'genkit:type': 'util', 'genkit:name': 'generate' }, { above: 'b' }),
      span('m', 'x/model-2', of('model'), { above: 'g' }),
      span('b', 'clerk', of('flow', { 'genkit:name': 'clerk' })),
    );
    expect(activity).toMatchObject({ identity: { id: 'clerk', kind: 'agent' }, resource: { id: 'box-9', type: 'to' } });
  });

  it('MLflow writes kinds as JSON, with quotes of their own', () => {
    const of = (kind: string, more = {}) => ({ 'mlflow.spanType': `"${kind}"`, ...more });
    const spans: Spans = [
      span('a', 'post_letter', of('TOOL', { 'mlflow.spanInputs': ARGUMENTS, 'mlflow.spanFunctionName': '"post"' }), {
        above: 'b',
      }),
      span('m', 'model', of('CHAT_MODEL'), { above: 'b' }),
      span('c', 'chain', of('CHAIN'), { above: 'b' }),
      span('b', 'clerk', of('AGENT')),
    ];
    expect(tool(...spans)).toMatchObject({
      identity: { id: 'clerk', kind: 'agent' },
      action: { name: 'tools/call:post_letter' },
      resource: { id: 'box-9', type: 'to' },
    });
    expect(told(spans).acts.map(({ action }) => action.name)).toEqual([
      'tools/call:post_letter',
      'chat',
      'invoke_agent',
    ]);
  });

  it("Google's instrumentation of its own library writes each argument by itself", () => {
    const passed = { 'code.function.parameters.to.type': 'str', 'code.function.parameters.to.value': 'box-9' };
    expect(tool(span('a', 'execute_tool post_letter', { ...call, ...passed })).resource).toEqual({
      id: 'box-9',
      type: 'to',
    });
  });

  it('AgentOps and Braintrust mark kinds in attributes of their own', () => {
    const agentOps = tool(
      span(
        'a',
        'post_letter.tool',
        {
          'agentops.span.kind': 'tool',
          'agentops.entity.name': 'post_letter',
          'agentops.entity.input': `{"args":[],"kwargs":${ARGUMENTS}}`,
        },
        { above: 'b' },
      ),
      span('b', 'clerk.agent', { 'agentops.span.kind': 'agent', 'agentops.entity.name': 'clerk' }),
    );
    const braintrust = tool(
      span(
        'a',
        'post_letter',
        { 'braintrust.span_attributes': '{"type":"tool"}', 'braintrust.input_json': ARGUMENTS },
        { above: 'b' },
      ),
      span('b', 'clerk', run()),
    );
    for (const activity of [agentOps, braintrust])
      expect(activity).toMatchObject({
        identity: { id: 'clerk', kind: 'agent' },
        action: { name: 'tools/call:post_letter' },
        resource: { id: 'box-9', type: 'to' },
      });
  });

  it.each(['constructor', '__proto__', 'toString'])('a kind called %s is none that is known', (kind) => {
    expect(told([span('a', 'x', { 'openinference.span.kind': kind })]).skipped).toHaveLength(1);
    expect(told([span('a', 'x', { 'span.type': kind })]).skipped).toHaveLength(1);
  });

  it('VoltAgent: the kind and the agent of each span under names of its own', () => {
    const of = (type: string, more: object) => ({
      'span.type': type,
      'entity.type': 'agent',
      'entity.name': 'clerk',
      'conversation.id': 'case-4',
      ...more,
    });
    const activity = tool(
      span('a', 'tool.execution:post_letter', of('tool', { 'tool.name': 'post_letter', input: ARGUMENTS })),
      span('m', 'llm:generateText', of('llm', { 'llm.model': 'model-2', 'llm.tools': 'post_letter,weigh' })),
      span('w', 'GET', { 'span.type': 'web', 'tool.name': 'post_letter' }),
    );
    expect(activity).toMatchObject({
      identity: { id: 'clerk', kind: 'agent' },
      actor: { model: 'model-2' },
      run: { id: 'case-4', declared: ['post_letter', 'weigh'] },
      resource: { id: 'box-9', type: 'to' },
    });
  });

  it('the span of a whole run that has the same name for all is no agent, and handing over is no tool', () => {
    const kind = (of: string) => ({ 'openinference.span.kind': of });
    const { acts, skipped } = told([
      span('r', 'Agent workflow', kind('AGENT')),
      span('b', 'clerk', kind('AGENT'), { above: 'r' }),
      span('h', 'handoff to courier', { ...kind('TOOL'), 'tool.name': 'handoff_to_courier' }, { above: 'b' }),
    ]);
    expect(acts.map(({ identity, onBehalfOf }) => [identity.id, onBehalfOf])).toEqual([['clerk', undefined]]);
    expect(skipped).toHaveLength(2);
  });

  it('a tool that calls itself by way of another agent is called twice, two spans of one call once', () => {
    const of = (id: string) => ({ ...call, 'gen_ai.tool.call.id': id });
    const calls = (outer: string, inner: string) =>
      told([span('a', 'x', of(outer)), span('b', 'x', of(inner), { above: 'a' })]).acts.length;
    expect([calls('call_1', 'call_2'), calls('call_1', 'call_1'), calls('<not specified>', 'call_2')]).toEqual([
      2, 1, 1,
    ]);
  });
});

describe('who acts', () => {
  it('a name comes before an id that is made for every run, which is what acted', () => {
    const of = (id: string) => told([span('b', 'x', run({ 'gen_ai.agent.id': id }))]).acts[0] as Activity;
    const [one, two] = [of('6f0b9a52-8d1e-4b8e-9d53-0c6f1f2f7a11'), of('6f0b9a52-8d1e-4b8e-9d53-0c6f1f2f7a12')];
    expect(one.identity).toEqual(two.identity);
    expect(one.identity.id).toBe('clerk');
    expect(one.actor?.id).toBe('6f0b9a52-8d1e-4b8e-9d53-0c6f1f2f7a11');
  });

  it('an id that all agents share tells none from another, and actors are not named by it', () => {
    const agents = ['clerk', 'courier'].map((name) =>
      span(name, 'x', {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': name,
        'gen_ai.agent.id': 'agent',
      }),
    );
    expect(told(agents).acts.map(({ identity }) => identity.id)).toEqual(['clerk', 'courier']);
  });

  it('an agent is at home in its service and environment', () => {
    const resource = { 'deployment.environment.name': 'prod', 'service.namespace': 'post' };
    const { identity } = told([span('b', 'x', run())], resource).acts[0] as Activity;
    expect(identity).toMatchObject({ id: 'clerk', account: 'prod/post/mailroom', environment: 'prod' });
  });

  it('a tool span that begins to name its agent changes neither identity nor actor', () => {
    const parent = span('b', 'x', run({ 'gen_ai.conversation.id': 'case-4', 'gen_ai.request.model': 'model-2' }));
    const before = tool(span('a', 'x', full, { above: 'b' }), parent);
    const after = tool(span('a', 'x', { ...full, 'gen_ai.agent.name': 'clerk' }, { above: 'b' }), parent);
    expect(after).toEqual(before);
  });

  it('a tool call of an agent that another one called is on behalf of that one', () => {
    const activity = tool(
      span('a', 'x', full, { above: 'b' }),
      span('b', 'x', run(), { above: 'p' }),
      span('p', 'x', {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'planner',
        'gen_ai.request.model': 'model-9',
        'user.id': 'person-1',
      }),
    );
    expect(activity.identity.id).toBe('clerk');
    expect(activity.onBehalfOf).toEqual([
      { id: 'planner', kind: 'agent' },
      { id: 'person-1', kind: 'subject' },
    ]);
    expect(activity.actor?.model).toBeUndefined();
  });

  it('model and tools of the agent come from its model calls, those of another agent do not', () => {
    const tools = '[{"name":"post_letter"}]';
    const activity = tool(
      span('a', 'x', full, { above: 'b' }),
      span('m', 'x', asked({ 'gen_ai.tool.definitions': tools }), { above: 'b' }),
      span('b', 'x', run()),
      span('n', 'x', asked({ 'gen_ai.request.model': 'model-9', 'gen_ai.agent.name': 'courier' })),
    );
    expect(activity.actor).toMatchObject({ model: 'model-2' });
    expect(activity.run?.declared).toEqual(['post_letter']);
  });

  it.each(['unknown_service', 'unknown_service:node', '-'])('%s is nobody, and skipped', (service) => {
    const { acts, skipped } = told([span('a', 'x', full)], { 'service.name': service });
    expect(acts).toEqual([]);
    expect(skipped).toEqual(['nobody is named: no agent, client or service.name']);
  });

  it.each([
    'user.id',
    'gen_ai.user',
    'langfuse.user.id',
    'traceloop.association.properties.user_id',
    'langsmith.metadata.user_id',
    'ai.telemetry.metadata.userId',
    'metadata.user_api_key_end_user_id',
  ])('the user is read from %s, also where only another span of the trace tells', (name) => {
    const user = { [name]: 'person-1' };
    const subject = [{ id: 'person-1', kind: 'subject' }];
    expect(tool(span('a', 'x', { ...full, ...user })).onBehalfOf).toEqual(subject);
    expect(tool(span('a', 'x', full), span('m', 'x', asked(user))).onBehalfOf).toEqual(subject);
    const two = [span('m', 'x', asked(user)), span('n', 'x', asked({ [name]: 'person-2' }))];
    expect(tool(span('a', 'x', full), ...two).onBehalfOf).toBeUndefined();
  });

  it("an answer's id is no conversation: all model calls of a trace are one run", () => {
    const calls = ['resp_1', 'chatcmpl-2', undefined].map((id, n) =>
      span(`m${n}`, 'x', asked({ 'gen_ai.agent.name': 'clerk', ...(id && { 'gen_ai.conversation.id': id }) })),
    );
    expect(new Set(told(calls).acts.map(({ run }) => run?.id))).toEqual(new Set(['t']));
  });
});

describe('what is an act', () => {
  it.each(['execute_event_loop_cycle', 'agent_step', 'execute_task', 'chain', 'unknown', 'invoke_workflow', 'plan'])(
    'the operation %s is a step of a framework',
    (operation) => {
      const { acts, skipped } = told([span('a', 'x', { 'gen_ai.operation.name': operation })]);
      expect(acts).toEqual([]);
      expect(skipped).toEqual(['a step of a framework is not an act of an agent']);
    },
  );

  it('a span that names a provider and nothing else is a step, one that names a model a model call', () => {
    expect(told([span('a', 'Task', { 'gen_ai.system': 'x' })]).acts).toEqual([]);
    const { acts } = told([span('a', 'call_llm', { 'gen_ai.system': 'x', 'gen_ai.request.model': 'model-2' })]);
    expect(acts.map(({ action, resource }) => [action.name, resource?.id])).toEqual([['chat', 'model-2']]);
  });

  it('handing over is a step in OpenInference, and so is a workflow around agents', () => {
    const { acts } = told([
      span('h', 'handoff to courier', { 'openinference.span.kind': 'TOOL' }, { above: 'b' }),
      span('b', 'clerk', { 'openinference.span.kind': 'AGENT', 'agent.name': 'clerk' }, { above: 'r' }),
      span('r', 'letters', { 'openinference.span.kind': 'AGENT' }),
    ]);
    expect(acts.map(({ identity, action }) => [identity.id, action.name])).toEqual([['clerk', 'invoke_agent']]);
  });

  it.each(['server/discover', 'initialize', 'resources/templates/list', 'notifications/initialized', 'tasks/get'])(
    'the request %s reads',
    (method) => {
      const { acts } = told([span('a', method, { 'mcp.method.name': method })]);
      expect(acts[0]?.action).toEqual({ name: method, service: 'mcp', access: 'read' });
    },
  );
});

describe('one call told by several spans', () => {
  const mcp = { 'mcp.method.name': 'tools/call' };
  const agent = span('a', 'x', { ...full, 'gen_ai.agent.name': 'clerk' });
  const client = span('c', 'tools/call post_letter', { ...call, ...mcp }, { above: 'a', kind: 3 });
  const sent = span('d', 'MCP send tools/call post_letter', mcp, { above: 'c', kind: 3 });
  const failed = { 'error.type': 'tool_error' };
  const server = (more = {}) =>
    span('s', 'tools/call post_letter', { ...call, ...mcp, 'mcp.session.id': 'z', ...more }, { above: 'd', kind: 2 });

  it('agent, client and server tell of one act of the agent, which ends as the server says', () => {
    const { acts, skipped } = told([server(failed), sent, client, agent]);
    expect(acts).toHaveLength(1);
    expect(acts[0]).toMatchObject({
      identity: { id: 'clerk' },
      action: { name: 'tools/call:post_letter', service: 'mcp' },
      resource: { id: 'box-9' },
      outcome: 'failed',
      errorCode: 'tool_error',
    });
    expect(skipped).toHaveLength(3);
  });

  it('of two tries the last one counts', () => {
    const first = span('c', 'tools/call post_letter', { ...call, ...mcp, ...failed }, { above: 'a' });
    const second = span(
      'e',
      'tools/call post_letter',
      { ...call, ...mcp },
      { above: 'a', startTimeUnixNano: '1772360139000000000' },
    );
    expect(tool(first, second, agent).outcome).toBe('success');
    expect(tool({ ...first, startTimeUnixNano: '1772360140000000000' }, second, agent).outcome).toBe('failed');
  });

  it("a gateway's prefix is no other tool, another name and another agent's use are", () => {
    const prefixed = span('a', 'x', {
      ...full,
      'gen_ai.tool.name': 'mcp__post__post_letter',
      'gen_ai.agent.name': 'clerk',
    });
    expect(told([prefixed, client]).acts).toHaveLength(1);
    const other = span('c', 'x', { ...call, 'gen_ai.tool.name': 'send_fax' }, { above: 'a' });
    expect(told([agent, other]).acts.map(({ action }) => action.name)).toContain('tools/call:send_fax');
    const courier = span(
      'b',
      'x',
      { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'courier' },
      { above: 'a' },
    );
    const its = span('c', 'x', full, { above: 'b' });
    const users = told([agent, courier, its]).acts.filter(({ action }) => action.name === 'tools/call:post_letter');
    expect(users.map(({ identity }) => identity.id)).toEqual(['clerk', 'courier']);
  });

  it('spans that are their own parents are acts of their own, none of which is lost', () => {
    const circle = [
      span('a', 'x', full, { above: 'b' }),
      span('b', 'x', full, { above: 'a' }),
      span('c', 'x', full, { above: 'c' }),
    ];
    expect(told(circle).acts).toHaveLength(3);
  });
});

describe('how it ended', () => {
  const failing = (type: string | undefined, message: string, status = '') =>
    tool(
      span('a', 'x', full, {
        status: { code: 2, message: status },
        events: [
          { name: 'exception', attributes: { ...(type && { 'exception.type': type }), 'exception.message': message } },
        ],
      }),
    );

  it.each([
    ['PermissionError', 'letters are closed', 'denied', 'PermissionError'],
    ['Error', 'You are not allowed to post letters', 'denied', 'Error'],
    ['PostError', 'no such box', 'failed', 'PostError'],
  ])('%s: %s', (type, message, outcome, errorCode) => {
    expect(failing(type, message)).toMatchObject({ outcome, errorCode });
  });

  it('the message of the status tells where no exception does', () => {
    expect(failing(undefined, '', 'PermissionError: closed')).toMatchObject({
      outcome: 'denied',
      errorCode: 'PermissionError',
    });
  });
});
