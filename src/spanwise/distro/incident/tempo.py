"""Questions to Tempo in TraceQL: sums over spans, and traces."""

from __future__ import annotations

from collections.abc import Iterator

from spanwise.distro.incident.fetch import Server, field, items, number, text
from spanwise.distro.incident.report import Example
from spanwise.distro.incident.window import Window

__all__ = ["Tempo"]

_LONGEST_S = 10_000.0
"""Tempo refuses queries of metrics over more than three hours, unless told otherwise."""
_NIL = ("nil", "<nil>")


class Tempo:
    """Tempo, or what speaks its API."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def sums(self, condition: str, summed: str, attribute: str, window: Window) -> dict[str, float]:
        """The sum of a span attribute by the value of another one; empty for spans without it. Raises `NoAnswer`."""
        query = f"{{ {condition} }} | sum_over_time({summed}) by ({attribute})"
        found: dict[str, float] = {}
        for piece in _pieces(window):
            step = max(1, round(piece.seconds / 10))
            asked = {"q": query, **_times(piece), "step": f"{step}s"}
            for one in items(field(self.server.get("/api/metrics/query_range", asked), "series")):
                value = _value(one)
                found[value] = found.get(value, 0.0) + _total(one)
        return found

    def search(self, condition: str, window: Window, limit: int, shows: str) -> list[Example]:
        """Traces with a span that meets a condition, the newest first. Raises `NoAnswer`."""
        asked = {"q": f"{{ {condition} }}", **_times(window), "limit": str(limit)}
        answer = self.server.get("/api/search", asked)
        return [_example(found, shows) for found in items(field(answer, "traces"))][:limit]


def _times(window: Window) -> dict[str, str]:
    return {"start": str(int(window.start)), "end": str(int(window.end))}


def _pieces(window: Window) -> Iterator[Window]:
    start = window.start
    while start < window.end:
        end = min(start + _LONGEST_S, window.end)
        yield Window(start, end)
        start = end


def _value(series: object) -> str:
    """The value that a series is for."""
    labels = items(field(series, "labels"))
    value = field(labels[0], "value") if labels else None
    found = next((str(value[kind]) for kind in value), "") if isinstance(value, dict) else ""  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return "" if found in _NIL else found


def _total(series: object) -> float:
    return sum(number(field(sample, "value")) or 0.0 for sample in items(field(series, "samples")))


def _example(found: object, shows: str) -> Example:
    trace_id = text(field(found, "traceID")).rjust(32, "0")  # Tempo leaves out leading zeros
    name = text(field(found, "rootTraceName"))
    start = number(field(found, "startTimeUnixNano")) or 0.0
    return Example(trace_id, name, start / 1e9, (number(field(found, "durationMs")) or 0.0) / 1e3, shows)
