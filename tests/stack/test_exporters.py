"""Backends that hang, fail or cannot be written to: the application neither waits nor notices."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from stack.applications import Result, command, instrumented, run
from stack.receivers import HttpReceiver

pytestmark = pytest.mark.stack

CALLS = 20
EXIT_S = 12.0
"""Start, calls and three exporters that give up after a second each, on a slow machine."""
IMPATIENT = {
    "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
    "OTEL_BSP_SCHEDULE_DELAY": "100",
    "OTEL_METRIC_EXPORT_INTERVAL": "500",
    "OTEL_METRIC_EXPORT_TIMEOUT": "1000",
}


def assert_unaffected(done: Result) -> None:
    assert (done.status, done.out) == (0, f"{CALLS} answered\n"), done.err
    slowest = next(line for line in done.err.splitlines() if line.startswith("slowest:"))
    assert float(slowest.split()[1]) < 1


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port where connections are taken and nothing is ever read."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_endpoint_that_never_answers(settings: dict[str, str], deaf_port: int, tmp_path: Path, protocol: str) -> None:
    given = {
        **settings,
        **IMPATIENT,
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{deaf_port}",
    }
    started = monotonic()
    done = run(instrumented("steady.py"), given, tmp_path)
    assert_unaffected(done)
    assert done.ours == []
    assert monotonic() - started < EXIT_S


def test_endpoint_that_is_down(settings: dict[str, str], tmp_path: Path) -> None:
    given = {**settings, **IMPATIENT, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    done = run(instrumented("steady.py"), given, tmp_path)
    assert_unaffected(done)
    assert done.ours == []


def test_endpoint_that_is_overloaded_gets_everything_once_it_is_back(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    receiver.failures = 2
    done = run(instrumented("steady.py"), settings, tmp_path)
    assert_unaffected(done)
    assert receiver.failures == 0
    assert len(receiver.received.calls) == CALLS
    assert receiver.received.total("spanwise.client.calls") == CALLS


def test_endpoint_that_stays_overloaded(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    receiver.failures = 1_000_000
    done = run(instrumented("steady.py"), {**settings, **IMPATIENT}, tmp_path)
    assert_unaffected(done)
    assert done.ours == []


def test_exporter_that_never_returns_blocks_no_call_and_delays_the_exit_by_seconds(
    settings: dict[str, str], tmp_path: Path
) -> None:
    started = monotonic()
    done = run(command("hanging_exporter.py"), settings, tmp_path)
    assert_unaffected(done)
    assert monotonic() - started < EXIT_S


def unwritable(kind: str, folder: Path) -> Path:
    """A place where no store can be."""
    if kind == "a_directory":
        (folder / "telemetry.db").mkdir()
        return folder / "telemetry.db"
    if kind == "no_database":
        (folder / "telemetry.db").write_text("the diary of somebody\n" * 100)
        return folder / "telemetry.db"
    return Path("/proc/spanwise/telemetry.db")


@pytest.mark.parametrize("kind", ["nowhere", "a_directory", "no_database", "disk_full"])
def test_store_that_cannot_be_written_costs_one_line_and_a_count(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, kind: str
) -> None:
    stored = {"OTEL_TRACES_EXPORTER": "spanwise", "OTEL_LOGS_EXPORTER": "none"}
    program = instrumented("steady.py", "flush")
    if kind == "disk_full":
        path = tmp_path / "telemetry.db"
        program = ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh", *program]
    else:
        path = unwritable(kind, tmp_path)
    before = path.read_bytes() if path.is_file() else b""
    done = run(program, {**settings, **stored, "SPANWISE_STORE_PATH": str(path)}, tmp_path)
    assert_unaffected(done)
    assert len(done.ours) == 1
    assert "spans are lost, your application is not affected" in done.ours[0]
    assert str(path) in done.ours[0]
    assert receiver.received.total("spanwise.client.calls") == CALLS
    assert receiver.received.total("spanwise.pipeline.dropped", reason="store") >= CALLS
    if before:
        assert path.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_store_in_a_read_only_directory(settings: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "sealed"
    folder.mkdir(mode=0o500)
    stored = {"OTEL_TRACES_EXPORTER": "spanwise", "SPANWISE_STORE_PATH": str(folder / "telemetry.db")}
    done = run(instrumented("steady.py", "flush"), {**settings, **stored}, tmp_path)
    assert_unaffected(done)
    assert len(done.ours) == 1
