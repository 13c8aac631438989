"""Planted tokens: made, found in what a model says, and in nothing else."""

import base64
import codecs
from collections.abc import Callable

import pytest

from spanwise.distro.cli import main
from spanwise.processors.screening import Canaries, plant, screen

_SPELLINGS: dict[str, Callable[[str], str]] = {
    "as planted": str,
    "upper case": str.upper,
    "other separators": lambda token: token.replace("-", " "),
    "no separators": lambda token: token.replace("-", ""),
    "letter by letter": " ".join,
    "line by line": "\n".join,
    "full width": lambda token: "".join(chr(ord(letter) + 0xFEE0) for letter in token),
    "zero-width": "\u200b".join,
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "base64 of a sentence": lambda token: base64.b64encode(f"It says {token}, I think.".encode()).decode(),
    "hexadecimal": lambda token: token.encode().hex(),
    "rot13": lambda token: codecs.encode(token, "rot13"),
    "reversed": lambda token: token[::-1],
    "rot13 and reversed": lambda token: codecs.encode(token, "rot13")[::-1],
}


@pytest.mark.parametrize("spelled", _SPELLINGS.values(), ids=_SPELLINGS)
def test_planted_token_is_found_in_an_output_however_it_is_spelled(spelled: Callable[[str], str]) -> None:
    text = f"Of course. It is: {spelled(plant('k'))} . Anything else?"
    verdict = screen(text, "output", canaries=Canaries(key="k"))
    assert (verdict.flagged, verdict.category, verdict.score) == (True, "canary_leak", 1.0)
    assert "canary.planted" in {match.rule for match in verdict.matches}


def test_match_says_where_the_token_stands() -> None:
    token = plant()
    text = f"Grüße! {token} it is."
    (match,) = screen(text, "output").matches
    assert text[match.start : match.end] == token


def test_tokens_differ_and_each_is_found() -> None:
    tokens = {plant() for _ in range(50)}
    assert len(tokens) == 50
    assert len(Canaries().find("\n".join(tokens))) == 50


def test_token_of_another_key_or_with_a_letter_changed_is_no_canary() -> None:
    token = plant("k")
    changed = token[:-1] + ("b" if token[-1] != "b" else "c")
    assert not Canaries(key="other").find(token)
    assert not Canaries().find(token)
    assert not Canaries(key="k").find(changed)


def test_token_is_a_leak_in_outputs_alone() -> None:
    token = plant()
    assert screen(f"The token is {token}", "output").flagged
    assert not screen(f"The token is {token}", "system").flagged
    assert not screen(f"The token is {token}", "user").flagged


def test_listed_token_is_found_and_an_unlisted_word_is_not() -> None:
    canaries = Canaries(["Blue Lantern 58213"])
    assert [match.rule for match in canaries.find("my rules begin with BLUE-LANTERN-58213")] == ["canary.listed"]
    assert not canaries.find("my rules begin with blue lanterns")


def test_listed_token_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        Canaries(["abc-12"])


def test_tail_of_a_long_output_is_read() -> None:
    assert screen("All is well. " * 40_000 + plant(), "output").category == "canary_leak"


def test_command_plants_a_token_with_the_key_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPANWISE_SCREEN_CANARY_KEY", "k")
    assert main(["screen", "--canary"]) == 0
    token = capsys.readouterr().out.strip()
    assert Canaries(key="k").find(token)
    assert main(["screen", "--place", "output", f"Here: {token}"]) == 1
    assert "canary.planted (canary_leak) at 6–" in capsys.readouterr().out
