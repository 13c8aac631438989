"""Span views of made-up calls, for the steps and the sampler."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.trace import SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.util.types import AnyValue

from spanwise.core.recorder import SCOPE
from spanwise.core.view import SpanView
from spanwise.semconv import attributes as names

__all__ = ["call_view", "span_context"]

SECOND = 10**9


def span_context(trace_id: int, span_id: int, *, remote: bool = False) -> SpanContext:
    """A sampled context."""
    return SpanContext(trace_id, span_id, remote, TraceFlags(TraceFlags.SAMPLED))


def call_view(
    trace_id: int = 1,
    span_id: int = 1,
    parent: SpanContext | None = None,
    *,
    seconds: float = 1.0,
    status: StatusCode = StatusCode.UNSET,
    attributes: Mapping[str, AnyValue] | None = None,
    scope: str = SCOPE,
    chunk_gap: float | None = None,
) -> SpanView:
    """A finished chat call; `attributes` are added to the usual ones, None removes one."""
    usual: dict[str, AnyValue] = {
        names.OPERATION_NAME: "chat",
        names.PROVIDER_NAME: "openai",
        names.REQUEST_MODEL: "gpt-4o-mini",
        names.RESPONSE_MODEL: "gpt-4o-mini-2024-07-18",
        names.OUTCOME: "ok",
        names.USAGE_INPUT_TOKENS: 100,
        names.USAGE_OUTPUT_TOKENS: 20,
        names.COST_AMOUNT: 0.001,
    }
    found: dict[str, AnyValue] = {
        name: value for name, value in {**usual, **(attributes or {})}.items() if value is not None
    }
    return SpanView(
        name="chat gpt-4o-mini",
        context=span_context(trace_id, span_id),
        parent=parent,
        kind=SpanKind.CLIENT,
        start_ns=1_700_000_000 * SECOND,
        end_ns=1_700_000_000 * SECOND + int(seconds * SECOND),
        attributes=found,
        events=[],
        links=[],
        status=status,
        status_description=None,
        scope=scope,
        local_root=parent is None or parent.is_remote,
        chunk_gap=chunk_gap,
    )
