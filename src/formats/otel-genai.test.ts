import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './otel-genai.ts';

const [sample] = samplesOf(format);
const rig = formatRig(format, 'auto');
const flat = { traceId: 't1', spanId: 's1', start_time: '2026-03-01T10:15:30Z', status: { code: 'OK' } };

const read = (attributes: object, change: object = {}) => rig.read({ ...flat, ...change, attributes });

it('a tool call of an agent is read out of OTLP with its run, target, caller and person', () => {
  const outcomes = rig.reader.readParsed(sample);
  expect(outcomes).toHaveLength(2);
  expect(outcomes[1]).toEqual({
    status: 'read',
    format: 'otel-genai',
    activities: [
      {
        id: 'otel:5b8efff798038103d269b633813fc60c:eee19b7ec3c1b174',
        at: '2026-03-01T10:15:30.120Z',
        tenant: 'default',
        identity: {
          id: 'agent:payer',
          kind: 'agent',
          provider: 'otel',
          account: 'prod/support-desk',
          environment: 'prod',
        },
        actor: { id: 'conv-77', kind: 'agent-run', version: '2.1.0', config: 'p-7' },
        run: { id: 'conv-77', task: 'refunds' },
        onBehalfOf: [
          { id: 'agent:planner', kind: 'agent' },
          { id: 'user:alex.doe', kind: 'subject' },
        ],
        action: { name: 'tools/call:send_money', service: 'mcp', access: 'write' },
        resource: { id: 'UK12345678901234567890', type: 'recipient' },
        source: { ip: '192.0.2.44', workload: 'agents/support-desk' },
        outcome: 'denied',
        errorCode: 'permission_denied',
      },
    ],
  });
});

it('the element of a split export reads like the export', () => {
  expect(rig.reader.readParsed(sample.resourceSpans[0])).toEqual(rig.reader.readParsed(sample));
});

it('a flat span with plain attributes is read', () => {
  const activity = read({
    'gen_ai.operation.name': 'chat',
    'gen_ai.agent.name': 'helper',
    'gen_ai.request.model': 'model-s',
  });
  expect(activity).toMatchObject({
    identity: { id: 'helper', kind: 'agent' },
    action: { name: 'chat', service: 'gen_ai', access: 'execute' },
    resource: { id: 'model-s', type: 'model' },
    outcome: 'success',
  });
});

it('a session of the protocol is never the identity', () => {
  const attributes = {
    'mcp.method.name': 'resources/read',
    'mcp.session.id': 's-1',
    'mcp.resource.uri': 'file:///a/1',
  };
  expect(rig.reader.readParsed({ ...flat, attributes })[0]).toMatchObject({
    status: 'skip',
    reason: 'nobody is named: no agent, client or service.name',
  });
  const activity = read(attributes, { resource: { attributes: { 'service.name': 'desk' } } });
  expect(activity).toMatchObject({
    identity: { id: 'desk', kind: 'workload' },
    actor: { id: 's-1', kind: 'session' },
    action: { name: 'resources/read', access: 'read' },
    resource: { id: 'file:///a/1', type: 'uri' },
  });
});

it('delegation by token: the outermost act is who acts now, the subject started it', () => {
  const act = { sub: 'agent:b', act: { sub: 'agent:c' } };
  const activity = read({
    'gen_ai.tool.name': 'get_page',
    'gen_ai.agent.id': 'agent:b',
    'oauth.act': JSON.stringify(act),
    'oauth.sub': 'user:1',
    'oauth.scope': 'read write',
    'oauth.jti': 'j-1',
  });
  expect(activity.onBehalfOf?.map(({ id }) => id)).toEqual(['agent:c', 'user:1']);
  expect(activity.scopes).toEqual(['read', 'write']);
  expect(activity.credential).toEqual({ id: 'j-1', kind: 'jwt' });
});

it('a token is kept as a fingerprint only', () => {
  const token = 'opaque-token-value';
  const { credential } = read({ 'gen_ai.tool.name': 'x', 'gen_ai.agent.id': 'a', 'oauth.token': token });
  expect(credential?.id).toMatch(/^fp:[0-9a-f]{24}$/);
});

it('free text in the arguments of a call is never taken as its target', () => {
  const args = JSON.stringify({ body: 'dear all', message: 'hello', query: 'what is', password: 'hunter2' });
  const activity = read({ 'gen_ai.tool.name': 'send', 'gen_ai.agent.id': 'a', 'gen_ai.tool.call.arguments': args });
  expect(activity.resource).toBeUndefined();
});

