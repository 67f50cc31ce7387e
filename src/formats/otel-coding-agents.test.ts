/** What Claude Code, Codex and Gemini CLI tell in their log is an act of the agent, once, for the person at whose machine it works. */
import { describe, expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { span, spansOf } from '../../test/unit/spans.ts';
import { format } from './otel-coding-agents.ts';
import { format as spans } from './otel-genai.ts';

type Plain = Readonly<Record<string, unknown>>;

const rig = formatRig(format, 'auto');
const [claude, codex, gemini] = samplesOf(format);

const pairs = (of: Plain) =>
  Object.entries(of).map(([key, value]) => ({
    key,
    value: typeof value === 'boolean' ? { boolValue: value } : { stringValue: String(value) },
  }));

/** A log record with these attributes, as an exporter sends it. */
const event = (attributes: Plain, record: Plain = {}, resource: Plain = { 'service.name': 'laptop' }) => ({
  resourceLogs: [
    {
      resource: { attributes: pairs(resource) },
      scopeLogs: [{ logRecords: [{ timeUnixNano: '1772360130000000000', ...record, attributes: pairs(attributes) }] }],
    },
  ],
});
const toolOf = (attributes: Plain) => rig.read(event({ 'event.name': 'codex.tool_result', ...attributes }));

describe('who used what', () => {
  it('Claude Code: the agent in its service, the person before the installation, the program of a command', () => {
    expect(rig.read(claude)).toMatchObject({
      id: 'claude-code:session-4:toolu_1',
      identity: { id: 'claude-code', kind: 'agent', provider: 'otel', account: 'claude-code' },
      actor: { id: 'session-4', kind: 'agent-run', version: '2.1.332' },
      run: { id: 'session-4' },
      onBehalfOf: [{ id: 'ada@example.com', kind: 'subject' }],
      action: { name: 'tools/call:Bash', access: 'execute' },
      resource: { id: 'cat', type: 'command' },
      source: { workload: 'laptop-7' },
      outcome: 'success',
    });
  });

  it('Codex: named by an attribute where `eventName` is a place in its source, at the time that it was observed', () => {
    expect(rig.read(codex)).toMatchObject({
      at: '2026-03-01T10:15:31.000Z',
      identity: { id: 'codex', account: 'production/codex_exec', environment: 'production' },
      actor: { model: 'model-2', version: '0.171.0' },
      onBehalfOf: [{ id: 'account-3' }],
      resource: { id: 'rm', type: 'command' },
      outcome: 'failed',
    });
  });

  it('Gemini CLI: without the version of Node that it gives as its own', () => {
    const activity = rig.read(gemini);
    expect(activity).toMatchObject({
      identity: { id: 'gemini-cli' },
      resource: { id: 'notes.txt', type: 'file_path' },
    });
    expect(activity.actor?.version).toBeUndefined();
  });

  it.each([
    [{ tool_name: 'mcp_tool', tool_parameters: '{"mcp_server_name":"desk","mcp_tool_name":"pay"}' }, 'mcp__desk__pay'],
    [{ tool_name: 'pay', mcp_server: 'desk' }, 'mcp__desk__pay'],
    [{ tool_name: 'mcp__desk__pay', mcp_server: 'desk' }, 'mcp__desk__pay'],
  ])('a tool of an MCP server has one name, however it is told: %o', (attributes, name) => {
    expect(toolOf(attributes).action).toMatchObject({ name: `tools/call:${name}`, service: 'mcp' });
  });

  it.each([
    ['cat notes.txt', 'cat'],
    ['LANG=C /usr/bin/git push origin main', 'git'],
    [['bash', '-lc', 'curl -s https://example.com'], 'curl'],
    ["bash -c 'ls; rm x'", 'ls'],
    ['sudo systemctl restart web', 'systemctl'],
  ])('the target of %o is the program', (command, program) => {
    expect(toolOf({ tool_name: 'shell', arguments: JSON.stringify({ command }) }).resource?.id).toBe(program);
  });

  it.each([
    [{ success: 'true' }, 'success'],
    [{ success: false, error_type: 'ShellError' }, 'failed'],
    [{ success: 'false', error: 'Permission to use Bash has been denied.' }, 'denied'],
    [{ decision: 'reject', success: false }, 'denied'],
  ])('%o ended as %s', (attributes, outcome) => {
    expect(toolOf({ tool_name: 'shell', ...attributes }).outcome).toBe(outcome);
  });
});

describe('what counts', () => {
  const outcomeOf = (attributes: Plain, record: Plain = {}) => rig.reader.readParsed(event(attributes, record))[0]!;

  it('a refused call has the id that the call itself would have, so that it counts once', () => {
    const call = { tool_name: 'Bash', tool_use_id: 'toolu_2', 'session.id': 's' };
    const refused = rig.read(
      event(
        { 'event.name': 'tool_decision', decision: 'reject', ...call },
        { body: { stringValue: 'claude_code.tool_decision' } },
      ),
    );
    expect(refused).toMatchObject({ id: 'claude-code:s:toolu_2', outcome: 'denied' });
  });

  it('a call that Claude Code tells in its log and in a span counts once', () => {
    const told = span('a', 'claude_code.tool', {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'Bash',
      'gen_ai.tool.call.id': 'toolu_1',
      'session.id': 'session-4',
      'user.id': '00aa'.repeat(16),
      'user.email': 'ada@example.com',
      bash_argv0: 'cat',
    });
    const [outcome] = formatRig(spans, 'auto').reader.readParsed(spansOf('claude-code', [told]));
    const act = outcome?.status === 'read' ? outcome.activities[0] : undefined;
    const { id, identity, resource, onBehalfOf, action } = rig.read(claude);
    expect(act).toMatchObject({ id, identity, resource, onBehalfOf, action });
  });

  it('what is decided, asked and typed is no act; what was answered is', () => {
    for (const name of [
      'codex.tool_decision',
      'gemini_cli.api_request',
      'codex.user_prompt',
      'claude_code.plugin_loaded',
    ])
      expect(outcomeOf({ 'event.name': name, decision: 'approved', model: 'model-2' }).status).toBe('skip');
    const answered = rig.read(event({ 'event.name': 'gemini_cli.api_response', model: 'model-2', status_code: '403' }));
    expect(answered).toMatchObject({
      action: { name: 'chat' },
      resource: { id: 'model-2', type: 'model' },
      outcome: 'denied',
    });
  });

  it('agents that tell the same way are read too, events of others are skipped, and records in a body stay records', () => {
    expect(rig.read(event({ 'event.name': 'some-fork.tool_call', function_name: 'read_file' })).identity.id).toBe(
      'some-fork',
    );
    expect(outcomeOf({ 'event.name': 'browser.page_view' }, { body: { stringValue: 'a page' } })).toMatchObject({
      status: 'skip',
      reason: 'OTLP log record: a line of text, not a record',
    });
    expect(outcomeOf({ 'event.name': 'codex.tool_result' }, { body: { stringValue: '{"a":1}' } }).status).toBe('dead');
  });
});
