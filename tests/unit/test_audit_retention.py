"""Retention by class: what is too old goes, and the log can still be proved."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from spanwise.exporters.audit import retention
from spanwise.exporters.audit.entry import Entry, Removed, parse, run_digest, segments
from spanwise.exporters.audit.retention import retain
from spanwise.exporters.audit.settings import AuditError, AuditSettings, folders
from spanwise.exporters.audit.subjects import Identity, Subjects
from spanwise.exporters.audit.verify import verify
from unit.audited import SAID, call, changed, entries_of, lines_of, settings_of, tampered, write


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    """Calls of today and of 40 days ago, in several classes."""
    made = settings_of(tmp_path)
    write(
        made,
        call(1, days_ago=40, retention="short", user_id="u-1", said=SAID),
        call(2, days_ago=40, retention="short", user_id="u-1"),
        call(3, days_ago=40, user_id="u-1"),
        call(4, days_ago=40, retention="short", user_id="u-1"),
        call(5, retention="short", user_id="u-1"),
        call(6, days_ago=40, retention="long", user_id="u-1"),
    )
    return made


def spans_of(settings: AuditSettings) -> list[int]:
    return [int(str(entry.body["span_id"]), 16) for entry in entries_of(settings) if entry.type == "call"]


def test_each_class_is_kept_as_long_as_it_says(settings: AuditSettings) -> None:
    retained = retain(settings)
    assert retained.records == {"short": 3}
    assert spans_of(settings) == [3, 5, 6]


def test_log_can_be_proved_afterwards_and_says_how_many_are_gone(settings: AuditSettings) -> None:
    retain(settings)
    found = verify(*folders(settings))
    assert (found.ok, found.removed, found.calls, found.unsigned) == (True, 3, 3, 0)
    (record,) = [entry for entry in entries_of(settings) if entry.type == "retention"]
    assert record.body["classes"] == {"short": 3}
    assert record.body["segment"] == 1


def test_neighbours_become_one_line(settings: AuditSettings) -> None:
    retain(settings)
    runs = [parsed for raw in lines_of(settings) if isinstance(parsed := parse(raw), Removed)]
    assert [(run.first, run.last) for run in runs] == [(3, 4), (6, 6)]


def test_what_gets_too_old_later_goes_later(settings: AuditSettings) -> None:
    retain(settings)
    in_a_year = datetime.now(timezone.utc) + timedelta(days=366)
    assert retain(settings, in_a_year).records == {"": 1, "short": 1}
    assert verify(*folders(settings)).ok
    assert spans_of(settings) == [6]
    runs = [parsed for raw in lines_of(settings) if isinstance(parsed := parse(raw), Removed)]
    assert [(run.first, run.last) for run in runs] == [(3, 7)]


def test_nothing_happens_where_nothing_is_too_old(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, call(1), call(2))
    before = lines_of(settings)
    assert retain(settings).segments == 0
    assert lines_of(settings) == before


def test_unknown_class_is_kept_like_the_default(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, retention={"standard": 10.0, "short": 1.0})
    write(settings, call(1, days_ago=5, retention="for ever"), call(2, days_ago=11, retention="for ever"))
    retain(settings)
    assert spans_of(settings) == [1]


def test_default_class_that_does_not_exist_removes_nothing(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, retention={"short": 1.0}, default_class="standard")
    write(settings, call(1, days_ago=5000))
    retain(settings)
    assert spans_of(settings) == [1]


def test_application_goes_on_writing_after_it(settings: AuditSettings) -> None:
    retain(settings)
    write(settings, call(7))
    assert verify(*folders(settings)).ok
    assert len(segments(folders(settings).log)) == 2


def test_records_that_somebody_else_removes_the_same_way_are_missed(settings: AuditSettings) -> None:
    lines = lines_of(settings)
    entry = next(entry for entry in entries_of(settings) if entry.number == 5)
    tampered(settings, [*lines[:4], Removed(5, 5, entry.previous, entry.hash).line(), *lines[5:]])
    (problem,) = verify(*folders(settings)).problems
    assert (problem.kind, problem.record) == ("removed", 5)


def test_more_than_was_said_cannot_be_removed_under_the_same_record(settings: AuditSettings) -> None:
    retain(settings)
    (first, _) = segments(folders(settings).log)
    lines = first.read_bytes().splitlines(keepends=True)
    run, kept = (parse(raw) for raw in lines[2:4])
    assert isinstance(run, Removed)
    assert not isinstance(kept, Removed)
    assert kept is not None
    first.write_bytes(
        b"".join([*lines[:2], Removed(run.first, kept.number, run.previous, kept.hash).line(), *lines[4:]])
    )
    assert [problem.kind for problem in verify(*folders(settings)).problems] == ["removed"]


def test_machine_that_fails_between_the_record_and_the_removal_costs_nothing(
    settings: AuditSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(retention, "_replace", fails)
    with pytest.raises(OSError, match="disk"):
        retain(settings)
    assert verify(*folders(settings)).ok
    monkeypatch.undo()
    retain(settings)
    assert verify(*folders(settings)).removed == 3


def test_nothing_is_removed_from_a_log_that_is_not_intact(settings: AuditSettings) -> None:
    lines = lines_of(settings)
    tampered(settings, [*lines[:2], changed(lines[2], outcome="error"), *lines[3:]])
    with pytest.raises(AuditError, match="not intact .*: nothing is removed"):
        retain(settings)


def test_person_without_any_call_in_the_longest_retention_is_forgotten(
    settings: AuditSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = datetime.now(timezone.utc).timestamp() + 3653 * 86_400
    monkeypatch.setattr("spanwise.exporters.audit.subjects.time.time", lambda: seconds)
    assert retain(settings).subjects == 1
    subjects = Subjects(folders(settings).keys)
    assert subjects.known(Identity("user", "u-1")) is None
    subjects.close()


def test_retention_that_somebody_without_the_keys_wrote_removes_nothing(settings: AuditSettings) -> None:
    """The application goes on behind it and signs; that must not vouch for what it did not write."""
    (path,) = segments(folders(settings).log)
    *_, victim, last = entries_of(settings)
    run = Removed(victim.number, victim.number, victim.previous, victim.hash)
    said = {"type": "retention", "time": "2026-01-01T00:00:00.000000Z", "segment": 1, "runs": run_digest([run])}
    with path.open("ab") as file:
        file.write(Entry.of(last.number + 1, last.hash, said).line())
    write(settings, call(20))
    assert verify(*folders(settings)).ok
    lines = lines_of(settings)
    tampered(settings, [run.line() if raw == victim.line() else raw for raw in lines])
    assert [problem.kind for problem in verify(*folders(settings)).problems] == ["removed"]
