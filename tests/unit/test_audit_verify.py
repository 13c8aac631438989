"""Whatever is done to the log afterwards shows, and where; what happened to it by accident is told apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from spanwise.exporters.audit.chain import Chain
from spanwise.exporters.audit.entry import Body, Entry, parse, segments
from spanwise.exporters.audit.report import audit_report, render_report
from spanwise.exporters.audit.settings import AuditError, AuditSettings, folders
from spanwise.exporters.audit.signing import PUBLIC_KEY_FILE
from spanwise.exporters.audit.verification import Verification, render_verification
from spanwise.exporters.audit.verify import verify
from unit.audited import call, changed, entries_of, lines_of, settings_of, tampered, write


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    """A log of ten calls: opened and signed (1, 2), calls (3 to 12), signed (13)."""
    made = settings_of(tmp_path)
    write(made, *(call(number, user_id=f"u-{number % 3}") for number in range(10)))
    return made


def proved(settings: AuditSettings) -> Verification:
    return verify(*folders(settings))


def kinds(found: Verification) -> list[tuple[str, int]]:
    return [(problem.kind, problem.record) for problem in found.problems]


def test_log_that_nobody_touched_is_intact(settings: AuditSettings) -> None:
    found = proved(settings)
    assert found.ok
    assert (found.calls, found.checkpoints, found.last, found.signed, found.unsigned) == (10, 2, 13, 13, 0)
    assert render_verification(found).startswith("intact: 13 records, signed up to 13\n")


def test_each_byte_that_is_changed_shows(settings: AuditSettings) -> None:
    lines = lines_of(settings)
    for position in range(0, len(lines[5]) - 1, 7):
        raw = bytearray(lines[5])
        raw[position] ^= 0x02
        tampered(settings, [*lines[:5], bytes(raw), *lines[6:]])
        found = proved(settings)
        assert not found.ok, position
        assert {problem.place for problem in found.problems} & {"000001.jsonl:6", "000001.jsonl:7"}


Change = Callable[[list[bytes]], list[bytes]]


def swap(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], lines[6], lines[5], *lines[7:]]


def rewritten_with_its_digest(lines: list[bytes]) -> list[bytes]:
    return [*lines[:5], changed(lines[5], outcome="ok", tenant="nobody"), *lines[6:]]


def forged_checkpoint(lines: list[bytes]) -> list[bytes]:
    entry = parse(lines[1])
    assert isinstance(entry, Entry)
    return [*lines[:12], lines[12].replace(str(json.loads(lines[12])["signature"])[:8].encode(), b"AAAAAAAA")]


def signature_of_another_checkpoint(lines: list[bytes]) -> list[bytes]:
    first, second = (json.loads(lines[number])["signature"] for number in (1, 12))
    return [*lines[:12], lines[12].replace(second.encode(), first.encode())]


def history_anew(lines: list[bytes]) -> list[bytes]:
    """By somebody without the private key: all hashes are right, the old signature stands at the end."""
    made, previous = lines[:5], ""
    for raw in lines[5:]:
        entry = parse(raw)
        last = parse(made[-1])
        assert isinstance(entry, Entry)
        assert isinstance(last, Entry)
        previous = last.hash
        body = {**entry.body, "tenant": "nobody"} if entry.type == "call" else entry.body
        again = Entry.of(entry.number, previous, body)
        made.append(Entry(again.number, again.previous, again.digest, again.body, entry.signature).line())
    return made


DONE: dict[str, tuple[Change, tuple[str, int], str]] = {
    "deleted": (lambda lines: lines[:5] + lines[6:], ("missing", 6), "000001.jsonl:6"),
    "several deleted": (lambda lines: lines[:5] + lines[9:], ("missing", 6), "000001.jsonl:6"),
    "first deleted": (lambda lines: lines[1:], ("missing", 1), "000001.jsonl:1"),
    "swapped": (swap, ("reordered", 6), "000001.jsonl:7"),
    "repeated": (lambda lines: [*lines[:6], lines[5], *lines[6:]], ("reordered", 6), "000001.jsonl:7"),
    "rewritten": (rewritten_with_its_digest, ("changed", 6), "000001.jsonl:7"),
    "garbage": (lambda lines: [*lines[:5], b"hello\n", *lines[6:]], ("damaged", 6), "000001.jsonl:6"),
    "garbage between": (lambda lines: [*lines[:5], b"hello\n", *lines[5:]], ("damaged", 6), "000001.jsonl:6"),
    "garbage at the end": (lambda lines: [*lines, b"hello\n"], ("damaged", 14), "000001.jsonl:14"),
    "end cut off": (lambda lines: lines[:7], ("truncated", 8), "end of the log"),
    "last line cut off": (lambda lines: lines[:12], ("truncated", 13), "end of the log"),
    "signature made up": (forged_checkpoint, ("forged", 13), "000001.jsonl:13"),
    "signature moved": (signature_of_another_checkpoint, ("forged", 13), "000001.jsonl:13"),
    "history made anew": (history_anew, ("forged", 13), "000001.jsonl:13"),
    "call signed": (
        lambda lines: [*lines[:5], lines[5][:-2] + b',"signature":"AAAA"}\n', *lines[6:]],
        ("changed", 6),
        "000001.jsonl:6",
    ),
}


@pytest.mark.parametrize("done", DONE)
def test_what_was_done_to_the_log_is_found_and_placed(settings: AuditSettings, done: str) -> None:
    change, expected, place = DONE[done]
    tampered(settings, change(lines_of(settings)))
    found = proved(settings)
    assert expected in kinds(found)
    assert [problem.place for problem in found.problems if (problem.kind, problem.record) == expected][0] == place
    assert render_verification(found).startswith("NOT INTACT")


def test_absurd_number_costs_no_time_and_no_memory(settings: AuditSettings) -> None:
    lines = lines_of(settings)
    entry = parse(lines[5])
    assert isinstance(entry, Entry)
    tampered(settings, [*lines[:5], Entry.of(10**15, entry.previous, entry.body).line(), *lines[6:]])
    assert ("missing", 6) in kinds(proved(settings))


def test_whole_log_that_is_gone_shows_by_the_head_beside_the_keys(settings: AuditSettings) -> None:
    shutil.rmtree(folders(settings).log)
    assert kinds(proved(settings)) == [("truncated", 1)]


def test_file_of_the_log_that_is_gone_shows(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, segment_bytes=1000)
    write(settings, *(call(number) for number in range(10)))
    files = segments(folders(settings).log)
    assert len(files) > 3
    assert proved(settings).ok
    files[1].unlink()
    assert {kind for kind, _ in kinds(proved(settings))} == {"missing"}


class TestThirdParty:
    """Whoever verifies has a copy of the log, and the public key from elsewhere."""

    def test_needs_only_the_log_and_the_public_key(self, settings: AuditSettings, tmp_path: Path) -> None:
        log, keys = folders(settings)
        public = shutil.copy(keys / PUBLIC_KEY_FILE, tmp_path / "their.pem")
        shutil.rmtree(keys)
        assert verify(log, public_keys=[Path(public)]).ok

    def test_is_told_where_only_the_key_in_the_log_s_own_folder_is_there(self, settings: AuditSettings) -> None:
        found = verify(folders(settings).log)
        assert found.ok
        assert "may have replaced it" in found.notes[0]

    def test_finds_a_log_that_was_made_anew_with_another_key(self, settings: AuditSettings, tmp_path: Path) -> None:
        other = settings_of(tmp_path / "other")
        write(other, call())
        found = verify(folders(other).log, public_keys=[folders(settings).keys / PUBLIC_KEY_FILE])
        assert {kind for kind, _ in kinds(found)} == {"unknown_key"}
        assert found.signed == 0

    def test_finds_an_end_cut_off_by_a_checkpoint_kept_elsewhere(self, settings: AuditSettings, tmp_path: Path) -> None:
        kept = tmp_path / "kept.jsonl"
        kept.write_bytes(lines_of(settings)[12])
        tampered(settings, lines_of(settings)[:7])
        log, keys = folders(settings)
        found = verify(log, public_keys=[keys / PUBLIC_KEY_FILE], checkpoints=kept)
        assert kinds(found) == [("truncated", 8)]

    def test_finds_a_log_made_anew_with_the_same_key(self, settings: AuditSettings, tmp_path: Path) -> None:
        kept = tmp_path / "kept.jsonl"
        kept.write_bytes(lines_of(settings)[12])
        log, keys = folders(settings)
        shutil.rmtree(log)
        (keys / "head").unlink()
        write(settings, *(call(number, tenant="nobody") for number in range(10)))
        assert verify(log, keys).ok
        assert ("forged", 13) in kinds(verify(log, keys, checkpoints=kept))

    def test_refuses_a_checkpoint_that_is_none(self, settings: AuditSettings, tmp_path: Path) -> None:
        kept = tmp_path / "kept.jsonl"
        kept.write_bytes(lines_of(settings)[4])
        with pytest.raises(AuditError, match=r"kept.jsonl:1 is not a line that"):
            verify(*folders(settings), checkpoints=kept)


class TestCrash:
    """A writer that is killed in the middle of a line costs that line, and the log says so."""

    def test_line_that_was_cut_off_is_recovered_and_told(self, settings: AuditSettings) -> None:
        (path,) = segments(folders(settings).log)
        with path.open("ab") as file:
            file.write(lines_of(settings)[4][:100])
        found = proved(settings)
        assert found.ok
        assert "is incomplete" in found.notes[0]
        write(settings, call(11))
        found = proved(settings)
        assert found.ok
        assert found.calls == 11
        assert "a writer was killed here" in found.notes[0]
        (recovered,) = [entry for entry in entries_of(settings) if entry.type == "recovered"]
        assert recovered.body["reason"] == "torn"
        assert recovered.body["bytes"] == 101

    def test_record_whose_writer_was_killed_before_it_noted_it_is_kept(self, settings: AuditSettings) -> None:
        head = (folders(settings).keys / "head").read_bytes()
        write(settings, call(11))
        (folders(settings).keys / "head").write_bytes(head)
        write(settings, call(12))
        found = proved(settings)
        assert found.ok
        assert (found.calls, found.notes) == (12, [])
        (recovered,) = [entry.body for entry in entries_of(settings) if entry.type == "recovered"]
        assert (recovered["reason"], recovered["records"]) == ("unnoted", 2)

    @pytest.mark.parametrize("left", [b"", b"{", b'{"number": "many"}', b"[1]"])
    def test_lost_head_is_found_again_and_told(self, settings: AuditSettings, left: bytes) -> None:
        (folders(settings).keys / "head").write_bytes(left)
        write(settings, call(11))
        assert proved(settings).ok
        reasons = [entry.body["reason"] for entry in entries_of(settings) if entry.type == "recovered"]
        assert reasons == ["head_lost"]

    def test_log_that_was_cut_while_nobody_looked_is_not_mended_silently(self, settings: AuditSettings) -> None:
        tampered(settings, [*lines_of(settings)[:7], lines_of(settings)[7][:50]])
        write(settings, call(11))
        assert ("missing", 8) in kinds(proved(settings)) or ("damaged", 8) in kinds(proved(settings))
        reasons = [entry.body["reason"] for entry in entries_of(settings) if entry.type == "recovered"]
        assert reasons == ["truncated"]


def test_new_key_is_told_by_the_log_and_has_to_be_trusted(settings: AuditSettings, tmp_path: Path) -> None:
    keys = folders(settings).keys
    old = Path(shutil.copy(keys / PUBLIC_KEY_FILE, tmp_path / "old.pem"))
    (keys / "signing_key.pem").unlink()
    (keys / PUBLIC_KEY_FILE).unlink()
    write(settings, call(11))
    assert {kind for kind, _ in kinds(proved(settings))} == {"unknown_key"}
    assert verify(folders(settings).log, keys, [old, keys / PUBLIC_KEY_FILE]).ok


def test_signing_key_is_its_owner_s_alone(settings: AuditSettings) -> None:
    log, keys = folders(settings)
    assert [oct((keys / name).stat().st_mode & 0o777) for name in ("signing_key.pem", "head", "subjects.db")] == [
        "0o600"
    ] * 3
    assert oct(keys.stat().st_mode & 0o777) == oct(log.stat().st_mode & 0o777) == "0o700"


def test_checkpoint_is_due_by_number_and_by_time(tmp_path: Path) -> None:
    by_number = settings_of(tmp_path / "number", checkpoint_records=3)
    write(by_number, *(call(number) for number in range(7)))
    assert [entry.number for entry in entries_of(by_number) if entry.type == "checkpoint"] == [2, 6, 9 + 1, 12]
    by_time = settings_of(tmp_path / "time", checkpoint_interval=1e-9)
    write(by_time, *(call(number) for number in range(2)))
    assert [entry.type for entry in entries_of(by_time)][2:] == ["call", "checkpoint"] * 2


def test_there_is_nothing_to_prove_without_a_log(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="there is no audit log in"):
        verify(tmp_path / "none")


def test_other_writers_wait_for_their_turn_and_then_say_who_is_in_the_way(tmp_path: Path) -> None:
    chain = Chain(settings_of(tmp_path))
    with (
        chain.turn(),
        pytest.raises(AuditError, match="has held .*lock for too long"),
        Chain(settings_of(tmp_path)).turn(0.01),
    ):
        pass


def appended(settings: AuditSettings, body: Body, signature: str | None = None) -> None:
    """By somebody who can write the log, and has no key."""
    (path,) = segments(folders(settings).log)
    last = entries_of(settings)[-1]
    made = replace(Entry.of(last.number + 1, last.hash, body), signature=signature)
    with path.open("ab") as file:
        file.write(made.line())


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        ({"type": "checkpoint", "key": []}, "AAAA"),
        ({"type": ["call"]}, None),
        ({"type": "retention", "segment": [], "runs": {}}, None),
        ({"type": "call", "cost": {"amount": 10**400}, "tokens": {"input": 10**400}}, None),
        ({"type": "call", "redaction": {"types": {"EMAIL": "many"}}}, None),
    ],
)
def test_records_of_absurd_shapes_are_verified_and_counted(
    settings: AuditSettings, body: Body, signature: str | None
) -> None:
    appended(settings, body, signature)
    write(settings, call(11))
    found = proved(settings)
    assert render_verification(found)
    assert "calls from" in render_report(audit_report(folders(settings).log, verification=found))


def test_text_of_a_forger_gives_a_terminal_no_orders(settings: AuditSettings) -> None:
    appended(settings, {"type": "checkpoint", "key": "\x1b[2J\nintact: 13 records [x](http://evil.example)"}, "AAAA")
    found = proved(settings)
    assert not found.ok
    shown = render_verification(found)
    assert "\x1b" not in shown
    assert "\nintact" not in shown
    assert "](http://" not in render_report(audit_report(folders(settings).log, verification=found))
