"""Strands: one agent, one that uses it as a tool, and a swarm of two."""

import common

common.provider()

from strands import Agent, tool  # noqa: E402
from strands.models.openai import OpenAIModel  # noqa: E402
from strands.multiagent import Swarm  # noqa: E402

import os  # noqa: E402

traced = {"session.id": common.CONVERSATION, "user.id": common.USER}


def model():
    return OpenAIModel(client_args={"base_url": os.environ["OPENAI_BASE_URL"], "api_key": "not-a-key"}, model_id=common.MODEL)


def desk():
    return Agent(name=common.AGENT, model=model(), tools=[tool(common.search_tickets), tool(common.send_payment)], trace_attributes=traced, callback_handler=None)


@tool
def ask_desk(task: str) -> str:
    """Asks the desk."""
    return str(desk()(task))


common.attempt(lambda: desk()(common.TASK))
common.attempt(lambda: Agent(name=common.OTHER, model=model(), tools=[ask_desk], trace_attributes=traced, callback_handler=None)(common.TASK))
common.attempt(lambda: Swarm([Agent(name=common.OTHER, model=model(), callback_handler=None), desk()])(common.TASK).status)
common.flush()
