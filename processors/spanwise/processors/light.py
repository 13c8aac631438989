"""Light spans: what the caller's thread makes of a call, and the recorder that makes them.

An SDK span started on the caller costs 40 µs more than ids, one context and a few references. So that is all the
caller pays for here; the worker builds the finished span. To everybody else a light span is an ordinary recording
span: it can be the parent of others, and takes attributes, events and links.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from time import monotonic, time_ns
from typing import TYPE_CHECKING, cast

from opentelemetry import trace
from opentelemetry.attributes import BoundedAttributes
from opentelemetry.context import Context, get_current
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, Tracer
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.util.types import AnyValue

from spanwise.core.exchange import Exchange
from spanwise.core.recorder import Call, is_suppressed, outer_call
from spanwise.core.view import EventView, LinkView
from spanwise.semconv import attributes as names

if TYPE_CHECKING:
    from spanwise.processors.pipeline import Pipeline

__all__ = ["LightRecorder", "LightSpan"]


class LightSpan(trace.Span):
    """A recording span that only remembers. Readable like an SDK span while it runs, for other processors."""

    kind = SpanKind.CLIENT
    status = Status(StatusCode.UNSET)
    events: tuple[EventView, ...] = ()
    links: tuple[LinkView, ...] = ()
    dropped_attributes = 0
    dropped_events = 0
    dropped_links = 0
    renamed = False
    end_time: int | None = None

    def __init__(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        attributes: dict[str, AnyValue],
        start_time: int,
        tracer: Tracer,
    ) -> None:
        self.name = name
        self.context = context
        self.parent = parent
        self.attributes = attributes
        self.start_time = start_time
        self._tracer = tracer

    @property
    def resource(self) -> Resource:
        """What produced the span; read late, because a fork changes it."""
        return self._tracer.resource

    @property
    def instrumentation_scope(self) -> InstrumentationScope:
        """Who made the span."""
        return self._tracer._instrumentation_scope  # pyright: ignore[reportPrivateUsage]

    @property
    def _limits(self) -> SpanLimits:
        return self._tracer._span_limits  # pyright: ignore[reportPrivateUsage]

    def get_span_context(self) -> SpanContext:
        return self.context

    def is_recording(self) -> bool:
        return self.end_time is None

    def set_attributes(self, attributes: Mapping[str, AnyValue]) -> None:
        if self.is_recording():
            self.attributes.update(_clean(attributes, None, self._limits.max_span_attribute_length))

    def set_attribute(self, key: str, value: AnyValue) -> None:
        self.set_attributes({key: value})

    def add_event(
        self, name: str, attributes: Mapping[str, AnyValue] | None = None, timestamp: int | None = None
    ) -> None:
        if self.is_recording():
            limits = self._limits
            kept = _clean(attributes, limits.max_event_attributes, limits.max_attribute_length)
            self.events = (*self.events, EventView(str(name), timestamp or time_ns(), kept))
            if limits.max_events is not None and len(self.events) > limits.max_events:
                self.events, self.dropped_events = self.events[1:], self.dropped_events + 1

    def add_link(self, context: SpanContext | None, attributes: Mapping[str, AnyValue] | None = None) -> None:
        if self.is_recording() and context is not None:
            limits = self._limits
            kept = _clean(attributes, limits.max_link_attributes, limits.max_attribute_length)
            self.links = (*self.links, LinkView(context, kept))
            if limits.max_links is not None and len(self.links) > limits.max_links:
                self.links, self.dropped_links = self.links[1:], self.dropped_links + 1

    def update_name(self, name: str) -> None:
        if self.is_recording():
            self.name, self.renamed = str(name), True

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        new = status if isinstance(status, Status) else Status(status or StatusCode.UNSET, description)
        if self.is_recording() and not new.is_unset and self.status.status_code is not StatusCode.OK:
            self.status = new

    def record_exception(
        self,
        exception: BaseException,
        attributes: Mapping[str, AnyValue] | None = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        """Text only: the exception object would keep the application's frames alive."""
        kind = type(exception)
        module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
        found: dict[str, AnyValue] = {
            names.EXCEPTION_TYPE: module + kind.__qualname__,
            names.EXCEPTION_MESSAGE: str(exception),
            names.EXCEPTION_STACKTRACE: "".join(traceback.format_exception(exception)),
            "exception.escaped": str(escaped),
        }
        self.add_event("exception", {**found, **(attributes or {})}, timestamp)

    def end(self, end_time: int | None = None) -> None:
        self.end_time = self.end_time or end_time or time_ns()


