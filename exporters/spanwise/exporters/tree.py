"""Traces in a terminal: a list with one line each, and one trace as a tree with bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opentelemetry.util.types import AnyValue

from spanwise.exporters.database import open_for_reading
from spanwise.exporters.figures import NOTHING, compact, moment, money, plural, seconds, whole
from spanwise.exporters.reading import (
    Only,
    StoredLog,
    StoredSpan,
    TraceLine,
    list_traces,
    read_logs,
    read_spans,
    resolve_trace_id,
)
from spanwise.exporters.rows import FINE_OUTCOMES
from spanwise.exporters.terminal import Paint, cut, pad, safe, width
from spanwise.semconv import attributes as names

__all__ = ["Branch", "grow", "marks", "recent_traces", "render_trace", "render_traces"]

_NAME_COLUMNS = 46
_BAR_COLUMNS = 24
_DEEPEST_INDENT = 12


@dataclass(frozen=True, slots=True)
class Branch:
    """A span at its place in the tree: how deep, and the lines that lead to it."""

    span: StoredSpan
    depth: int
    lead: str


def recent_traces(
    path: str | Path, limit: int = 20, only: Only | None = None, since_ns: int | None = None
) -> list[TraceLine]:
    """The newest traces of a store; `only` filters (`errors`, `flagged`) or orders (`slow`, `costly`).

    Raises:
        StoreError: there is no store at the path, or it cannot be read.
    """
    with open_for_reading(Path(path)) as connection:
        return list_traces(connection, limit, only, since_ns)


def render_traces(traces: Sequence[TraceLine], colour: bool = False) -> str:
    """A list of traces as text, one line each."""
    if not traces:
        return "No traces. Run the application under `opentelemetry-instrument`, or ask with other filters.\n"
    paint = Paint(colour)
    columns: list[tuple[str, str, Callable[[TraceLine], str], tuple[str, ...]]] = [
        ("started", "<", lambda trace: moment(trace.start_ns), ("dim",)),
        ("trace", "<", lambda trace: trace.trace_id[:16], ("cyan",)),
        ("name", "<", lambda trace: cut(safe(trace.name), _NAME_COLUMNS), ()),
        ("time", ">", lambda trace: seconds(trace.seconds), ()),
        ("calls", ">", lambda trace: whole(trace.calls), ()),
        ("tokens", ">", lambda trace: compact(trace.input_tokens + trace.output_tokens), ()),
        ("cost", ">", lambda trace: money(trace.cost), ()),
        ("", "<", _trace_flags, ("red",)),
    ]
    lines = [""] * (len(traces) + 1)
    for title, align, show, styles in columns:
        cells = [title, *(show(trace) for trace in traces)]
        wide = max(map(width, cells))
        for index, cell in enumerate(cells):
            lines[index] += paint(pad(cell, wide, align), *(styles if index else ("dim",))) + "  "
    return "\n".join(line.rstrip() for line in lines) + "\n"


def render_trace(path: str | Path, trace_id: str, colour: bool = False) -> str:
    """One trace as a tree: names, bars on one time axis, model, tokens, cost and what is noteworthy.

    Args:
        path: the store.
        trace_id: the whole id, or as many of its first digits as tell it from the others.
        colour: whether to use ANSI colours.

    Raises:
        StoreError: there is no store, no such trace, or several begin with these digits.
    """
    with open_for_reading(Path(path)) as connection:
        whole_id = resolve_trace_id(connection, trace_id)
        spans = read_spans(connection, whole_id)
        logs = read_logs(connection, [whole_id]).get(whole_id, [])
    return "\n".join(_trace_lines(whole_id, spans, logs, Paint(colour))) + "\n"


def grow(spans: Sequence[StoredSpan]) -> Iterator[Branch]:
    """The spans as a tree, depth first, children in the order of their start; one whose parent is not stored is a root.

    Every span comes exactly once, even where spans name each other as parents.
    """
    known = {span.span_id for span in spans}
    children: dict[str | None, list[StoredSpan]] = {}
    for span in sorted(spans, key=lambda span: (span.start_ns, -span.end_ns)):
        parent = span.parent_id if span.parent_id in known and span.parent_id != span.span_id else None
        children.setdefault(parent, []).append(span)
    seen: set[str] = set()
    for root in [*children.get(None, []), *spans]:  # the second part finds what only a circle leads to
        yield from _grow(root, children, seen)


def _grow(root: StoredSpan, children: dict[str | None, list[StoredSpan]], seen: set[str]) -> Iterator[Branch]:
    """Without recursion: a trace may be deeper than Python's stack."""
    waiting = [(root, 0, "", "")]
    while waiting:
        span, depth, lead, below = waiting.pop()
        if span.span_id in seen:
            continue
        seen.add(span.span_id)
        yield Branch(span, depth, lead)
        under = children.get(span.span_id, [])
        for index, child in reversed(list(enumerate(under))):
            last = index == len(under) - 1
            waiting.append((child, depth + 1, below + ("└ " if last else "├ "), below + ("  " if last else "│ ")))


