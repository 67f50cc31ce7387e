"""Langfuse's SDK: an agent and its tools as observations that the program makes itself."""

import os

import common
from langfuse import Langfuse, observe, propagate_attributes

client = Langfuse(public_key="pk-lf-1", secret_key="sk-lf-1", base_url=os.environ["LANGFUSE_BASE_URL"])
search = observe(name="search_tickets", as_type="tool")(common.search_tickets)
pay = observe(name="send_payment", as_type="tool")(common.send_payment)


@observe(name=common.AGENT, as_type="agent")
def desk(task):
    with propagate_attributes(user_id=common.USER, session_id=common.CONVERSATION, version=common.VERSION):
        search(account="acct-7")
        with client.start_as_current_observation(name="model", as_type="generation", model=common.MODEL):
            pass
        return pay(recipient="till-99", amount=5)


common.attempt(lambda: desk(common.TASK))
client.flush()
