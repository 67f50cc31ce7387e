"""pydantic-ai: one agent, and one that asks it in a tool of its own."""

import asyncio

import common

made = common.provider()

from pydantic_ai import Agent  # noqa: E402
from pydantic_ai.models.openai import OpenAIChatModel  # noqa: E402

if common.WRAPPER == "openinference":
    from openinference.instrumentation.pydantic_ai import OpenInferenceSpanProcessor

    made._active_span_processor._span_processors = (OpenInferenceSpanProcessor(), *made._active_span_processor._span_processors)
Agent.instrument_all()
model = OpenAIChatModel(common.MODEL)
desk = Agent(model, name=common.AGENT, tools=[common.search_tickets, common.send_payment])
triage = Agent(model, name=common.OTHER)


@triage.tool_plain
async def ask_desk(task: str) -> str:
    """Asks the desk."""
    return str((await desk.run(task)).output)


async def main():
    for agent in (desk, triage):
        await common.attempt_async(agent.run(common.TASK))


asyncio.run(main())
common.flush()
