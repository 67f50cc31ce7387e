"""The Agent SDK of Claude: one agent with tools of its own. Its program exports for itself."""

import asyncio
import os

import common

made = common.provider()

if common.WRAPPER == "openinference":
    from openinference.instrumentation.claude_agent_sdk import ClaudeAgentSDKInstrumentor

    ClaudeAgentSDKInstrumentor().instrument(tracer_provider=made)

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, create_sdk_mcp_server, tool  # noqa: E402


@tool("search_tickets", "Finds the tickets of an account.", {"account": str})
async def search_tickets(asked):
    return {"content": [{"type": "text", "text": common.search_tickets(asked["account"])}]}


@tool("send_payment", "Sends a payment.", {"recipient": str, "amount": int})
async def send_payment(asked):
    return {"content": [{"type": "text", "text": common.send_payment(asked["recipient"], asked["amount"])}]}


names = ["mcp__desk__search_tickets", "mcp__desk__send_payment"]
# The program of the SDK exports only what its own variables name.
told = {key: value for key, value in os.environ.items() if key.startswith(("OTEL_", "CLAUDE_", "ANTHROPIC_"))}


async def ask(**more):
    options = ClaudeAgentOptions(
        model="stand-in-1", mcp_servers={"desk": create_sdk_mcp_server("desk", tools=[search_tickets, send_payment])}, allowed_tools=names, env=told, max_turns=8, setting_sources=[], **more
    )
    async with ClaudeSDKClient(options) as client:
        await client.query(common.TASK)
        async for message in client.receive_response():
            print(type(message).__name__, str(message)[:200])
    return "ended"


async def main():
    await common.attempt_async(ask())


asyncio.run(main())
common.flush()
