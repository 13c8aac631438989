"""The driver: one exchange to one `Inference`, the same way for every format."""

from __future__ import annotations

from dataclasses import dataclass, field

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference, Message
from spanwise.instrumentation.protocols import estimation, payload
from spanwise.instrumentation.protocols.checks import judge, says_something
from spanwise.instrumentation.protocols.errors import describe, outcome_of, read_client_failure, read_http_error
from spanwise.instrumentation.protocols.event_stream import ends, failure, read_events
from spanwise.instrumentation.protocols.json_types import JsonObject, mapping, text
from spanwise.instrumentation.protocols.wire_format import WireFormat
from spanwise.semconv import attributes as names

__all__ = ["read"]

_SMALL = 4096
"""Bytes of a stream that is parsed whole at once: looking at its ends would cost more."""
_CALLED = frozenset({"tool_calls", "tool_use", "function_call"})


@dataclass(slots=True)
class _Answer:
    """A response as a document, and how it came to be one."""

    document: JsonObject = field(default_factory=dict[str, object])
    output: list[Message] | None = None
    flaw: str | None = None
    streamed: bool = False
    done: bool = False
    """The stream said that it was over."""


def read(form: WireFormat, exchange: Exchange) -> Inference:
    """What the exchange tells of the call. Never raises because of what the wire holds; see `Inference.unparsed`."""
    inference = Inference(form.operation, exchange.provider)
    request = _read_request(form, exchange, inference)
    raw, oversize = _bytes(exchange)
    answer = _Answer()
    if exchange.status is not None and exchange.status >= 400:
        read_http_error(inference, exchange.status, raw)
    else:
        answer = _answer(form, exchange, request, inference, raw, oversize)
        _conclude(form, exchange, request, inference, answer)
        _estimate(form, exchange, request, inference, answer)
    if exchange.want_content:
        inference.content = form.prompt(request)
        inference.content.output_messages = answer.output or []
        if exchange.dropped_bytes or inference.unparsed == "oversize":
            inference.attributes[names.CONTENT_TRUNCATED] = True
    return inference


def _read_request(form: WireFormat, exchange: Exchange, inference: Inference) -> JsonObject:
    raw = exchange.request_body
    request: JsonObject | None = None
    if raw is not None and len(raw) > payload.LIMIT:
        request, inference.unparsed = payload.outline(raw), "oversize"
    elif raw is not None:
        request = payload.parse_object(raw)
    if request is None:
        request, inference.unparsed = {}, "request_body"
    inference.request_model = text(request.get("model")) or exchange.model or None
    inference.stream = request.get("stream") is True
    form.request(request, inference)
    return request


def _bytes(exchange: Exchange) -> tuple[bytes, bool]:
    """The response without its content coding, and whether only its two ends are there because it is too large."""
    chunks = exchange.chunks or []
    coding = ""
    if exchange.body is not None:
        chunks = [exchange.body]
    else:
        coding = exchange.response_headers.get("content-encoding") or ""
    if coding or (chunks and chunks[0][:2] == payload.GZIP):
        chunks = [payload.decoded(b"".join(chunks), coding)]
    if sum(map(len, chunks)) > payload.LIMIT:
        return payload.edges(chunks), True
    return b"".join(chunks), False


def _answer(
    form: WireFormat, exchange: Exchange, request: JsonObject, inference: Inference, raw: bytes, oversize: bool
) -> _Answer:
    kind = exchange.response_headers.get("content-type") or ""
    raw = payload.transcoded(raw, kind)
    start = raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    streamed = "event-stream" in kind or (start not in (b"{", b"[", b"") and b"data:" in raw)
    if not streamed or start == b"{":
        answer = _whole(form, raw, oversize)
        answer.streamed = streamed
    else:
        answer = _glance(form, exchange, request, inference, raw) or _assembled(form, exchange, raw, oversize)
    if answer.output is None:
        form.response(answer.document, inference)
        answer.output = form.output(answer.document)
    inference.unparsed = inference.unparsed or answer.flaw
    if answer.streamed:
        inference.stream = True
        inference.attributes[names.REQUEST_STREAM] = True
    return answer


