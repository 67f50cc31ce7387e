"""AutoGen: one agent, and a swarm of two."""

import asyncio

import common

common.provider()

from autogen_agentchat.agents import AssistantAgent  # noqa: E402
from autogen_agentchat.conditions import MaxMessageTermination  # noqa: E402
from autogen_agentchat.teams import Swarm  # noqa: E402
from autogen_ext.models.openai import OpenAIChatCompletionClient  # noqa: E402

info = {"vision": False, "function_calling": True, "json_output": False, "family": "unknown", "structured_output": False}
client = OpenAIChatCompletionClient(model=common.MODEL, model_info=info)


def desk():
    return AssistantAgent("desk_agent", client, tools=[common.search_tickets, common.send_payment], max_tool_iterations=4)


async def main():
    await common.attempt_async(desk().run(task=common.TASK))
    triage = AssistantAgent("triage_agent", client, handoffs=["desk_agent"])
    await common.attempt_async(Swarm([triage, desk()], termination_condition=MaxMessageTermination(8)).run(task=common.TASK))


asyncio.run(main())
common.flush()
