/** OpenAI Agents SDK for Node with OpenInference: one agent, one that hands over to it. */
import * as sdk from '@openai/agents';
import OpenAI from 'openai';
import * as common from './common.mjs';

const made = common.provider();
const { OpenAIAgentsInstrumentation } = await import('@arizeai/openinference-instrumentation-openai-agents');
const instrumentation = new OpenAIAgentsInstrumentation({ tracerProvider: made });
instrumentation.instrument?.(sdk);
instrumentation.manuallyInstrument?.(sdk);
sdk.setDefaultOpenAIClient(new OpenAI(common.API));
const schema = (parameters) => ({ ...parameters, additionalProperties: false });
const tools = [
  sdk.tool({
    name: 'search_tickets',
    description: 'Finds.',
    strict: true,
    parameters: schema(common.SEARCH),
    execute: async (input) => common.searchTickets(input),
  }),
  sdk.tool({
    name: 'send_payment',
    description: 'Pays.',
    strict: true,
    parameters: schema(common.PAY),
    execute: async () => common.sendPayment(),
  }),
];
const desk = new sdk.Agent({ name: common.AGENT, instructions: 'Help.', model: common.MODEL, tools });
const triage = new sdk.Agent({ name: common.OTHER, instructions: 'Hand over.', model: common.MODEL, handoffs: [desk] });
for (const agent of [desk, triage])
  await common.attempt(
    async () => (await new sdk.Runner({ groupId: common.CONVERSATION }).run(agent, common.TASK)).finalOutput,
  );
await sdk.getGlobalTraceProvider?.().forceFlush?.();
await made.forceFlush();
await made.shutdown();
