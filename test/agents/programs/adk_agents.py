"""Google ADK: one agent, one that transfers to it, and one that uses it as a tool."""

import asyncio

import common

made = common.provider()

if common.WRAPPER == "openinference":
    from openinference.instrumentation.google_adk import GoogleADKInstrumentor

    GoogleADKInstrumentor().instrument(tracer_provider=made)

from google.adk.agents import LlmAgent  # noqa: E402
from google.adk.runners import InMemoryRunner  # noqa: E402
from google.adk.tools.agent_tool import AgentTool  # noqa: E402
from google.genai import types  # noqa: E402


def desk():
    return LlmAgent(name="desk_agent", model="gemini-stand-in-1", description="Pays.", instruction="Help.", tools=[common.search_tickets, common.send_payment])


async def ask(agent):
    runner = InMemoryRunner(agent=agent, app_name="office")
    session = await runner.session_service.create_session(app_name="office", user_id=common.USER, session_id=common.CONVERSATION)
    async for event in runner.run_async(user_id=common.USER, session_id=session.id, new_message=types.Content(role="user", parts=[types.Part(text=common.TASK)])):
        pass
    return "ended"


async def main():
    await common.attempt_async(ask(desk()))
    await common.attempt_async(ask(LlmAgent(name="triage_agent", model="gemini-stand-in-1", instruction="Transfer.", sub_agents=[desk()])))
    await common.attempt_async(ask(LlmAgent(name="triage_agent", model="gemini-stand-in-1", instruction="Ask.", tools=[AgentTool(desk())])))


asyncio.run(main())
common.flush()
