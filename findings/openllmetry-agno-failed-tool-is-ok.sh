#!/bin/sh
# opentelemetry-instrumentation-agno 0.62.4 with agno 3.1.10: the span of a tool that raised an error has the status OK.
# Expected: the status ERROR, and the exception as an event, as the conventions for recording errors say.
# Seen: the status OK and no event. That it failed stands in the printed result alone: status='failure'.
# What it means here: the outcome is read from that text (`src/formats/otel/outcome.ts`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check agno==3.1.10 opentelemetry-instrumentation-agno==0.62.4 opentelemetry-sdk==1.45.2
cat >run.py <<'END'
from opentelemetry.instrumentation.agno import AgnoInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
AgnoInstrumentor().instrument(tracer_provider=provider)

from agno.tools.function import Function, FunctionCall

def send_payment(recipient: str) -> str:
    """Pays."""
    raise PermissionError("refunds are not allowed")

FunctionCall(function=Function.from_callable(send_payment), arguments={"recipient": "till-99"}).execute()
(span,) = spans.get_finished_spans()
told = str(span.attributes.get("traceloop.entity.output", "")).split(" ")[0]
print(f"{span.name}: status {span.status.status_code.name}, events {len(span.events)}, output {told}")
END
seen=$(venv/bin/python run.py 2>/dev/null | tail -1)
expected="send_payment.tool: status OK, events 0, output status='failure'"
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }
