/** BeeAI for Node with OpenInference: one agent with tools. */
import * as common from './common.mjs';

const made = common.provider();
const { BeeAIInstrumentation } = await import('@arizeai/openinference-instrumentation-beeai');
const framework = await import('beeai-framework');
const instrumentation = new BeeAIInstrumentation({ tracerProvider: made });
instrumentation.setTracerProvider?.(made);
instrumentation.manuallyInstrument(framework);
const { ToolCallingAgent } = await import('beeai-framework/agents/toolCalling/agent');
const { OpenAIChatModel } = await import('beeai-framework/adapters/openai/backend/chat');
const { DynamicTool, StringToolOutput } = await import('beeai-framework/tools/base');
const { UnconstrainedMemory } = await import('beeai-framework/memory/unconstrainedMemory');
const { z } = await import('zod');
const llm = new OpenAIChatModel(common.MODEL, {}, common.API);
const tools = [
  new DynamicTool({
    name: 'search_tickets',
    description: 'Finds.',
    inputSchema: z.object({ account: z.string() }),
    handler: async (input) => new StringToolOutput(common.searchTickets(input)),
  }),
  new DynamicTool({
    name: 'send_payment',
    description: 'Pays.',
    inputSchema: z.object({ recipient: z.string(), amount: z.number() }),
    handler: async () => common.sendPayment(),
  }),
];
const desk = new ToolCallingAgent({
  llm,
  memory: new UnconstrainedMemory(),
  tools,
  meta: { name: common.AGENT, description: 'Pays.' },
});
await common.attempt(async () => (await desk.run({ prompt: common.TASK })).result.text);
await new Promise((resolve) => setTimeout(resolve, 1000));
await made.forceFlush();
await made.shutdown();
