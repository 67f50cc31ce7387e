/** The export of the Node programs that set one up themselves. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export * from './planted.mjs';

/** The tracer provider of the process, exporting as the environment says. */
export function provider(processors = []) {
  const made = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'desk-service', 'service.version': '3.1.0' }),
    spanProcessors: [...processors, new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  made.register();
  return made;
}
