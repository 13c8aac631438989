"""The traces that matter: one line each, and under it every span with a bar, its attributes and its messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from opentelemetry.util.types import AnyValue

from spanwise.exporters.encoding import decode, encode
from spanwise.exporters.figures import NOTHING, compact, moment, money, plural, seconds
from spanwise.exporters.reading import StoredLog, StoredSpan
from spanwise.exporters.report.data import MOST_SPANS, ShownTrace
from spanwise.exporters.report.markup import Child, Markup, join, tag
from spanwise.exporters.tree import Branch, grow, marks
from spanwise.semconv import attributes as names

__all__ = ["trace_list"]

_CONTENT = {
    names.SYSTEM_INSTRUCTIONS: "Instructions",
    names.INPUT_MESSAGES: "Input",
    names.OUTPUT_MESSAGES: "Output",
    names.TOOL_DEFINITIONS: "Tools",
}
_LONGEST_TRACE = 250_000
_LONGEST_VALUE = 600
_LONGEST_MESSAGE = 2000
_MOST_MESSAGES = 12
_DEEPEST_INDENT = 12
_REDACTED = re.compile(r"(\[[A-Z][A-Z_]{2,}(?::[^\]\s]{1,80})?\])")


def trace_list(traces: Sequence[ShownTrace], most_characters: int) -> Markup:
    """As many traces as fit, in their order; what does not fit is said."""
    drawn: list[Markup] = []
    room = most_characters
    for trace in traces:
        one = _fitting(trace)
        if len(one) <= room:
            drawn.append(one)
            room -= len(one)
    left = len(traces) - len(drawn)
    note = tag("p", f"{plural(left, 'more trace')} left out to keep this page small.", class_="note") if left else None
    return join(tag("div", drawn, class_="traces"), note)


def _fitting(trace: ShownTrace) -> Markup:
    """The trace with as many of its spans as keep it within the room of one trace."""
    drawn = Markup()
    for most_spans in (MOST_SPANS, 40, 10, 3):
        drawn = _trace(replace(trace, spans=trace.spans[:most_spans]))
        if len(drawn) <= _LONGEST_TRACE:
            break
    return drawn


def _trace(trace: ShownTrace) -> Markup:
    line = trace.line
    tags = [tag("span", words, class_=f"tag {tone}".strip()) for words, tone in _tags(trace)]
    tokens = line.input_tokens + line.output_tokens
    head = tag(
        "summary",
        tag("span", moment(line.start_ns), class_="when mute"),
        tag("span", line.name or "unnamed", tag("span", _models(trace), class_="models"), class_="name"),
        tag("span", tags, class_="tags"),
        tag("span", plural(line.calls, "call"), class_="n mute optional"),
        tag("span", f"{compact(tokens)} tok" if tokens else "", class_="n mute optional"),
        tag("span", money(line.cost), class_="n"),
        tag("span", seconds(line.seconds), class_="n"),
    )
    return tag("details", head, tag("div", list(_body(trace)), class_="body"), class_="trace", id=f"t-{line.trace_id}")


def _models(trace: ShownTrace) -> str:
    """The models that the trace's name does not tell already."""
    told = [word for word in trace.line.name.split() if len(word) > 3]
    models = dict.fromkeys(span.model for span in trace.spans if span.is_call and span.model)
    return ", ".join(model for model in models if not any(word in model for word in told))


def _tags(trace: ShownTrace) -> Iterator[tuple[str, str]]:
    """Why the trace is shown: what failed and what was flagged by name, then the other reasons."""
    failed = [span for span in trace.spans if span.failed]
    calls = [span for span in failed if span.is_call] or failed
    yield from ((words, "bad") for words in dict.fromkeys(marks(span)[0] for span in calls if marks(span)))
    flagged = [span.text(names.SCREEN_CATEGORY) or "leak" for span in trace.spans if span.flagged]
    yield from ((words, "warn") for words in dict.fromkeys(flagged))
    yield from ((reason, "") for reason in trace.reasons if reason in ("costly", "slow"))


def _body(trace: ShownTrace) -> Iterator[Markup]:
    yield tag("p", "trace ", tag("span", trace.line.trace_id, class_="mono"), class_="note")
    start, length = trace.line.start_ns, max(1, trace.line.end_ns - trace.line.start_ns)
    for branch in grow(trace.spans):
        logs = [log for log in trace.logs if log.span_id == branch.span.span_id]
        yield _span(branch, logs, start, length)
    if trace.line.spans > len(trace.spans):
        yield tag("p", f"The first {len(trace.spans)} of {plural(trace.line.spans, 'span')}.", class_="note")


def _span(branch: Branch, logs: Sequence[StoredLog], start_ns: int, length_ns: int) -> Markup:
    span = branch.span
    lead = branch.lead if branch.depth <= _DEEPEST_INDENT else f"{branch.depth} · "
    head = tag(
        "summary",
        tag("span", tag("span", lead, class_="lead", aria_hidden="true"), span.name or "unnamed", class_="name"),
        _bar(span, start_ns, length_ns),
        tag("span", seconds(span.seconds), class_="n"),
        tag("span", _facts(span), class_="facts-line"),
    )
    return tag("details", head, tag("div", _inside(span, logs), class_="inside"), class_="span")


def _bar(span: StoredSpan, start_ns: int, length_ns: int) -> Markup:
    """The span on the trace's time axis; the part before the first chunk is lighter."""
    left = (span.start_ns - start_ns) / length_ns * 100
    wide = max(0.4, (span.end_ns - span.start_ns) / length_ns * 100)
    tone = "bad" if span.failed else "warn" if span.flagged else "accent" if span.is_call else "accent-2"
    shapes = [
        tag("rect", width=100, height=10, class_="track"),
        tag("rect", x=min(left, 99.6), width=wide, height=10, class_=tone),
    ]
    first = span.first_chunk_seconds
    if first is not None and tone == "accent":
        waited = min(wide, first * 1e9 / length_ns * 100)
        shapes.append(tag("rect", x=left, width=waited, height=10, class_="accent-2"))
    return tag("svg", shapes, viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true")


def _facts(span: StoredSpan) -> Child:
    told: list[str] = []
    if span.is_call:
        if span.model and span.model not in span.name:
            told.append(span.model)
        if span.input_tokens is not None or span.output_tokens is not None:
            told.append(" → ".join(map(_tokens, (span.input_tokens, span.output_tokens))) + " tok")
        if span.cost is not None:
            told.append(money(span.cost))
        if span.first_chunk_seconds is not None:
            told.append(f"first chunk {seconds(span.first_chunk_seconds)}")
    noted = marks(span)
    tone = "bad-text" if span.failed else None
    return [tag("span", ", ".join(noted), class_=tone), " · " if noted and told else "", " · ".join(told)]


def _tokens(count: int | None) -> str:
    return NOTHING if count is None else compact(count)


def _inside(span: StoredSpan, logs: Sequence[StoredLog]) -> Iterator[Child]:
    if span.status_message:
        yield tag("p", span.status_message[:_LONGEST_VALUE], class_="bad-text")
    for name, title in _CONTENT.items():
        if name in span.attributes:
            yield from _messages(title, span.attributes[name])
    yield tag("h4", "Attributes")
    yield _attributes({key: value for key, value in span.attributes.items() if key not in _CONTENT})
    for event in span.events:
        yield tag("h4", f"{event.name}, {seconds(max(0, event.time_ns - span.start_ns) / 1e9)} after the start")
        yield _attributes(event.attributes)
    for log in logs:
        yield tag("h4", log.event_name or log.severity or "Log record")
        yield _attributes({**({"body": log.body} if log.body is not None else {}), **log.attributes})


def _attributes(attributes: Mapping[str, AnyValue]) -> Markup:
    if not attributes:
        return tag("p", "None", class_="empty")
    pairs = [
        (tag("dt", key), tag("dd", _marked(_shown(value), _LONGEST_VALUE))) for key, value in sorted(attributes.items())
    ]
    return tag("dl", pairs, class_="attributes mono")


def _messages(title: str, value: AnyValue) -> Iterator[Child]:
    """Messages as they were stored, redacted; a JSON text that frameworks emit is read as well."""
    yield tag("h4", title)
    items = _parsed(value)
    for item in items[:_MOST_MESSAGES]:
        role, content = _message(item)
        yield tag("div", tag("b", role) if role else None, _marked(content, _LONGEST_MESSAGE), class_="message")
    if len(items) > _MOST_MESSAGES:
        yield tag("p", f"and {len(items) - _MOST_MESSAGES} more", class_="note")


def _parsed(value: AnyValue) -> Sequence[AnyValue]:
    if isinstance(value, str):
        try:
            value = decode(value)
        except ValueError:
            return [value]
    return list(value) if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else [value]


def _message(item: AnyValue) -> tuple[str, str]:
    """A message's role and its text; a part that is no text is shown as it is."""
    if not isinstance(item, Mapping):
        return "", _shown(item)
    parts = item.get("parts")
    if isinstance(parts, Sequence) and not isinstance(parts, (str, bytes)):
        return str(item.get("role", "")), "\n".join(_part(part) for part in parts)
    return str(item.get("role", "")), _part(item)


def _part(part: AnyValue) -> str:
    if isinstance(part, Mapping) and isinstance(part.get("content"), str):
        return str(part["content"])
    return _shown(part)


def _marked(text: str, longest: int) -> Child:
    """The text, cut, with the places of redacted values marked."""
    cut = text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"
    pieces = _REDACTED.split(cut)
    return [tag("mark", piece) if index % 2 else piece for index, piece in enumerate(pieces)]


def _shown(value: AnyValue) -> str:
    return value if isinstance(value, str) else encode(value)
