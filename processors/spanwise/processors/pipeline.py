"""The pipeline: one span processor in front of all others; nothing reaches an exporter except through it.

The application's threads only queue. A worker turns each finished span and each finished call into a `SpanView`,
runs the steps over it, and hands the result on to the processors that were there before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any, Literal, NamedTuple, Protocol

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanLimits, SpanProcessor

from spanwise.core import context as user_context
from spanwise.core.exchange import Exchange
from spanwise.core.guard import failed, guarded
from spanwise.core.recorder import Call
from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.calls import complete, read, view_of_call
from spanwise.processors.deduplicate import Duplicates, OpenCall, merge
from spanwise.processors.light import LightRecorder, LightSpan
from spanwise.processors.sample import Sampler
from spanwise.processors.spans import readable_of, view_of
from spanwise.processors.surface import Surface
from spanwise.processors.worker import Worker

__all__ = ["Pipeline", "PipelineSettings", "Step", "Witness"]

Step = Callable[[SpanView], None]
"""Reads and writes one view. What it raises is counted; the span goes on, and redaction still runs after it."""

_KEPT = ("gen_ai.", "spanwise.", "error.", "server.")
"""Attributes that go last where there are too many."""
_AT_START = 8
"""How many times as many spans may wait while the steps load what they need."""
_LONGEST_WAIT_S = 60.0
"""For a call that runs on after the span of somebody else that stands for it has ended."""


@dataclass(frozen=True)
class PipelineSettings:
    """Area `pipeline`."""

    queue_size: int = setting(
        2048, "Finished spans that may wait for the worker.", check=lambda n: n > 0, expects="a number above 0"
    )
    queue_bytes: int = setting(
        64 * 1024 * 1024,
        "Bytes of requests and responses that waiting spans may pin in memory.",
        check=lambda n: n > 0,
        expects="a number above 0",
    )
    interval: float = setting(
        1.0, "Longest time, in seconds, that a finished span waits.", check=lambda s: s > 0, expects="a number above 0"
    )
    spans: Literal["auto", "ordinary"] = setting(
        "auto",
        "How calls become spans: `auto` is light where the SDK allows it; `ordinary` is the SDK's own, which never "
        "carries content, so that nothing of it is screened either.",
    )


class Witness(Protocol):
    """Sees every call to a model once, whether or not sampling keeps it. All methods run on the worker."""

    def identify(self, view: SpanView) -> Any:
        """Before redaction: what has to be known of who the call is for."""
        ...

    def record(self, view: SpanView, identity: Any) -> None:
        """After redaction, with what `identify` returned."""
        ...

    def tick(self, flush: bool) -> None:
        """At least once per interval; `flush` when everything has to be written."""
        ...

    def forget(self) -> None:
        """In a forked child: what it has seen is the parent's."""
        ...


class _Finished(NamedTuple):
    """A span that is complete, and what it came from: None where the tracer's own sampler left it out."""

    view: SpanView
    source: ReadableSpan | LightSpan | None


