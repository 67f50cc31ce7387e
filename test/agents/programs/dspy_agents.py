"""DSPy: one module that reasons and acts."""

import os

import common

made = common.provider()

if common.WRAPPER == "openinference":
    from openinference.instrumentation.dspy import DSPyInstrumentor

    DSPyInstrumentor().instrument(tracer_provider=made)

import dspy  # noqa: E402

dspy.configure(lm=dspy.LM(f"openai/{common.MODEL}", api_base=os.environ["OPENAI_BASE_URL"], api_key="not-a-key", cache=False))


class DeskAgent(dspy.Module):
    def __init__(self):
        super().__init__()
        self.desk = dspy.ReAct("task -> answer", tools=[common.search_tickets, common.send_payment], max_iters=4)

    def forward(self, task):
        return self.desk(task=task)


common.attempt(lambda: DeskAgent()(task=common.TASK))
common.flush()
