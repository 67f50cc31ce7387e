"""LlamaIndex: one agent, and a workflow of two of which one hands over."""

import asyncio

import common

made = common.provider()

if common.WRAPPER == "openinference":
    from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

    LlamaIndexInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "genai":
    from opentelemetry.instrumentation.genai.llama_index import LlamaIndexInstrumentor

    LlamaIndexInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "openllmetry":
    from opentelemetry.instrumentation.llamaindex import LlamaIndexInstrumentor

    LlamaIndexInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "native":
    from llama_index.observability.otel import LlamaIndexOpenTelemetry
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    LlamaIndexOpenTelemetry(service_name_or_resource="desk-service", span_exporter=OTLPSpanExporter()).start_registering()

from llama_index.core import set_global_tokenizer  # noqa: E402

# The default one is fetched from outside.
set_global_tokenizer(str.split)
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent  # noqa: E402
from llama_index.llms.openai_like import OpenAILike  # noqa: E402

import os  # noqa: E402

llm = OpenAILike(model=common.MODEL, api_base=os.environ["OPENAI_BASE_URL"], api_key="not-a-key", is_chat_model=True, is_function_calling_model=True)
desk = FunctionAgent(name=common.AGENT, description="Pays.", system_prompt="Help.", llm=llm, tools=[common.search_tickets, common.send_payment])
triage = FunctionAgent(name=common.OTHER, description="Sorts.", system_prompt="Hand over.", llm=llm, tools=[], can_handoff_to=[common.AGENT])


async def main():
    await common.attempt_async(desk.run(common.TASK))
    await common.attempt_async(AgentWorkflow(agents=[triage, desk], root_agent=common.OTHER).run(common.TASK))


asyncio.run(main())
common.flush()
