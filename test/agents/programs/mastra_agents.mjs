/** Mastra: one agent, and one that has it as a sub-agent. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { RequestContext } from '@mastra/core/request-context';
import { createTool } from '@mastra/core/tools';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';
import { z } from 'zod';
import * as common from './planted.mjs';

const model = createOpenAICompatible({ name: 'stand-in', ...common.API })(common.MODEL);
const search_tickets = createTool({
  id: 'search_tickets',
  description: 'Finds the tickets of an account.',
  inputSchema: z.object({ account: z.string() }),
  execute: async (input) => common.searchTickets(input),
});
const send_payment = createTool({
  id: 'send_payment',
  description: 'Sends a payment.',
  inputSchema: z.object({ recipient: z.string(), amount: z.number() }),
  execute: async () => common.sendPayment(),
});
const desk = new Agent({
  id: common.AGENT,
  name: common.AGENT,
  description: 'Pays.',
  instructions: 'Help.',
  model,
  tools: { search_tickets, send_payment },
});
const triage = new Agent({ id: common.OTHER, name: common.OTHER, instructions: 'Ask.', model, agents: { desk } });
const observability = new Observability({
  configs: {
    otel: {
      serviceName: 'desk-service',
      exporters: [
        new OtelExporter({
          provider: {
            custom: { endpoint: `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, protocol: 'http/protobuf' },
          },
        }),
      ],
    },
  },
});
const mastra = new Mastra({ agents: { desk, triage }, observability });
for (const name of ['desk', 'triage'])
  await common.attempt(async () => {
    const told = {
      requestContext: new RequestContext(),
      tracingOptions: { metadata: { userId: common.USER, sessionId: common.CONVERSATION } },
    };
    return (await mastra.getAgent(name).generate(common.TASK, { maxSteps: 6, ...told })).text;
  });
await observability.shutdown();
process.exit(0);