it('accounts that differ only in digits stay two', () => {
  const to = (iban: string) =>
    read({ 'gen_ai.tool.name': 'pay', 'gen_ai.agent.id': 'a', 'gen_ai.tool.call.arguments': { iban } }).resource?.id;
  expect(to('DE00000000001')).not.toBe(to('DE00000000002'));
});

it.each([
  [{ invoice_id: 'INV-7', to_account: 'LT601010012345678901', amount: 900 }, 'to_account'],
  [{ amount: 900, beneficiaryIban: 'LT601010012345678901' }, 'beneficiaryIban'],
  [{ subject: 'hi', recipient_email: 'collect@mail-relay.example' }, 'recipient_email'],
  [{ customer_id: 'C-1042', contact_email: 'new@mail-relay.example' }, 'customer_id'],
  [{ contact_email: 'new@mail-relay.example', note: 'x' }, 'contact_email'],
  [{ callbackUrl: 'https://hook.example/7', body: 'all' }, 'callbackUrl'],
  [{ topic: 'today', first_name: 'Ann', total: 3 }, undefined],
])('of the arguments %j the target is %s', (args, name) => {
  const { resource } = read({ 'gen_ai.tool.name': 'act', 'gen_ai.agent.id': 'a', 'gen_ai.tool.call.arguments': args });
  expect(resource?.type).toBe(name);
});

it('the tools a run declares are kept with it', () => {
  const tools = JSON.stringify([{ type: 'function', name: 'get_page' }, { function: { name: 'send' } }]);
  const activity = read({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.id': 'a',
    'gen_ai.conversation.id': 'c',
    'gen_ai.tool.definitions': tools,
  });
  expect(activity.run).toEqual({ id: 'c', declared: ['get_page', 'send'] });
});

it('a span of something else is skipped', () => {
  expect(rig.reader.readParsed({ ...flat, attributes: { 'http.route': '/' } })[0]?.status).toBe('skip');
});

it('what an agent is made of is read: model, version, prompt version, tools and the sort of task', () => {
  const attributes = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.id': 'a',
    'gen_ai.agent.version': '2.1.0',
    'gen_ai.conversation.id': 'c-1',
    'gen_ai.request.model': 'model-s',
    'gen_ai.prompt.name': 'triage',
    'gen_ai.prompt.version': 7,
    'gen_ai.workflow.name': 'inbox',
    'gen_ai.tool.definitions': [{ name: 'send' }, { name: 'get_page' }],
  };
  const activity = read(attributes);
  expect(activity.actor).toEqual({
    id: 'c-1',
    kind: 'agent-run',
    version: '2.1.0',
    model: 'model-s',
    config: 'triage 7',
  });
  expect(activity.run).toEqual({ id: 'c-1', declared: ['send', 'get_page'], task: 'inbox' });
});

it('instructions are kept as a fingerprint: the same for the same text, and none of it readable', () => {
  const told = (text: string) =>
    read({
      'gen_ai.operation.name': 'chat',
      'gen_ai.agent.id': 'a',
      'gen_ai.conversation.id': 'c',
      'gen_ai.system_instructions': [{ type: 'text', content: text }],
    }).actor?.config;
  expect(told('be kind')).toMatch(/^fp:[0-9a-f]{24}$/);
  expect(told('be kind')).toBe(told('be kind'));
  expect(told('be kind')).not.toBe(told('be rude'));
});

it('an agent without a conversation is its own actor where the log tells its model or version, of the span or of the process', () => {
  const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.agent.id': 'a' };
  const resource = { attributes: { 'service.name': 'desk', 'service.version': '9.3' } };
  expect(read({ ...chat, 'gen_ai.request.model': 'model-s' }).actor).toEqual({
    id: 'a',
    kind: 'agent',
    model: 'model-s',
  });
  expect(read(chat, { resource }).actor).toEqual({ id: 'a', kind: 'agent', version: '9.3' });
  expect(read(chat).actor).toBeUndefined();
  expect(read({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' }, { resource }).actor).toBeUndefined();
});

it('a prompt that is fetched over the protocol is an act and no task', () => {
  const activity = read({
    'mcp.method.name': 'prompts/get',
    'gen_ai.prompt.name': 'triage',
    'gen_ai.agent.id': 'a',
    'gen_ai.conversation.id': 'c',
  });
  expect(activity.action.name).toBe('prompts/get:triage');
  expect(activity.run).toEqual({ id: 'c' });
});

it('a log line that names the span it was written in is no span', () => {
  const line = { traceId: 't1', spanId: 's1', timestamp: '2026-03-01T10:15:30Z', message: 'GET /', level: 'info' };
  expect(format.recognises(line)).toBe(false);
  expect(format.recognises(flat)).toBe(true);
});
