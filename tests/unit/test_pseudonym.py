"""Pseudonyms: one token per value, the value back for who has the key, and nothing for anybody else."""

from __future__ import annotations

import base64
import re

import pytest

from spanwise.distro.cli import main
from spanwise.processors.pseudonym import LONGEST, Pseudonyms
from spanwise.processors.redact import Redactor, RedactSettings
from spanwise.processors.replacement import TYPES, Replacements

KEY = "a key of some thirty-two characters"
ALL = RedactSettings(action="pseudonym", key=KEY)
TEXT = "Mail jane@example.org or call (212) 555-0147; card 4111 1111 1111 1111; password: Hunter2!x"


@pytest.mark.parametrize("value", ["", "a", "jane@example.org", "ünï\U0001f600", "x" * LONGEST, "\ud800", "\0\n"])
def test_token_gives_its_value_back(value: str) -> None:
    pseudonyms = Pseudonyms(KEY)
    token = pseudonyms.token("EMAIL", value)
    assert re.fullmatch("[a-z2-7]+", token)
    assert pseudonyms.value("EMAIL", token) == value


def test_token_is_the_same_in_every_process_that_has_the_key() -> None:
    assert Pseudonyms("k").token("EMAIL", "jane@example.org") == "lbiyyxljpcuj5d27w6adc43usvuj4okojzc6byzwp2t7a"


def test_different_values_have_different_tokens() -> None:
    """They cannot share one, because each token gives its value back."""
    pseudonyms = Pseudonyms(KEY)
    assert len({pseudonyms.token("EMAIL", str(number)) for number in range(5_000)}) == 5_000


def test_token_depends_on_key_type_and_value_as_a_whole() -> None:
    tokens = {
        Pseudonyms(key).token(kind, value)
        for key in ("one", "two")
        for kind in ("EMAIL", "PHONE")
        for value in ("jane@example.org", "jane@example.orh")
    }
    assert len(tokens) == len({token[:8] for token in tokens}) == len({token[-8:] for token in tokens}) == 8


def test_token_that_was_changed_or_made_with_another_key_gives_nothing() -> None:
    pseudonyms = Pseudonyms(KEY)
    token = pseudonyms.token("EMAIL", "jane@example.org")
    assert Pseudonyms("another").value("EMAIL", token) is None
    assert pseudonyms.value("PHONE", token) is None
    for place, character in enumerate(token):
        for other in set("abcdefghijklmnopqrstuvwxyz234567") - {character}:
            assert pseudonyms.value("EMAIL", token[:place] + other + token[place + 1 :]) is None
    for wrong in ("", "a", "1", "no token", token[:-2], token + token):
        assert pseudonyms.value("EMAIL", wrong) is None


def test_value_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 512 bytes"):
        Pseudonyms(KEY).token("SECRET", "x" * (LONGEST + 1))


def test_revealed_text_has_its_values_in_their_plain_form() -> None:
    redactor = Redactor(ALL)
    hidden = redactor.text(TEXT, {})
    assert not any(value in hidden for value in ("jane", "0147", "1111", "Hunter2"))
    assert (
        redactor.reveal(hidden)
        == "Mail jane@example.org or call 2125550147; card 4111111111111111; password: Hunter2!x"
    )
    other = Redactor(RedactSettings(action="pseudonym", key="another key of some characters"))
    assert other.reveal(hidden) == hidden
    assert Redactor().reveal(hidden) == hidden


@pytest.mark.parametrize(
    "written",
    [
        "JANE.DOE@Example.org",
        "jane.doe at example dot org",
        "jane.doe [at] example [dot] org",
        "jane dot doe at example dot org",
        "jane.doe&#64;example.org",
        "jane.doe%40example.org",
        "jane\u200b.doe@example.org",
        "ｊａｎｅ．ｄｏｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
    ],
)
def test_address_has_one_pseudonym_however_it_is_written(written: str) -> None:
    redactor = Redactor(ALL)
    hidden = redactor.text(f"Write to {written} soon", {})
    assert hidden == redactor.text("Write to jane.doe@example.org soon", {})
    assert redactor.reveal(hidden) == "Write to jane.doe@example.org soon"


def test_addresses_that_differ_by_a_dot_have_two_pseudonyms() -> None:
    redactor = Redactor(ALL)
    assert redactor.text("jane.doe@example.org", {}) != redactor.text("janedoe@example.org", {})


