"""Spans of the application and of other instrumentors."""

from __future__ import annotations

import contextlib
import json
from urllib.parse import quote, quote_plus

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags, TraceState

from contract.channels.channel import channel
from contract.installation import Installation

__all__ = ["remote"]


def remote(state: str = "") -> SpanContext:
    """The context of a span of another process."""
    kept = TraceState([("vendor", state)]) if state else None
    return SpanContext(0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7, True, TraceFlags(1), kept)


@channel
def span_name(installed: Installation, text: str) -> None:
    installed.tracer.start_span(text).end()


@channel
def span_attribute(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={"note": text}).end()


@channel
def span_attribute_in_a_list(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={"notes": ["first", text]}).end()


@channel
def span_attribute_in_a_nested_mapping(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={"note": {"outer": {"inner": [text]}}}).end()


@channel
def span_attribute_as_bytes(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={"note": text.encode()}).end()


@channel
def span_attribute_in_a_json_document(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={"note": json.dumps({"inner": [text]})}).end()


@channel
def span_attribute_in_a_json_document_inside_another(installed: Installation, text: str) -> None:
    inner = json.dumps({"inner": [text]}, ensure_ascii=False)
    installed.tracer.start_span("work", attributes={"note": json.dumps({"body": inner}, ensure_ascii=False)}).end()


@channel
def key_of_a_span_attribute(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={text: "value"}).end()


@channel
def key_of_a_numeric_span_attribute(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={text: 3}).end()


@channel
def key_inside_a_span_attribute(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", attributes={"note": {text: 3}}).end()


@channel
def span_event_name(installed: Installation, text: str) -> None:
    with installed.tracer.start_as_current_span("work") as span:
        span.add_event(text)


@channel
def span_event_attribute(installed: Installation, text: str) -> None:
    with installed.tracer.start_as_current_span("work") as span:
        span.add_event("noted", {"note": text})


@channel
def key_of_a_numeric_span_event_attribute(installed: Installation, text: str) -> None:
    with installed.tracer.start_as_current_span("work") as span:
        span.add_event("noted", {text: 3})


@channel
def span_link_attribute(installed: Installation, text: str) -> None:
    installed.tracer.start_span("work", links=[Link(remote(), {"note": text})]).end()


@channel
def tracestate(installed: Installation, text: str) -> None:
    context = trace.set_span_in_context(NonRecordingSpan(remote(text)))
    installed.tracer.start_span("work", context).end()


@channel
def span_status_description(installed: Installation, text: str) -> None:
    with installed.tracer.start_as_current_span("work") as span:
        span.set_status(Status(StatusCode.ERROR, text))


@channel
def exception_that_leaves_a_span(installed: Installation, text: str) -> None:
    with contextlib.suppress(ValueError), installed.tracer.start_as_current_span("work"):
        raise ValueError(text)


@channel
def cause_of_an_exception(installed: Installation, text: str) -> None:
    """Only the stack trace holds it."""
    with contextlib.suppress(ValueError), installed.tracer.start_as_current_span("work"):
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ValueError("no such thing") from error


@channel
def scope_name(installed: Installation, text: str) -> None:
    installed.tracer_provider.get_tracer(text).start_span("work").end()


@channel
def scope_attribute(installed: Installation, text: str) -> None:
    installed.tracer_provider.get_tracer("shop", attributes={"note": text}).start_span("work").end()


@channel
def resource_attribute(installed: Installation, text: str) -> None:
    """A second provider whose processor is the same pipeline."""
    provider = TracerProvider(resource=Resource({"note": text}), shutdown_on_exit=False)
    provider.add_span_processor(installed.pipeline)
    provider.get_tracer("shop").start_span("work").end()


@channel
def prompt_on_the_span_of_another_instrumentor(installed: Installation, text: str) -> None:
    messages = [{"role": "user", "parts": [{"type": "text", "content": text}]}]
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": json.dumps(messages, ensure_ascii=False)}
    installed.tracer.start_span("chat gpt-4o", attributes=attributes).end()


@channel
def prompt_in_an_earlier_dialect(installed: Installation, text: str) -> None:
    attributes = {"gen_ai.system": "openai", "llm.request.type": "chat", "gen_ai.prompt.0.content": text}
    installed.tracer.start_span("openai.chat", attributes=attributes).end()


@channel
def encoded_url_of_an_http_span(installed: Installation, text: str) -> None:
    url = f"https://shop.example/search?q={quote_plus(text)}&page=2"
    installed.tracer.start_span("GET", attributes={"url.full": url, "url.query": f"q={quote(text)}"}).end()


@channel
def url_of_an_http_span(installed: Installation, text: str) -> None:
    url = f"https://shop.example/search?q={text}"
    installed.tracer.start_span("GET", attributes={"url.full": url}).end()
