"""Microsoft Agent Framework: one agent, one that uses it as a tool, and a workflow of two."""

import asyncio

import common

common.provider()

from agent_framework import Agent  # noqa: E402
from agent_framework.observability import enable_instrumentation  # noqa: E402
from agent_framework.openai import OpenAIChatCompletionClient  # noqa: E402

enable_instrumentation(enable_sensitive_data=True)
client = OpenAIChatCompletionClient(model=common.MODEL)
desk = Agent(client, name=common.AGENT, instructions="Help.", tools=[common.search_tickets, common.send_payment])
triage = Agent(client, name=common.OTHER, instructions="Ask.", tools=[desk.as_tool(name="ask_desk")])


async def main():
    for agent in (desk, triage):
        await common.attempt_async(agent.run(common.TASK))
    from agent_framework import WorkflowBuilder

    sorter = Agent(client, name=common.OTHER, instructions="Sort.")
    workflow = WorkflowBuilder(start_executor=sorter).add_edge(sorter, desk).build()
    await common.attempt_async(workflow.run(common.TASK))


asyncio.run(main())
common.flush()
