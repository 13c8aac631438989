"""Everything the report shows, read in one consistent view of the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from spanwise.exporters.database import open_for_reading
from spanwise.exporters.reading import (
    Only,
    StoredLog,
    StoredSpan,
    TraceLine,
    list_traces,
    read_logs,
    read_span_rows,
    read_spans,
)
from spanwise.exporters.summary import Summary, read_summary
from spanwise.exporters.timeline import Timeline, read_timeline

__all__ = ["MOST_SPANS", "ReportData", "ShownTrace", "UserUse", "read_report"]

MOST_SPANS = 150
"""Spans of one trace that are shown."""

_TOP = 8
_PICKS: tuple[tuple[Only | None, str, int], ...] = (
    ("errors", "error", 10),
    ("flagged", "flagged", 10),
    ("costly", "costly", 6),
    ("slow", "slow", 6),
    (None, "recent", 6),
)


class UserUse(NamedTuple):
    """One user's calls, estimated: each stored call stands for as many as its sampling weight says."""

    user: str
    calls: float
    errors: float
    tokens: float
    cost: float


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """A trace that matters, and why."""

    line: TraceLine
    reasons: tuple[str, ...]
    spans: Sequence[StoredSpan]
    logs: Sequence[StoredLog]


@dataclass(frozen=True, slots=True)
class ReportData:
    """The content of a report. Users and calls come from stored spans, everything else from metrics."""

    summary: Summary
    timeline: Timeline
    users: Sequence[UserUse]
    dearest: Sequence[StoredSpan]
    slowest: Sequence[StoredSpan]
    traces: Sequence[ShownTrace]


def read_report(path: Path, since_ns: int | None = None) -> ReportData:
    """Read what the report shows, since a time (epoch, ns) or over all that is kept.

    Raises:
        StoreError: there is no store at the path, or it cannot be read.
    """
    with open_for_reading(path) as connection:
        return ReportData(
            read_summary(connection, path, since_ns),
            read_timeline(connection, since_ns),
            _users(connection, since_ns or 0),
            _top_calls(connection, "cost IS NOT NULL", "cost", since_ns or 0),
            _top_calls(connection, "1", "end_ns - start_ns", since_ns or 0),
            _traces(connection, since_ns),
        )


def _users(connection: sqlite3.Connection, since_ns: int) -> list[UserUse]:
    rows = connection.execute(
        "SELECT user_id, SUM(weight), SUM(failed * weight), "
        "SUM((COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0)) * weight), COALESCE(SUM(cost * weight), 0) "
        "FROM spans WHERE is_call AND user_id IS NOT NULL AND start_ns >= ? "
        "GROUP BY user_id ORDER BY 5 DESC, 2 DESC LIMIT ?",
        (since_ns, _TOP),
    )
    return [UserUse(*row) for row in rows]


def _top_calls(connection: sqlite3.Connection, condition: str, by: str, since_ns: int) -> list[StoredSpan]:
    """The calls with the largest value; picked by the narrow index before the wide rows are read."""
    picked = f"SELECT rowid FROM spans WHERE is_call AND {condition} AND start_ns >= ? ORDER BY {by} DESC LIMIT ?"
    return read_span_rows(connection, f"WHERE s.rowid IN ({picked}) ORDER BY {by} DESC", (since_ns, _TOP))


def _traces(connection: sqlite3.Connection, since_ns: int | None) -> list[ShownTrace]:
    lines: dict[str, TraceLine] = {}
    reasons: dict[str, list[str]] = {}
    for only, reason, limit in _PICKS:
        for line in list_traces(connection, limit, only, since_ns):
            lines[line.trace_id] = line
            reasons.setdefault(line.trace_id, []).append(reason)
    logs: Mapping[str, Sequence[StoredLog]] = read_logs(connection, lines)
    return [
        ShownTrace(line, tuple(reasons[trace_id]), read_spans(connection, trace_id, MOST_SPANS), logs.get(trace_id, ()))
        for trace_id, line in lines.items()
    ]
