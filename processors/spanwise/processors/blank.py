"""What remains of a span that could not be redacted: what cannot be content."""

from __future__ import annotations

import re

from opentelemetry.trace import SpanContext
from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.semconv import attributes as names

__all__ = ["blank", "is_safe"]

_SAFE_WORD = re.compile(r"[A-Za-z0-9_.:/-]{1,100}")
_KNOWN_NAMES = frozenset(name for constant, name in vars(names).items() if constant.isupper())
"""Attributes whose numbers and truth values may stay on a span whose redaction failed."""
_SAFE_KEYS = frozenset(
    {
        names.OPERATION_NAME,
        names.PROVIDER_NAME,
        names.OUTCOME,
        names.STREAM_END,
        names.COST_CURRENCY,
        names.SCREEN_CATEGORY,
        names.SAMPLING_REASON,
    }
)
"""Those among them whose words may stay as well. Models and error codes are texts of the request and the response."""


def blank(view: SpanView) -> None:
    """Keep, in place, what cannot be content: numbers, truth values, and single words of a known kind."""
    view.attributes = {key: value for key, value in view.attributes.items() if is_safe(key, value)}
    view.attributes[names.REDACTION_FAILED] = True
    operation = view.attributes.get(names.OPERATION_NAME)
    view.name = str(operation) if operation else "redaction failed"
    view.events = []
    view.links = []
    view.status_description = None
    view.context = _without_state(view.context)
    view.parent = _without_state(view.parent) if view.parent is not None else None


def is_safe(key: str, value: AnyValue) -> bool:
    """Whether an attribute may stay although it was not redacted."""
    if isinstance(value, (bool, int, float)):
        return key in _KNOWN_NAMES
    return key in _SAFE_KEYS and isinstance(value, str) and _SAFE_WORD.fullmatch(value) is not None


def _without_state(context: SpanContext) -> SpanContext:
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)
