"""The audit log of real processes: several at once, split, killed, or with a full disk."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from provider import LocalProvider
from spanwise.exporters.audit.entry import Entry
from spanwise.exporters.audit.reading import entries
from spanwise.exporters.audit.verification import Verification
from spanwise.exporters.audit.verify import verify
from stack.applications import bare, command, ended, instrumented, run, started
from stack.receivers import HttpReceiver
from stack.test_processes import SPLIT, visit_workers_of_gunicorn

pytestmark = pytest.mark.stack


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "audit"


@pytest.fixture
def audited(settings: dict[str, str], log: Path) -> dict[str, str]:
    return {**settings, "SPANWISE_AUDIT_PATH": str(log)}


def proved(log: Path) -> Verification:
    return verify(log, log.with_name("audit-keys"))


def of_type(log: Path, type_: str) -> list[Entry]:
    return list(entries(log, type_))


@pytest.mark.parametrize("way", SPLIT)
def test_calls_of_processes_that_split_leave_one_record_each(
    audited: dict[str, str], receiver: HttpReceiver, log: Path, tmp_path: Path, way: str
) -> None:
    done = run(instrumented("forking.py", way), audited, tmp_path, timeout=60)
    assert (done.status, done.ours) == (0, [])
    found = proved(log)
    assert (found.problems, found.notes) == ([], [])
    assert found.calls == SPLIT[way]
    assert len({entry.body["span_id"] for entry in of_type(log, "call")}) == SPLIT[way]
    assert receiver.received.total("spanwise.audit.records") == SPLIT[way]


def test_workers_of_gunicorn_with_preload_share_one_chain(
    audited: dict[str, str], provider: LocalProvider, log: Path, tmp_path: Path
) -> None:
    visit_workers_of_gunicorn(audited, tmp_path)
    found = proved(log)
    assert (found.ok, found.calls, found.unsigned) == (True, 13, 0)
    assert len({entry.body["subject"] for entry in of_type(log, "call")}) == len(provider.ledger()["by_user"])


def test_every_call_leaves_a_record_though_sampling_keeps_none(
    audited: dict[str, str], receiver: HttpReceiver, log: Path, tmp_path: Path
) -> None:
    done = run(instrumented("crowd.py"), {**audited, "SPANWISE_SAMPLE_RATIO": "0"}, tmp_path)
    assert (done.status, done.out) == (0, "52 52\n")
    assert proved(log).calls == receiver.received.total("spanwise.client.calls") == 52
    assert receiver.received.total("spanwise.audit.records") == 52
    assert len(receiver.received.calls) < 52


def test_tracer_s_own_sampler_leaves_out_no_record(audited: dict[str, str], log: Path, tmp_path: Path) -> None:
    done = run(instrumented("crowd.py"), {**audited, "OTEL_TRACES_SAMPLER": "always_off"}, tmp_path)
    assert done.status == 0
    assert proved(log).calls == 52


def test_process_that_sigterm_ends_leaves_a_signed_log(audited: dict[str, str], log: Path, tmp_path: Path) -> None:
    with started(instrumented("ending.py", "killed"), audited, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "streaming\n"
        process.send_signal(signal.SIGTERM)
        assert ended(process).status == -signal.SIGTERM
    found = proved(log)
    assert (found.ok, found.calls, found.unsigned) == (True, 2, 0)
    assert {entry.body["outcome"] for entry in of_type(log, "call")} == {"ok", "cancelled"}


def test_writers_at_the_same_time_make_one_chain(log: Path, tmp_path: Path) -> None:
    arguments = command("auditing.py", str(log), "200")
    with (
        started(arguments, {}, tmp_path) as first,
        started(arguments, {}, tmp_path) as second,
        started(arguments, {}, tmp_path) as third,
    ):
        assert [ended(process).out for process in (first, second, third)] == ["200 0 0\n"] * 3
    found = proved(log)
    assert (found.problems, found.calls, found.unsigned) == ([], 600, 0)
    assert len({entry.body["subject"] for entry in of_type(log, "call")}) == 5


def test_writers_killed_at_any_moment_lose_nothing_that_was_written(log: Path, tmp_path: Path) -> None:
    said = 0
    for number in range(12):
        with started(command("auditing.py", str(log), "endless"), {}, tmp_path) as process:
            assert process.stdout is not None
            for _ in range(number * 5):
                process.stdout.readline()
            process.kill()
            numbers = [line for line in process.stdout if line.endswith("\n")]
            said += max([number * 5, *(int(line) for line in numbers)])
    assert run(command("auditing.py", str(log), "1"), {}, tmp_path).out == "1 0 0\n"
    found = proved(log)
    assert found.problems == []
    assert said < found.calls <= said + 13


def test_full_disk_costs_one_line_and_is_told_by_the_log_itself(log: Path, tmp_path: Path) -> None:
    done = run(command("auditing.py", str(log), "full"), {}, tmp_path)
    assert done.status == 0, done.err
    (complaint,) = [line for line in done.err.splitlines() if "spanwise: " in line]
    assert re.match(
        r"spanwise: the audit log \S+/audit cannot be written: File too large; up to 10 records wait", complaint
    )
    while_full, afterwards = ([int(word) for word in line.split()] for line in done.out.splitlines())
    written, waiting, lost = while_full
    assert waiting == 10
    assert lost == 40 - written - waiting
    assert lost > 0
    assert afterwards == [written + waiting, 0, lost]
    found = proved(log)
    assert (found.ok, found.calls, found.lost) == (True, written + waiting, lost)


def test_folder_that_cannot_be_made_costs_the_application_nothing(
    settings: dict[str, str], receiver: HttpReceiver, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    alone = run(command("steady.py"), bare(settings), tmp_path)
    watched = run(instrumented("steady.py"), {**settings, "SPANWISE_AUDIT_PATH": "file/audit"}, tmp_path)
    assert (watched.status, watched.out) == (alone.status, alone.out) == (0, "20 answered\n")
    assert len(watched.ours) == 1
    assert "file/audit cannot be written: Not a directory" in watched.ours[0]
    assert receiver.received.total("spanwise.audit.waiting") == 20


def test_there_is_no_audit_log_unless_it_is_asked_for(settings: dict[str, str], tmp_path: Path) -> None:
    assert run(instrumented("steady.py"), settings, tmp_path).status == 0
    assert list(tmp_path.iterdir()) == []
