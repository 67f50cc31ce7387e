"""Semantic Kernel: one agent, and one that uses it as a plugin."""

import asyncio

import common

common.provider()

from openai import AsyncOpenAI  # noqa: E402
from semantic_kernel.agents import ChatCompletionAgent  # noqa: E402
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion  # noqa: E402
from semantic_kernel.functions import kernel_function  # noqa: E402


class Desk:
    @kernel_function(description="Finds the tickets of an account.")
    def search_tickets(self, account: str) -> str:
        return common.search_tickets(account)

    @kernel_function(description="Sends a payment.")
    def send_payment(self, recipient: str, amount: int) -> str:
        return common.send_payment(recipient, amount)


def service():
    return OpenAIChatCompletion(ai_model_id=common.MODEL, async_client=AsyncOpenAI())


desk = ChatCompletionAgent(service=service(), name="desk_agent", instructions="Help.", plugins=[Desk()])
triage = ChatCompletionAgent(service=service(), name="triage_agent", instructions="Ask.", plugins=[desk])


async def main():
    for agent in (desk, triage):
        await common.attempt_async(agent.get_response(messages=common.TASK))


asyncio.run(main())
common.flush()
