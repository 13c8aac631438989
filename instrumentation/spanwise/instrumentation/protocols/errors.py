"""What went wrong, in one word: HTTP errors, errors inside a response, exceptions of the HTTP client."""

from __future__ import annotations

import re

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference, Outcome
from spanwise.instrumentation.protocols.json_types import JsonObject, items, mapping, text
from spanwise.instrumentation.protocols.payload import parse_object

__all__ = ["describe", "outcome_of", "read_client_failure", "read_http_error"]

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z_.-]{1,47}")
"""An error code is kept as `error.type` if it is made of letters: one with digits may hold an id."""

_WORDS: tuple[tuple[str, Outcome], ...] = (
    (
        "content_?filter|content_?policy|responsibleai|policy_violation|moderation|invalid_prompt|safety",
        "content_filter",
    ),
    ("rate_?limit|quota|too_?many_?requests|billing|insufficient_balance|throttl", "rate_limit"),
    ("time_?d?_?out|deadline", "timeout"),
    ("overloaded|unavailable|server_error|api_error|internal|bad_gateway|engine_is", "unavailable"),
    ("auth|permission|api_key|forbidden|access_denied", "auth"),
    ("not_?found", "not_found"),
    ("invalid|bad_?request|unprocessable|context_length|unsupported|too_large|validation", "bad_request"),
)
_BY_WORD: tuple[tuple[re.Pattern[str], Outcome], ...] = tuple(
    (re.compile(words, re.IGNORECASE), outcome) for words, outcome in _WORDS
)
_BY_STATUS: dict[int, Outcome] = {
    401: "auth",
    402: "rate_limit",
    403: "auth",
    404: "not_found",
    408: "timeout",
    429: "rate_limit",
    499: "cancelled",
}
_BY_EXCEPTION: tuple[tuple[re.Pattern[str], Outcome], ...] = (
    (re.compile(r"Timeout|TimedOut"), "timeout"),
    (re.compile(r"Cancelled|GeneratorExit|KeyboardInterrupt"), "cancelled"),
    (
        re.compile(
            r"Connect|Network|Protocol|Disconnect|ReadError|WriteError|SSL|Socket|gaierror|BrokenPipe|Incomplete|"
            r"PayloadError|OSError|IOError|EOF|Proxy|NameResolution|ChunkedEncoding|ContentDecoding"
        ),
        "unavailable",
    ),
)
_LONGEST_MESSAGE = 4096


def read_http_error(inference: Inference, status: int, raw: bytes) -> None:
    """Type, message and outcome of a response whose status is 400 or above.

    `error_type` is the provider's code, or its type, where that is a plain identifier; else the status.
    """
    body = parse_object(raw)
    if body is None:
        inference.unparsed = inference.unparsed or ("response_body" if raw else None)
        code, message = None, str(raw[:_LONGEST_MESSAGE], "utf-8", "replace") or None
    else:
        code, message = describe(body)
    inference.error_type = code or str(status)
    inference.error_message = message
    inference.outcome = _of_response(code, status)


def describe(body: JsonObject) -> tuple[str | None, str | None]:
    """Code and message of an error document, whatever the provider calls them."""
    error = mapping(body.get("error")) or body
    inner = mapping(error.get("innererror"))
    names = (error.get("code"), inner.get("code"), error.get("type"), body.get("code"), body.get("type"))
    code = next((name for value in names if (name := _identifier(value))), None)
    said = (error.get("message"), body.get("message"), body.get("error"), body.get("detail"), error.get("msg"))
    message = next((found for value in said if (found := _message(value))), None)
    return code, message


def outcome_of(code: str | None, default: Outcome = "error") -> Outcome:
    """The outcome that an error code speaks of."""
    for words, outcome in _BY_WORD:
        if code and words.search(code):
            return outcome
    return default


def read_client_failure(inference: Inference, exchange: Exchange) -> None:
    """Outcome of a call that the HTTP client or the caller ended; an error only where an exception did."""
    kind, name = exchange.error_type, (exchange.error_type or "").rpartition(".")[2]
    outcome = _of_exception(name)
    if exchange.stream_end == "abandoned":
        outcome, kind = "abandoned", None
    elif exchange.stream_end in ("cancelled", "shutdown") or outcome == "cancelled":
        outcome, kind = "cancelled", None
    elif exchange.stream_end == "failed":
        outcome = "unavailable" if outcome == "error" else outcome
        kind = kind or "stream_failed"
    inference.outcome = outcome
    if kind is not None:
        inference.error_type, inference.error_message = kind, exchange.error_message


def _of_exception(name: str) -> Outcome:
    for words, outcome in _BY_EXCEPTION:
        if words.search(name):
            return outcome
    return "error"


def _of_response(code: str | None, status: int) -> Outcome:
    spoken = outcome_of(code)
    if spoken == "content_filter" or (spoken == "rate_limit" and status < 500):
        return spoken
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return "unavailable" if status >= 500 else "bad_request"


def _identifier(value: object) -> str | None:
    known = value if isinstance(value, str) and value.lower() not in ("error", "none", "null") else ""
    return known if _IDENTIFIER.fullmatch(known) else None


def _message(value: object) -> str | None:
    if isinstance(value, str):
        return value[:_LONGEST_MESSAGE] or None
    details = [found for item in items(value) if (found := text(mapping(item).get("msg")))]
    return "; ".join(details)[:_LONGEST_MESSAGE] or None
