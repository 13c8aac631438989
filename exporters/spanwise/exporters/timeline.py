"""The figures of a store over time: slots of equal width, filled from the history of the metrics."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from spanwise.exporters.distribution import EMPTY, Distribution
from spanwise.exporters.rows import FINE_OUTCOMES
from spanwise.exporters.series import Readings, Series, State, read_history, read_series
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

__all__ = ["Slot", "Timeline", "read_timeline"]

_MINUTE_NS = 60 * 10**9
_WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_MOST_SLOTS = 60
_PROFILES = tuple(metrics.PROFILES.values())


@dataclass(slots=True)
class Slot:
    """What happened within one slot of time."""

    start_ns: int
    calls: float = 0.0
    errors: float = 0.0
    cost: float = 0.0
    tokens: float = 0.0
    latency: Distribution = field(default=EMPTY)
    first_chunk: Distribution = field(default=EMPTY)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Slots without gaps, oldest first; empty where the store has no history."""

    width_ns: int
    slots: tuple[Slot, ...]

    @property
    def length_ns(self) -> int:
        """From the first slot's start to the last one's end."""
        return self.width_ns * len(self.slots)


Add = Callable[[Slot, State], None]


def read_timeline(connection: sqlite3.Connection, since_ns: int | None = None) -> Timeline:
    """At most sixty slots of a round width that hold what is on record, since a time (epoch, ns) or at all."""
    readings = read_series(connection)
    first, last = _extent(connection, since_ns)
    if first is None or last is None:
        return Timeline(_MINUTE_NS, ())
    width = _width(last - first)
    start = first // width * width
    slots = [Slot(start + number * width) for number in range((last - start) // width + 1)]
    for series, add in _measured(readings):
        for number, state in read_history(connection, series, start, width):
            if 0 <= number < len(slots):
                add(slots[number], state)
    return Timeline(width, tuple(slots))


def _extent(connection: sqlite3.Connection, since_ns: int | None) -> tuple[int | None, int | None]:
    """The times of the first and the last point, after what retention has already taken a part of."""
    pruned = connection.execute("SELECT time_ns FROM upkeep WHERE task = 'history'").fetchone()
    start = max(since_ns or 0, pruned[0] if pruned else 0)
    row: tuple[int | None, int | None] = connection.execute(
        "SELECT MIN(time_ns), MAX(time_ns) FROM points WHERE time_ns >= ?", (start,)
    ).fetchone()
    return row


def _width(length_ns: int) -> int:
    fitting = (minutes for minutes in _WIDTHS if minutes * _MINUTE_NS * (_MOST_SLOTS - 1) >= length_ns)
    days = -(-length_ns // (1440 * _MINUTE_NS * (_MOST_SLOTS - 1)))
    return next(fitting, 1440 * days) * _MINUTE_NS


def _measured(readings: Readings) -> list[tuple[Series, Add]]:
    """Each series that a slot has a place for, and how it is added."""
    calls = readings.named(metrics.CALLS)
    durations = readings.named(*(metric for p in _PROFILES for metric in (p.duration, p.embeddings_duration)))
    found: list[tuple[Series, Add]] = [(one, _add_latency) for one in durations.series]
    found += [(one, _adding_calls(one)) for one in (calls if calls.series else durations).series]
    found += [(one, _add_first_chunk) for one in readings.named(*(p.time_to_first_chunk for p in _PROFILES)).series]
    found += [(one, _add_cost) for one in readings.named(metrics.COST).series]
    tokens = readings.named(*(m for p in _PROFILES for m in (p.token_usage, p.input_tokens, p.output_tokens)))
    found += [(one, _add_tokens) for one in tokens.series]
    return found


def _adding_calls(series: Series) -> Add:
    outcome = series.labels.get(names.OUTCOME) or ("error" if series.labels.get(names.ERROR_TYPE) else "ok")
    failed = outcome not in FINE_OUTCOMES

    def add(slot: Slot, state: State) -> None:
        count = state.distribution.count if state.distribution.counts else state.value
        slot.calls += count
        slot.errors += count if failed else 0

    return add


def _add_latency(slot: Slot, state: State) -> None:
    slot.latency += state.distribution


def _add_first_chunk(slot: Slot, state: State) -> None:
    slot.first_chunk += state.distribution


def _add_cost(slot: Slot, state: State) -> None:
    slot.cost += state.value


def _add_tokens(slot: Slot, state: State) -> None:
    slot.tokens += state.value