def marks(span: StoredSpan) -> list[str]:
    """What is noteworthy about a span, in a few words each: outcome, flags, redactions, retries."""
    found: list[str] = []
    if span.outcome and span.outcome != "ok":
        found.append(span.outcome)
    elif span.failed:
        found.append(span.text(names.ERROR_TYPE) or "error")
    if span.flagged:
        found.append("flagged " + (span.text(names.SCREEN_CATEGORY) or "leak"))
    if span.redactions:
        found.append(f"{span.redactions} redacted")
    if span.retries:
        found.append(plural(span.retries, "retry", "retries"))
    if names.COST_UNPRICED in span.attributes:
        found.append("no price")
    return found


def _trace_flags(trace: TraceLine) -> str:
    failed = plural(trace.failed, "error") if trace.failed else ""
    return ", ".join(part for part in (failed, "flagged" if trace.flagged else "") if part)


def _trace_lines(trace_id: str, spans: Sequence[StoredSpan], logs: Sequence[StoredLog], paint: Paint) -> Iterator[str]:
    start, end = min(span.start_ns for span in spans), max(span.end_ns for span in spans)
    calls = [span for span in spans if span.is_call]
    costs = [span.cost for span in calls if span.cost is not None]
    parts = [
        moment(start),
        seconds((end - start) / 1e9),
        plural(len(spans), "span"),
        plural(len(calls), "call"),
        money(sum(costs)) if costs else "",
    ]
    yield paint(f"trace {trace_id}", "bold", "cyan")
    yield paint(", ".join(part for part in parts if part), "dim")
    yield ""
    told = any(names.EVALUATION_NAME in event.attributes for span in spans for event in span.events)
    logs = [log for log in logs if not told or log.event_name != names.EVALUATION_RESULT]  # the judge says both
    logs_of = {span.span_id: [log for log in logs if log.span_id == span.span_id] for span in spans}
    for branch in grow(spans):
        yield _span_line(branch, start, max(1, end - start), paint)
        yield from _notes(branch, logs_of[branch.span.span_id], paint)


def _span_line(branch: Branch, start_ns: int, length_ns: int, paint: Paint) -> str:
    span = branch.span
    lead = branch.lead if branch.depth <= _DEEPEST_INDENT else f"({branch.depth}) "
    room = max(8, _NAME_COLUMNS - width(lead))
    name = pad(cut(safe(span.name), room), room)
    bar = _bar(span, start_ns, length_ns)
    tone = "red" if span.failed and span.outcome not in FINE_OUTCOMES else "yellow" if span.flagged else "cyan"
    figures = " ".join(_figures(span))
    noted = ", ".join(safe(mark) for mark in marks(span))
    cells = [
        paint(lead, "dim") + name,
        paint(bar, tone),
        pad(seconds(span.seconds), 8, ">"),
        figures,
        paint(noted, "red" if span.failed else "yellow"),
    ]
    return "  ".join(cell for cell in cells if cell).rstrip()


def _bar(span: StoredSpan, start_ns: int, length_ns: int) -> str:
    first = min(_BAR_COLUMNS - 1, (span.start_ns - start_ns) * _BAR_COLUMNS // length_ns)
    last = max(first + 1, -(-(span.end_ns - start_ns) * _BAR_COLUMNS // length_ns))
    return pad("·" * first + "█" * (last - first), _BAR_COLUMNS).replace(" ", "·")


def _figures(span: StoredSpan) -> Iterator[str]:
    if not span.is_call:
        return
    if span.model and safe(span.model) not in safe(span.name):
        yield safe(span.model)
    tokens = (span.input_tokens, span.output_tokens)
    if any(count is not None for count in tokens):
        yield "→".join(NOTHING if count is None else compact(count) for count in tokens) + " tok"
    if span.cost is not None:
        yield money(span.cost)
    if span.first_chunk_seconds is not None:
        yield f"ttft {seconds(span.first_chunk_seconds)}"


def _notes(branch: Branch, logs: Sequence[StoredLog], paint: Paint) -> Iterator[str]:
    """What happened within a span: its status message, events, and log events such as feedback."""
    indent = "  " * (min(branch.depth, _DEEPEST_INDENT) + 1)
    span = branch.span
    if span.status_message:
        yield indent + paint(cut(safe(span.status_message), 110), "red")
    for event in span.events:
        at = seconds(max(0, event.time_ns - span.start_ns) / 1e9)
        said = _evaluation(event.attributes) if names.EVALUATION_NAME in event.attributes else f"{event.name} at {at}"
        yield indent + paint(cut(safe(said), 110), "dim")
    for log in logs:
        yield indent + paint(cut(safe(_told(log)), 110), "dim")


def _told(log: StoredLog) -> object:
    return _evaluation(log.attributes) if log.event_name == names.EVALUATION_RESULT else log.event_name or log.body


def _evaluation(attributes: Mapping[str, AnyValue]) -> str:
    """Such as `evaluation prompt_injection: fail 0.97, The user asks for …`."""
    words = (names.EVALUATION_LABEL, names.EVALUATION_SCORE)
    score = " ".join(str(attributes[word]) for word in words if word in attributes)
    why = attributes.get(names.EVALUATION_EXPLANATION)
    return ", ".join(filter(None, (f"evaluation {attributes.get(names.EVALUATION_NAME)}: {score}", str(why or ""))))
