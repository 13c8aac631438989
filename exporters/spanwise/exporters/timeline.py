"""The figures of a store over time, in steps of equal width: from metrics, or for a short run from its calls."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from spanwise.exporters.distribution import EMPTY, Distribution
from spanwise.exporters.encoding import decode_mapping
from spanwise.exporters.rows import FINE_OUTCOMES
from spanwise.exporters.schema import SLOT_NS
from spanwise.exporters.series import Readings, Series, State, read_history, read_series
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

__all__ = ["Step", "Timeline", "read_timeline"]

_SECOND_NS = 10**9
_WIDTHS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
_MOST_STEPS = 60
_FEWEST_STEPS = 6
_MOST_CALLS = 20_000
_PROFILES = tuple(metrics.PROFILES.values())
_FINE_BOUNDS = tuple(0.001 * 1.06**n for n in range(220))


@dataclass(slots=True)
class Step:
    """What happened within one step of time."""

    start_ns: int
    calls: float = 0.0
    errors: float = 0.0
    cost: float = 0.0
    tokens: float = 0.0
    latency: Distribution = field(default=EMPTY)
    first_chunk: Distribution = field(default=EMPTY)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Steps without gaps, oldest first; empty where there is too little to draw."""

    width_ns: int
    steps: tuple[Step, ...]
    from_spans: bool = False
    """The run was too short for the metrics' history, so the steps are estimated: stored calls by sampling weight."""

    @property
    def length_ns(self) -> int:
        """From the first step's start to the last one's end."""
        return self.width_ns * len(self.steps)


Add = Callable[[Step, State], None]


def read_timeline(connection: sqlite3.Connection, since_ns: int | None = None) -> Timeline:
    """At most sixty steps of a round width that hold what is on record, since a time (epoch, ns) or at all."""
    first, last = _extent(connection, since_ns)
    if first is not None and last is not None:
        timeline = _blank(first, last, SLOT_NS)
        if len(timeline.steps) >= _FEWEST_STEPS:
            return _filled(timeline, connection)
    return _from_calls(connection, since_ns or 0)


def _extent(connection: sqlite3.Connection, since_ns: int | None) -> tuple[int | None, int | None]:
    """The times of the first and the last point, after what retention has already taken a part of."""
    pruned = connection.execute("SELECT time_ns FROM upkeep WHERE task = 'history'").fetchone()
    start = max(since_ns or 0, pruned[0] if pruned else 0)
    row: tuple[int | None, int | None] = connection.execute(
        "SELECT MIN(time_ns), MAX(time_ns) FROM points WHERE time_ns >= ?", (start,)
    ).fetchone()
    return row


def _blank(first_ns: int, last_ns: int, finest_ns: int) -> Timeline:
    width = max(finest_ns, _width(last_ns - first_ns))
    start = first_ns // width * width
    return Timeline(width, tuple(Step(start + number * width) for number in range((last_ns - start) // width + 1)))


def _width(length_ns: int) -> int:
    fitting = (seconds for seconds in _WIDTHS if seconds * _SECOND_NS * (_MOST_STEPS - 1) >= length_ns)
    days = -(-length_ns // (86_400 * _SECOND_NS * (_MOST_STEPS - 1)))
    return next(fitting, 86_400 * days) * _SECOND_NS


def _filled(timeline: Timeline, connection: sqlite3.Connection) -> Timeline:
    start = timeline.steps[0].start_ns
    for series, add in _measured(read_series(connection)):
        for number, state in read_history(connection, series, start, timeline.width_ns):
            if 0 <= number < len(timeline.steps):
                add(timeline.steps[number], state)
    return timeline


def _measured(readings: Readings) -> list[tuple[Series, Add]]:
    """Each series that a step has a place for, and how it is added."""
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

    def add(step: Step, state: State) -> None:
        count = state.distribution.count if state.distribution.counts else state.value
        step.calls += count
        step.errors += count if failed else 0

    return add


def _add_latency(step: Step, state: State) -> None:
    step.latency += state.distribution


def _add_first_chunk(step: Step, state: State) -> None:
    step.first_chunk += state.distribution


def _add_cost(step: Step, state: State) -> None:
    step.cost += state.value


def _add_tokens(step: Step, state: State) -> None:
    step.tokens += state.value


_CALLS = """
SELECT end_ns, (end_ns - start_ns) / 1e9, failed, COALESCE(cost, 0),
       COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0), weight, attributes
FROM spans WHERE is_call AND start_ns >= ? ORDER BY end_ns DESC LIMIT ?
"""


_Call = tuple[int, float, int, float, int, float, str]


class _Fine:
    """Collects single durations into a histogram with steps of six per cent."""

    def __init__(self) -> None:
        self.counts = [0.0] * (len(_FINE_BOUNDS) + 1)

    def add(self, seconds: float, weight: float) -> None:
        self.counts[bisect_left(_FINE_BOUNDS, seconds)] += weight

    def distribution(self) -> Distribution:
        return Distribution(_FINE_BOUNDS, tuple(self.counts))


def _from_calls(connection: sqlite3.Connection, since_ns: int) -> Timeline:
    """The timeline of the stored calls by when they ended; empty where they are fewer than the steps would be."""
    calls: list[_Call] = connection.execute(_CALLS, (since_ns, _MOST_CALLS)).fetchall()[::-1]
    if len(calls) < _FEWEST_STEPS:
        return Timeline(SLOT_NS, ())
    timeline = _blank(calls[0][0], calls[-1][0], _SECOND_NS)
    durations = [(_Fine(), _Fine()) for _ in timeline.steps]
    for end_ns, seconds, failed, cost, tokens, weight, attributes in calls:
        number = (end_ns - timeline.steps[0].start_ns) // timeline.width_ns
        _add_call(timeline.steps[number], failed, cost, tokens, weight)
        latency, first_chunk = durations[number]
        latency.add(seconds, weight)
        first = decode_mapping(attributes).get(names.RESPONSE_TIME_TO_FIRST_CHUNK)
        if isinstance(first, (int, float)):
            first_chunk.add(first, weight)
    for step, (latency, first_chunk) in zip(timeline.steps, durations, strict=True):
        step.latency, step.first_chunk = latency.distribution(), first_chunk.distribution()
    return replace(timeline, from_spans=True)


def _add_call(step: Step, failed: int, cost: float, tokens: int, weight: float) -> None:
    step.calls += weight
    step.errors += failed * weight
    step.cost += cost * weight
    step.tokens += tokens * weight
