"""Who turns an exchange into a span. Transports see this one small interface.

Two implementations behave the same: the light one (`spanwise.processors.light`), where a worker does all but the
unavoidable, and `OrdinaryRecorder` here, for tracer providers that are not the SDK's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from opentelemetry import trace
from opentelemetry.context import Context, get_current, get_value
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core import context as user_context
from spanwise.core.description import describe, describe_timing
from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference
from spanwise.core.view import stands_for_call
from spanwise.semconv import attributes as names

__all__ = ["SCOPE", "Call", "OrdinaryRecorder", "Recorder", "is_measured", "outer_call", "recorder", "use_recorder"]

SCOPE = "spanwise"
"""Instrumentation scope of our spans and metrics."""

_OUTER_KEYS = ("opentelemetry.genai.client.inference.context", "opentelemetry.genai.client.embedding.context")


class Call:
    """One logical call between its start and its end, whatever the number of attempts."""

    __slots__ = ("context", "exchange", "outer", "span", "user")

    def __init__(
        self, exchange: Exchange, context: Context, span: Span, outer: SpanContext | None, user: Mapping[str, str]
    ) -> None:
        self.exchange = exchange
        self.context = context
        """Current while the request is sent, so that what happens below becomes children."""
        self.span = span
        self.outer = outer
        """The span of somebody else that already stands for this call; it is completed, and no span is made."""
        self.user = user


class Recorder(Protocol):
    """Starts and ends calls. All methods run on the application's thread and must be cheap and safe to repeat."""

    want_content: bool

    def begin(self, exchange: Exchange) -> Call | None:
        """Start a call in the current context; None where tracing is suppressed."""
        ...

    def finish(self, call: Call) -> None:
        """End a call; a second time does nothing."""
        ...

    def park(self, call: Call, seconds: float) -> None:
        """End a failed call after `seconds`, unless it is resumed before: its SDK may try again."""
        ...

    def resume(self, call: Call) -> bool:
        """Take a parked call back; False where it has ended."""
        ...


def outer_call(context: Context) -> Span | None:
    """The recording span that already stands for a GenAI call in this context."""
    span = trace.get_current_span(context)
    if not span.is_recording():
        return None
    if is_measured(context):
        return span
    attributes: Mapping[str, AnyValue] | None = getattr(span, "attributes", None)
    return span if attributes and stands_for_call(attributes) else None


def is_measured(context: Context) -> bool:
    """Whether `opentelemetry-util-genai` is at work in this context: it records the conventions' own metrics."""
    return any(get_value(key, context) is not None for key in _OUTER_KEYS)


class OrdinaryRecorder:
    """Spans of whatever tracer provider there is; everything happens on the caller's thread.

    A provider that is not the SDK's own has no pipeline in front of its exporters, so prompts, completions and
    error texts are never put on these spans: nothing could redact them.
    """

    want_content = False

    def __init__(self, tracer: trace.Tracer | None = None) -> None:
        self._tracer = tracer or trace.get_tracer(SCOPE)
        self._open: dict[int, Call] = {}

    def begin(self, exchange: Exchange) -> Call | None:
        context = get_current()
        if get_value("suppress_instrumentation", context):
            return None
        user = user_context.current(context)
        if (outer := outer_call(context)) is not None:
            call = Call(exchange, context, outer, outer.get_span_context(), user)
        else:
            span = self._tracer.start_span(
                f"{exchange.operation} {exchange.model}".strip(),
                kind=SpanKind.CLIENT,
                attributes=_start_attributes(exchange),
                start_time=exchange.start_ns,
            )
            call = Call(exchange, trace.set_span_in_context(span, context), span, None, user)
        self._open[id(call)] = call
        return call

    def finish(self, call: Call) -> None:
        if self._open.pop(id(call), None) is None:
            return
        inference = call.exchange.read(call.exchange)
        attributes = {**call.user, **describe(inference), **describe_timing(call.exchange, inference)}
        if call.outer is not None:
            _complete(call.span, attributes)
            return
        call.span.set_attributes(attributes)
        _end(call, inference)

    def park(self, call: Call, seconds: float) -> None:
        """Without a worker nobody could end it later: each attempt is a span of its own here."""
        self.finish(call)

    def resume(self, call: Call) -> bool:
        return False


def _start_attributes(exchange: Exchange) -> dict[str, AnyValue]:
    return {
        names.OPERATION_NAME: exchange.operation,
        names.PROVIDER_NAME: exchange.provider,
        names.REQUEST_MODEL: exchange.model,
        names.SERVER_ADDRESS: exchange.host,
    }


def _complete(span: Span, attributes: Mapping[str, AnyValue]) -> None:
    held: Mapping[str, AnyValue] = getattr(span, "attributes", None) or {}
    span.set_attributes({name: value for name, value in attributes.items() if name not in held})


def _end(call: Call, inference: Inference) -> None:
    call.span.update_name(f"{inference.operation} {inference.request_model or ''}".strip())
    if inference.error_type:
        call.span.set_status(Status(StatusCode.ERROR))
    call.span.end(call.exchange.end_ns)


_recorder: Recorder | None = None


def recorder() -> Recorder:
    """The recorder in use; an ordinary one until `use_recorder` was called."""
    global _recorder
    if _recorder is None:
        _recorder = OrdinaryRecorder()
    return _recorder


def use_recorder(new: Recorder | None) -> None:
    """Set the recorder of this process; None goes back to the ordinary one."""
    global _recorder
    _recorder = new
