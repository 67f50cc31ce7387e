"""CrewAI: a crew of two of which one has the tools."""

import common

made = common.provider()

if common.WRAPPER == "openinference":
    from openinference.instrumentation.crewai import CrewAIInstrumentor

    CrewAIInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "openllmetry":
    from opentelemetry.instrumentation.crewai import CrewAIInstrumentor

    CrewAIInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "genai":
    from opentelemetry.instrumentation.genai.crewai import CrewAIInstrumentor

    CrewAIInstrumentor().instrument(tracer_provider=made)

from crewai import LLM, Agent, Crew, Task  # noqa: E402
from crewai.tools import tool  # noqa: E402

# Names of models that it does not know need LiteLLM, which drops what the table looks for.
llm = LLM(model="openai/gpt-4o-mini")
desk = Agent(role=common.AGENT, goal="Help.", backstory="A clerk.", llm=llm, tools=[tool(common.search_tickets), tool(common.send_payment)], max_iter=4)
triage = Agent(role=common.OTHER, goal="Sort.", backstory="A clerk.", llm=llm)
tasks = [Task(description="Sort it.", expected_output="A word.", agent=triage), Task(description=common.TASK, expected_output="A word.", agent=desk)]
common.attempt(lambda: Crew(agents=[triage, desk], tasks=tasks, name="office").kickoff())
common.flush()