def _clean(attributes: Mapping[str, AnyValue] | None, most: int | None, longest: int | None) -> dict[str, AnyValue]:
    """What the SDK would keep of attributes: values of known types, within its limits."""
    return dict(BoundedAttributes(most, attributes, max_value_len=longest)) if attributes else {}


class LightRecorder:
    """Begins and ends calls as light spans, by the rules of the SDK's own tracer: its sampler, ids and scope."""

    def __init__(self, pipeline: Pipeline, tracer: Tracer, *, want_content: bool) -> None:
        self.want_content = want_content
        self._pipeline = pipeline
        self._tracer = tracer
        self._open: dict[int, Call] = {}
        self._parked: dict[int, tuple[Call, float]] = {}
        is_random = getattr(tracer.id_generator, "is_trace_id_random", None)
        self._random = _RANDOM if is_random is not None and is_random() else 0

    def begin(self, exchange: Exchange) -> Call | None:
        context = get_current()
        if is_suppressed(context) or not self._tracer._is_enabled():  # pyright: ignore[reportPrivateUsage]
            return None
        if (outer := outer_call(context)) is not None:
            call = Call(exchange, context, outer, outer.get_span_context())
            self._pipeline.call_inside(call)
        else:
            span = self._start(exchange, context)
            call = Call(exchange, trace.set_span_in_context(span, context), span, None)
            if isinstance(span, LightSpan):
                self._pipeline.on_start(span, context)
        self._open[id(call)] = call
        return call

    def finish(self, call: Call) -> None:
        if self._open.pop(id(call), None) is None:
            return
        self._parked.pop(id(call), None)
        self._pipeline.finish(call)

    def park(self, call: Call, seconds: float) -> None:
        if id(call) in self._open:
            self._parked[id(call)] = (call, monotonic() + seconds)
            self._pipeline.wake()

    def resume(self, call: Call) -> bool:
        return self._parked.pop(id(call), None) is not None

    def expire(self, *, everything: bool) -> None:
        """End the parked calls whose SDK did not try again; all of them at a flush."""
        now = monotonic()
        for call, deadline in list(self._parked.values()):
            if everything or deadline <= now:
                self.finish(call)

    def end_open(self) -> None:
        """End what still runs when the process ends, streams in the middle included."""
        for call in list(self._open.values()):
            exchange = call.exchange
            if not exchange.end_ns:
                exchange.end_ns = time_ns()
                exchange.stream_end = "shutdown"
            self.finish(call)

    def is_open(self, trace_id: int) -> bool:
        """Whether a call of this trace has not ended yet."""
        return any(call.span.get_span_context().trace_id == trace_id for call in list(self._open.values()))

    def forget(self) -> None:
        """After a fork: the parent's calls are the parent's."""
        self._open.clear()
        self._parked.clear()

    def _is_random(self, parent: SpanContext | None) -> int:
        return self._random if parent is None else parent.trace_flags & _RANDOM

    def _start(self, exchange: Exchange, context: Context) -> trace.Span:
        tracer = self._tracer
        current = trace.get_current_span(context).get_span_context()
        parent = current if current.is_valid else None
        ids = tracer.id_generator
        trace_id = parent.trace_id if parent else ids.generate_trace_id()
        name = f"{exchange.operation} {exchange.model}" if exchange.model else exchange.operation
        attributes = _start_attributes(exchange)
        result = tracer.sampler.should_sample(context, trace_id, name, SpanKind.CLIENT, attributes, ())
        flags = _FLAGS[self._is_random(parent) + result.decision.is_sampled()]
        span_context = SpanContext(trace_id, ids.generate_span_id(), False, flags, result.trace_state)
        if not result.decision.is_recording():
            return NonRecordingSpan(span_context)
        attributes.update(cast("Mapping[str, AnyValue]", result.attributes))  # pyright: ignore[reportUnknownMemberType]
        return LightSpan(name, span_context, parent, attributes, exchange.start_ns, tracer)


_RANDOM = 2
"""The trace flag of W3C Trace Context level 2 that says the trace id is random."""
_FLAGS = tuple(TraceFlags(flags) for flags in range(4))


def _start_attributes(exchange: Exchange) -> dict[str, AnyValue]:
    """What samplers see: the attributes that the conventions want at creation."""
    return {
        names.OPERATION_NAME: exchange.operation,
        names.PROVIDER_NAME: exchange.provider,
        names.REQUEST_MODEL: exchange.model,
        names.SERVER_ADDRESS: exchange.host,
    }
