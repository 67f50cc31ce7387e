"""AG2: one agent with tools."""

import asyncio

import common

made = common.provider()

from ag2 import Agent, tool  # noqa: E402
from ag2.config import OpenAIConfig  # noqa: E402
from ag2.middleware.builtin.telemetry import TelemetryMiddleware  # noqa: E402

desk = Agent(
    common.AGENT,
    config=OpenAIConfig(model=common.MODEL, api_key="not-a-key"),
    tools=[tool(common.search_tickets), tool(common.send_payment)],
    middleware=[TelemetryMiddleware(tracer_provider=made, agent_name=common.AGENT, model_name=common.MODEL)],
)


async def asked():
    return (await desk.ask(common.TASK)).body


asyncio.run(common.attempt_async(asked()))
common.flush()