class Pipeline(SpanProcessor):
    """Takes finished spans and calls, runs `steps`, redacts, samples, and hands on.

    Args:
        steps: run in order over every span, before redaction.
        surface: redacts; what it cannot redact goes out without content.
        sampler: holds spans until their trace is decided.
        settings: queue limits.
        limits: of the tracer provider; those of the environment by default.
        witness: is shown every call to a model.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        surface: Surface,
        sampler: Sampler,
        settings: PipelineSettings,
        limits: SpanLimits | None = None,
        witness: Witness | None = None,
    ) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        """Self-metrics: (metric name's last part, label) → count."""
        self.recorder: LightRecorder | None = None
        self.downstream: tuple[SpanProcessor, ...] = ()
        self._steps = tuple(steps)
        self._surface = surface
        self._sampler = sampler
        self._limits = limits or SpanLimits()
        self._witness = witness
        self._duplicates = Duplicates()
        self._waiting: dict[int, tuple[SpanView, ReadableSpan, float]] = {}
        self.worker: Worker[ReadableSpan | Call] = Worker(
            self._handle,
            prepare=self._prepare,
            tick=self._tick,
            size=settings.queue_size,
            start_size=_AT_START * settings.queue_size,
            max_bytes=settings.queue_bytes,
            interval_s=settings.interval,
        )

    # on the application's threads

    @guarded("pipeline.on_start", None)
    def on_start(self, span: Span | LightSpan, parent_context: Context | None = None) -> None:
        """Other processors see the start as before; user context goes on spans that others made."""
        if not isinstance(span, LightSpan):
            self._duplicates.started(span, span.parent, span.attributes or {})
            if user := user_context.current(parent_context):
                span.set_attributes(user)
        for processor in self.downstream:
            processor.on_start(span, parent_context)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    def _on_ending(self, span: Span) -> None:
        for processor in self.downstream:
            processor._on_ending(span)  # pyright: ignore[reportPrivateUsage]

    @guarded("pipeline.on_end", None)
    def on_end(self, span: ReadableSpan) -> None:
        """Queue a span that somebody else made."""
        self.worker.put(span)

    def call_inside(self, call: Call) -> None:
        """A call began inside a span that stands for it."""
        self._duplicates.call_inside(call)

    def finish(self, call: Call) -> None:
        """Queue a call that ended."""
        if isinstance(call.span, LightSpan):
            call.span.end(call.exchange.end_ns)
        self.worker.put(call, _weight(call.exchange))

    def wake(self) -> None:
        """Make sure that somebody will look at parked calls."""
        self.worker.start()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        deadline = monotonic() + timeout_millis / 1000
        done = self.worker.flush(timeout_millis / 1000)
        for processor in self.downstream:
            remaining = int((deadline - monotonic()) * 1000)
            done = remaining > 0 and processor.force_flush(remaining) and done
        return done

    def shutdown(self) -> None:
        self.drain()
        self.worker.close(5.0)
        for processor in self.downstream:
            processor.shutdown()

    @guarded("pipeline.drain", False)
    def drain(self, timeout_s: float = 5.0) -> bool:
        """End what still runs and process all of it; metrics are complete afterwards.

        A span of somebody else that stands for a call would never end and take the call with it: it is ended too.
        """
        if self.recorder is not None:
            self.recorder.end_open()
        for span in self._duplicates.around_calls():
            span.end()
        return self.worker.flush(timeout_s)

    def after_fork(self) -> None:
        """In the child: what the parent had in work, and what it has counted, is the parent's."""
        self.counts.clear()
        self._surface.forget()
        self._duplicates.clear()
        self._waiting.clear()
        self._sampler.clear()
        if self._witness is not None:
            self._witness.forget()
        if self.recorder is not None:
            self.recorder.forget()

    # on the worker

    def _handle(self, items: Sequence[ReadableSpan | Call]) -> None:
        """Stage by stage, each over all items: see `spanwise.processors.worker`."""
        each = self.worker.each
        each(_read_ahead, items)
        finished = [one for found in each(self._finished, items) for one in found]
        self._process(finished)

    def _process(self, finished: Sequence[_Finished]) -> None:
        """Run the steps over finished spans and hand them on."""
        for step in self._steps:
            self.worker.each(partial(_run_step, step), finished)
        self.worker.each(self._leave, finished)

    def _finished(self, item: ReadableSpan | Call) -> Sequence[_Finished]:
        """The spans that nothing more is awaited for, now that an item has come."""
        if isinstance(item, Call):
            return self._with_call(item)
        if item.context is None or self._duplicates.is_inherited(item.context.span_id):
            return ()
        self.counts["spans", ""] += 1
        return self._with_view(view_of(item), item)

    def _with_call(self, call: Call) -> Sequence[_Finished]:
        inference = read(call.exchange)
        if inference.unparsed:
            self.counts["unparsed", inference.unparsed] += 1
        if call.outer is not None:
            return self._with_part_of(call.outer.span_id)
        self.counts["spans", ""] += 1
        return (_Finished(view_of_call(call, inference), call.span if isinstance(call.span, LightSpan) else None),)

    def _with_part_of(self, span_id: int) -> Sequence[_Finished]:
        self._duplicates.part_finished(span_id)
        waiting = self._waiting.pop(span_id, None)
        return self._with_view(waiting[0], waiting[1]) if waiting is not None else ()

    def _with_view(self, view: SpanView, span: ReadableSpan) -> Sequence[_Finished]:
        span_id = view.context.span_id
        known = self._duplicates.open_call(span_id)
        if known is not None and known.unfinished > 0:
            self._waiting[span_id] = (view, span, monotonic() + _LONGEST_WAIT_S)
            return ()
        return self._joined(view, span, known)

    def _joined(self, view: SpanView, span: ReadableSpan, known: OpenCall | None) -> Sequence[_Finished]:
        """Put together what stands for the same call; the outermost span goes on."""
        if known is not None:
            if known.calls:
                complete(view, known.calls)
            if known.outer is not None and (around := self._duplicates.open_call(known.outer.span_id)) is not None:
                around.inner.append(view)
                self.counts["merged", ""] += 1
                return self._with_part_of(known.outer.span_id)
            for inner in known.inner:
                view.inference = view.inference or inner.inference
                merge(view, inner.attributes, inner.scope)
        view.parent = self._duplicates.adopted_by(view.parent)
        self._duplicates.ended(view.context.span_id)
        return (_Finished(view, span),)

    def _leave(self, finished: _Finished) -> None:
        view, source = finished
        if source is not None:
            self._hand_on(view, source)
        elif self._witness is not None:
            self._redact(view)

    def _hand_on(self, view: SpanView, source: ReadableSpan | LightSpan) -> None:
        self._redact(view)
        dropped = source.dropped_attributes + self._limit(view)
        resource = self._surface.resource(source.resource)
        span = readable_of(view, resource, self._surface.scope(source.instrumentation_scope), source, dropped)
        is_open = self.recorder.is_open if self.recorder is not None else _never
        self._emit(self._sampler.offer(view, span, is_open))

    def _redact(self, view: SpanView) -> None:
        """Redact, and show the result to the witness."""
        witness = self._witness if view.is_client_call else None
        identity = witness.identify(view) if witness is not None else None
        if not self._surface.span(view):
            self.counts["content_dropped", ""] += 1
        if witness is not None:
            witness.record(view, identity)

    def _limit(self, view: SpanView) -> int:
        """The SDK's limits, for attributes that were added after the SDK applied them; returns how many went.

        Those that come first go first, as in the SDK, but none of the conventions' while there are others.
        """
        most, longest = self._limits.max_span_attributes, self._limits.max_span_attribute_length
        if (most is None or len(view.attributes) <= most) and longest is None:
            return 0
        last = {name: value for name, value in view.attributes.items() if name.startswith(_KEPT)}
        first = {name: value for name, value in view.attributes.items() if name not in last}
        bounded = BoundedAttributes(most, {**first, **last}, True, longest)
        self.counts["truncated", "attributes"] += bounded.dropped
        view.attributes = dict(bounded)
        return bounded.dropped

    def _emit(self, spans: Sequence[ReadableSpan]) -> None:
        for span in spans:
            for processor in self.downstream:
                self._pass_on(processor, span)
            self.counts["exported", ""] += 1

    def _pass_on(self, processor: SpanProcessor, span: ReadableSpan) -> None:
        """What one processor raises costs it this span, and nobody else anything."""
        try:
            processor.on_end(span)
        except Exception as error:
            self.worker.dropped["processor"] += 1
            failed("pipeline.processor", error)

    def _prepare(self, flush: bool) -> None:
        if self.recorder is not None:
            self.recorder.expire(everything=flush)

    def _tick(self, flush: bool) -> None:
        now = monotonic()
        for span_id, (view, span, deadline) in list(self._waiting.items()):
            if (flush or deadline <= now) and self._waiting.pop(span_id, None) is not None:
                self._process(self._joined(view, span, self._duplicates.open_call(span_id)))
        self._emit(self._sampler.expire(everything=flush))
        if self._witness is not None:
            self._witness.tick(flush)
        self._duplicates.forget_old()


def _read_ahead(item: ReadableSpan | Call) -> None:
    if isinstance(item, Call):
        item.exchange.inference = read(item.exchange)


def _run_step(step: Step, finished: _Finished) -> None:
    try:
        step(finished.view)
    except Exception as error:
        failed(f"step.{type(step).__name__}", error)


def _weight(exchange: Exchange) -> int:
    """Bytes that a waiting call pins."""
    chunks = exchange.chunks
    held = len(exchange.body or b"") + (sum(map(len, chunks)) if chunks else 0)
    return held + len(exchange.request_body or b"")


def _never(_: int) -> bool:
    return False
