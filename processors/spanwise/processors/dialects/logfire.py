"""Logfire's OpenAI and Anthropic integrations: current names since 4.0, `request_data` and `response_data` before.

A stream is two spans: the request, which ends when the headers are there, and later a log without length that has
usage and answer. The log is the call.
"""

from __future__ import annotations

from opentelemetry.trace import StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Message
from spanwise.core.view import SpanView
from spanwise.processors.dialects.dialect import Dialect
from spanwise.processors.dialects.messages import messages, messages_in, put_input, put_output, put_tools, text_message
from spanwise.processors.dialects.parameters import put_parameters
from spanwise.processors.dialects.usage import put_usage
from spanwise.processors.dialects.values import is_sequence, mapping, number, parsed, text
from spanwise.semconv import attributes as names

__all__ = ["DIALECT", "OPEN_STREAM"]

OPEN_STREAM = "open_stream"
"""Value of `gen_ai.operation.name` on the request of a stream, so that the call is counted once."""

_REQUEST, _RESPONSE, _USAGE, _EVENTS = "request_data", "response_data", "gen_ai.usage.raw", "events"
_SPAN_TYPE = "logfire.span_type"


def _read(span: SpanView) -> None:
    attributes = span.attributes
    if usage := mapping(attributes.get(_USAGE)):
        put_usage(attributes, usage)
        del attributes[_USAGE]
    _read_request(attributes)
    _read_response(attributes)
    _read_events(attributes)
    if attributes.get(_SPAN_TYPE) == "log":
        _read_log(span)
    elif _is_unanswered(span):
        attributes.pop(names.RESPONSE_MODEL, None)  # the request's, until an answer comes
        if span.status is not StatusCode.ERROR:
            attributes[names.OPERATION_NAME] = OPEN_STREAM


def _read_request(attributes: dict[str, AnyValue]) -> None:
    request = mapping(attributes.get(_REQUEST))
    if "model" not in request:
        return
    put_parameters(attributes, request)
    asked = messages(request.get("system"), "system") + messages(request.get("messages", request.get("input")), "user")
    put_input(attributes, asked)
    put_tools(attributes, request.get("tools"))
    del attributes[_REQUEST]


def _read_response(attributes: dict[str, AnyValue]) -> None:
    response = mapping(attributes.get(_RESPONSE))
    if not response:
        return
    said = messages(response.get("message"), "assistant")
    for key in ("combined_chunk_content", "text"):
        if spoken := text(response.get(key)):
            said.append(text_message("assistant", spoken))
    put_output(attributes, said)
    put_usage(attributes, mapping(response.get("usage")))
    del attributes[_RESPONSE]


def _read_events(attributes: dict[str, AnyValue]) -> None:
    """A list of the conventions' message events, as an attribute."""
    found = parsed(attributes.get(_EVENTS))
    events = [mapping(item) for item in found] if is_sequence(found) else []
    if not events or not all(text(event.get("event.name")) for event in events):
        return
    asked: list[Message] = []
    said: list[Message] = []
    for event in events:
        is_answer = event["event.name"] == "gen_ai.choice"
        role = "assistant" if is_answer else str(event["event.name"]).split(".")[1]
        (said if is_answer else asked).extend(messages_in(event.get("message") or event, role))
    put_input(attributes, asked)
    put_output(attributes, said)
    del attributes[_EVENTS]


def _read_log(span: SpanView) -> None:
    """Stretched over the time that the stream took, which is an attribute of its own."""
    span.attributes[names.REQUEST_STREAM] = True
    seconds = number(span.attributes.get("duration"))
    if seconds is not None and 0 < seconds * 1e9 < span.end_ns and span.start_ns == span.end_ns:
        span.start_ns = span.end_ns - int(seconds * 1e9)


def _is_unanswered(span: SpanView) -> bool:
    """A request that failed, or that has no answer yet; one that the wire has completed is the call itself."""
    known = (names.RESPONSE_ID, names.USAGE_INPUT_TOKENS, names.USAGE_OUTPUT_TOKENS, names.OUTPUT_MESSAGES)
    return (
        span.is_client_call
        and span.scope.startswith("logfire.")
        and span.inference is None
        and not any(name in span.attributes for name in known)
    )


DIALECT = Dialect("logfire", frozenset({_SPAN_TYPE, _REQUEST, _RESPONSE, _USAGE}), _read)
