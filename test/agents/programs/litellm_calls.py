"""LiteLLM: model calls with a user and a session, told by its own callback."""

import litellm

litellm.callbacks = ["otel"]

import common

common.attempt(
    lambda: litellm.completion(
        model=f"openai/{common.MODEL}", messages=[{"role": "user", "content": common.TASK}], user=common.USER, metadata={"session_id": common.CONVERSATION, "agent_name": common.AGENT}
    )
)
import time  # noqa: E402

time.sleep(3)
common.flush()
