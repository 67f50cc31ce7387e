/** VoltAgent: one agent, and one that supervises it. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Agent, createTool, VoltAgentObservability } from '@voltagent/core';
import { z } from 'zod';
import * as common from './planted.mjs';

const processor = new BatchSpanProcessor(new OTLPTraceExporter());
const observability = new VoltAgentObservability({ serviceName: 'desk-service', spanProcessors: [processor] });
const model = createOpenAICompatible({ name: 'stand-in', ...common.API })(common.MODEL);
const tools = [
  createTool({
    name: 'search_tickets',
    description: 'Finds.',
    parameters: z.object({ account: z.string() }),
    execute: async (input) => common.searchTickets(input),
  }),
  createTool({
    name: 'send_payment',
    description: 'Pays.',
    parameters: z.object({ recipient: z.string(), amount: z.number() }),
    execute: async () => common.sendPayment(),
  }),
];
const desk = new Agent({ name: common.AGENT, instructions: 'Help.', purpose: 'Pays.', model, tools, observability });
const triage = new Agent({ name: common.OTHER, instructions: 'Ask.', model, subAgents: [desk], observability });
for (const agent of [desk, triage])
  await common.attempt(
    async () =>
      (await agent.generateText(common.TASK, { userId: common.USER, conversationId: common.CONVERSATION })).text,
  );
await processor.forceFlush();
process.exit(0);