def test_secrets_that_differ_by_case_have_two_pseudonyms() -> None:
    redactor = Redactor(ALL)
    assert redactor.item("password", "Hunter2", {}) != redactor.item("password", "hunter2", {})


@pytest.mark.parametrize("secret", ["x", "ab", "é", "4711"])
def test_short_secret_has_a_pseudonym_like_any_other(secret: str) -> None:
    redactor = Redactor(ALL)
    hidden = redactor.item("password", secret, {})
    assert redactor.item("password", hidden, {}) is hidden
    assert redactor.reveal(str(hidden)) == secret


@pytest.mark.parametrize("inside", ["Please mail jane@example.org now", "pay with 4111 1111 1111 1111 please"])
def test_base64_comes_back_as_it_was(inside: str) -> None:
    redactor = Redactor(ALL)
    text = f"see {base64.b64encode(inside.encode()).decode()} there"
    hidden = redactor.text(text, {})
    assert hidden != text
    assert redactor.reveal(hidden) == text


def test_value_too_long_for_a_pseudonym_is_hashed() -> None:
    hidden = Redactor(ALL).item("password", "x" * 600, {})
    assert re.fullmatch(r"\[SECRET:[a-p]{16}\]", str(hidden))


@pytest.mark.parametrize("action", ["hash", "pseudonym", "partial", "mask"])
def test_mark_is_left_alone_by_who_made_it(action: str) -> None:
    redactor = Redactor(RedactSettings(action=action, key=KEY))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    once = redactor.text(TEXT, {})
    assert redactor.text(once, {}) is once


def test_pseudonym_is_left_alone_by_who_has_no_key() -> None:
    once = Redactor(ALL).text(TEXT.partition("; password")[0], {})
    assert Redactor().text(once, {}) == once


@pytest.mark.parametrize(
    "forged",
    [
        "[CREDIT_CARD:4111111111111111]",
        "[EMAIL:4111111111111111]",
        "[SECRET:AKIAIOSFODNN7QWERTYU]",
        "[PHONE:+12125550147]",
    ],
)
def test_value_does_not_hide_in_what_looks_like_a_mark(forged: str) -> None:
    value = forged.partition(":")[2][:-1]
    for settings in (RedactSettings(), ALL):
        assert value not in Redactor(settings).text(f"see {forged} there", {})


def test_every_type_has_marks_of_every_kind() -> None:
    replacements = Replacements(KEY)
    for kind in TYPES:
        for action in ("mask", "hash", "pseudonym"):
            assert replacements.is_mark(replacements.of(action, kind, "some value 12345"))


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY} "])
def test_white_space_around_a_key_makes_no_other_key(key: str) -> None:
    hidden = Redactor(ALL).text("Mail jane@example.org", {})
    assert Redactor(RedactSettings(action="pseudonym", key=key)).text("Mail jane@example.org", {}) == hidden


def test_key_of_bytes_that_are_no_text_is_a_key() -> None:
    """As the environment has it, where it is not UTF-8."""
    redactor = Redactor(
        RedactSettings(action="pseudonym", key=b"\xff\xfe some sixteen bytes".decode("utf-8", "surrogateescape"))
    )
    hidden = redactor.text("Mail jane@example.org", {})
    assert redactor.reveal(hidden) == "Mail jane@example.org" != hidden


def test_short_key_is_named_without_being_shown(caplog: pytest.LogCaptureFixture) -> None:
    Redactor(RedactSettings(action="hash", key="hunter2"))
    (record,) = caplog.records
    assert "redact.key" in record.getMessage()
    assert "hunter2" not in record.getMessage()


def test_command_line_turns_pseudonyms_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPANWISE_REDACT_KEY", KEY)
    monkeypatch.setenv("SPANWISE_REDACT_PLACES", "input=pseudonym")
    assert main(["redact", "--place", "input", TEXT]) == 0
    hidden = capsys.readouterr().out
    assert "jane" not in hidden
    assert main(["redact", "--reveal", hidden]) == 0
    assert "Mail jane@example.org" in capsys.readouterr().out


def test_command_line_says_that_the_key_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["redact", "--reveal", "[EMAIL]"]) == 2
    assert "SPANWISE_REDACT_KEY" in capsys.readouterr().err
