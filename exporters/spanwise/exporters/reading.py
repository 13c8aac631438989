"""Traces read back from the store: spans with all they carry, and lists of traces by what matters about them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, cast

from opentelemetry.util.types import AnyValue

from spanwise.exporters.encoding import decode, decode_list, decode_mapping
from spanwise.exporters.schema import StoreError
from spanwise.semconv import attributes as names

__all__ = [
    "Only",
    "StoredEvent",
    "StoredLink",
    "StoredLog",
    "StoredSpan",
    "TraceLine",
    "list_traces",
    "read_logs",
    "read_span_rows",
    "read_spans",
    "resolve_trace_id",
]

Only = Literal["errors", "flagged", "slow", "costly"]
"""`errors` and `flagged` filter and keep the newest first; `slow` and `costly` put the largest first."""


class StoredEvent(NamedTuple):
    """An event of a span."""

    name: str
    time_ns: int
    attributes: Mapping[str, AnyValue]


class StoredLink(NamedTuple):
    """A link of a span to another one."""

    trace_id: str
    span_id: str
    attributes: Mapping[str, AnyValue]


class StoredLog(NamedTuple):
    """A log record or event of a trace, such as feedback or an evaluation."""

    time_ns: int
    severity: str
    event_name: str
    body: AnyValue
    attributes: Mapping[str, AnyValue]
    span_id: str


@dataclass(frozen=True)
class StoredSpan:
    """A span as it was exported. `failed`, `flagged`, `cost` and tokens are what the store derived from it."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: str
    start_ns: int
    end_ns: int
    status: str
    status_message: str | None
    is_call: bool
    failed: bool
    flagged: bool
    model: str | None
    user_id: str | None
    cost: float | None
    input_tokens: int | None
    output_tokens: int | None
    weight: float
    attributes_json: str
    events_json: str | None
    links_json: str | None
    resource_json: str
    scope: str

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end_ns - self.start_ns) / 1e9

    @cached_property
    def attributes(self) -> Mapping[str, AnyValue]:
        """All attributes."""
        return decode_mapping(self.attributes_json)

    @cached_property
    def resource(self) -> Mapping[str, AnyValue]:
        """The attributes of the process."""
        return decode_mapping(self.resource_json)

    @cached_property
    def events(self) -> Sequence[StoredEvent]:
        """Events in their order."""
        return [
            StoredEvent(str(name), cast("int", time), _mapping(more)) for name, time, more in _triples(self.events_json)
        ]

    @cached_property
    def links(self) -> Sequence[StoredLink]:
        """Links in their order."""
        return [StoredLink(str(trace), str(span), _mapping(more)) for trace, span, more in _triples(self.links_json)]

    def text(self, name: str) -> str:
        """A text attribute; empty where it is missing or of another type."""
        value = self.attributes.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        """A numeric attribute; `None` where it is missing or of another type."""
        value = self.attributes.get(name)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    @property
    def outcome(self) -> str:
        """How the call ended, in one word; empty where the span does not say."""
        return self.text(names.OUTCOME)

    @property
    def first_chunk_seconds(self) -> float | None:
        """Time to the first chunk of a stream."""
        return self.number(names.RESPONSE_TIME_TO_FIRST_CHUNK)

    @property
    def retries(self) -> int:
        """Attempts before the last one."""
        return max(0, int(self.number(names.ATTEMPTS) or 1) - 1)

    @property
    def redactions(self) -> int:
        """Values that were redacted."""
        return int(self.number(names.REDACTION_COUNT) or 0)


class TraceLine(NamedTuple):
    """One trace in a list. Sums are over the spans that are stored; `cost` is `None` without any priced call."""

    trace_id: str
    name: str
    start_ns: int
    end_ns: int
    spans: int
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    failed: int
    flagged: int

    @property
    def seconds(self) -> float:
        """From the first start to the last end."""
        return (self.end_ns - self.start_ns) / 1e9


_SPAN = """
SELECT s.trace_id, s.span_id, s.parent_id, s.name, s.kind, s.start_ns, s.end_ns, s.status, s.status_message,
       s.is_call, s.failed, s.flagged, s.model, s.user_id, s.cost, s.input_tokens, s.output_tokens, s.weight,
       s.attributes, s.events, s.links, COALESCE(r.attributes, '{}'), COALESCE(c.name, '')
FROM spans s LEFT JOIN resources r ON r.id = s.resource_id LEFT JOIN scopes c ON c.id = s.scope_id
"""

