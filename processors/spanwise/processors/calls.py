"""What becomes of a call that the wire saw: what its protocol reads, and the view that the steps run over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.abuse import subject_hash
from spanwise.core.description import describe, describe_timing
from spanwise.core.exchange import Exchange
from spanwise.core.guard import failed
from spanwise.core.inference import Inference
from spanwise.core.recorder import SCOPE, Call, is_measured
from spanwise.core.view import EventView, SpanView
from spanwise.processors.deduplicate import merge
from spanwise.processors.light import LightSpan
from spanwise.semconv import attributes as names

__all__ = ["complete", "read", "view_of_call"]


def read(exchange: Exchange) -> Inference:
    """The inference of an exchange; a bare one if its protocol fails, so that the call is never lost."""
    try:
        return exchange.inference or exchange.read(exchange)
    except Exception as error:
        failed("protocol.read", error)
        bad = exchange.error_type or (str(exchange.status) if exchange.status and exchange.status >= 400 else None)
        return Inference(
            operation=exchange.operation,
            provider=exchange.provider,
            request_model=exchange.model or None,
            outcome="error" if bad else "ok",
            error_type=bad,
            unparsed="protocol",
        )


def view_of_call(call: Call, inference: Inference) -> SpanView:
    """The view of a call that has a span of its own."""
    span, exchange = call.span, call.exchange
    view = SpanView(
        name=f"{inference.operation} {inference.request_model or ''}".rstrip(),
        context=span.get_span_context(),
        parent=None,
        kind=SpanKind.CLIENT,
        start_ns=exchange.start_ns,
        end_ns=exchange.end_ns,
        attributes={**call.user, **describe(inference), **describe_timing(exchange, inference)},
        events=list(_attempts(exchange)),
        links=[],
        status=StatusCode.ERROR if inference.error_type else StatusCode.UNSET,
        status_description=inference.error_message,
        scope=SCOPE,
        inference=inference,
        measured=is_measured(call.context),
        key_hash=_key_hash(exchange),
        chunk_gap=_chunk_gap(exchange),
    )
    if isinstance(span, LightSpan):
        _add_light(view, span)
    return view


def _add_light(view: SpanView, span: LightSpan) -> None:
    """What the application or another library put on the span while it was current."""
    view.parent = span.parent
    view.local_root = span.parent is None or span.parent.is_remote
    view.attributes = {**span.attributes, **view.attributes}
    view.events += span.events
    view.links += span.links
    if span.renamed:
        view.name = span.name
    if view.status is StatusCode.UNSET or span.status.status_code is StatusCode.OK:
        view.status, view.status_description = span.status.status_code, span.status.description


def complete(view: SpanView, calls: Sequence[Call]) -> None:
    """Fill a span of somebody else with what the wire said of the same call; several are its attempts."""
    exchange = calls[-1].exchange
    inference, attempts = exchange.inference, sum(1 + len(call.exchange.attempts) for call in calls)
    if inference is None:
        return
    view.inference = inference
    view.key_hash = _key_hash(exchange)
    view.chunk_gap = _chunk_gap(exchange)
    merge(view, {**describe(inference), **describe_timing(exchange, inference)}, SCOPE)
    if attempts > 1:
        view.attributes[names.ATTEMPTS] = attempts


def _attempts(exchange: Exchange) -> Iterator[EventView]:
    for number, attempt in enumerate(exchange.attempts, 1):
        found: dict[str, AnyValue] = {"spanwise.attempt": number, names.ERROR_TYPE: attempt.error}
        if attempt.status is not None:
            found["http.response.status_code"] = attempt.status
        yield EventView("spanwise.attempt_failed", attempt.end_ns, found)


def _chunk_gap(exchange: Exchange) -> float | None:
    times = exchange.chunk_times_ns
    return (times[-1] - times[0]) / 1e9 / (len(times) - 1) if len(times) > 1 else None


def _key_hash(exchange: Exchange) -> int | None:
    key = exchange.api_key
    return subject_hash("key", key) if key else None
