#!/bin/sh
# openinference-instrumentation-langchain 0.1.80: of a tool with one argument the span tells the value, and not the name of the argument.
# Expected: `input.value` holds the arguments as JSON, as it does for tools with several arguments: {"account": "acct-7"}.
# Seen: it holds the bare text acct-7, and says so with no `input.mime_type`.
# What it means here: what the value is about is looked up in the schema that the model was given (`src/formats/otel/target.ts`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check langchain-core==1.8.3 openinference-instrumentation-langchain==0.1.80 opentelemetry-sdk==1.45.2
cat >run.py <<'END'
import json
from langchain_core.tools import tool
from openinference.instrumentation.langchain import LangChainInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
LangChainInstrumentor().instrument(tracer_provider=provider)

@tool
def search_tickets(account: str) -> str:
    """Finds tickets."""
    return "one"

@tool
def send_payment(recipient: str, amount: int) -> str:
    """Pays."""
    return "done"

search_tickets.invoke({"type": "tool_call", "id": "1", "name": "search_tickets", "args": {"account": "acct-7"}})
send_payment.invoke({"type": "tool_call", "id": "2", "name": "send_payment", "args": {"recipient": "till-99", "amount": 5}})
for span in spans.get_finished_spans():
    print(json.dumps([span.name, span.attributes["input.value"], span.attributes.get("input.mime_type")]))
END
seen=$(venv/bin/python run.py)
echo "$seen"
case $seen in
  *'["search_tickets", "acct-7", null]'*) ;;
  *) echo 'changed; it was: ["search_tickets", "acct-7", null]' >&2; exit 1 ;;
esac
