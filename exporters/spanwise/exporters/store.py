"""The local store: traces, metrics and logs in one SQLite file, with no server at all.

Any number of processes write to the same file, and it may be read at any time (`spanwise traces`,
`spanwise report`, `sqlite3`). A file that cannot be written costs one line in the log and a count, never an
exception in the application.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from opentelemetry.metrics import get_meter
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.metrics import Counter, Histogram, ObservableCounter, ObservableUpDownCounter, UpDownCounter
from opentelemetry.sdk.metrics.export import AggregationTemporality, MetricExporter, MetricExportResult, MetricsData
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from spanwise.core.guard import guarded
from spanwise.core.settings import load, read_file, setting
from spanwise.exporters.database import Database, explain
from spanwise.exporters.points import Point, points
from spanwise.exporters.retention import UPKEEP_INTERVAL_NS, keep_within
from spanwise.exporters.rows import Origins, log_row, span_row
from spanwise.exporters.schema import SLOT_NS, StoreError
from spanwise.semconv.metrics import PIPELINE_DROPPED

__all__ = ["StoreLogExporter", "StoreMetricExporter", "StoreSettings", "StoreSpanExporter", "store_settings"]

_logger = logging.getLogger("spanwise")


def _positive(value: float) -> bool:
    return value > 0


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the local store is, and how much of it is kept."""

    path: str = setting(
        ".spanwise/telemetry.db", "The store's file; a relative path starts at the working directory of the process."
    )
    max_age_days: float = setting(
        14.0, "Telemetry older than this is deleted.", check=_positive, expects="a number of days above 0"
    )
    max_bytes: int = setting(
        512 * 1024 * 1024,
        "The size that the file is kept near, in bytes; the oldest traces are deleted first.",
        check=_positive,
        expects="a number of bytes above 0",
    )


def store_settings(path: str | Path | None = None) -> StoreSettings:
    """The settings from environment and file; `path` wins over both."""
    if path is None:
        settings = load(StoreSettings, "store", read_file())
    else:
        settings = load(StoreSettings, "store", read_file(), path=str(path))
    return replace(settings, path=str(Path(settings.path).expanduser()))


class _Writer:
    """Writes batches into the store and answers for what could not be written."""

    def __init__(self, settings: StoreSettings, what: str) -> None:
        self.settings = settings
        self.dropped = 0
        self.database = Database(Path(settings.path))
        self._what = what
        self._complained = False
        self._next_upkeep_ns = 0

    def write(self, count: int, store: Callable[[sqlite3.Connection], None]) -> bool:
        """Run `store` in one transaction; `False` where the file cannot be written, which is logged once."""
        try:
            with self.database.transaction() as connection:
                store(connection)
                self._upkeep(connection)
        except (sqlite3.Error, OSError, StoreError) as error:
            self._lost(count, error)
            return False
        self._complained = False
        return True

    def _upkeep(self, connection: sqlite3.Connection) -> None:
        now = time.time_ns()
        if now >= self._next_upkeep_ns:
            self._next_upkeep_ns = now + UPKEEP_INTERVAL_NS
            keep_within(connection, now, self.settings.max_age_days, self.settings.max_bytes)

    def _lost(self, count: int, error: Exception) -> None:
        self.dropped += count
        if not self._complained:
            self._complained = True
            reason = explain(error, self.database.path)
            _logger.warning("spanwise: %s; %s are lost, your application is not affected", reason, self._what)
        if self._what == "spans":
            counter = get_meter("spanwise.exporters").create_counter(
                PIPELINE_DROPPED.name, PIPELINE_DROPPED.unit, PIPELINE_DROPPED.description
            )
            counter.add(count, {"reason": "store"})


class StoreSpanExporter(SpanExporter):
    """Writes spans to the local store.

    Args:
        path: the file; without it `SPANWISE_STORE_PATH`, `store.path` in `spanwise.yaml`, or `.spanwise/telemetry.db`.
    """

    def __init__(self, path: str | Path | None = None, settings: StoreSettings | None = None) -> None:
        self._writer = _Writer(settings or store_settings(path), "spans")

    @property
    def dropped(self) -> int:
        """Spans of this process that could not be written."""
        return self._writer.dropped

    @guarded("store.spans", SpanExportResult.FAILURE)
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Store a batch in one transaction. A span that is already there is replaced."""
        origins = Origins()
        rows = [span_row(span, origins) for span in spans]

        def store(connection: sqlite3.Connection) -> None:
            _store_origins(connection, origins)
            connection.executemany(_INSERT_SPAN, rows)

        return SpanExportResult.SUCCESS if self._writer.write(len(rows), store) else SpanExportResult.FAILURE

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing is held back between exports."""
        return True

    def shutdown(self) -> None:
        """Close the file."""
        self._writer.database.close()


