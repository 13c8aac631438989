"""Processes that split, end or are ended: every call arrives exactly once, and they end as they would without us."""

from __future__ import annotations

import re
import signal
import subprocess
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from provider import LocalProvider
from spanwise.semconv import attributes as names
from stack.applications import PROGRAMS, Result, bare, command, ended, instrumented, run, started
from stack.receivers import HttpReceiver
from stack.telemetry import Telemetry

pytestmark = pytest.mark.stack

SPLIT = {"os.fork": 16, "fork": 16, "spawn": 16, "stream": 9}


def users(telemetry: Telemetry) -> Counter[object]:
    return Counter(call.attributes[names.USER_ID] for call in telemetry.calls)


def visit_workers_of_gunicorn(settings: dict[str, str], folder: Path) -> None:
    """Twelve requests to two workers of an application that is loaded, and calls once, before they split."""
    gunicorn = ["gunicorn", "--preload", "--workers", "2", "--bind", "127.0.0.1:0", "--chdir", str(PROGRAMS), "web"]
    tool = instrumented("web.py")[0]
    with started([tool, *gunicorn], {**settings, "PATH": str(Path(tool).parent)}, folder) as server:
        url = listening_at(server)
        for number in range(12):
            with urllib.request.urlopen(f"{url}/visitor-{number}", timeout=10) as response:
                assert response.read() == b"stop"
        server.send_signal(signal.SIGTERM)
        assert ended(server, timeout=40).status == 0


def assert_each_call_arrived_once(telemetry: Telemetry, provider: LocalProvider) -> None:
    """By the provider's own ledger, in spans and in metrics."""
    served = provider.ledger()["by_user"]
    assert users(telemetry) == served
    assert telemetry.total("spanwise.client.calls") == sum(served.values())
    assert telemetry.total("spanwise.pipeline.exported") == len(telemetry.spans)


@pytest.mark.parametrize("way", SPLIT)
def test_calls_of_processes_that_split_arrive_once(
    settings: dict[str, str], provider: LocalProvider, receiver: HttpReceiver, tmp_path: Path, way: str
) -> None:
    done = run(instrumented("forking.py", way), settings, tmp_path)
    assert (done.status, done.ours) == (0, [])
    assert len(receiver.received.calls) == SPLIT[way]
    assert_each_call_arrived_once(receiver.received, provider)


def test_gunicorn_with_preload_reports_each_worker_s_calls_once(
    settings: dict[str, str], provider: LocalProvider, receiver: HttpReceiver, tmp_path: Path
) -> None:
    visit_workers_of_gunicorn(settings, tmp_path)
    assert len(receiver.received.calls) == 13
    assert_each_call_arrived_once(receiver.received, provider)


def test_judge_of_each_worker_process_judges_its_calls_until_the_end(
    settings: dict[str, str], provider: LocalProvider, receiver: HttpReceiver, tmp_path: Path
) -> None:
    """Also those that still wait when the process is told to end."""
    judge = {"SPANWISE_JUDGE_SHARE": "1", "SPANWISE_JUDGE_RATE": "1000", "SPANWISE_JUDGE_URL": provider.judge_url}
    visit_workers_of_gunicorn({**settings, **judge}, tmp_path)
    assert provider.ledger()["auxiliary"] == {"completions": 13}
    judged = [span for span in receiver.received.spans if span.name == "judge"]
    assert {span.parent_id for span in judged} == {call.span_id for call in receiver.received.calls}


def test_calls_of_a_program_that_ends_at_once_are_judged(
    settings: dict[str, str], provider: LocalProvider, receiver: HttpReceiver, tmp_path: Path
) -> None:
    judge = {"SPANWISE_JUDGE_SHARE": "1", "SPANWISE_JUDGE_URL": provider.judge_url}
    done = run(instrumented("chat.py"), {**settings, **judge}, tmp_path)
    assert done.status == 0
    assert provider.ledger()["auxiliary"] == {"completions": 3}
    assert sum(span.name == "judge" for span in receiver.received.spans) == 3
    assert sum(names.EVALUATION_NAME in log.attributes for log in receiver.received.logs) == 9


def listening_at(server: subprocess.Popen[str]) -> str:
    assert server.stderr is not None
    for line in server.stderr:
        if found := re.search(r"Listening at: (\S+)", line):
            return found[1]
    raise AssertionError("gunicorn did not start")


