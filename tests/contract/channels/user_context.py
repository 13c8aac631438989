"""Who a call is for."""

from __future__ import annotations

from opentelemetry import baggage
from opentelemetry.context import attach, detach

from contract.channels.channel import channel
from contract.channels.wire import chat
from contract.installation import Installation
from spanwise.core.context import use


@channel
def user_context(installed: Installation, text: str) -> None:
    with use(user=text, wish=text):
        installed.tracer.start_span("work").end()
        chat(installed, {"role": "user", "content": "hello"})


@channel
def user_context_that_becomes_a_metric_label(installed: Installation, text: str) -> None:
    with use(feature=text):
        chat(installed, {"role": "user", "content": "hello"})


@channel
def user_context_from_baggage(installed: Installation, text: str) -> None:
    token = attach(baggage.set_baggage("user.id", text))
    try:
        installed.tracer.start_span("work").end()
        chat(installed, {"role": "user", "content": "hello"})
    finally:
        detach(token)
