/** Vercel's AI SDK: one agent with a name, and one that asks it in a tool. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import * as ai from 'ai';
import * as common from './common.mjs';

const made = common.provider();
const isNew = process.env.WRAPPER === '7';
if (isNew) {
  const { OpenTelemetry } = await import('@ai-sdk/otel');
  ai.registerTelemetry(new OpenTelemetry());
}
const model = createOpenAICompatible({ name: 'stand-in', ...common.API })(common.MODEL);
const telemetry = (functionId) => {
  const told = { isEnabled: true, functionId, metadata: { userId: common.USER, sessionId: common.CONVERSATION } };
  return isNew ? { telemetry: told } : { experimental_telemetry: told };
};
const tools = {
  search_tickets: ai.tool({
    inputSchema: ai.jsonSchema(common.SEARCH),
    execute: async (input) => common.searchTickets(input),
  }),
  send_payment: ai.tool({ inputSchema: ai.jsonSchema(common.PAY), execute: async () => common.sendPayment() }),
};
const ask = (functionId, given, prompt) =>
  ai.generateText({ model, tools: given, prompt, stopWhen: ai.stepCountIs(6), ...telemetry(functionId) });
await common.attempt(async () => (await ask(common.AGENT, tools, common.TASK)).text);
const desk = {
  ask_desk: ai.tool({
    inputSchema: ai.jsonSchema({ type: 'object', properties: { task: { type: 'string' } }, required: ['task'] }),
    execute: async ({ task }) => (await ask(common.AGENT, tools, task)).text,
  }),
};
await common.attempt(async () => (await ask(common.OTHER, desk, common.TASK)).text);
await common.attempt(async () => {
  const Agent = ai.ToolLoopAgent;
  const agent = new Agent({ id: common.AGENT, model, tools, ...telemetry(common.AGENT) });
  return (await agent.generate({ prompt: common.TASK })).text;
});
await made.forceFlush();
await made.shutdown();