def test_calls_of_threads_and_coroutines_arrive_once(
    settings: dict[str, str], provider: LocalProvider, receiver: HttpReceiver, tmp_path: Path
) -> None:
    done = run(instrumented("crowd.py"), settings, tmp_path)
    assert (done.status, done.out) == (0, "52 52\n")
    assert_each_call_arrived_once(receiver.received, provider)
    outcomes = Counter(call.attributes[names.OUTCOME] for call in receiver.received.calls)
    assert outcomes == {"ok": 48, "cancelled": 4}


def interrupted(arguments: list[str], given: dict[str, str], folder: Path, number: signal.Signals) -> Result:
    """Run a program until it streams, and send it a signal."""
    with started(arguments, given, folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "streaming\n"
        process.send_signal(number)
        return ended(process)


def both_calls(telemetry: Telemetry) -> list[dict[str, object]]:
    """Attributes of the call that ended well, and of the stream that was open."""
    assert len(telemetry.calls) == 2
    assert telemetry.total("spanwise.client.calls") == 2
    assert not telemetry.holds("grace.miller@gmail.com")
    return [call.attributes for call in sorted(telemetry.calls, key=lambda call: str(call.attributes[names.OUTCOME]))]


def test_sigterm_in_mid_stream_ends_the_process_as_ever_and_loses_nothing(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    alone = interrupted(command("ending.py", "killed"), bare(settings), tmp_path, signal.SIGTERM)
    given = {**settings, "SPANWISE_CAPTURE_CONTENT": "true"}
    watched = interrupted(instrumented("ending.py", "killed"), given, tmp_path, signal.SIGTERM)
    assert (alone.status, alone.out, alone.err) == (-signal.SIGTERM, "", "")
    assert (watched.status, watched.out, watched.ours) == (-signal.SIGTERM, "", [])
    open_stream, whole = both_calls(receiver.received)
    assert (open_stream[names.OUTCOME], open_stream[names.STREAM_END]) == ("cancelled", "shutdown")
    assert "[EMAIL]" in str(open_stream[names.INPUT_MESSAGES])
    assert whole[names.OUTCOME] == "ok"


@pytest.mark.parametrize("way", ["handler", "loop"])
def test_sigterm_handler_of_the_application_is_left_alone(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, way: str
) -> None:
    alone = interrupted(command("ending.py", way), bare(settings), tmp_path, signal.SIGTERM)
    watched = interrupted(instrumented("ending.py", way), settings, tmp_path, signal.SIGTERM)
    assert "handled" in alone.out
    assert (watched.status, watched.out) == (alone.status, alone.out)
    assert {call.attributes[names.OUTCOME] for call in receiver.received.calls} >= {"ok"}


def test_keyboard_interrupt_in_mid_stream(settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path) -> None:
    alone = interrupted(command("ending.py", "interrupted"), bare(settings), tmp_path, signal.SIGINT)
    watched = interrupted(instrumented("ending.py", "interrupted"), settings, tmp_path, signal.SIGINT)
    assert (watched.status, watched.out) == (alone.status, alone.out) == (-signal.SIGINT, "")
    assert watched.err.rstrip().endswith("KeyboardInterrupt")
    open_stream, _ = both_calls(receiver.received)
    assert open_stream[names.OUTCOME] == open_stream[names.STREAM_END]
    assert open_stream[names.OUTCOME] in ("cancelled", "abandoned")  # whether it strikes while waiting or between


@pytest.mark.parametrize(("way", "status"), [("end", 0), ("sys.exit", 7), ("exception", 1)])
def test_streams_open_in_daemon_threads_are_reported_when_the_process_ends(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path, way: str, status: int
) -> None:
    alone = run(command("ending.py", way), bare(settings), tmp_path)
    watched = run(instrumented("ending.py", way), settings, tmp_path)
    assert (watched.status, watched.out) == (alone.status, alone.out) == (status, "leaving\n")
    assert watched.err.splitlines()[-1:] == alone.err.splitlines()[-1:]
    ends = Counter(call.attributes.get(names.STREAM_END) for call in receiver.received.calls)
    assert ends == {None: 1, "shutdown": 2}
    assert receiver.received.total("spanwise.client.calls") == 3
    assert not receiver.received.holds("grace.miller@gmail.com")


def test_os_exit_runs_nothing_of_ours_so_that_the_last_calls_are_lost(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    done = run(instrumented("ending.py", "os._exit"), settings, tmp_path)
    assert (done.status, done.out, done.err) == (9, "leaving\n", "")
    assert receiver.received.calls == []
