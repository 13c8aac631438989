"""The Anthropic SDK's own tracing (scope `com.anthropic.sdk.python`): current names, but for the reason to stop."""

from __future__ import annotations

from spanwise.core.view import SpanView
from spanwise.processors.dialects.dialect import Dialect, Row, rename
from spanwise.processors.dialects.outcome import note_cancelled
from spanwise.processors.dialects.values import count, texts
from spanwise.semconv import attributes as names

__all__ = ["DIALECT", "ROWS"]

_SCOPE = "com.anthropic.sdk.python"

ROWS = (
    Row("anthropic.message.stop_reason", names.RESPONSE_FINISH_REASONS, texts),
    Row("anthropic.usage.cache_creation.ephemeral_1h_input_tokens", names.USAGE_CACHE_WRITE_1H_TOKENS, count),
)


def _read(span: SpanView) -> None:
    rename(span.attributes, ROWS)
    if span.scope == _SCOPE and span.is_client_call:
        note_cancelled(span)


DIALECT = Dialect("anthropic_sdk", frozenset(row.source for row in ROWS), _read, scope=_SCOPE)
