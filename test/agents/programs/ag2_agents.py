"""AG2: one agent with tools."""

import common

made = common.provider()

from autogen import AssistantAgent, LLMConfig, UserProxyAgent, register_function  # noqa: E402
from autogen.opentelemetry import instrument_agent, instrument_llm_wrapper  # noqa: E402

desk = AssistantAgent("desk_agent", llm_config=LLMConfig({"model": common.MODEL, "api_key": "not-a-key"}))
user = UserProxyAgent("user", human_input_mode="NEVER", code_execution_config=False, max_consecutive_auto_reply=4)
for made_tool in (common.search_tickets, common.send_payment):
    register_function(made_tool, caller=desk, executor=user, description=made_tool.__doc__)
instrument_llm_wrapper(tracer_provider=made)
for agent in (desk, user):
    instrument_agent(agent, tracer_provider=made)
common.attempt(lambda: user.initiate_chat(desk, message=common.TASK, max_turns=4))
common.flush()
