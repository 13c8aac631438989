"""The response as one document, whether it came whole, as a stream, cut, or too large to parse."""

from __future__ import annotations

from dataclasses import dataclass, field

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference, Message
from spanwise.instrumentation.protocols import payload
from spanwise.instrumentation.protocols.checks import makes_calls, says_something
from spanwise.instrumentation.protocols.event_stream import ends, failure, read_events
from spanwise.instrumentation.protocols.json_types import JsonObject, mapping
from spanwise.instrumentation.protocols.wire_format import WireFormat

__all__ = ["Answer", "Call", "Wire", "read_answer", "received"]

_SMALL = 4096
"""Bytes of a stream that is parsed whole at once: looking at its ends would cost more."""
_CALLED = frozenset({"tool_calls", "tool_use", "function_call"})
_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(slots=True)
class Call:
    """What the functions that read one exchange work on."""

    form: WireFormat
    exchange: Exchange
    inference: Inference
    request: JsonObject = field(default_factory=dict)


@dataclass(slots=True)
class Wire:
    """The bytes of a response, without their content coding and in UTF-8."""

    data: bytes
    content_type: str
    oversize: bool
    """`data` is only the two ends of what was too large."""


@dataclass(slots=True)
class Answer:
    """A response as a document, and how it came to be one."""

    document: JsonObject = field(default_factory=dict)
    output: list[Message] | None = None
    flaw: str | None = None
    """See `Inference.unparsed`."""
    streamed: bool = False
    done: bool = False
    """The stream said that it was over."""
    partial: bool = False
    """Something between the ends of the response is missing."""


def received(exchange: Exchange) -> Wire:
    """What came back, decoded."""
    kind = exchange.response_headers.get("content-type") or ""
    if exchange.body is not None:
        chunks, coding = [exchange.body], ""
    else:
        chunks, coding = exchange.chunks or [], exchange.response_headers.get("content-encoding") or ""
    if coding or (chunks and chunks[0][:2] == payload.GZIP):
        chunks = [payload.decoded(b"".join(chunks), coding)]
    if sum(map(len, chunks)) > payload.LIMIT:
        return Wire(payload.edges(chunks), kind, oversize=True)
    return Wire(payload.transcoded(b"".join(chunks), kind), kind, oversize=False)


def read_answer(call: Call, wire: Wire) -> Answer:
    """The response as a document, with identity, usage and finish reasons read into the call's inference."""
    start = wire.data[:64].lstrip(_BLANK)[:1]
    streamed = "event-stream" in wire.content_type or (start not in (b"{", b"[", b"") and b"data:" in wire.data)
    if streamed and start != b"{":
        answer = _glance(call, wire)
        if answer is not None:
            return answer
        answer = _assembled(call, wire)
    else:
        answer = _whole(call, wire)
        answer.streamed = streamed
    call.form.response(answer.document, call.inference)
    answer.output = call.form.output(answer.document)
    return answer


def _whole(call: Call, wire: Wire) -> Answer:
    """A body that cannot be parsed still may show its ends."""
    if wire.oversize:
        return Answer(payload.outline(wire.data), flaw="oversize", partial=True)
    bulk = call.form.bulk
    document = payload.without_bulk(wire.data, bulk) if bulk is not None else None
    if document is None:
        document = payload.parse_object(wire.data)
    if document is None:
        return Answer(payload.outline(wire.data), flaw="response_body" if wire.data else None)
    return Answer(document)


def _assembled(call: Call, wire: Wire) -> Answer:
    events = read_events(wire.data)
    document = call.form.assemble(events.documents)
    if wire.oversize:
        document = payload.outline(wire.data) | document
    said = failure(wire.data)
    if said is not None and not mapping(document.get("error")):
        document["error"] = said
    partial = wire.oversize or call.exchange.dropped_bytes > 0
    damaged = (events.damaged and not partial) or (wire.data and not events.documents)
    flaw = "oversize" if wire.oversize else "stream" if damaged else None
    return Answer(document, flaw=flaw, streamed=True, done=events.done, partial=partial)


def _glance(call: Call, wire: Wire) -> Answer | None:
    """The answer from a stream's two ends, where these tell all that is wanted."""
    glance, inference = call.form.glance, call.inference
    if glance is None or len(wire.data) < _SMALL or not (glance.whole or _ends_suffice(call)):
        return None
    events = ends(wire.data, glance.head, glance.tail)
    if events is None:
        return None
    document = call.form.assemble(events)
    call.form.response(document, inference)
    if not inference.finish_reasons or inference.usage.input_tokens is None or document.get("error"):
        return None
    if not glance.whole and not _CALLED.isdisjoint(inference.finish_reasons):
        return None
    output = call.form.output(document)
    if not output or not says_something(output) or (not glance.whole and makes_calls(output)):
        return None
    return Answer(document, output, streamed=True, done=True, partial=wire.oversize and not glance.whole)


def _ends_suffice(call: Call) -> bool:
    """Whether nobody wants the text, there is one choice to finish, and no JSON to check."""
    request = call.request
    return not call.exchange.want_content and request.get("n") in (None, 1) and call.form.schema(request) is None
