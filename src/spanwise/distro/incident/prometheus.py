"""Questions to Prometheus: vectors, matrices, and what is known of an alert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spanwise.distro.incident.fetch import Server, field, items, number, text
from spanwise.distro.incident.report import Alert
from spanwise.distro.incident.window import Window

__all__ = ["Prometheus", "Series", "firing", "matcher", "quoted"]

_SAME_FIRING_S = 900.0
"""An alert that fires again within a quarter of an hour is one incident."""
_EVALUATED_S = 120.0
"""Rules are evaluated at least so often."""
_MOST_POINTS = 8000


@dataclass(frozen=True, slots=True)
class Series:
    """Labels, and (time, value) in seconds of the epoch; one point of an instant query."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]


class Prometheus:
    """Prometheus, or what speaks its API."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def instant(self, query: str, time: float) -> list[Series]:
        """A vector at a time. Raises `NoAnswer`."""
        answer = self.server.get("/api/v1/query", {"query": query, "time": f"{time:.3f}"})
        return [_series(found, [field(found, "value")]) for found in items(field(answer, "data", "result"))]

    def range(self, query: str, window: Window, step: float) -> list[Series]:
        """A matrix over a window, both ends included. Raises `NoAnswer`."""
        times = {"start": f"{window.start:.3f}", "end": f"{window.end:.3f}", "step": f"{step:.3f}"}
        answer = self.server.get("/api/v1/query_range", {"query": query, **times})
        return [_series(found, items(field(found, "values"))) for found in items(field(answer, "data", "result"))]

    def alert(self, name: str, searched: Window) -> Alert:
        """What is known of an alert, and when it last fired in a window. Raises `NoAnswer`."""
        rule = self._rule(name)
        step = max(15.0, searched.seconds / _MOST_POINTS)
        # when it was evaluated, not when it is asked for: a sample is found for five minutes
        query = f'timestamp(ALERTS{{alertname={quoted(name)}, alertstate="firing"}})'
        found = self.range(query, searched, step)
        fired = firing(found, step)
        lasting = [one for one in found if fired and any(fired.start <= time <= fired.end for _, time in one.points)]
        return Alert(
            name,
            text(field(rule, "query")),
            number(field(rule, "duration")),
            number(field(rule, "keepFiringFor")),
            tuple(_own(one.labels) for one in lasting),
            _texts(field(rule, "annotations")),
            fired,
            bool(fired and fired.end > searched.end - max(step, _EVALUATED_S)),
        )

    def _rule(self, name: str) -> object:
        answer = self.server.get("/api/v1/rules", {"type": "alert", "rule_name[]": name})
        rules = (rule for group in items(field(answer, "data", "groups")) for rule in items(field(group, "rules")))
        return next((rule for rule in rules if field(rule, "name") == name), None)


def firing(found: Sequence[Series], step: float) -> Window | None:
    """The last stretch in which any of the series, whose values are times, was there; short breaks do not end it."""
    times = sorted({time for one in found for _, time in one.points})
    if not times:
        return None
    start = times[-1]
    for time in reversed(times):
        if start - time > max(_SAME_FIRING_S, 2 * step):
            break
        start = time
    return Window(start, times[-1])


def quoted(value: str) -> str:
    """A string of PromQL or TraceQL."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def matcher(labels: Mapping[str, str]) -> str:
    """`a="b", c="d"`; without those that are empty."""
    return ", ".join(f"{name}={quoted(value)}" for name, value in labels.items() if value)


def _series(found: object, values: Sequence[object]) -> Series:
    points: Iterator[tuple[float | None, float | None]] = (
        (number(pair[0]), number(pair[1])) for pair in map(items, values) if len(pair) == 2
    )
    known = tuple((time, value) for time, value in points if time is not None and value is not None)
    return Series(_texts(field(found, "metric")), known)


def _texts(value: object) -> dict[str, str]:
    return {str(key): text(found) for key, found in value.items()} if isinstance(value, Mapping) else {}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _own(labels: Mapping[str, str]) -> dict[str, str]:
    """Without what Prometheus adds to a firing alert."""
    return {name: value for name, value in labels.items() if name not in ("__name__", "alertname", "alertstate")}
