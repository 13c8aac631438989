"""One call, one span, tokens once: whoever else made a span of the same call.

Two cases. The wire sees a call inside a span that already stands for it (the official instrumentors, an SDK that
traces itself): the exchange completes that span. Or two such spans are nested: the inner one completes the outer
one, is not exported, and its children become the outer one's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from opentelemetry.trace import Span, SpanContext
from opentelemetry.util.types import AnyValue

from spanwise.core.recorder import Call
from spanwise.core.view import SpanView, stands_for_call
from spanwise.semconv import attributes as names

__all__ = ["Duplicates", "OpenCall", "merge"]

MAX_OPEN = 10_000
LONGEST_CALL_S = 900.0
"""A foreign span that has not ended after this time is forgotten."""

_TRANSPORT_ONLY = frozenset({names.SERVER_ADDRESS, names.SERVER_PORT})


@dataclass(slots=True)
class OpenCall:
    """A span of somebody else that stands for a call, while it runs."""

    started: float
    span: Span | None = None
    outer: SpanContext | None = None
    """The span around it that stands for the same call."""
    calls: list[Call] = field(default_factory=list[Call])
    unfinished: int = 0
    """Calls and spans inside that have not ended yet."""
    inner: list[SpanView] = field(default_factory=list[SpanView])


class Duplicates:
    """Which spans stand for the same call. Written by the application's threads, read by the worker."""

    def __init__(self) -> None:
        self._open: dict[int, OpenCall] = {}
        self._lock = Lock()
        self._inherited: frozenset[int] = frozenset()

    def started(self, span: Span, parent: SpanContext | None, attributes: Mapping[str, AnyValue]) -> None:
        """A span of somebody else started; remembered if it stands for a call."""
        if not stands_for_call(attributes):
            return
        with self._lock:
            if len(self._open) >= MAX_OPEN:
                self._forget_old()
            around = self._open.get(parent.span_id) if parent is not None else None
            if around is not None:
                around.unfinished += 1
            outer = parent if around is not None else None
            self._open[span.get_span_context().span_id] = OpenCall(monotonic(), span, outer)

    def call_inside(self, call: Call) -> None:
        """The wire saw a call inside a span that stands for it."""
        if call.outer is None:
            return
        with self._lock:
            entry = self._open.setdefault(call.outer.span_id, OpenCall(monotonic(), call.span))
            entry.calls.append(call)
            entry.unfinished += 1

    def part_finished(self, span_id: int) -> None:
        """A call, or a span that stands for the same call, ended inside this one."""
        with self._lock:
            entry = self._open.get(span_id)
            if entry is not None:
                entry.unfinished -= 1

    def around_calls(self) -> list[Span]:
        """The open spans of somebody else that stand for a call that the wire saw; the inner ones first."""
        with self._lock:
            entries = list(self._open.values())
            found: dict[int, Span] = {}
            for entry in reversed(entries):
                around: OpenCall | None = entry if entry.calls else None
                while around is not None and around.span is not None:
                    found[id(around)] = around.span
                    around = self._open.get(around.outer.span_id) if around.outer else None
        return [span for span in found.values() if span.is_recording()]

    def open_call(self, span_id: int) -> OpenCall | None:
        """What is known of a span that stands for a call."""
        return self._open.get(span_id)

    def ended(self, span_id: int) -> None:
        """The span left the pipeline, and with it those that were merged into it."""
        with self._lock:
            entry = self._open.pop(span_id, None)
            for inner in entry.inner if entry is not None else ():
                self._open.pop(inner.context.span_id, None)

    def adopted_by(self, parent: SpanContext | None) -> SpanContext | None:
        """The parent to export: the outermost span of the same call instead of one that was merged away."""
        while parent is not None and (entry := self._open.get(parent.span_id)) is not None and entry.outer is not None:
            parent = entry.outer
        return parent

    def clear(self) -> None:
        """After a fork: the spans that were open are the parent's, though the child may end its copies of them."""
        self._lock = Lock()
        self._inherited = frozenset(self._open)
        self._open.clear()

    def is_inherited(self, span_id: int) -> bool:
        """Whether the span was open when this process was forked."""
        return span_id in self._inherited

    def forget_old(self) -> None:
        """Drop what never ended."""
        with self._lock:
            self._forget_old()

    def _forget_old(self) -> None:
        oldest = monotonic() - LONGEST_CALL_S
        for span_id in [key for key, entry in self._open.items() if entry.started < oldest]:
            del self._open[span_id]
        while len(self._open) >= MAX_OPEN:
            del self._open[next(iter(self._open))]


def merge(into: SpanView, attributes: Mapping[str, AnyValue], source: str) -> None:
    """Fill in what `into` lacks, and note who knew it."""
    missing = {name: value for name, value in attributes.items() if name not in into.attributes}
    into.attributes.update(missing)
    if missing.keys() - _TRANSPORT_ONLY:
        noted = into.attributes.get(names.MERGED_SOURCES)
        sources = tuple(noted) if isinstance(noted, (list, tuple)) else ()
        into.attributes[names.MERGED_SOURCES] = (*sources, source)
