"""The driver: one exchange to one `Inference`, the same way for every format."""

from __future__ import annotations

import json

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference, Outcome
from spanwise.instrumentation.protocols import estimation, payload
from spanwise.instrumentation.protocols.answers import Answer, Call, Wire, read_answer, received
from spanwise.instrumentation.protocols.checks import judge, says_something
from spanwise.instrumentation.protocols.errors import describe, outcome_of, read_client_failure, read_http_error
from spanwise.instrumentation.protocols.json_types import JsonObject, text
from spanwise.instrumentation.protocols.wire_format import WireFormat
from spanwise.semconv import attributes as names

__all__ = ["read"]

_ANSWERED = frozenset[Outcome]({"ok", "empty", "truncated", "refusal", "content_filter"})
"""Outcomes of a call that a provider bills though it may have said nothing."""


def read(form: WireFormat, exchange: Exchange) -> Inference:
    """What the exchange tells of the call. Never raises because of what the wire holds; see `Inference.unparsed`."""
    call = Call(form, exchange, Inference(form.operation, exchange.provider))
    _read_request(call)
    wire = received(exchange)
    if exchange.status is not None and exchange.status >= 400:
        read_http_error(call.inference, exchange.status, wire.data)
        answer = Answer()
    else:
        answer = _read_response(call, wire)
    if exchange.want_content:
        _fill_in_content(call, answer)
    return call.inference


def _read_request(call: Call) -> None:
    raw, inference = call.exchange.request_body, call.inference
    call.request, inference.unparsed = _request(raw)
    inference.request_model = text(call.request.get("model")) or call.exchange.model or None
    inference.stream = call.request.get("stream") is True
    call.form.request(call.request, inference)


def _request(raw: bytes | None) -> tuple[JsonObject, str | None]:
    if raw is None:
        return {}, "request_body"
    if len(raw) > payload.LIMIT:
        return payload.outline(raw), "oversize"
    request = payload.parse_object(raw)
    return (payload.outline(raw), "request_body") if request is None else (request, None)


def _read_response(call: Call, wire: Wire) -> Answer:
    answer, inference = read_answer(call, wire), call.inference
    inference.unparsed = inference.unparsed or answer.flaw
    if answer.streamed:
        inference.stream = True
        inference.attributes[names.REQUEST_STREAM] = True
    _conclude(call, answer)
    _estimate(call, answer)
    return answer


def _fill_in_content(call: Call, answer: Answer) -> None:
    inference = call.inference
    inference.content = call.form.prompt(call.request)
    inference.content.output_messages = answer.output or []
    if answer.partial or inference.unparsed == "oversize":
        inference.attributes[names.CONTENT_TRUNCATED] = True


def _conclude(call: Call, answer: Answer) -> None:
    """Set the outcome: what the client met, else what the response says of itself, else what it is worth."""
    exchange, inference = call.exchange, call.inference
    over = bool(inference.finish_reasons) or answer.done
    left_early = exchange.stream_end in ("abandoned", "shutdown") and not over and not _says_error(answer)
    unread = left_early or exchange.stream_end in ("cancelled", "failed")
    if exchange.error_type or unread:
        read_client_failure(inference, exchange)
    elif exchange.status is None:
        inference.outcome, inference.error_type = "error", "_OTHER"
    elif _says_error(answer):
        _read_error(inference, answer)
    elif inference.outcome == "ok":
        inference.outcome = _worth(call, answer, over)


def _worth(call: Call, answer: Answer, over: bool) -> Outcome:
    """A stream that ends without a finish reason was cut, however orderly its connection was closed."""
    if answer.flaw == "response_body":
        return "malformed_output"
    output = None if answer.partial else answer.output
    outcome = judge(call.inference.finish_reasons, output, call.form.schema(call.request))
    return "truncated" if outcome == "ok" and answer.streamed and output and not over else outcome


def _says_error(answer: Answer) -> bool:
    """Whether a response of status 200 holds an error: in a stream, or in place of the output."""
    document = answer.document
    if document.get("status") == "failed":
        return True
    return bool(document.get("error")) and (answer.streamed or not answer.output)


def _read_error(inference: Inference, answer: Answer) -> None:
    """An error of the call where it ends a stream or says that the response failed; else only its outcome."""
    code, inference.error_message = describe(answer.document)
    inference.outcome = outcome_of(code)
    if answer.streamed or answer.document.get("status") == "failed":
        inference.error_type = code or "stream_error"


def _estimate(call: Call, answer: Answer) -> None:
    """Fill in the tokens that the provider did not report, from the text; none for a call that gave no output.

    A stream that ended early has told its input and a first count of its output at best: that is an estimate too.
    """
    inference, output = call.inference, answer.output
    if inference.usage.output_tokens is not None and _stale(inference, answer):
        inference.usage.estimated = True
    if inference.unparsed == "oversize" or (output is None and inference.operation != "embeddings"):
        return
    if inference.outcome not in _ANSWERED and not (output and says_something(output)):
        return
    usage = inference.usage
    if output is not None and (usage.output_tokens is None or _stale(inference, answer)):
        estimated = round(estimation.output_tokens(output) * _share_kept(call.exchange))
        if estimated > (usage.output_tokens or -1):
            usage.output_tokens, usage.estimated = estimated, True
    if usage.input_tokens is None and call.request:
        usage.input_tokens, usage.estimated = _input_tokens(call), True


def _stale(inference: Inference, answer: Answer) -> bool:
    """Whether the reported output is that of a stream's beginning (Anthropic) and the stream went on after it."""
    return answer.streamed and not inference.finish_reasons


def _share_kept(exchange: Exchange) -> float:
    """By how much a stream was longer than what was kept of it."""
    if not exchange.dropped_bytes:
        return 1
    kept = sum(map(len, exchange.chunks or []))
    return (kept + exchange.dropped_bytes) / kept if kept else 1


def _input_tokens(call: Call) -> int:
    schema = call.form.schema(call.request)
    shape = estimation.tokens_in(json.dumps(schema)) if schema else 0
    return estimation.input_tokens(call.form.prompt(call.request)) + shape
