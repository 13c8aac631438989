"""Persons in the audit log: known by pseudonyms, their content readable with their key alone, and forgettable."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from spanwise.exporters.audit.chain import Chain
from spanwise.exporters.audit.record import content_place
from spanwise.exporters.audit.retention import retain
from spanwise.exporters.audit.sealing import open_sealed, seal
from spanwise.exporters.audit.settings import AuditError, AuditSettings, folders
from spanwise.exporters.audit.subject_access import erase, export
from spanwise.exporters.audit.subjects import Identity, Subject, Subjects
from spanwise.exporters.audit.verify import verify
from spanwise.semconv import attributes as names
from unit.audited import SAID, call, entries_of, settings_of, write

JANE, OMAR = Identity("user", "jane@example.org"), Identity("user", "omar")


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    """Two calls of Jane in one session, one of Omar, all with content."""
    made = settings_of(tmp_path)
    write(
        made,
        call(1, user_id=JANE.id, session_id="s-1", said=SAID),
        call(2, user_id=JANE.id, session_id="s-1", said=SAID),
        call(3, user_id=OMAR.id, session_id="s-2", said="hello"),
    )
    return made


@pytest.fixture
def subjects(settings: AuditSettings) -> Iterator[Subjects]:
    opened = Subjects(folders(settings).keys)
    yield opened
    opened.close()


def bytes_of(settings: AuditSettings) -> bytes:
    """Everything on the disk, keys included."""
    return b"".join(path.read_bytes() for folder in folders(settings) for path in folder.iterdir() if path.is_file())


def calls_of(settings: AuditSettings) -> list[dict[str, object]]:
    return [dict(entry.body) for entry in entries_of(settings) if entry.type == "call"]


def test_person_has_one_pseudonym_and_no_name_anywhere(settings: AuditSettings) -> None:
    jane, again, omar = (body["subject"] for body in calls_of(settings))
    assert jane == again != omar
    assert str(jane).startswith("user-")
    assert b"jane" not in bytes_of(settings)
    assert b"omar" not in bytes_of(settings)


def test_session_is_a_pseudonym_that_only_the_person_s_key_can_make(
    settings: AuditSettings, subjects: Subjects
) -> None:
    one, same, other = (body["session"] for body in calls_of(settings))
    assert one == same != other
    jane = subjects.known(JANE)
    assert jane is not None
    assert jane.token("session", "s-1") == one
    assert b"s-1" not in bytes_of(settings)


def test_content_is_on_the_disk_only_encrypted(settings: AuditSettings) -> None:
    assert SAID.encode() not in bytes_of(settings)


def test_content_is_left_out_where_the_settings_say_so(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, content=False)
    write(settings, call(1, user_id=JANE.id, said=SAID))
    assert "content" not in calls_of(settings)[0]


def test_export_holds_all_of_a_person_decrypted_and_nothing_of_others(settings: AuditSettings) -> None:
    exported = list(export(settings, JANE))
    records = [cast("dict[str, object]", one["record"]) for one in exported]
    assert [record["type"] for record in records] == ["call", "call", "access"]
    assert SAID in json.dumps(records[0])
    assert "hello" not in json.dumps(records)
    assert exported[0]["hash"] == next(entry.hash for entry in entries_of(settings) if entry.type == "call")


def test_export_itself_is_on_record(settings: AuditSettings) -> None:
    list(export(settings, JANE))
    (access,) = [entry for entry in entries_of(settings) if entry.type == "access"]
    assert access.body["subject"] == calls_of(settings)[0]["subject"]


class TestErasure:
    def test_nothing_can_decrypt_the_content_any_more(self, settings: AuditSettings, subjects: Subjects) -> None:
        jane = subjects.known(JANE)
        assert jane is not None
        subjects.close()
        assert jane.key in bytes_of(settings)
        erase(settings, JANE)
        assert jane.key not in bytes_of(settings)
        assert subjects.known(JANE) is None
        sealed, place = cast("dict[str, str]", calls_of(settings)[0]["content"]), content_place(calls_of(settings)[0])
        with sqlite3.connect(folders(settings).keys / "subjects.db") as database:
            keys = [row[0] for row in database.execute("SELECT key FROM subjects")]
        database.close()
        assert len(keys) == 1
        assert [open_sealed(sealed, Subject(jane.pseudonym, key), place) for key in keys] == [None]

    def test_nobody_can_tell_whose_the_records_were(self, settings: AuditSettings, subjects: Subjects) -> None:
        erase(settings, JANE)
        with pytest.raises(AuditError, match="knows no user by this id, or they were erased"):
            export(settings, JANE)
        (anew,) = subjects.of([JANE]).values()
        assert anew.pseudonym not in {body["subject"] for body in calls_of(settings)}

    def test_log_is_still_intact_and_says_what_happened(self, settings: AuditSettings) -> None:
        erased = erase(settings, JANE, "request 17")
        found = verify(*folders(settings))
        assert (found.ok, found.erased, found.calls, found.unsigned) == (True, 1, 3, 0)
        record = next(entry for entry in entries_of(settings) if entry.number == erased.record)
        assert record.hash == erased.hash
        said = {"type": "erasure", "subject": erased.subject, "key": erased.key, "reason": "request 17"}
        assert said.items() <= record.body.items()

    def test_others_keep_theirs(self, settings: AuditSettings) -> None:
        erase(settings, JANE)
        assert "hello" in json.dumps(list(export(settings, OMAR)))

    def test_next_call_of_the_person_begins_anew(self, settings: AuditSettings) -> None:
        erased = erase(settings, JANE)
        write(settings, call(4, user_id=JANE.id, said=SAID))
        assert calls_of(settings)[3]["subject"] != erased.subject
        assert len(list(export(settings, JANE))) == 2

    def test_process_that_runs_meanwhile_forgets_the_key_at_once(self, settings: AuditSettings) -> None:
        log = write(settings, call(4, user_id=JANE.id, said=SAID))
        erased = erase(settings, JANE)
        view = call(5, user_id=JANE.id, said=SAID)
        log.record(view, log.identify(view))
        log.tick(False)
        assert calls_of(settings)[-1]["subject"] != erased.subject

    def test_key_that_is_still_there_is_found(self, settings: AuditSettings, monkeypatch: pytest.MonkeyPatch) -> None:
        """As where the machine fails between the record and the deletion, or an old copy of the keys is put back."""

        def fails(_: Subjects, identity: Identity) -> None:
            raise OSError("disk")

        monkeypatch.setattr(Subjects, "erase", fails)
        with pytest.raises(OSError, match="disk"):
            erase(settings, JANE)
        (problem,) = verify(*folders(settings)).problems
        assert problem.kind == "key_alive"
        monkeypatch.undo()
        erase(settings, JANE)
        assert verify(*folders(settings)).ok

    def test_key_leaves_no_trace_among_many(self, tmp_path: Path) -> None:
        """Rows are moved between pages of the database all the time."""
        subjects = Subjects(Path(Chain(settings_of(tmp_path)).folders.keys))
        people = [Identity("user", f"u-{number}") for number in range(3000)]
        known = subjects.of(people)
        for person in people[::10]:
            subjects.erase(person)
        left = b"".join(path.read_bytes() for path in folders(settings_of(tmp_path)).keys.iterdir())
        subjects.close()
        assert [person for person in people[::10] if known[person].key in left] == []
        assert known[people[1]].key in left


def test_calls_that_say_nothing_of_whose_they_are_share_the_key_of_their_day(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, call(1, said=SAID), call(2))
    with_content, without = calls_of(settings)
    assert "subject" not in without
    day = Identity("day", str(with_content["time"])[:10])
    assert SAID in json.dumps(list(export(settings, day)))
    erase(settings, day)
    assert verify(*folders(settings)).ok


def test_session_stands_for_the_person_where_no_user_is_named(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write(settings, call(1, session_id="s-1"), call(2, conversation_id="c-1"))
    assert [str(body["subject"]).partition("-")[0] for body in calls_of(settings)] == ["session", "conversation"]
    assert len(list(export(settings, Identity("session", "s-1")))) == 2


def test_encrypted_content_cannot_be_moved_to_another_record_or_changed() -> None:
    subject = Subject("user-1", bytes(32))
    sealed = seal({names.INPUT_MESSAGES: SAID}, subject, "here")
    assert open_sealed(sealed, subject, "here") == {names.INPUT_MESSAGES: SAID}
    assert open_sealed(sealed, subject, "there") is None
    assert open_sealed({**sealed, "data": "AAAA" + sealed["data"][4:]}, subject, "here") is None
    assert open_sealed({**sealed, "algorithm": "none"}, subject, "here") is None
    assert open_sealed(sealed, subject._replace(key=b"1" * 32), "here") is None


def test_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    keys = folders(settings_of(tmp_path)).keys
    keys.mkdir()
    with sqlite3.connect(keys / "subjects.db") as other:
        other.execute("CREATE TABLE things (name)")
    other.close()
    before = (keys / "subjects.db").read_bytes()
    with pytest.raises(AuditError, match="another program's"):
        Subjects(keys).known(JANE)
    assert (keys / "subjects.db").read_bytes() == before


def test_somebody_who_reads_the_database_cannot_keep_a_copy_of_the_key_unnoticed(
    settings: AuditSettings, subjects: Subjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spanwise.exporters.database.BUSY_SECONDS", 0.05)
    subjects.known(JANE)
    reader = sqlite3.connect(folders(settings).keys / "subjects.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM subjects").fetchone()
    with pytest.raises(AuditError, match="a copy of the key is still in"):
        erase(settings, JANE)
    reader.close()
    retain(settings)
    assert not (folders(settings).keys / "subjects.db-wal").read_bytes()
