/** LangChain for Node: one agent, told by OpenInference, or by LangSmith's own export. */
import { ChatOpenAI } from '@langchain/openai';
import * as common from './common.mjs';

const made = common.provider();
if (process.env.WRAPPER === 'openinference') {
  const { LangChainInstrumentation } = await import('@arizeai/openinference-instrumentation-langchain');
  const callbacks = await import('@langchain/core/callbacks/manager');
  new LangChainInstrumentation({ tracerProvider: made }).manuallyInstrument(callbacks);
} else if (process.env.WRAPPER === 'langsmith') {
  const { initializeOTEL } = await import('langsmith/experimental/otel/setup');
  initializeOTEL({ globalTracerProvider: made });
}
const { createAgent, tool } = await import('langchain');
const model = new ChatOpenAI({
  model: common.MODEL,
  apiKey: 'not-a-key',
  configuration: { baseURL: process.env.OPENAI_BASE_URL },
});
const tools = [
  tool(async (input) => common.searchTickets(input), {
    name: 'search_tickets',
    description: 'Finds.',
    schema: common.SEARCH,
  }),
  tool(async () => common.sendPayment(), { name: 'send_payment', description: 'Pays.', schema: common.PAY }),
];
const desk = createAgent({ model, tools, name: common.AGENT });
const ask = tool(
  async ({ task }) => (await desk.invoke({ messages: [{ role: 'user', content: task }] })).messages.at(-1).content,
  {
    name: 'ask_desk',
    description: 'Asks.',
    schema: { type: 'object', properties: { task: { type: 'string' } }, required: ['task'] },
  },
);
const triage = createAgent({ model, tools: [ask], name: common.OTHER });
for (const agent of [desk, triage])
  await common.attempt(async () => {
    const told = { configurable: { thread_id: common.CONVERSATION }, metadata: { user_id: common.USER } };
    return (await agent.invoke({ messages: [{ role: 'user', content: common.TASK }] }, told)).messages.at(-1).content;
  });
await new Promise((resolve) => setTimeout(resolve, 1000));
await made.forceFlush();
await made.shutdown();
