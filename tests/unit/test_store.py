"""The local store: what is written, by whom, and what happens when it cannot be."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.trace import Event
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.util.types import AnyValue

from spanwise.exporters import database
from spanwise.exporters.encoding import decode_list, decode_mapping
from spanwise.exporters.store import (
    StoreLogExporter,
    StoreMetricExporter,
    StoreSettings,
    StoreSpanExporter,
    store_settings,
)
from unit.genai_telemetry import RESOURCE, SCOPE, Application, chat_attributes, span


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPANWISE_STORE_MAX_AGE_DAYS", "36500")  # fixed times are long ago
    return tmp_path / "telemetry.db"


def test_span_is_stored_whole(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    attributes = chat_attributes(user_id="u1") | {"nested": {"a": [1, None, {"b": b"\x00\xff"}]}, "nan": float("nan")}
    event = Event("exception", {"exception.type": "ValueError"}, 5)
    result = exporter.export([span("chat gpt-5.2", 0xA, 0xB, 0xC, 10, 2, attributes, "HTTP 500", events=[event])])
    exporter.shutdown()

    assert result is SpanExportResult.SUCCESS
    ((row, events, resource, scope),) = query(
        path,
        "SELECT s.attributes, s.events, r.attributes, c.name FROM spans s "
        "JOIN resources r ON r.id = s.resource_id JOIN scopes c ON c.id = s.scope_id",
    )
    stored = decode_mapping(str(row))
    assert stored["nested"] == {"a": [1, None, {"b": b"\x00\xff"}]}
    assert stored["nan"] == "NaN"
    assert decode_list(str(events)) == [["exception", 5, {"exception.type": "ValueError"}]]
    assert decode_mapping(str(resource)) == dict(RESOURCE.attributes)
    assert scope == SCOPE.name
    assert query(path, "SELECT trace_id, parent_id, start_ns, end_ns, status, failed, cost, user_id FROM spans") == [
        (f"{0xA:032x}", f"{0xC:016x}", 10, 10 + 2 * 10**9, "error", 1, 0.0125, "u1")
    ]


def test_usage_of_agents_is_not_counted_beside_that_of_their_calls(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    agent = chat_attributes(operation_name="invoke_agent")
    exporter.export([span("chat", 1, 1, 2, attributes=chat_attributes()), span("invoke_agent", 1, 2, attributes=agent)])
    exporter.shutdown()
    assert query(path, "SELECT SUM(cost), SUM(input_tokens), SUM(is_call) FROM spans") == [(0.0125, 1200, 1)]


def test_text_that_utf8_cannot_hold_does_not_cost_the_batch(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    odd: dict[str, AnyValue] = {**chat_attributes(), "lone": "a\ud800b", "big": 2**80}
    assert exporter.export([span("name \udcff", 1, 1, attributes=odd)]) is SpanExportResult.SUCCESS
    exporter.shutdown()
    ((name, attributes),) = query(path, "SELECT name, attributes FROM spans")
    assert name == "name ?"
    assert json.loads(str(attributes))["lone"] == "a?b"


def test_exporting_a_span_twice_stores_it_once(path: Path) -> None:
    for _ in range(2):
        exporter = StoreSpanExporter(path)
        exporter.export([span("chat", 1, 1)])
        exporter.shutdown()
    assert query(path, "SELECT COUNT(*) FROM spans") == [(1,)]


def test_nothing_is_made_before_the_first_export(path: Path) -> None:
    StoreSpanExporter(path).shutdown()
    assert not path.exists()


def test_file_and_its_companions_are_readable_by_the_owner_alone(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    exporter.export([span("chat", 1, 1)])
    modes = {stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    exporter.shutdown()
    assert modes == {0o600}


def test_default_folder_is_kept_out_of_version_control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SPANWISE_STORE_PATH", raising=False)
    exporter = StoreSpanExporter()
    exporter.export([span("chat", 1, 1)])
    exporter.shutdown()
    assert (tmp_path / ".spanwise/telemetry.db").is_file()
    assert "*" in (tmp_path / ".spanwise/.gitignore").read_text().splitlines()


def test_path_comes_from_the_environment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANWISE_STORE_PATH", str(path))
    monkeypatch.setenv("SPANWISE_STORE_MAX_AGE_DAYS", "-1")
    assert store_settings() == StoreSettings(path=str(path), max_age_days=14.0)


def _make_text_file(path: Path) -> None:
    path.write_text("not a database, but somebody's notes\n" * 100)


def _make_foreign_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE customers (name)")
    connection.close()


def _make_newer_store(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    exporter.export([span("chat", 1, 1)])
    exporter.shutdown()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _make_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_make_text_file, "not a Spanwise store"),
        (_make_foreign_database, "not a Spanwise store"),
        (_make_newer_store, "newer Spanwise"),
        (_make_folder, "Is a directory"),
    ],
)
def test_file_that_is_no_store_is_left_alone_and_named_once(
    path: Path, caplog: pytest.LogCaptureFixture, make: Callable[[Path], None], reason: str
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    exporter = StoreSpanExporter(path)
    with caplog.at_level(logging.WARNING, "spanwise"):
        results = [exporter.export([span("chat", 1, 2), span("chat", 1, 3)]) for _ in range(2)]
    exporter.shutdown()

    assert results == [SpanExportResult.FAILURE] * 2
    assert exporter.dropped == 4
    assert [record.name for record in caplog.records if record.name.startswith("spanwise")] == ["spanwise"]
    assert reason in caplog.text
    assert str(path) in caplog.text
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_folder_that_cannot_be_made_costs_a_line_and_no_exception(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    exporter = StoreSpanExporter(tmp_path / "file/telemetry.db")
    assert exporter.export([span("chat", 1, 1)]) is SpanExportResult.FAILURE
    assert "cannot write" in caplog.text


def test_lock_held_by_another_process_fails_the_batch_and_the_next_one_succeeds(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    exporter = StoreSpanExporter(path)
    exporter.export([span("chat", 1, 1)])
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert exporter.export([span("chat", 1, 2)]) is SpanExportResult.FAILURE
    holder.execute("ROLLBACK")
    holder.close()
    assert exporter.export([span("chat", 1, 3)]) is SpanExportResult.SUCCESS
    exporter.shutdown()
    assert "locked" in caplog.text
    assert query(path, "SELECT COUNT(*) FROM spans") == [(2,)]


def test_store_deleted_while_in_use_is_made_anew(path: Path) -> None:
    exporter = StoreSpanExporter(path)
    exporter.export([span("chat", 1, 1)])
    for found in list(path.parent.iterdir()):
        found.unlink()
    assert exporter.export([span("chat", 1, 2)]) is SpanExportResult.SUCCESS
    exporter.shutdown()
    assert query(path, "SELECT span_id FROM spans") == [(f"{2:016x}",)]


def _run(program: str, *arguments: str) -> str:
    root = Path(__file__).parents[2]
    paths = os.pathsep.join(str(root / part) for part in ("src", "exporters", "tests"))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_full_disk_fails_the_batch_and_keeps_what_was_stored(path: Path) -> None:
    output = _run(
        """
        import resource, sys
        from spanwise.exporters.store import StoreSpanExporter
        from unit.genai_telemetry import span
        exporter = StoreSpanExporter(sys.argv[1])
        exporter.export([span("small", 1, 1)])
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        print(exporter.export([span("big", 1, 2, attributes={"text": "x" * 1_000_000})]).name, exporter.dropped)
        print(exporter.export([span("small", 1, 3)]).name)
        """,
        str(path),
    )
    assert "FAILURE 1\n" in output
    assert "cannot write" in output
    assert "SUCCESS\n" in output
    assert query(path, "SELECT name FROM spans") == [("small",), ("small",)]
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forked_children_and_their_parent_write_to_one_file(path: Path) -> None:
    _run(
        """
        import os, sys
        from spanwise.exporters.store import StoreSpanExporter
        from unit.genai_telemetry import span
        exporter = StoreSpanExporter(sys.argv[1])
        exporter.export([span("parent", 1, 1)])
        children = []
        for child in range(4):
            pid = os.fork()
            if pid == 0:
                for number in range(20):
                    exporter.export([span("child", 2 + child, 1 + number)])
                exporter.shutdown()
                os._exit(0)
            children.append(pid)
        for number in range(20):
            exporter.export([span("parent", 1, 2 + number)])
        codes = [os.waitpid(pid, 0)[1] for pid in children]
        exporter.export([span("parent", 1, 99)])
        exporter.shutdown()
        assert codes == [0] * 4, codes
        """,
        str(path),
    )
    assert query(path, "SELECT name, COUNT(*) FROM spans GROUP BY name") == [("child", 80), ("parent", 22)]
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


def test_process_that_is_killed_loses_nothing_it_had_exported(path: Path) -> None:
    _run(
        """
        import os, signal, subprocess, sys
        if len(sys.argv) == 2:
            child = subprocess.run([sys.executable, "-c", sys.orig_argv[2], sys.argv[1], "child"])
            assert child.returncode == -signal.SIGKILL
        else:
            from spanwise.exporters.store import StoreSpanExporter
            from unit.genai_telemetry import span
            StoreSpanExporter(sys.argv[1]).export([span("chat", 1, 1)])
            os.kill(os.getpid(), signal.SIGKILL)
        """,
        str(path),
    )
    assert query(path, "SELECT name FROM spans") == [("chat",)]


def test_log_records_keep_event_name_body_and_span(path: Path) -> None:
    exporter = StoreLogExporter(path)
    record = LogRecord(
        timestamp=7,
        severity_number=SeverityNumber.INFO,
        severity_text="INFO",
        body={"score": [0.5]},
        attributes={"gen_ai.evaluation.name": "relevance"},
        event_name="gen_ai.evaluation.result",
    )
    record.trace_id, record.span_id = 0xA, 0xB
    exporter.export([ReadableLogRecord(record, RESOURCE, SCOPE)])
    exporter.shutdown()
    assert query(path, "SELECT time_ns, severity_number, event_name, body, trace_id, span_id FROM logs") == [
        (7, 9, "gen_ai.evaluation.result", '{"score":[0.5]}', f"{0xA:032x}", f"{0xB:016x}")
    ]


def test_metrics_ask_for_cumulative_points(path: Path) -> None:
    exporter = StoreMetricExporter(path)
    assert set(exporter._preferred_temporality.values()) == {AggregationTemporality.CUMULATIVE}  # type: ignore[union-attr]  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess]


def _provider(path: Path, *views: View) -> tuple[MeterProvider, PeriodicExportingMetricReader]:
    reader = PeriodicExportingMetricReader(StoreMetricExporter(path), export_interval_millis=3_600_000)
    return MeterProvider([reader], RESOURCE, shutdown_on_exit=False, views=views), reader


def test_series_keeps_the_latest_point_and_each_process_its_own(path: Path) -> None:
    for _ in range(2):
        provider, reader = _provider(path)
        counter = provider.get_meter("spanwise").create_counter("spanwise.client.calls")
        for _ in range(3):
            counter.add(1, {"spanwise.outcome": "ok"})
            reader.collect()
        provider.shutdown()
    assert query(path, "SELECT value FROM series") == [(3.0,), (3.0,)]


def test_idle_process_writes_no_history(path: Path) -> None:
    exporter_path = path
    provider, reader = _provider(exporter_path)
    provider.get_meter("spanwise").create_counter("spanwise.client.calls").add(1)
    reader.collect()
    before = query(path, "SELECT time_ns FROM series")
    reader.collect()
    assert query(path, "SELECT time_ns FROM series") == before
    provider.shutdown()


def test_histogram_keeps_buckets_bounds_and_extremes(path: Path) -> None:
    provider, _ = _provider(path)
    histogram = provider.get_meter("spanwise").create_histogram("d", "s", explicit_bucket_boundaries_advisory=[1, 2])
    for seconds in (0.5, 1.5, 9.0):
        histogram.record(seconds)
    provider.shutdown()
    assert query(path, "SELECT kind, value, count, bounds, buckets, minimum, maximum FROM series") == [
        ("histogram", 11.0, 3, "[1,2]", "[1,1,1]", 0.5, 9.0)
    ]


def test_exponential_histogram_is_stored_with_explicit_bounds(path: Path) -> None:
    view = View(instrument_name="d", aggregation=ExponentialBucketHistogramAggregation(max_size=4, max_scale=0))
    provider, _ = _provider(path, view)
    histogram = provider.get_meter("spanwise").create_histogram("d", "s")
    for seconds in (0.0, 1.5, 3.0, 3.5):
        histogram.record(seconds)
    provider.shutdown()
    assert query(path, "SELECT count, bounds, buckets FROM series") == [(4, "[1.0,2.0,4.0]", "[1,1,2,0]")]


def test_whole_application_is_stored(path: Path) -> None:
    spans, metrics = StoreSpanExporter(path), StoreMetricExporter(path)
    Application(seed=3).run(50, spans, metrics)
    spans.shutdown()
    ((calls,),) = query(path, "SELECT SUM(is_call) FROM spans")
    assert query(path, "SELECT SUM(value) FROM series WHERE name = 'spanwise.client.calls'") == [(calls,)]