def _whole(form: WireFormat, raw: bytes, oversize: bool) -> _Answer:
    if oversize:
        return _Answer(payload.outline(raw), flaw="oversize")
    document = payload.without_bulk(raw, form.bulk) if form.bulk is not None else None
    if document is None:
        document = payload.parse_object(raw)
    if document is None:
        return _Answer(flaw="response_body" if raw else None)
    return _Answer(document)


def _assembled(form: WireFormat, exchange: Exchange, raw: bytes, oversize: bool) -> _Answer:
    events = read_events(raw)
    document = form.assemble(events.documents)
    if oversize:
        document = payload.outline(raw) | document
    said = failure(raw)
    if said is not None and not mapping(document.get("error")):
        document["error"] = said
    damaged = events.damaged and not exchange.dropped_bytes
    flaw = "oversize" if oversize else "stream" if damaged or (raw and not events.documents) else None
    return _Answer(document, flaw=flaw, streamed=True, done=events.done)


def _glance(
    form: WireFormat, exchange: Exchange, request: JsonObject, inference: Inference, raw: bytes
) -> _Answer | None:
    """The answer from a stream's two ends, where these tell all that is wanted."""
    glance = form.glance
    if glance is None or len(raw) < _SMALL:
        return None
    if not glance.whole and (
        exchange.want_content or request.get("n") not in (None, 1) or form.schema(request) is not None
    ):
        return None
    events = ends(raw, glance.head, glance.tail)
    if events is None:
        return None
    document = form.assemble(events)
    form.response(document, inference)
    output = form.output(document)
    known = inference.finish_reasons and inference.usage.input_tokens is not None and not document.get("error")
    if not known or not output or not says_something(output):
        return None
    if not glance.whole and not _CALLED.isdisjoint(inference.finish_reasons):
        return None
    return _Answer(document, output, streamed=True, done=True)


def _conclude(form: WireFormat, exchange: Exchange, request: JsonObject, inference: Inference, answer: _Answer) -> None:
    """Set the outcome: what the client met, else what the response says of itself, else what it is worth."""
    over = bool(inference.finish_reasons) or answer.done
    left = exchange.stream_end == "abandoned" and over
    if exchange.error_type or not (left or exchange.stream_end in (None, "complete")):
        read_client_failure(inference, exchange)
    elif exchange.status is None:
        inference.outcome, inference.error_type = "error", "_OTHER"
    elif _read_error(inference, answer):
        pass
    elif inference.outcome == "ok":
        output = None if answer.flaw == "oversize" or exchange.dropped_bytes else answer.output
        inference.outcome = judge(inference.finish_reasons, output, form.schema(request))
        if inference.outcome == "ok" and answer.streamed and output and not over:
            inference.outcome = "truncated"


def _read_error(inference: Inference, answer: _Answer) -> bool:
    """An error in a response of status 200. It is one of the call where it ends a stream or says that it failed."""
    document = answer.document
    failed = document.get("status") == "failed"
    if not failed and not document.get("error"):
        return False
    code, inference.error_message = describe(document)
    inference.outcome = outcome_of(code)
    if answer.streamed or failed:
        inference.error_type = code or "stream_error"
    return True


def _estimate(form: WireFormat, exchange: Exchange, request: JsonObject, inference: Inference, answer: _Answer) -> None:
    """Fill in the tokens that the provider did not report, from the text; none for a call that gave no output."""
    usage, said = inference.usage, answer.output
    if inference.unparsed == "oversize" or (said is None and form.operation != "embeddings"):
        return
    stale = answer.streamed and not inference.finish_reasons
    if usage.input_tokens is not None and (said is None or (usage.output_tokens is not None and not stale)):
        return
    if inference.outcome not in _WORTH and not (said and says_something(said)):
        return
    if said is not None:
        counted = estimation.output_tokens(said)
        if exchange.dropped_bytes:
            kept = sum(map(len, exchange.chunks or [])) or 1
            counted = round(counted * (1 + exchange.dropped_bytes / kept))
        if counted > (usage.output_tokens or -1):
            usage.output_tokens, usage.estimated = counted, True
    if usage.input_tokens is None and request:
        usage.input_tokens, usage.estimated = estimation.input_tokens(form.prompt(request)), True


_WORTH = frozenset({"ok", "empty", "truncated", "refusal", "content_filter", "malformed_output"})
