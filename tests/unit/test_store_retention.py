"""What the store keeps and what it forgets."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from spanwise.exporters.retention import UPKEEP_INTERVAL_NS, keep_within, used_bytes
from spanwise.exporters.schema import SLOT_NS
from spanwise.exporters.store import StoreSettings, StoreSpanExporter
from unit.genai_telemetry import SECOND, span

DAY = 86_400 * SECOND
NOW = 1_700_000_000 * SECOND
PLENTY = 10**9


@pytest.fixture
def store(tmp_path: Path) -> sqlite3.Connection:
    """Ten traces of three spans, one a day, the newest ending now."""
    exporter = StoreSpanExporter(settings=StoreSettings(str(tmp_path / "t.db"), max_age_days=36_500))
    for age in range(10):
        start = NOW - age * DAY - 10 * SECOND
        exporter.export([span("chat", age + 1, n + 1, start=start, attributes={"t": "x" * 5000}) for n in range(3)])
    exporter.shutdown()
    connection = sqlite3.connect(tmp_path / "t.db", isolation_level=None)
    connection.execute("DELETE FROM upkeep")
    return connection


def ages(store: sqlite3.Connection) -> list[int]:
    """Days since each trace that is left, newest first."""
    rows = store.execute("SELECT DISTINCT start_ns FROM spans ORDER BY start_ns DESC").fetchall()
    return [(NOW - start) // DAY for (start,) in rows]


def test_traces_beyond_the_age_go_whole(store: sqlite3.Connection) -> None:
    assert keep_within(store, NOW, max_age_days=3.5, max_bytes=PLENTY)
    assert ages(store) == [0, 1, 2, 3]
    assert store.execute("SELECT COUNT(*) FROM spans").fetchone() == (12,)
    store.close()


def test_trace_that_is_still_going_on_is_kept_with_its_old_spans(store: sqlite3.Connection) -> None:
    store.execute("UPDATE spans SET end_ns = ? WHERE trace_id = ? AND span_id = ?", (NOW, f"{10:032x}", f"{1:016x}"))
    keep_within(store, NOW, max_age_days=3.5, max_bytes=PLENTY)
    assert ages(store) == [0, 1, 2, 3, 9]
    store.close()


def test_oldest_traces_go_first_when_there_is_too_much(store: sqlite3.Connection) -> None:
    before = used_bytes(store)
    keep_within(store, NOW, max_age_days=100, max_bytes=before * 3 // 4)
    left = ages(store)
    assert left == list(range(len(left)))
    assert 0 < len(left) < 10
    assert used_bytes(store) < before
    store.close()


def test_one_process_cleans_up_at_a_time(store: sqlite3.Connection) -> None:
    assert keep_within(store, NOW, 14, PLENTY)
    assert not keep_within(store, NOW + 1, 14, PLENTY)
    assert keep_within(store, NOW + UPKEEP_INTERVAL_NS + 1, 14, PLENTY)
    store.close()


def _history(store: sqlite3.Connection, *times: int) -> None:
    store.execute(
        "INSERT INTO series VALUES (1, 'w', 1, 1, 'spanwise', 'calls', 'sum', '', '{}', NULL, ?, ?, 9, 0, '', 0, 0)",
        (times[0], times[-1]),
    )
    rows = [(1, time // SLOT_NS, time, number, None, None) for number, time in enumerate(times)]
    store.executemany("INSERT INTO points VALUES (?, ?, ?, ?, ?, ?)", rows)


def _values(store: sqlite3.Connection) -> list[float]:
    return [value for (value,) in store.execute("SELECT value FROM points ORDER BY slot")]


@pytest.mark.parametrize(("age", "step"), [(2 * 3600, 60), (3 * 86_400, 3600)])
def test_older_history_keeps_the_last_point_of_each_step(store: sqlite3.Connection, age: int, step: int) -> None:
    start = (NOW - age * SECOND) // (step * SECOND) * step * SECOND
    slots = step * SECOND // SLOT_NS
    _history(store, *(start + number * SLOT_NS for number in range(2 * slots)), NOW)
    keep_within(store, NOW, 14, PLENTY)
    assert _values(store) == [slots - 1, 2 * slots - 1, 2 * slots]
    store.close()


def test_history_of_the_last_hour_is_kept_whole(store: sqlite3.Connection) -> None:
    _history(store, *(NOW - number * SLOT_NS for number in range(100, 0, -1)))
    keep_within(store, NOW, 14, PLENTY)
    assert len(_values(store)) == 100
    store.close()


def test_last_point_before_the_age_limit_stays_as_the_base_of_what_follows(store: sqlite3.Connection) -> None:
    _history(store, NOW - 5 * DAY, NOW - 4 * DAY, NOW - DAY, NOW)
    keep_within(store, NOW, 2, PLENTY)
    assert _values(store) == [1, 2, 3]
    store.close()


def test_series_of_a_process_long_gone_is_forgotten(store: sqlite3.Connection) -> None:
    _history(store, NOW - 5 * DAY, NOW - 4 * DAY)
    keep_within(store, NOW, 2, PLENTY)
    assert store.execute("SELECT (SELECT COUNT(*) FROM series), (SELECT COUNT(*) FROM points)").fetchone() == (0, 0)
    store.close()
