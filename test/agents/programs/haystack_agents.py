"""Haystack: one agent alone, one in a pipeline, and one that uses it as a tool."""

import common

made = common.provider()

from opentelemetry import trace  # noqa: E402

if common.WRAPPER == "openinference":
    from openinference.instrumentation.haystack import HaystackInstrumentor

    HaystackInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "openllmetry":
    from opentelemetry.instrumentation.haystack import HaystackInstrumentor

    HaystackInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "native":
    from haystack import tracing
    from haystack_integrations.tracing.opentelemetry import OpenTelemetryTracer

    tracing.enable_tracing(OpenTelemetryTracer(trace.get_tracer("haystack")))
    tracing.tracer.is_content_tracing_enabled = True

from haystack import Pipeline  # noqa: E402
from haystack.components.agents import Agent  # noqa: E402
from haystack.components.generators.chat import OpenAIChatGenerator  # noqa: E402
from haystack.dataclasses import ChatMessage  # noqa: E402
from haystack.tools import ComponentTool, create_tool_from_function  # noqa: E402


def desk():
    return Agent(chat_generator=OpenAIChatGenerator(model=common.MODEL), tools=[create_tool_from_function(common.search_tickets), create_tool_from_function(common.send_payment)])


asked = [ChatMessage.from_user(common.TASK)]
common.attempt(lambda: desk().run(messages=asked)["messages"][-1].text)
pipeline = Pipeline()
pipeline.add_component("desk-agent", desk())
common.attempt(lambda: pipeline.run({"desk-agent": {"messages": asked}}))
triage = Agent(chat_generator=OpenAIChatGenerator(model=common.MODEL), tools=[ComponentTool(component=desk(), name="desk_agent", description="Pays.")])
common.attempt(lambda: triage.run(messages=asked)["messages"][-1].text)
common.flush()
