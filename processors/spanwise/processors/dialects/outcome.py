"""How a call ended, from what other emitters say: error type, status, finish reasons."""

from __future__ import annotations

import re

from opentelemetry.trace import StatusCode

from spanwise.core.inference import Outcome
from spanwise.core.view import SpanView
from spanwise.processors.dialects.values import text, texts
from spanwise.semconv import attributes as names

__all__ = ["note_cancelled", "outcome_of", "put_error_type", "put_outcome"]

_NO_TYPE = "_OTHER"  # the conventions' value where no type is known
_STATUS_CODES = ("http.response.status_code", "http.status_code")
_SAID = re.compile(r"\babandoned\b|\btimed out\b|\bConnection error\b", re.IGNORECASE)  # in the text of SDKs' errors
_CODE_IN_TEXT = re.compile(r"\bError code: ([45]\d\d)\b")
_WORDS: tuple[tuple[str, Outcome], ...] = (
    (r"content_?filter|content_?policy|policy_violation|moderation|safety", "content_filter"),
    (r"length_?finish_?reason", "truncated"),
    (r"rate_?limit|quota|too_?many_?requests|resource_?exhausted|billing|throttl|\b(429|402)\b", "rate_limit"),
    (r"timed?[_ ]?out|deadline|\b408\b", "timeout"),
    (r"abandon|generator_?exit", "abandoned"),
    (r"cancell?ed|keyboard_?interrupt|\b499\b", "cancelled"),
    (r"auth|permission|api_?key|forbidden|access_?denied|credential|\b40[13]\b", "auth"),
    (r"not_?found|\b404\b", "not_found"),
    (
        r"overloaded|unavailable|internal_?server|server_?error|api_error|bad_?gateway|connect|network|disconnect|"
        r"protocol|read_?error|write_?error|ssl|socket|gaierror|broken_?pipe|\b5\d\d\b",
        "unavailable",
    ),
    (r"bad_?request|invalid|unprocessable|validation|context_?length|too_?large|\b4\d\d\b", "bad_request"),
)
_BY_WORD: tuple[tuple[re.Pattern[str], Outcome], ...] = tuple(
    (re.compile(words, re.IGNORECASE), outcome) for words, outcome in _WORDS
)
_BY_FINISH: dict[str, Outcome] = {
    "content_filter": "content_filter",
    "content-filter": "content_filter",
    "safety": "content_filter",
    "refusal": "refusal",
    "length": "truncated",
    "max_tokens": "truncated",
    "max_output_tokens": "truncated",
    "model_length": "truncated",
    "model_context_window_exceeded": "truncated",
    "incomplete": "truncated",
}
_BY_GRAVITY: tuple[Outcome, ...] = ("content_filter", "refusal", "truncated")


def put_error_type(span: SpanView) -> None:
    """Set `error.type` of a failed span that has none: the exception's type, else the code in the error's text."""
    if span.status is not StatusCode.ERROR or names.ERROR_TYPE in span.attributes:
        return
    raised = (text(event.attributes.get(names.EXCEPTION_TYPE)) for event in reversed(span.events))
    span.attributes[names.ERROR_TYPE] = next((kind for kind in raised if kind), None) or _code(span) or _NO_TYPE


def put_outcome(span: SpanView) -> None:
    """Set `spanwise.outcome` of a call to a model, unless the wire has said it."""
    if span.is_client_call:
        span.attributes.setdefault(names.OUTCOME, outcome_of(span))


def note_cancelled(span: SpanView) -> None:
    """For emitters that always say how a call ended: one that neither answered nor failed was cancelled."""
    answered = names.RESPONSE_MODEL in span.attributes or names.USAGE_INPUT_TOKENS in span.attributes
    if span.status is StatusCode.UNSET and not answered and names.ERROR_TYPE not in span.attributes:
        span.attributes.setdefault(names.OUTCOME, "cancelled")


def outcome_of(span: SpanView) -> Outcome:
    """How the call ended, in one word. A stream without an end, of which no usage came either, was abandoned."""
    failed = text(span.attributes.get(names.ERROR_TYPE))
    if failed is not None or span.status is StatusCode.ERROR:
        return _of_error(span, failed or "")
    reasons = texts(span.attributes.get(names.RESPONSE_FINISH_REASONS)) or ()
    said = {_BY_FINISH.get(reason.lower()) for reason in reasons}
    for outcome in _BY_GRAVITY:
        if outcome in said:
            return outcome
    cut = "error" in reasons or not (reasons or names.USAGE_OUTPUT_TOKENS in span.attributes)
    if span.attributes.get(names.REQUEST_STREAM) is True and cut:
        return "abandoned"
    return "error" if "error" in reasons else "ok"


def _of_error(span: SpanView, error_type: str) -> Outcome:
    """By the name of the error, then by the status that the server sent, then by the error's text."""
    said = _SAID.search(span.status_description or "")
    for clue in (error_type, _code(span) or "", said[0] if said else ""):
        for words, outcome in _BY_WORD:
            if words.search(clue):
                return outcome
    return "error"


def _code(span: SpanView) -> str | None:
    for name in _STATUS_CODES:
        code = span.attributes.get(name)
        if isinstance(code, int) and code >= 400:
            return str(code)
    found = _CODE_IN_TEXT.search(span.status_description or "")
    return found[1] if found else None
