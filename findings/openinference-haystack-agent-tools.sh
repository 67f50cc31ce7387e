#!/bin/sh
# openinference-instrumentation-haystack 0.1.46 with haystack-ai 3.4.1: an agent uses a tool, and no span tells of it.
# Expected: a span of kind TOOL for each use of a tool, as the instrumentations of other libraries have it, and one of kind AGENT above it.
# Seen: one span, `Agent.run` of kind CHAIN. The instrumentation hooks components of pipelines, and the agent calls its tools itself.
# What it means here: such an export shows no act of an agent. Haystack's own tracer (package opentelemetry-haystack) tells of tools.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check haystack-ai==3.4.1 openinference-instrumentation-haystack==0.1.46 opentelemetry-sdk==1.45.2
cat >run.py <<'END'
from haystack import Pipeline, component
from haystack.components.agents import Agent
from haystack.dataclasses import ChatMessage, ToolCall
from haystack.tools import create_tool_from_function
from openinference.instrumentation.haystack import HaystackInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
HaystackInstrumentor().instrument(tracer_provider=provider)
used = []

def search_tickets(account: str) -> str:
    """Finds tickets."""
    used.append(account)
    return "one"

@component
class Model:
    """Asks for the tool once, then ends."""

    @component.output_types(replies=list[ChatMessage])
    def run(self, messages: list[ChatMessage], tools=None, **more):
        call = ToolCall(tool_name="search_tickets", arguments={"account": "acct-7"}, id="1")
        return {"replies": [ChatMessage.from_assistant("done") if used else ChatMessage.from_assistant(tool_calls=[call])]}

pipeline = Pipeline()
pipeline.add_component("desk-agent", Agent(chat_generator=Model(), tools=[create_tool_from_function(search_tickets)]))
pipeline.run({"desk-agent": {"messages": [ChatMessage.from_user("Look.")]}})
kinds = sorted(f'{span.name}:{span.attributes["openinference.span.kind"]}' for span in spans.get_finished_spans())
print(f"tools used: {len(used)}; spans: {' '.join(kinds)}")
END
seen=$(venv/bin/python run.py 2>/dev/null | tail -1)
expected='tools used: 1; spans: Agent.run:CHAIN Pipeline.run:CHAIN'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }
