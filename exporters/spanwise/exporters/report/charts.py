"""Charts as inline SVG. The plot stretches with the page; its labels are HTML, so they keep their size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from spanwise.exporters.figures import clock, percent, seconds
from spanwise.exporters.report.markup import Markup, tag
from spanwise.exporters.timeline import Timeline

__all__ = ["Bars", "Line", "Share", "bar_chart", "line_chart", "nice_ceiling", "share_bar", "sparkline"]

_WIDTH, _HEIGHT = 600.0, 150.0
_AXIS_STEPS = 2
Show = Callable[[float], str]


class Bars(NamedTuple):
    """One layer of a stacked bar chart; `tone` is a class of the style sheet."""

    name: str
    tone: str
    values: Sequence[float]


class Line(NamedTuple):
    """One line; `None` leaves a gap."""

    name: str
    tone: str
    values: Sequence[float | None]


class Share(NamedTuple):
    """One part of a whole."""

    name: str
    tone: str
    value: float


def bar_chart(timeline: Timeline, layers: Sequence[Bars], show: Show) -> Markup:
    """Stacked bars, one for each step; a bar tells its figures when it is pointed at."""
    tops = [sum(layer.values[i] for layer in layers) for i in range(len(timeline.steps))]
    ceiling = nice_ceiling(max(tops, default=0))
    wide = _WIDTH / max(1, len(tops))
    bars: list[Markup] = []
    for index, step in enumerate(timeline.steps):
        base = _HEIGHT
        drawn: list[Markup] = []
        for layer in layers:
            height = layer.values[index] / ceiling * _HEIGHT
            base -= height
            if height > 0:
                drawn.append(_rect(index * wide + wide * 0.1, base, wide * 0.8, height, layer.tone))
        told = ", ".join(f"{layer.name} {show(layer.values[index])}" for layer in layers)
        target = _rect(index * wide, 0.0, wide, _HEIGHT, "target")
        bars.append(tag("g", tag("title", f"{_when(step.start_ns, timeline)}: {told}"), target, drawn, class_="slot"))
    label = "; ".join(f"{layer.name}: {show(sum(layer.values))}" for layer in layers)
    return _framed(timeline, bars, ceiling, show, label, [(layer.name, layer.tone) for layer in layers])


def line_chart(timeline: Timeline, lines: Sequence[Line], show: Show = seconds) -> Markup:
    """Lines over the steps' middles; a step tells its figures when it is pointed at."""
    known = [value for line in lines for value in line.values if value is not None]
    ceiling = nice_ceiling(max(known, default=0))
    wide = _WIDTH / max(1, len(timeline.steps))
    drawn = [_path(line, wide, ceiling) for line in lines]
    targets = [
        tag(
            "g",
            tag("title", f"{_when(step.start_ns, timeline)}: {_told(lines, index, show)}"),
            _rect(index * wide, 0.0, wide, _HEIGHT, "target"),
            class_="slot",
        )
        for index, step in enumerate(timeline.steps)
    ]
    label = "; ".join(f"{line.name} up to {show(_largest(line))}" for line in lines)
    return _framed(timeline, [*drawn, *targets], ceiling, show, label, [(line.name, line.tone) for line in lines])


def sparkline(values: Sequence[float | None], tone: str = "accent") -> Markup | None:
    """A small line without axes, hidden from screen readers; `None` where there is no course to show."""
    known = [value for value in values if value is not None]
    if len(known) < 3 or not any(known):
        return None
    step, top = 100 / (len(values) - 1), max(known)
    at = [(i * step, 23 - (value or 0.0) / top * 21) for i, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    return tag(
        "svg",
        tag("polygon", points=f"0,24 {line} 100,24", class_=f"area {tone}"),
        tag("polyline", points=line, class_=f"line {tone}"),
        class_="spark",
        viewBox="0 0 100 24",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def share_bar(shares: Sequence[Share], label: str) -> Markup:
    """A whole and its parts as one bar, left to right."""
    whole = sum(share.value for share in shares) or 1.0
    drawn: list[Markup] = []
    left = 0.0
    for share in shares:
        wide = share.value / whole * _WIDTH
        told = f"{share.name}: {percent(share.value / whole)}"
        if share.value > 0:
            drawn.append(tag("g", tag("title", told), _rect(left, 0.0, max(0.5, wide - 1.5), 10.0, share.tone)))
        left += wide
    return tag(
        "svg", drawn, class_="share", viewBox=f"0 0 {_WIDTH:g} 10", preserveAspectRatio="none", role="img",
        aria_label=label,
    )  # fmt: skip


def nice_ceiling(value: float) -> float:
    """The smallest of 1, 2, 3, 4, 5, 6, 8 or 10 times a power of ten that is not below the value; 1 for nothing."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 3, 4, 5, 6, 8, 10, 20) if factor * power >= value)


def _framed(
    timeline: Timeline,
    content: Sequence[Markup],
    ceiling: float,
    show: Show,
    label: str,
    legend: Sequence[tuple[str, str]],
) -> Markup:
    """The plot with its grid, axis labels and legend."""
    heights = [_HEIGHT * step / _AXIS_STEPS for step in range(_AXIS_STEPS + 1)]
    grid = [tag("line", x1=0, x2=_WIDTH, y1=height, y2=height, class_="grid") for height in heights]
    plot = tag(
        "svg", grid, content, viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", preserveAspectRatio="none", role="img",
        aria_label=label,
    )  # fmt: skip
    values = [ceiling * (1 - step / _AXIS_STEPS) for step in range(_AXIS_STEPS + 1)]
    return tag(
        "div",
        tag("ul", [tag("li", tag("i", class_=tone), name) for name, tone in legend], class_="legend"),
        tag("div", [tag("span", show(value) if value else "0") for value in values], class_="y", aria_hidden="true"),
        tag("div", plot, class_="plot"),
        tag("div", [tag("span", label) for label in _times(timeline)], class_="x", aria_hidden="true"),
        class_="chart",
    )


def _times(timeline: Timeline) -> list[str]:
    """Five labels at equal distances, each moved to the nearest edge of a step so that the times are round."""
    start = timeline.steps[0].start_ns if timeline.steps else 0
    edges = [round(len(timeline.steps) * part / 4) for part in range(5)]
    return [clock(start + edge * timeline.width_ns, timeline.length_ns) for edge in edges]


def _when(start_ns: int, timeline: Timeline) -> str:
    return clock(start_ns, min(timeline.length_ns, timeline.width_ns * 40))


def _told(lines: Sequence[Line], index: int, show: Show) -> str:
    return ", ".join(f"{line.name} {show(value)}" for line in lines if (value := line.values[index]) is not None)


def _largest(line: Line) -> float:
    return max((value for value in line.values if value is not None), default=0.0)


def _path(line: Line, wide: float, ceiling: float) -> Markup:
    """The line as one path that breaks at gaps; a lone point is a short dash."""
    parts: list[str] = []
    pen_down = False
    for index, value in enumerate(line.values):
        if value is None:
            pen_down = False
            continue
        x, y = (index + 0.5) * wide, _HEIGHT - value / ceiling * _HEIGHT
        alone = not pen_down and (index + 1 >= len(line.values) or line.values[index + 1] is None)
        parts.append(f"M{x - wide * 0.3:.1f} {y:.1f}H{x + wide * 0.3:.1f}" if alone else _point(pen_down, x, y))
        pen_down = True
    return tag("path", d="".join(parts), class_=f"line {line.tone}")


def _point(pen_down: bool, x: float, y: float) -> str:
    return f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}"


def _rect(x: float, y: float, width: float, height: float, tone: str) -> Markup:
    return tag("rect", x=f"{x:.2f}", y=f"{y:.2f}", width=f"{width:.2f}", height=f"{height:.2f}", class_=tone)
