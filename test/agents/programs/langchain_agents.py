"""LangChain and LangGraph: one agent, one that asks it in a tool, and both as nodes of a graph."""

import os

import common

made = common.provider() if common.WRAPPER not in ("langsmith", "langfuse") else None

if common.WRAPPER == "openinference":
    from openinference.instrumentation.langchain import LangChainInstrumentor

    LangChainInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "genai":
    from opentelemetry.instrumentation.genai.langchain import LangChainInstrumentor

    LangChainInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "openllmetry":
    from opentelemetry.instrumentation.langchain import LangchainInstrumentor

    LangchainInstrumentor().instrument(tracer_provider=made)
elif common.WRAPPER == "langsmith":
    common.provider()

from langchain.agents import create_agent  # noqa: E402
from langchain_openai import ChatOpenAI  # noqa: E402
from langgraph.graph import END, START, MessagesState, StateGraph  # noqa: E402

model = ChatOpenAI(model=common.MODEL)
desk = create_agent(model, [common.search_tickets, common.send_payment], name=common.AGENT)


def ask_desk(task: str) -> str:
    """Asks the desk."""
    return desk.invoke({"messages": [("user", task)]})["messages"][-1].content


triage = create_agent(model, [ask_desk], name=common.OTHER)
plain = create_agent(model, [], name=common.OTHER)
graph = StateGraph(MessagesState)
graph.add_node("triage-agent", plain)
graph.add_node("desk-agent", desk)
graph.add_edge(START, "triage-agent")
graph.add_edge("triage-agent", "desk-agent")
graph.add_edge("desk-agent", END)
config = {"configurable": {"thread_id": common.CONVERSATION}, "metadata": {"user_id": common.USER}}
callbacks = []
if common.WRAPPER == "langfuse":
    from langfuse import Langfuse
    from langfuse.langchain import CallbackHandler

    client = Langfuse(public_key="pk-lf-1", secret_key="sk-lf-1", base_url=os.environ["LANGFUSE_BASE_URL"])
    callbacks = [CallbackHandler()]
    config["metadata"].update({"langfuse_user_id": common.USER, "langfuse_session_id": common.CONVERSATION})
if callbacks:
    config["callbacks"] = callbacks
for app in (desk, triage, graph.compile(name="office")):
    common.attempt(lambda app=app: app.invoke({"messages": [("user", common.TASK)]}, config)["messages"][-1].content)
if common.WRAPPER == "langfuse":
    client.flush()
if common.WRAPPER == "langsmith":
    from langchain_core.tracers.langchain import wait_for_all_tracers

    wait_for_all_tracers()
common.flush()
