"""smolagents: one agent, and one that manages it."""

import os

import common

made = common.provider()

if common.WRAPPER == "openinference":
    from openinference.instrumentation.smolagents import SmolagentsInstrumentor

    SmolagentsInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "genai":
    from opentelemetry.instrumentation.genai.smolagents import SmolagentsInstrumentor

    SmolagentsInstrumentor().instrument(tracer_provider=made)

from smolagents import OpenAIModel, ToolCallingAgent, tool  # noqa: E402

model = OpenAIModel(model_id=common.MODEL, api_base=os.environ["OPENAI_BASE_URL"], api_key="not-a-key")


def desk():
    return ToolCallingAgent([tool(common.search_tickets), tool(common.send_payment)], model, name="desk_agent", description="Pays.", max_steps=4)


common.attempt(lambda: desk().run(common.TASK))
triage = ToolCallingAgent([], model, name="triage_agent", description="Sorts.", managed_agents=[desk()], max_steps=4)
common.attempt(lambda: triage.run(common.TASK))
common.flush()