_TRACES = """
SELECT trace_id, MIN(start_ns) AS start_ns, MAX(end_ns) AS end_ns, COUNT(*) AS spans, SUM(is_call) AS calls,
       COALESCE(SUM(input_tokens), 0) AS input, COALESCE(SUM(output_tokens), 0) AS output, SUM(cost) AS cost,
       SUM(failed) AS failed, SUM(flagged) AS flagged
FROM spans WHERE start_ns >= :since GROUP BY trace_id
"""

_ORDER: dict[Only | None, str] = {
    None: "ORDER BY start_ns DESC",
    "errors": "HAVING SUM(failed) > 0 ORDER BY start_ns DESC",
    "flagged": "HAVING SUM(flagged) > 0 ORDER BY start_ns DESC",
    "slow": "ORDER BY MAX(end_ns) - MIN(start_ns) DESC",
    "costly": "HAVING SUM(cost) > 0 ORDER BY SUM(cost) DESC",
}

_ROOT = "SELECT name FROM spans WHERE trace_id = ? ORDER BY parent_id IS NOT NULL, start_ns LIMIT 1"


def list_traces(
    connection: sqlite3.Connection, limit: int, only: Only | None = None, since_ns: int | None = None
) -> list[TraceLine]:
    """Traces that started at or after a time (epoch, ns), in the order that `only` asks for."""
    sql = f"{_TRACES} {_ORDER[only]} LIMIT :limit"
    rows = connection.execute(sql, {"since": since_ns or 0, "limit": limit}).fetchall()
    return [TraceLine(row[0], _root_name(connection, row[0]), *row[1:]) for row in rows]


def read_spans(connection: sqlite3.Connection, trace_id: str, limit: int = -1) -> list[StoredSpan]:
    """The spans of a trace in the order of their start, or as many of the first."""
    order = "WHERE s.trace_id = ? ORDER BY s.start_ns, s.end_ns DESC LIMIT ?"
    return read_span_rows(connection, order, (trace_id, limit))


def read_span_rows(
    connection: sqlite3.Connection, condition: str, values: Sequence[str | int | float]
) -> list[StoredSpan]:
    """Spans (aliased `s`) by a condition of our own making, such as `WHERE s.is_call ORDER BY s.cost DESC LIMIT ?`."""
    return [_span(row) for row in connection.execute(_SPAN + condition, values)]


def read_logs(connection: sqlite3.Connection, trace_ids: Iterable[str]) -> dict[str, list[StoredLog]]:
    """Log records and events by the trace that they belong to, in the order of time."""
    found: dict[str, list[StoredLog]] = {}
    for trace_id in trace_ids:
        rows = connection.execute(
            "SELECT time_ns, COALESCE(severity_text, ''), COALESCE(event_name, ''), body, attributes, "
            "COALESCE(span_id, '') FROM logs WHERE trace_id = ? ORDER BY time_ns",
            (trace_id,),
        )
        logs = [
            StoredLog(time, severity, event, decode(body) if body else None, decode_mapping(more), span_id)
            for time, severity, event, body, more, span_id in rows
        ]
        if logs:
            found[trace_id] = logs
    return found


def resolve_trace_id(connection: sqlite3.Connection, prefix: str) -> str:
    """The whole id of the trace whose id begins with some hexadecimal digits, in either case.

    Raises:
        StoreError: no trace or more than one begins so, or the text is no trace id.
    """
    digits = prefix.strip().lower()
    if not digits or len(digits) > 32 or any(char not in "0123456789abcdef" for char in digits):
        raise StoreError(f"{prefix!r} is no trace id: it has up to 32 hexadecimal digits")
    rows = connection.execute(
        "SELECT DISTINCT trace_id FROM spans WHERE trace_id >= ? AND trace_id <= ? LIMIT 2", (digits, digits + "g")
    ).fetchall()
    if len(rows) != 1:
        many = "more than one trace begins with" if rows else "there is no trace"
        raise StoreError(f"{many} {digits}; `spanwise traces` lists them")
    return str(rows[0][0])


def _root_name(connection: sqlite3.Connection, trace_id: str) -> str:
    row: tuple[str] | None = connection.execute(_ROOT, (trace_id,)).fetchone()
    return row[0] if row else ""


def _span(row: tuple[object, ...]) -> StoredSpan:
    flags = (bool(row[index]) for index in (9, 10, 11))
    return StoredSpan(*row[:9], *flags, *row[12:])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def _triples(text: str | None) -> list[list[AnyValue]]:
    return [list(item) for item in decode_list(text) if isinstance(item, list) and len(item) == 3]


def _mapping(value: AnyValue) -> Mapping[str, AnyValue]:
    return value if isinstance(value, Mapping) else {}
