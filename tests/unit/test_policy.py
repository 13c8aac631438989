"""A redaction policy with a mistake in it: one line says so, and never does more than before leave."""

from __future__ import annotations

import logging

import pytest

from spanwise.core.settings import SettingsFile
from spanwise.distro.cli import main
from spanwise.processors.policy import configured_redactor, read_policy

TEXT = "Mail jane@example.org, card 4111 1111 1111 1111"
MASKED = "Mail [EMAIL], card [CREDIT_CARD]"
KEEP = {"SPANWISE_REDACT_ACTION": "keep"}

VARIABLES = {
    "no such type": {**KEEP, "SPANWISE_REDACT_ACTIONS": "EMIAL=mask,CREDIT_CARD=mask"},
    "no such action": {**KEEP, "SPANWISE_REDACT_ACTIONS": "EMAIL=msak"},
    "no action": {**KEEP, "SPANWISE_REDACT_ACTIONS": "EMAIL"},
    "one type twice": {"SPANWISE_REDACT_ACTIONS": "EMAIL=drop,EMAIL=keep"},
    "no such place": {**KEEP, "SPANWISE_REDACT_PLACES": "inptu=mask"},
    "no such type at a place": {**KEEP, "SPANWISE_REDACT_PLACES": "input.EMIAL=mask"},
    "no such setting": {**KEEP, "SPANWISE_REDACT_PLCES": "input=mask"},
    "no key": {"SPANWISE_REDACT_ACTION": "pseudonym"},
    "no key for a place": {**KEEP, "SPANWISE_REDACT_PLACES": "input.EMAIL=hash"},
}
FILES: dict[str, SettingsFile] = {
    "no such setting": {"redact": {"action": "keep", "actoins": {"EMAIL": "mask"}}},
    "places in places": {"redact": {"action": "keep", "places": {"input": {"EMAIL": "mask"}}}},
    "list of types": {"redact": {"action": "keep", "actions": ["EMAIL", "CREDIT_CARD"]}},
    "type without action": {"redact": {"action": "keep", "actions": {"EMAIL": None}}},
    "key that is blank": {"redact": {"action": "hash", "key": "  \n"}},
    "key that is a list": {"redact": {"action": "hash", "key": ["a", "b"]}},
}


@pytest.mark.parametrize("kind", VARIABLES)
def test_mistake_in_a_variable_masks_everything(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    redactor = configured_redactor({}, VARIABLES[kind])
    for place in ("", "input", "log"):
        assert redactor.at(place).text(TEXT, {}) == MASKED
    assert caplog.records


@pytest.mark.parametrize("kind", FILES)
def test_mistake_in_the_file_masks_everything(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    assert configured_redactor(FILES[kind], {}).text(TEXT, {}) == MASKED
    assert caplog.records[-1].levelno == logging.ERROR
    assert caplog.records[-1].getMessage().endswith("every finding is masked")


def test_what_is_right_beside_a_mistake_is_used() -> None:
    file = {"redact": {"action": "keep", "actions": {"EMIAL": "mask"}, "sensitive_names": ["vault"], "max_length": 500}}
    settings, mistake = read_policy(file, {})
    assert "redact.actions" in mistake
    assert (settings.action, settings.sensitive_names, settings.max_length) == ("mask", ("vault",), 500)


@pytest.mark.parametrize("action", ["psuedonym", ""])
def test_mistake_that_makes_no_difference_is_no_second_line(action: str) -> None:
    assert read_policy({}, {"SPANWISE_REDACT_ACTION": action}).mistake == ""


def test_policy_without_mistakes_is_used_as_it_is() -> None:
    environ = {**KEEP, "SPANWISE_REDACT_PLACES": "log=drop,input.EMAIL=hash", "SPANWISE_REDACT_KEY": "k" * 32}
    settings, mistake = read_policy({"redact": {"actions": {"EMAIL": "mask"}}}, environ)
    assert not mistake
    assert (settings.action, settings.actions) == ("keep", {"EMAIL": "mask"})
    assert settings.places == {"log": "drop", "input.EMAIL": "hash"}


def test_command_line_masks_where_the_key_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SPANWISE_REDACT_ACTION", "pseudonym")
    assert main(["redact", TEXT]) == 0
    assert capsys.readouterr().out == f"{MASKED}\n"
    assert "SPANWISE_REDACT_KEY" in caplog.text
