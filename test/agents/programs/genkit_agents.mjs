/** Genkit: a flow that generates with tools, and a prompt that hands over to another. */
import { openAICompatible } from '@genkit-ai/compat-oai';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { genkit, z } from 'genkit';
import { enableTelemetry } from 'genkit/tracing';
import * as common from './planted.mjs';

const processor = new BatchSpanProcessor(new OTLPTraceExporter());
await enableTelemetry({ serviceName: 'desk-service', spanProcessors: [processor] });
const ai = genkit({ plugins: [openAICompatible({ name: 'stand-in', ...common.API })] });
const model = `stand-in/${common.MODEL}`;
const search = ai.defineTool(
  {
    name: 'search_tickets',
    description: 'Finds the tickets of an account.',
    inputSchema: z.object({ account: z.string() }),
    outputSchema: z.string(),
  },
  async (input) => common.searchTickets(input),
);
const pay = ai.defineTool(
  {
    name: 'send_payment',
    description: 'Sends a payment.',
    inputSchema: z.object({ recipient: z.string(), amount: z.number() }),
    outputSchema: z.string(),
  },
  async () => common.sendPayment(),
);
const flow = ai.defineFlow({ name: common.AGENT, inputSchema: z.string(), outputSchema: z.string() }, async (task) => {
  const { text } = await ai.generate({ model, prompt: task, tools: [search, pay], maxTurns: 6 });
  return text;
});
await common.attempt(() => flow(common.TASK));
const desk = ai.definePrompt({
  name: common.AGENT,
  description: 'Pays.',
  model,
  tools: [search, pay],
  system: 'Help.',
});
const triage = ai.definePrompt({
  name: common.OTHER,
  description: 'Sorts.',
  model,
  tools: [desk],
  system: 'Hand over.',
});
await common.attempt(async () => (await ai.chat(triage).send(common.TASK)).text);
await processor.forceFlush();
process.exit(0);
