#!/usr/bin/env bash
# @opentelemetry/exporter-trace-otlp-grpc 0.223.1 (with @grpc/grpc-js 1.14.7) gives spans up at the first UNAVAILABLE.
# Expected: OTLP lets a client send again after UNAVAILABLE, and the exporter over HTTP of the same SDK does so after a 503.
# Seen: over gRPC one request, and the batch has failed; over HTTP two, and it is delivered.
# What it means here: a server that is busy for a moment loses spans that come over gRPC from Node, and none that come over HTTP.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/exporter-trace-otlp-grpc@0.223.1 @opentelemetry/exporter-trace-otlp-proto@0.223.1 \
  @opentelemetry/sdk-trace-base@2.9.0 @grpc/grpc-js@1.14.7 >/dev/null
cat >run.mjs <<'JS'
import { createServer } from 'node:http';
import grpc from '@grpc/grpc-js';
import { OTLPTraceExporter as OverGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OverHttp } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

const kept = new InMemorySpanExporter();
new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(kept)] }).getTracer('t').startSpan('s').end();
const spans = kept.getFinishedSpans();
const exported = (exporter) => new Promise((done) => exporter.export(spans, ({ code }) => done(code === 0 ? 'delivered' : 'failed')));

let calls = 0;
const server = new grpc.Server();
const bytes = { requestStream: false, responseStream: false, requestSerialize: (b) => b, requestDeserialize: (b) => b, responseSerialize: (b) => b, responseDeserialize: (b) => b };
server.addService(
  { export: { path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export', ...bytes } },
  { export: (_, answer) => (++calls === 1 ? answer({ code: grpc.status.UNAVAILABLE, details: 'busy' }) : answer(null, Buffer.alloc(0))) },
);
const port = await new Promise((done, fail) => server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (e, p) => (e ? fail(e) : done(p))));
const byGrpc = new OverGrpc({ url: `http://127.0.0.1:${port}`, timeoutMillis: 8000 });
console.log(`gRPC ${await exported(byGrpc)} after ${calls}`);

let requests = 0;
const web = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(++requests === 1 ? 503 : 200).end());
});
await new Promise((done) => web.listen(0, '127.0.0.1', done));
const byHttp = new OverHttp({ url: `http://127.0.0.1:${web.address().port}/v1/traces`, timeoutMillis: 8000 });
console.log(`HTTP ${await exported(byHttp)} after ${requests}`);
process.exit(0);
JS
seen=$(node run.mjs 2>/dev/null)
expected=$'gRPC failed after 1\nHTTP delivered after 2'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }
