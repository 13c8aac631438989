"""What the scanner promises beyond single rules: positions, both engines alike, linear time, benign text untouched."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
import time
from functools import cache

import pytest

from spanwise.processors.pii import Finding, Scanner, find
from spanwise.processors.pii.engines import EngineName

_ENGINES: tuple[EngineName, ...] = ("re2", "re")

_PERSONAL = """Hi, I am Jane (jane.roe@example.org, +44 20 7946 0958). SSN 536-90-4399, born on 12 March 1984.
Card 4111 1111 1111 1111, IBAN GB82 WEST 1234 5698 7654 32, PESEL 44051401359, passport no. X1234567.
Server 203.0.113.42 / a6:61:cf:07:2f:60, DB_PASSWORD=correct-horse-509, postgres://app:s3cr3t!pw@db/orders
"""

_BENIGN = (
    "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "uuid 123e4567-e89b-42d3-a456-426614174000",
    "commit 94a97f06a5ff84cd2b39d9e7c38af5a8a12e74b2",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "ISBN 978-3-16-148410-0, EAN 4006381333931",
    "$1,234,567.89 and 12.345.678,90 EUR and 0.9134567812345678",
    "2026-03-04T05:06:07.123456Z, 1700000000, 1700000000000, 12:30:45.123",
    "gpt-4o-2024-08-06 claude-3-5-sonnet-20241022 meta-llama/Llama-3.1-8B-Instruct text-embedding-3-small",
    "arn:aws:iam::123456789012:role/service in eu-central-1",
    "chatcmpl-9XkQ2mB7vR4tYpLw3NsHdJfG msg_01XFDUDYJgAACzvnptvVoYEL call_abc123XYZ456def789GHI012",
    "def token_count(max_tokens: int = 4096) -> int: return self.tokenizer.count",
    "import numpy as np; x = np.array([1.0, 2.0, 3.0]); y = x[::2]",
    "version 1.2.3.4, Chrome/118.0.5993.70, python 3.11.7, OID 1.3.6.1.4.1.8072.3.2",
    "order #20020211895, ticket JIRA-12345, SKU-NQL-3829-450, pages 123-456",
    "listening on 127.0.0.1:8080 and [::1]:8080",
    "The quick brown fox jumps over the lazy dog. " * 20,
    "The password is required and the api key was rotated; tokens are billed per million.",
)


@cache
def _scanner(engine: EngineName) -> Scanner:
    return Scanner(engine=engine)


def _values(text: str) -> list[tuple[str, str]]:
    return [(one.type, text[one.start : one.end]) for one in find(text)]


def test_findings_are_sorted_and_do_not_overlap() -> None:
    found = find(_PERSONAL * 3)
    assert len(found) >= 36
    assert all(before.end <= after.start for before, after in zip(found, found[1:], strict=False))


def test_a_text_with_everything_yields_every_type() -> None:
    assert {one.type for one in find(_PERSONAL)} == {
        *("EMAIL", "PHONE", "US_SSN", "DATE_OF_BIRTH", "CREDIT_CARD", "IBAN", "NATIONAL_ID", "PASSPORT"),
        *("IP_ADDRESS", "MAC_ADDRESS", "SECRET"),
    }


@pytest.mark.parametrize("engine", _ENGINES)
@pytest.mark.parametrize("text", _BENIGN)
def test_benign_text_is_left_alone(text: str, engine: EngineName) -> None:
    assert _scanner(engine).find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "card ４１１１ １１１１ １１１１ １１１１",
        "card 4111\u00a01111\u00a01111\u00a01111",
        "card 4111\u20111111\u20111111\u20111111",
        "card 41\u200b1111\u200b1111\u200b111111",
        "card ٤١١١ ١١١١ ١١١١ ١١١١",
        "card 4111\n1111\n1111\n1111",
        "card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "card 4&#49;11 1111 1111 1111",
        "card 4111%201111%201111%201111",
        "card 4111\\u00201111\\u00201111\\u00201111",
        "card four one one one one one one one one one one one one one one one",
    ],
)
def test_other_ways_to_write_a_card_are_found_where_they_stand(text: str) -> None:
    assert find(text) == [Finding(5, len(text), "CREDIT_CARD", "card")]


def test_text_in_base64_is_found_as_a_whole() -> None:
    blob = base64.b64encode(b"please mail jane.roe@example.org soon").decode()
    assert _values(f"data {blob} end") == [("EMAIL", blob)]


def test_twice_escaped_text_is_decoded_twice() -> None:
    assert _values("jane&amp;#64;example.org") == [("EMAIL", "jane&amp;#64;example.org")]


def test_better_finding_wins_and_the_rest_of_the_other_stays() -> None:
    assert _values("postgres://app:pw@example.org@db/orders")[0] == ("SECRET", "pw@example.org")


def test_label_counts_only_shortly_before_the_number() -> None:
    assert _values("PESEL 44051401359") == [("NATIONAL_ID", "44051401359")]
    assert _values("PESEL" + " of a person and so on" * 5 + " 44051401359") == []


def test_unpaired_surrogates_and_nothing_at_all_are_scanned() -> None:
    assert find("") == []
    assert _values("\ud800 jane@example.org \udfff") == [("EMAIL", "jane@example.org")]


def test_characters_beyond_the_basic_plane_do_not_shift_positions() -> None:
    text = "😀İ\U0001d7d2 mail jane@example.org 😀"
    assert _values(text) == [("EMAIL", "jane@example.org")]


def test_engines_find_the_same_in_random_text() -> None:
    generator = random.Random(4)
    pieces = [*_PERSONAL.split(), *" ".join(_BENIGN).split(), "\n", "@", "://", "é", "电话", "\u200b", "&#64;", "%40"]
    for _ in range(150):
        text = " ".join(generator.choices(pieces, k=40))
        assert _scanner("re2").find(text) == _scanner("re").find(text), text


@pytest.mark.parametrize("word", ["lorem ", "x", "0a"])
def test_long_text_is_read_as_a_short_one_is_wherever_its_parts_end(word: str) -> None:
    """Also where there is no white space for a part to end at, and for keys that are longer than parts overlap."""
    lines = base64.encodebytes(random.Random(4).randbytes(9_000)).decode()
    key = f"-----BEGIN PRIVATE KEY-----\n{lines}-----END PRIVATE KEY-----"
    expected = [(finding.type, finding.rule) for finding in find(f"\n{_PERSONAL}\n{key}\n")]
    for length in range(16_000, 17_200, 97):
        filler = (word * length)[:length]
        found = find(f"{filler}\n{_PERSONAL}\n{key}\n{filler}")
        assert [(finding.type, finding.rule) for finding in found] == expected
        assert found[0].start == length + 1 + _PERSONAL.index("jane.roe")
        assert found[-1].end == length + 2 + len(_PERSONAL) + len(key)


@pytest.mark.parametrize("engine", _ENGINES)
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("write to jane.doe%40example.org", "jane.doe%40example.org"),
        ("write to jane.doe@exam\nple.org today", "jane.doe@exam\nple.org"),
        ("the card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
        ("passport%20number: X1234567", "X1234567"),
        ("PASSWORD&#61;correct-horse-509", "correct-horse-509"),
    ],
)
@pytest.mark.parametrize("copies", [0, 1, 4])
def test_what_another_reading_shows_is_found_among_other_data(
    written: str, value: str, copies: int, engine: EngineName
) -> None:
    around = _PERSONAL * copies
    text = f"{around}\n\nIt says: {written}\n\n{around}"
    start = text.index(written) + written.index(value)
    found = _scanner(engine).find(text)
    assert (start, start + len(value)) in [(one.start, one.end) for one in found]
    assert len(found) == 2 * len(_scanner(engine).find(around)) + 1


def test_secret_in_an_assignment_is_found_up_to_its_greatest_length() -> None:
    value = "".join(random.Random(4).choices("abcdefghijkmnpqrstuvwxyz23456789", k=260))
    assert _values(f"api_key={value[:150]} and so on") == [("SECRET", value[:150])]
    assert _values(f"api_key={value} and so on") == [("SECRET", value[:200])]


def test_engine_that_is_not_installed_is_an_error_only_when_asked_for() -> None:
    program = (
        "import sys; sys.modules['re2'] = None\n"
        "from spanwise.processors.pii import Scanner, find\n"
        "print(find('jane@example.org'))\n"
        "try: Scanner(engine='re2')\n"
        "except ImportError: print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_environment()
    )
    assert "rule='email'" in done.stdout and "refused" in done.stdout


def test_import_loads_no_engine_and_no_telephone_tables() -> None:
    program = (
        "import sys; import spanwise.processors.redact\n"
        "print([name for name in ('re2', 'phonenumbers', 'numpy') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_environment()
    )
    assert done.stdout.strip() == "[]"


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": ":".join(path for path in sys.path if path)}


_N = 2_000
_EVIL = {
    "letters": "a" * _N,
    "digits": "1" * _N,
    "dashed digits": "1-" * (_N // 2),
    "at signs": "a@" * (_N // 2),
    "dots": "a." * (_N // 2),
    "hexadecimal": "deadbeef" * (_N // 8),
    "spaces": " " * _N,
    "spaced": "a " * (_N // 2),
    "colons": "a:" * (_N // 2),
    "base64": "QUJD" * (_N // 4),
    "jwt": "eyJ" * (_N // 3),
    "headers": "-----BEGIN PRIVATE KEY-----" * (_N // 27),
    "assignments": '"password": "' * (_N // 13),
    "urls": "://a:" * (_N // 5),
    "passwords": "password" * (_N // 8),
    "tokens": "my token " * (_N // 9),
    "plus signs": "+1 (" * (_N // 4),
    "labels": "pesel phone " * (_N // 12),
    "escapes": "&#64;%40\\u0040" * (_N // 14),
    "words": "one two " * (_N // 8),
    "marks": "[[EMAIL]" * (_N // 8),
    "lines": "1\n" * (_N // 2),
    "arguments": "mysql " * (_N // 6),
    "passwords in arguments": "sshpass -p mysql -p " * (_N // 20),
    "names of labels": "phone_number=" * (_N // 13),
    "defanged": "1[.]" * (_N // 4),
    "emphasis": "_1_" * (_N // 3),
    "cards": "4111111111111111 " * (_N // 17),
}


@pytest.mark.parametrize("engine", _ENGINES)
@pytest.mark.parametrize("name", sorted(_EVIL))
def test_time_grows_with_the_length_and_not_with_its_square(name: str, engine: EngineName) -> None:
    """Ten times the text may take thirty times as long, not a hundred: a generous bound for a loaded machine."""
    scanner, text = _scanner(engine), _EVIL[name]
    scanner.find(text * 10)
    short = min(_seconds(scanner, text) for _ in range(5))
    long = min(_seconds(scanner, text * 10) for _ in range(3))
    assert long < 30 * max(short, 0.0002)


def _seconds(scanner: Scanner, text: str) -> float:
    start = time.process_time()
    scanner.find(text)
    return time.process_time() - start
