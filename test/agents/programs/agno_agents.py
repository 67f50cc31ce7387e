"""Agno: one agent, and a team of it."""

import common

made = common.provider()

if common.WRAPPER == "openinference":
    from openinference.instrumentation.agno import AgnoInstrumentor

    AgnoInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "openllmetry":
    from opentelemetry.instrumentation.agno import AgnoInstrumentor

    AgnoInstrumentor().instrument(tracer_provider=made)

import os  # noqa: E402

from agno.agent import Agent  # noqa: E402
from agno.models.openai.like import OpenAILike  # noqa: E402
from agno.team import Team  # noqa: E402

model = OpenAILike(id=common.MODEL, base_url=os.environ["OPENAI_BASE_URL"], api_key="not-a-key")
desk = Agent(name=common.AGENT, model=model, tools=[common.search_tickets, common.send_payment], telemetry=False)
common.attempt(lambda: desk.run(common.TASK, session_id=common.CONVERSATION, user_id=common.USER).content)
team = Team(name=common.OTHER, model=model, members=[desk], telemetry=False)
common.attempt(lambda: team.run(common.TASK, session_id=common.CONVERSATION, user_id=common.USER).content)
common.flush()
