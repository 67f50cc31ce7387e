"""BeeAI: one agent, and one that hands over to it."""

import asyncio
import os

import common

made = common.provider()

from openinference.instrumentation.beeai import BeeAIInstrumentor  # noqa: E402

BeeAIInstrumentor().instrument(tracer_provider=made)

from beeai_framework.agents.requirement import RequirementAgent  # noqa: E402
from beeai_framework.backend import ChatModel  # noqa: E402
from beeai_framework.tools import tool  # noqa: E402
from beeai_framework.tools.handoff import HandoffTool  # noqa: E402

os.environ["OPENAI_API_BASE"] = os.environ["OPENAI_BASE_URL"]
model = ChatModel.from_name(f"openai:{common.MODEL}")
desk = RequirementAgent(llm=model, name=common.AGENT, description="Pays.", tools=[tool(common.search_tickets), tool(common.send_payment)])
triage = RequirementAgent(llm=model, name=common.OTHER, description="Sorts.", tools=[HandoffTool(desk, name="ask_desk")])


async def main():
    for agent in (desk, triage):
        await common.attempt_async(agent.run(common.TASK))


asyncio.run(main())
common.flush()
