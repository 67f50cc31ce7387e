"""OpenAI Agents SDK: one agent, one that hands over to it, and one that uses it as a tool."""

import asyncio

import common

made = common.provider()

from agents import Agent, RunConfig, Runner, function_tool, set_tracing_export_api_key  # noqa: E402

if common.WRAPPER == "openinference":
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "genai":
    from opentelemetry.instrumentation.genai.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "openllmetry":
    from opentelemetry.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    OpenAIAgentsInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "logfire":
    import logfire

    logfire.configure(send_to_logfire=False, console=False, service_name="desk-service")
    logfire.instrument_openai_agents()

tools = [function_tool(common.search_tickets), function_tool(common.send_payment)]
desk = Agent(name=common.AGENT, instructions="Help.", model=common.MODEL, tools=tools)
triage = Agent(name=common.OTHER, instructions="Hand over.", model=common.MODEL, handoffs=[desk])
asker = Agent(name=common.OTHER, instructions="Ask.", model=common.MODEL, tools=[desk.as_tool("ask_desk", "Asks the desk.")])


async def main():
    for agent in (desk, triage, asker):
        config = RunConfig(group_id=common.CONVERSATION, trace_metadata={"user_id": common.USER})
        await common.attempt_async(Runner.run(agent, common.TASK, run_config=config))


asyncio.run(main())
common.flush()
