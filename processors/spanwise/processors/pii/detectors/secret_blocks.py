"""Private keys in PEM and PGP armour, JSON web tokens, service accounts."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator

from spanwise.processors.pii.rules import Candidate, Rule
from spanwise.processors.pii.surroundings import is_word

__all__ = ["RULES"]

_LONGEST = 20_000
_KEY_LINES = re.compile(
    r"(?:\s*(?:\\[nr])*(?:[A-Za-z0-9+/=]{16,}|[A-Za-z-]+: [^\n]*|[A-Za-z0-9+/= ]{4,}(?=\n|\\n|$)))*"
)

_EIGHT = re.compile(r"(?:[\W_]*[^\W_]){8}")


def _blocks(candidate: Candidate) -> Iterator[Candidate]:
    """From the header to the footer; without one, as far as the lines look like a key's."""
    limit = min(len(candidate.text), candidate.end + _LONGEST)
    another = candidate.text.find("-----BEGIN", candidate.end, limit)
    footer = candidate.text.find("-----END", candidate.end, limit if another < 0 else another)
    if footer >= 0:
        close = candidate.text.find("-----", footer + 8, footer + 80)
        yield candidate.part(candidate.start, close + 5 if close >= 0 else footer + 8)
        return
    lines = _KEY_LINES.match(candidate.text, candidate.end, limit)
    yield candidate.part(candidate.start, lines.end() if lines else candidate.end)


def _has_body(candidate: Candidate) -> bool:
    body = candidate.value.partition("KEY")[2].partition("-----END")[0]
    return _EIGHT.match(body) is not None


def _is_jwt(candidate: Candidate) -> bool:
    if is_word(candidate.previous) and candidate.before(2) not in ("\\n", "\\t"):
        return False
    header = candidate.value.partition(".")[0]
    try:
        parsed: object = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(parsed, dict) and ("alg" in parsed or "typ" in parsed or "kid" in parsed)


RULES = (
    Rule(
        name="private_key",
        type="SECRET",
        pattern=r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
        narrow=_blocks,
        beyond=_LONGEST,
        validate=_has_body,
        hints=("PRIVATE KEY",),
        score=0.99,
    ),
    Rule(
        name="jwt",
        type="SECRET",
        pattern=r"eyJ[A-Za-z0-9_\-]{10,500}\.eyJ[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*){0,3}",
        validate=_is_jwt,
        trigger=r"eyJ[A-Za-z0-9_\-]{8}",
        score=0.97,
    ),
    Rule(
        name="putty_key",
        type="SECRET",
        pattern=r"Private-Lines: \d{1,4}\s+([A-Za-z0-9+/=\s]{40,})",
        hints=("Private-Lines:",),
        score=0.97,
    ),
)
