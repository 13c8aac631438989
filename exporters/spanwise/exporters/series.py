"""Metrics read back from the store: every process's series, cut to a time window, added up by label."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

from spanwise.exporters.distribution import EMPTY, Distribution
from spanwise.exporters.encoding import decode_list, decode_mapping
from spanwise.semconv.metrics import CALLS, MEASURING_SCOPES, Metric

__all__ = ["Labels", "Readings", "Series", "State", "read_history", "read_series"]

Labels = dict[str, str]

_TRUSTED_SCOPES = ("spanwise", *MEASURING_SCOPES)
"""Ours, and the instrumentors whose own client metrics the pipeline does not record a second time."""


class State(NamedTuple):
    """A cumulative series at one time: `value` is a counter's sum or a histogram's."""

    time_ns: int
    value: float
    distribution: Distribution


@dataclass(frozen=True, slots=True)
class Series:
    """One label set of one metric of one process, and what it counted within the window."""

    id: int
    writer: str
    scope: str
    name: str
    labels: Labels
    bounds: tuple[float, ...]
    start_ns: int
    state: State

    def relabelled(self, label: str, *sources: str) -> Series:
        """The same series with one more label: the first of some others that is not empty."""
        value = next((self.labels[source] for source in sources if self.labels.get(source)), "")
        return replace(self, labels={**self.labels, label: value})

    @property
    def value(self) -> float:
        """The sum of a counter or of a histogram's values."""
        return self.state.value

    @property
    def distribution(self) -> Distribution:
        """The histogram; empty for a counter."""
        return self.state.distribution


@dataclass(frozen=True, slots=True)
class Readings:
    """A selection of series."""

    series: Sequence[Series]

    def named(self, *metrics: Metric | None) -> Readings:
        """The series of some metrics."""
        wanted = {metric.name for metric in metrics if metric is not None}
        return Readings([one for one in self.series if one.name in wanted])

    def without_copies(self) -> Readings:
        """Leave out the client metrics of other libraries in processes where the pipeline measured all calls."""
        measured = {one.writer for one in self.series if one.name == CALLS.name}
        return Readings([one for one in self.series if one.writer not in measured or not _is_copy(one)])

    def where(self, label: str, accept: Callable[[str], bool]) -> Readings:
        """The series whose label (empty where missing) is accepted."""
        return Readings([one for one in self.series if accept(one.labels.get(label, ""))])

    def total(self) -> float:
        """The sum of all values."""
        return sum(one.value for one in self.series)

    def distribution(self) -> Distribution:
        """All histograms added up."""
        return sum((one.distribution for one in self.series), EMPTY)

    def by(self, *labels: str) -> dict[tuple[str, ...], Readings]:
        """The series grouped by labels; a missing label is an empty text."""
        groups: dict[tuple[str, ...], list[Series]] = {}
        for one in self.series:
            groups.setdefault(tuple(one.labels.get(label, "") for label in labels), []).append(one)
        return {key: Readings(found) for key, found in groups.items()}

    def totals(self, label: str) -> dict[str, int]:
        """Whole sums by one label, largest first, without those that are zero."""
        sums = {key[0]: round(found.total()) for key, found in self.by(label).items()}
        return dict(sorted(((k, v) for k, v in sums.items() if v), key=lambda item: (-item[1], item[0])))


def read_series(connection: sqlite3.Connection, since_ns: int | None = None) -> Readings:
    """What all series have counted, since a time (epoch, ns) or since their processes began.

    The window starts at the last point on record before it: to ten seconds for an hour, then to the minute for two
    days, then to the hour.
    """
    rows = connection.execute(
        "SELECT id, writer, scope, name, attributes, bounds, start_ns, time_ns, value, buckets, minimum, maximum "
        "FROM series WHERE time_ns > ? ORDER BY id",
        (since_ns or 0,),
    )
    series = (_series(cast("tuple[object, ...]", row)) for row in rows)
    if since_ns is None:
        return Readings(list(series)).without_copies()
    return Readings([_cut(connection, one, since_ns) for one in series]).without_copies()


def read_history(
    connection: sqlite3.Connection, series: Series, start_ns: int, width_ns: int
) -> Iterator[tuple[int, State]]:
    """What a series counted in each step of a width from a start on, by the step's number, in the order of time.

    A step without a change is left out. What was counted before the start is in none.
    """
    before = connection.execute(
        "SELECT time_ns, value, buckets FROM points WHERE series_id = ? AND time_ns < ? ORDER BY slot DESC LIMIT 1",
        (series.id, start_ns),
    ).fetchone()
    last = _state(series.bounds, *before) if before else State(start_ns, 0.0, EMPTY)
    rows = connection.execute(
        "SELECT (time_ns - :start) / :width AS step, MAX(slot), time_ns, value, buckets FROM points "
        "WHERE series_id = :series AND time_ns >= :start GROUP BY step ORDER BY step",
        {"start": start_ns, "width": width_ns, "series": series.id},
    )
    for step, _, *columns in rows:
        now = _state(series.bounds, *columns)
        yield step, State(now.time_ns, now.value - last.value, now.distribution.since(last.distribution))
        last = now


def _series(row: tuple[object, ...]) -> Series:
    number, writer, scope, name, attributes, bounds, start, time, value, buckets, minimum, maximum = row
    limits = _floats(bounds)
    state = _state(limits, cast("int", time), cast("float", value), cast("str | None", buckets))
    extremes = replace(state.distribution, minimum=cast("float | None", minimum), maximum=cast("float | None", maximum))
    return Series(
        cast("int", number),
        str(writer),
        str(scope),
        str(name),
        {key: _word(label) for key, label in decode_mapping(str(attributes)).items()},
        limits,
        cast("int", start),
        state._replace(distribution=extremes),
    )


def _cut(connection: sqlite3.Connection, series: Series, since_ns: int) -> Series:
    if series.start_ns >= since_ns:
        return series
    row = connection.execute(
        "SELECT time_ns, value, buckets FROM points WHERE series_id = ? AND time_ns <= ? ORDER BY slot DESC LIMIT 1",
        (series.id, since_ns),
    ).fetchone()
    if row is None:
        return series
    base = _state(series.bounds, *row)
    now = series.state
    return replace(series, state=State(now.time_ns, now.value - base.value, now.distribution.since(base.distribution)))


def _is_copy(series: Series) -> bool:
    return series.name.startswith("gen_ai.client.") and not series.scope.startswith(_TRUSTED_SCOPES)


def _state(bounds: tuple[float, ...], time_ns: int, value: float, buckets: str | None) -> State:
    counts = _floats(buckets)
    return State(time_ns, value, Distribution(bounds, counts, value) if counts else EMPTY)


def _floats(text: object) -> tuple[float, ...]:
    items = decode_list(text) if isinstance(text, str) else []
    return tuple(float(item) for item in items if isinstance(item, (int, float)))


def _word(label: object) -> str:
    return label if isinstance(label, str) else str(label)
