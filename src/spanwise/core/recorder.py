"""Who turns an exchange into a span. Transports see this one small interface.

Two implementations behave the same: the light one (`spanwise.processors.light`), where a worker does all but the
unavoidable, and `OrdinaryRecorder` here, for tracer providers that are not the SDK's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context, get_current
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core import context as user_context
from spanwise.core.description import describe, describe_timing
from spanwise.core.exchange import Exchange
from spanwise.core.guard import guarded
from spanwise.core.view import stands_for_call
from spanwise.semconv import attributes as names

__all__ = [
    "SCOPE",
    "Call",
    "OrdinaryRecorder",
    "Recorder",
    "Redact",
    "is_measured",
    "is_suppressed",
    "outer_call",
    "recorder",
    "use_recorder",
]

SCOPE = "spanwise"
"""Instrumentation scope of our spans and metrics."""

Redact = Callable[[Mapping[str, AnyValue]], Mapping[str, AnyValue]]

_NOTHING: Mapping[str, AnyValue] = {}
_OWN_WORDS = frozenset({names.OPERATION_NAME, names.PROVIDER_NAME, names.OUTCOME, names.STREAM_END})
_SUPPRESS_KEYS = ("suppress_instrumentation", getattr(otel_context, "_SUPPRESS_INSTRUMENTATION_KEY", ""))
"""Instrumentors set the first one; the SDK sets only the second one, around its exporters."""
_OUTER_KEYS = ("opentelemetry.genai.client.inference.context", "opentelemetry.genai.client.embedding.context")


class Call:
    """One logical call between its start and its end, whatever the number of attempts."""

    __slots__ = ("context", "exchange", "outer", "span")

    def __init__(self, exchange: Exchange, context: Context, span: Span, outer: SpanContext | None) -> None:
        self.exchange = exchange
        self.context = context
        """Current while the request is sent, so that what happens below becomes children."""
        self.span = span
        self.outer = outer
        """The span of somebody else that already stands for this call; it is completed, and no span is made."""

    @property
    def user(self) -> Mapping[str, str]:
        """The user context in which the call was made."""
        return user_context.current(self.context)


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


def is_suppressed(context: Context) -> bool:
    """Whether nothing is to be traced in this context, such as what an exporter does."""
    return bool(context) and any(map(context.get, _SUPPRESS_KEYS))


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
    return context.get(_OUTER_KEYS[0]) is not None or context.get(_OUTER_KEYS[1]) is not None


class OrdinaryRecorder:
    """Spans of whatever tracer provider there is; everything happens on the caller's thread.

    A provider that is not the SDK's own has no pipeline in front of its exporters, so prompts, completions and
    error texts are never put on these spans, and all else is redacted before.

    Args:
        tracer: makes the spans; that of the global provider by default.
        redact: takes attributes and returns those that may be set; by default numbers and facts of our own wording.
    """

    want_content = False

    def __init__(self, tracer: trace.Tracer | None = None, redact: Redact | None = None) -> None:
        self._tracer = tracer or trace.get_tracer(SCOPE)
        self._redact = redact or _facts
        self._open: dict[int, Call] = {}

    def begin(self, exchange: Exchange) -> Call | None:
        context = get_current()
        if is_suppressed(context):
            return None
        if (outer := outer_call(context)) is not None:
            call = Call(exchange, context, outer, outer.get_span_context())
        else:
            attributes = self._redact(_start_attributes(exchange))
            start = exchange.start_ns
            span = self._tracer.start_span(
                _span_name(attributes), kind=SpanKind.CLIENT, attributes=attributes, start_time=start
            )
            call = Call(exchange, trace.set_span_in_context(span, context), span, None)
        self._open[id(call)] = call
        return call

    def finish(self, call: Call) -> None:
        if self._open.pop(id(call), None) is None:
            return
        attributes = self._attributes(call)
        if call.outer is not None:
            _complete(call.span, attributes)
        else:
            _end(call, attributes)

    @guarded("recorder.read", _NOTHING)
    def _attributes(self, call: Call) -> Mapping[str, AnyValue]:
        inference = call.exchange.read(call.exchange)
        return self._redact({**call.user, **describe(inference), **describe_timing(call.exchange, inference)})

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


def _end(call: Call, attributes: Mapping[str, AnyValue]) -> None:
    span = call.span
    span.set_attributes(attributes)
    if attributes:
        span.update_name(_span_name(attributes))
    if call.exchange.error_type or names.ERROR_TYPE in attributes:
        span.set_status(Status(StatusCode.ERROR))
    span.end(call.exchange.end_ns)


def _span_name(attributes: Mapping[str, AnyValue]) -> str:
    words = (attributes.get(name) for name in (names.OPERATION_NAME, names.REQUEST_MODEL))
    return " ".join(str(word) for word in words if word)


def _facts(attributes: Mapping[str, AnyValue]) -> dict[str, AnyValue]:
    """What no request and no response worded."""
    return {
        name: value
        for name, value in attributes.items()
        if name in _OWN_WORDS or (name.startswith("gen_ai.") and isinstance(value, (bool, int, float)))
    }


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
