"""What the Python programs share: the export, the tools, and the names that the table of facts looks for."""

import os

MODEL = "stand-in-1"
AGENT = "desk-agent"
OTHER = "triage-agent"
CONVERSATION = "conv-42"
USER = "ada@example.com"
VERSION = "3.1.0"
TASK = "Pay what ticket 7 asks for."
WRAPPER = os.environ.get("WRAPPER", "")


def provider():
    """The tracer provider of the process, exporting as the environment says."""
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    made = TracerProvider(resource=Resource.create({"service.version": VERSION}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(made)
    return made


def search_tickets(account: str) -> str:
    """Finds the tickets of an account.

    Args:
        account: The account.
    """
    return f"Ticket 7 of {account} asks for a refund."


def send_payment(recipient: str, amount: int) -> str:
    """Sends a payment.

    Args:
        recipient: Who gets the money.
        amount: How much, in euros.
    """
    raise PermissionError("refunds are not allowed")


def attempt(what):
    """Runs one part. That a tool raises ends the run in some libraries."""
    try:
        print(what())
    except Exception as error:  # noqa: BLE001
        print(f"ended by {type(error).__name__}: {error}")


async def attempt_async(what):
    try:
        print(await what)
    except Exception as error:  # noqa: BLE001
        print(f"ended by {type(error).__name__}: {error}")


def flush():
    from opentelemetry import trace

    made = trace.get_tracer_provider()
    if hasattr(made, "force_flush"):
        made.force_flush()
    if hasattr(made, "shutdown"):
        made.shutdown()
