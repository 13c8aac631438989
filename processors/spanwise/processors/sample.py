"""Sampling that keeps what matters: whole traces, decided when they are complete, with a weight.

Every trace with an error, a slow, costly or flagged call is kept (of users over their limits a hundred calls a
minute), and a consistent share of the rest: the decision
depends on the trace id alone, as in W3C Trace Context level 2, so every process keeps the same traces. Metrics are
recorded before, so they are exact; `spanwise.sampling.weight` tells how many traces a kept one stands for.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext, StatusCode, TraceState

from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.share import Share
from spanwise.semconv import attributes as names

__all__ = ["SampleSettings", "Sampler"]

_MAX_TRACES = 5_000
_MAX_SPANS = 20_000
_MAX_SPANS_PER_TRACE = 2_000
_LONGEST_TRACE_S = 300.0
_REMEMBERED = 20_000
_MINUTE_NS = 60 * 1_000_000_000
_THRESHOLD = re.compile("th:[0-9a-f]{1,14}")
_MOST_ABUSE = 100
"""Calls a minute that are kept because somebody is over a limit: a script that runs wild must not fill the store."""
_BAD_OUTCOMES = frozenset({"content_filter", "malformed_output", "refusal"})


@dataclass(frozen=True)
class SampleSettings:
    """Area `sample`."""

    ratio: float = setting(
        1.0,
        "Share of the unremarkable traces to keep. 1 keeps everything.",
        check=lambda r: 0 <= r <= 1,
        expects="a share between 0 and 1",
    )
    slow: float = setting(
        10.0, "Seconds from which a call is slow, and its trace kept.", check=lambda s: s > 0, expects="above 0"
    )
    costly: float = setting(
        0.10, "US dollars from which a call is costly, and its trace kept.", check=lambda c: c > 0, expects="above 0"
    )


@dataclass(slots=True)
class _Trace:
    started: float
    spans: list[ReadableSpan] = field(default_factory=list[ReadableSpan])
    reason: str | None = None


class Sampler:
    """Holds the spans of a trace until its last local span ended, then keeps or leaves out all of them.

    A span that comes after the decision follows it, but one that is remarkable by itself is always kept, with those
    after it. Memory is bounded: a trace that is too large, too old, or one too many is decided as it is.
    """

    def __init__(self, settings: SampleSettings) -> None:
        self._settings = settings
        self._share = Share(settings.ratio)
        self._traces: OrderedDict[int, _Trace] = OrderedDict()
        self._held = 0
        self._decided: OrderedDict[int, str | None] = OrderedDict()
        self._abuse = (0, 0)
        self.counts: Counter[tuple[str, str]] = Counter()

    def offer(self, view: SpanView, span: ReadableSpan, is_open: Callable[[int], bool]) -> Sequence[ReadableSpan]:
        """Take a finished span; returns the spans that may leave now.

        Args:
            view: what the steps found out about the span.
            span: what leaves if it is kept.
            is_open: whether a call of this trace still runs.
        """
        if self._settings.ratio >= 1:
            return (span,)
        trace_id = view.context.trace_id
        reason = self._reason(view)
        if trace_id in self._decided:
            return self._late(trace_id, span, reason)
        trace = self._traces.setdefault(trace_id, _Trace(monotonic()))
        trace.spans.append(span)
        self._held += 1
        trace.reason = trace.reason or reason
        complete = view.local_root and not is_open(trace_id)
        if complete or len(trace.spans) >= _MAX_SPANS_PER_TRACE:
            return self._decide(trace_id)
        return self._make_room()

    def _make_room(self) -> Sequence[ReadableSpan]:
        """Decide the oldest traces where too much is held."""
        found: list[ReadableSpan] = []
        while len(self._traces) > _MAX_TRACES or self._held > _MAX_SPANS:
            found += self._decide(next(iter(self._traces)))
        return found

    def expire(self, *, everything: bool) -> Sequence[ReadableSpan]:
        """Decide traces that have waited too long; all of them at a flush."""
        oldest = monotonic() - _LONGEST_TRACE_S
        due = [trace_id for trace_id, trace in self._traces.items() if everything or trace.started < oldest]
        return [span for trace_id in due for span in self._decide(trace_id)]

    def clear(self) -> None:
        """After a fork."""
        self._traces.clear()
        self._held = 0
        self.counts.clear()

    def _reason(self, view: SpanView) -> str | None:
        attributes, settings = view.attributes, self._settings
        if view.status is StatusCode.ERROR:
            return "error"
        if attributes.get(names.SCREEN_FLAGGED) or attributes.get(names.SCREEN_LEAK):
            return "flagged"
        if attributes.get(names.OUTCOME) in _BAD_OUTCOMES:
            return "outcome"
        cost = attributes.get(names.COST_AMOUNT)
        if isinstance(cost, float) and cost >= settings.costly:
            return "costly"
        if view.is_client_call and view.duration_s >= settings.slow:
            return "slow"
        return "abuse" if attributes.get(names.ABUSE_FLAGGED) and self._may_keep_abuse(view) else None

    def _may_keep_abuse(self, view: SpanView) -> bool:
        minute, kept = view.end_ns // _MINUTE_NS, 0
        if minute == self._abuse[0]:
            kept = self._abuse[1]
        self._abuse = (minute, kept + 1)
        return kept < _MOST_ABUSE

    def _decide(self, trace_id: int) -> Sequence[ReadableSpan]:
        trace = self._traces.pop(trace_id)
        self._held -= len(trace.spans)
        reason = trace.reason or ("share" if trace_id in self._share else None)
        self._decided[trace_id] = reason
        if len(self._decided) > _REMEMBERED:
            self._decided.popitem(last=False)
        if reason is None:
            self.counts["sampled_out", ""] += len(trace.spans)
            return ()
        self.counts["kept_traces", reason] += 1
        return [self._mark(span, reason) for span in trace.spans]

    def _late(self, trace_id: int, span: ReadableSpan, reason: str | None) -> Sequence[ReadableSpan]:
        decided = self._decided[trace_id]
        if decided is None and reason is not None:
            self._decided[trace_id] = decided = reason
            self.counts["kept_traces", reason] += 1
        if decided is None:
            self.counts["sampled_out", ""] += 1
            return ()
        return (self._mark(span, reason or decided),)

    def _mark(self, span: ReadableSpan, reason: str) -> ReadableSpan:
        """Say on the span why it was kept and for how many it stands."""
        by_share = reason == "share"
        weight = 1 / self._settings.ratio if by_share else 1.0
        found = {**(span.attributes or {}), names.SAMPLING_REASON: reason, names.SAMPLING_WEIGHT: weight}
        attributes = BoundedAttributes(attributes=found)
        attributes.dropped = span.dropped_attributes
        span._attributes = attributes  # pyright: ignore[reportPrivateUsage] - ours: the pipeline has just built it
        if by_share and span.context is not None:
            span._context = _with_threshold(span.context, self._share.threshold)  # pyright: ignore[reportPrivateUsage]
        return span


def _with_threshold(context: SpanContext, threshold: int) -> SpanContext:
    """Write the rejection threshold to `tracestate` (`ot=th:…`), where a Collector reads it to adjust counts."""
    state = context.trace_state or TraceState()
    fields = [part for part in (state.get("ot") or "").split(";") if part]
    known = [int(part[3:].ljust(14, "0"), 16) for part in fields if _THRESHOLD.fullmatch(part)]
    strictest = f"{max([threshold, *known]):014x}".rstrip("0") or "0"
    value = ";".join([f"th:{strictest}", *(part for part in fields if not part.startswith("th:"))])
    changed = state.update("ot", value) if "ot" in state else state.add("ot", value)
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags, changed)