class StoreLogExporter(LogRecordExporter):
    """Writes log records and events to the local store; arguments as of `StoreSpanExporter`."""

    def __init__(self, path: str | Path | None = None, settings: StoreSettings | None = None) -> None:
        self._writer = _Writer(settings or store_settings(path), "log records")

    @property
    def dropped(self) -> int:
        """Log records of this process that could not be written."""
        return self._writer.dropped

    @guarded("store.logs", LogRecordExportResult.FAILURE)
    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Store a batch in one transaction."""
        origins = Origins()
        rows = [log_row(record, origins) for record in batch]

        def store(connection: sqlite3.Connection) -> None:
            _store_origins(connection, origins)
            connection.executemany(_INSERT_LOG, rows)

        written = self._writer.write(len(rows), store)
        return LogRecordExportResult.SUCCESS if written else LogRecordExportResult.FAILURE

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing is held back between exports."""
        return True

    def shutdown(self) -> None:
        """Close the file."""
        self._writer.database.close()


_INSTRUMENTS = (Counter, UpDownCounter, Histogram, ObservableCounter, ObservableUpDownCounter)


class StoreMetricExporter(MetricExporter):
    """Writes metrics to the local store: the latest cumulative point of each series, and a history.

    The history has a point each ten seconds for an hour, then each minute for two days, then each hour. Series of
    different processes are kept apart and summed when they are read. Arguments as of `StoreSpanExporter`.
    """

    def __init__(self, path: str | Path | None = None, settings: StoreSettings | None = None) -> None:
        super().__init__(preferred_temporality=dict.fromkeys(_INSTRUMENTS, AggregationTemporality.CUMULATIVE))
        self._writer = _Writer(settings or store_settings(path), "metrics")
        self._lock = threading.Lock()
        self._identity = _Identity()

    @property
    def dropped(self) -> int:
        """Points of this process that could not be written; being cumulative, the next ones make up for them."""
        return self._writer.dropped

    @guarded("store.metrics", MetricExportResult.FAILURE)
    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: object) -> MetricExportResult:
        """Store the points that have changed since the last export."""
        if self._identity.pid != os.getpid():
            self._identity, self._lock = _Identity(), threading.Lock()
        with self._lock:
            origins = Origins()
            changed = [point for point in points(metrics_data, origins) if self._identity.changed(point)]
            if not changed:
                return MetricExportResult.SUCCESS
            written = self._writer.write(len(changed), lambda connection: self._store(connection, origins, changed))
            if written:
                self._identity.note(changed)
        return MetricExportResult.SUCCESS if written else MetricExportResult.FAILURE

    def _store(self, connection: sqlite3.Connection, origins: Origins, changed: Sequence[Point]) -> None:
        who = (self._identity.writer, self._identity.pid)
        _store_origins(connection, origins)
        connection.executemany(_UPSERT_SERIES, [(*who, *point) for point in changed])
        connection.executemany(
            _INSERT_POINT,
            [
                (p.time_ns // SLOT_NS, p.time_ns, p.value, p.measured, p.buckets, self._identity.writer, *p.series)
                for p in changed
            ],
        )

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Nothing is held back between exports."""
        return True

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: object) -> None:
        """Close the file."""
        self._writer.database.close()


class _Identity:
    """One process's life as a writer of series, and what it wrote last."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.writer = secrets.token_hex(8)
        self._last: dict[tuple[str, str, str], tuple[float, int | None]] = {}

    def changed(self, point: Point) -> bool:
        return self._last.get(point.series) != (point.value, point.measured)

    def note(self, written: Sequence[Point]) -> None:
        self._last.update((point.series, (point.value, point.measured)) for point in written)


def _store_origins(connection: sqlite3.Connection, origins: Origins) -> None:
    connection.executemany("INSERT OR IGNORE INTO resources VALUES (?, ?)", list(origins.resources.values()))
    connection.executemany("INSERT OR IGNORE INTO scopes VALUES (?, ?, ?, ?, ?)", list(origins.scopes.values()))


_INSERT_SPAN = f"INSERT OR REPLACE INTO spans VALUES ({', '.join('?' * 24)})"
_INSERT_LOG = f"INSERT INTO logs VALUES (NULL, {', '.join('?' * 10)})"
_UPSERT_SERIES = """
INSERT INTO series (writer, pid, resource_id, scope, name, kind, unit, attributes, bounds,
                    start_ns, time_ns, value, count, buckets, minimum, maximum)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (writer, scope, name, attributes) DO UPDATE SET
    bounds = excluded.bounds, time_ns = excluded.time_ns, value = excluded.value, count = excluded.count,
    buckets = excluded.buckets, minimum = excluded.minimum, maximum = excluded.maximum
"""
_INSERT_POINT = """
INSERT OR REPLACE INTO points (slot, time_ns, value, count, buckets, series_id)
SELECT ?, ?, ?, ?, ?, id FROM series WHERE writer = ? AND scope = ? AND name = ? AND attributes = ?
"""
