"""What real text does to a value – encodes, breaks, spaces and decorates it – hides nothing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

import pytest

from spanwise.processors.pii import find

VALUES = {
    "EMAIL": ("Please write to {} soon.", "jane.doe@example.org"),
    "PHONE": ("Call me on {} tonight.", "+1 (212) 555-0147"),
    "CREDIT_CARD": ("The card is {} thanks.", "4111 1111 1111 1111"),
    "US_SSN": ("My SSN is {} ok.", "536-22-8145"),
    "IBAN": ("Pay to {} please.", "DE89370400440532013000"),
    "IP_ADDRESS": ("It came from {} today.", "203.0.113.45"),
    "MAC_ADDRESS": ("The device {} is offline.", "3c:22:fb:4a:91:0e"),
    "CRYPTO": ("Send it to {} now.", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    "NATIONAL_ID": ("Mi DNI es {} vale.", "12345678Z"),
    "PASSPORT": ("My passport number is {} ok.", "C01X00T47"),
    "DATE_OF_BIRTH": ("My date of birth is {} ok.", "12/03/1980"),
    "DRIVER_LICENSE": ("My driver's license number is {} ok.", "D1234567"),
    "token": ("Use {} for it.", "ghp_" + "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW2xY4"),
    "open-ended token": ("Use {} for it.", "sk-proj-Ab3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW2xY4zA6b"),
    "access key id": ("Use {} for it.", "AKIAIOSFODNN7QWERTYU"),
}


def _each(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(map(change, text))


def _signs(change: Callable[[str], str]) -> Callable[[str], str]:
    return _each(lambda character: character if character.isalnum() else change(character))


def _digits(zero: int) -> Callable[[str], str]:
    return _each(lambda character: chr(zero + int(character)) if character.isdigit() else character)


def _middle(insert: str) -> Callable[[str], str]:
    return lambda text: text[: len(text) // 2].rstrip(" ") + insert + text[len(text) // 2 :].lstrip(" ")


def _in_base64(text: str) -> bytes:
    return base64.b64encode(f"This is it: {text}, please note.".encode())


EVERYWHERE: Mapping[str, Callable[[str], str]] = {
    "full width": _each(lambda character: chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character),
    "full-width digits": _digits(0xFF10),
    "Arabic digits": _digits(0x0660),
    "mathematical digits": _digits(0x1D7CE),
    "zero-width everywhere": "\u200b".join,
    "a word joiner": lambda text: f"{text[:6]}\u2060{text[6:]}",
    "a soft hyphen": lambda text: f"{text[:3]}\u00ad{text[3:]}",
    "tag characters": lambda text: f"{text[:4]}\U000e0041{text[4:]}",
    "variation selectors": "\U000e0100".join,
    "Markdown escapes": lambda text: re.sub(r"([@._+\-])", r"\\\1", text),
    "non-breaking spaces": lambda text: text.replace(" ", "\u00a0"),
    "narrow spaces and non-breaking hyphens": lambda text: text.replace(" ", "\u202f").replace("-", "\u2011"),
    "dashes": lambda text: text.replace("-", "\u2013"),
    "HTML decimal": _each(lambda character: f"&#{ord(character)};"),
    "HTML hexadecimal": _signs(lambda character: f"&#x{ord(character):x};"),
    "HTML names": lambda text: text.replace("@", "&commat;").replace(".", "&period;").replace(" ", "&nbsp;"),
    "URL": lambda text: quote(text, safe=""),
    "URL in full": _each(lambda character: f"%{ord(character):02X}"),
    "URL twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON escapes": _each(lambda character: f"\\u{ord(character):04x}"),
    "JSON escapes twice": lambda text: json.dumps(_each(lambda character: f"\\u{ord(character):04x}")(text))[1:-1],
    "byte escapes": _signs(lambda character: f"\\x{ord(character):02x}"),
    "spaced out": lambda text: " ".join(text.replace(" ", "")),
    "spaced out twice": lambda text: "  ".join(text.replace(" ", "")),
    "spaced out without breaks": lambda text: "\u00a0".join(text.replace(" ", "")),
}
BREAKS = {
    "line feed": "\n",
    "carriage return and line feed": "\r\n",
    "indented line": "\n    ",
    "quoted line": "\n> ",
    "backslash": "\\\n",
    "soft break of a mail": "=\n",
}
IN_PARTS_ONLY = {("PHONE", name) for name in BREAKS if name != "line feed"}
"""A telephone number is found up to the break, and after it."""
TOO_SHORT_TO_JOIN = {"DRIVER_LICENSE"}
UNLABELLED = VALUES.keys() - {"NATIONAL_ID", "PASSPORT", "DATE_OF_BIRTH", "DRIVER_LICENSE"}
"""What is found without a label, and so also where only the value is encoded."""


def uncovered(kind: str, change: Callable[[str], str]) -> str:
    """What is left of a changed value in its sentence."""
    sentence, value = VALUES[kind]
    changed = change(value)
    text = sentence.format(changed)
    start = text.index(changed)
    inside = range(start, start + len(changed))
    found = {place for finding in find(text) for place in range(finding.start, finding.end)}
    return "".join(text[place] for place in inside if place not in found)


@pytest.mark.parametrize("name", EVERYWHERE)
@pytest.mark.parametrize("kind", VALUES)
def test_value_is_found_in_other_characters(kind: str, name: str) -> None:
    assert uncovered(kind, EVERYWHERE[name]) == ""


@pytest.mark.parametrize("mark", ["*", "**", "_", "__", "`", "~~"])
@pytest.mark.parametrize("kind", VALUES)
def test_value_is_found_in_markdown(kind: str, mark: str) -> None:
    assert uncovered(kind, lambda text: f"{mark}{text}{mark}").strip(mark) == ""


@pytest.mark.parametrize("name", BREAKS)
@pytest.mark.parametrize("kind", VALUES.keys() - TOO_SHORT_TO_JOIN)
def test_value_that_a_line_break_divides_is_found(kind: str, name: str) -> None:
    if (kind, name) not in IN_PARTS_ONLY:
        assert uncovered(kind, _middle(BREAKS[name])) == ""


@pytest.mark.parametrize("kind", sorted(UNLABELLED))
def test_value_in_base64_is_found(kind: str) -> None:
    assert uncovered(kind, lambda text: _in_base64(text).decode()) == ""
    assert uncovered(kind, lambda text: _in_base64(text).decode().rstrip("=")) == ""
    assert uncovered(kind, lambda text: base64.b64encode(_in_base64(text)).decode()) == ""


@pytest.mark.parametrize("kind", sorted(UNLABELLED))
def test_value_in_base64_of_many_lines_is_found(kind: str) -> None:
    text = (
        f"{'Some lines of text that stand before it. ' * 3}This is it: {VALUES[kind][1]}, please note. {'More. ' * 20}"
    )
    lines = base64.encodebytes(text.encode()).decode()
    left = "".join(
        lines[place] for place in range(len(lines)) if not any(f.start <= place < f.end for f in find(lines))
    )
    assert left.strip() == ""


@pytest.mark.parametrize("kind", sorted(UNLABELLED - {"US_SSN", "IP_ADDRESS"}))
def test_value_that_is_all_of_a_base64_text_is_found(kind: str) -> None:
    assert uncovered(kind, lambda text: base64.b64encode(text.encode()).decode()).strip("=") == ""


@pytest.mark.parametrize("kind", ["CREDIT_CARD"])
def test_groups_of_a_query_are_found(kind: str) -> None:
    assert uncovered(kind, quote_plus) == ""


@pytest.mark.parametrize(
    "written",
    [
        "jane.doe at example dot org",
        "jane.doe [at] example [dot] org",
        "jane.doe(at)example(dot)org",
        "jane.doe AT example DOT org",
        "jane dot doe at example dot org",
        "jane.doe<at>example<dot>org",
        "jane.doe[@]example[.]org",
        "jane at example dot co dot uk",
    ],
)
def test_address_that_is_spelled_out_is_found(written: str) -> None:
    (finding,) = find(f"Please write to {written}, thanks.")
    assert finding.type == "EMAIL"
    assert finding.end - finding.start == len(written)


def test_next_line_is_no_part_of_a_secret_that_is_whole() -> None:
    key = VALUES["open-ended token"][1]
    for after in ("\nThen go on.", "\nTOKEN2=abc1234567", "\n- item 1", "\nid: 5512345"):
        text = f"The key is {key}{after}"
        assert [text[one.start : one.end] for one in find(text) if one.start < text.index(after)] == [key]


def test_line_that_is_no_base64_does_not_hide_the_lines_that_are() -> None:
    blob = _in_base64("jane.doe@example.org").decode().rstrip("=")
    text = f"{blob}\nWordsThatFollowInTheNextLine"
    assert [text[one.start : one.end] for one in find(text)] == [blob]
