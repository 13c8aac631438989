"""Canary tokens: words that nobody says by chance, planted in a system prompt and looked for in completions.

A token that `plant` made is recognised by itself: it ends in a checksum of the rest, under a key if there is one, so
no list of tokens has to be kept, and the system prompt need not be known. Its letters are consonants that no digit is
written for, which survives lost case, other spacing, ROT13, reversal, and encodings of letters.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from spanwise.processors.screening.decoding import readings
from spanwise.processors.screening.folding import Offsets, fold
from spanwise.processors.screening.letters import letters_of, rotated
from spanwise.processors.screening.verdict import Match

__all__ = ["CANARY_CATEGORY", "FEWEST_LETTERS", "Canaries", "plant"]

CANARY_CATEGORY: Final = "canary_leak"
FEWEST_LETTERS: Final = 8
"""Of a token that is listed: anything shorter is said by chance."""

_ALPHABET: Final = b"bcdfghjkmnpqrvwx"
_MARK: Final = b"spwc"
_RANDOM: Final = 16  # letters of 4 bits
_CHECK: Final = 8
_TOKEN: Final = re.compile(rb"%b([%b]{%d})" % (_MARK, _ALPHABET, _RANDOM + _CHECK))
_BETWEEN: Final = rb"[^a-z0-9]{0,4}"


def plant(key: str = "") -> str:
    """A new canary token, such as `spwc-kqxb-…`, 64 bits of it random. Put it anywhere in a system prompt.

    With a `key`, only who has the key can make tokens that are recognised, or tell a token from a random word.
    """
    body = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in secrets.token_bytes(_RANDOM))
    token = (_MARK + body + _checksum(body, key)).decode()
    return "-".join(token[at : at + 4] for at in range(0, len(token), 4))


def _checksum(body: bytes, key: str) -> bytes:
    digest = hmac.new(key.encode(), b"spanwise canary 1 " + body, sha256).digest()
    return bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_CHECK])


class Canaries:
    """Finds planted tokens, and listed ones, in what a model says.

    Args:
        listed: tokens of the application's own; each needs `FEWEST_LETTERS` letters or digits.
        key: the key that tokens were planted with.

    Raises:
        ValueError: a listed token is too short.
    """

    def __init__(self, listed: Iterable[str] = (), key: str = "") -> None:
        self._listed = tuple(letters_of(fold(token)) for token in listed)
        self._key = key
        if any(len(token) < FEWEST_LETTERS for token in self._listed):
            raise ValueError(f"a canary token needs at least {FEWEST_LETTERS} letters or digits")

    def find(self, text: str) -> list[Match]:
        """One match for each token given away: where it stands, or the whole text where it is spread or reversed."""
        folded = fold(text)
        found: dict[bytes, Match] = {}
        for stream in (letters_of(folded), letters_of(rotated(folded))):
            for backwards in (stream, stream[::-1]):
                for rule, token in self._tokens(backwards):
                    found.setdefault(token, _match(rule, token, text, folded))
        for reading in readings(text):
            for rule, token in self._tokens(letters_of(fold(reading.text))):
                found.setdefault(token, Match(rule, CANARY_CATEGORY, reading.start, reading.end))
        return list(found.values())

    def _tokens(self, stream: bytes) -> Iterator[tuple[str, bytes]]:
        if _MARK in stream:
            for match in _TOKEN.finditer(stream):
                if hmac.compare_digest(_checksum(match[1][:_RANDOM], self._key), match[1][_RANDOM:]):
                    yield "canary.planted", match[0]
        for token in self._listed:
            if token in stream:
                yield "canary.listed", token


def _match(rule: str, token: bytes, text: str, folded: bytes) -> Match:
    spelled = _BETWEEN.join(re.escape(token[at : at + 1]) for at in range(len(token)))
    plain = re.search(spelled, folded)
    start, end = Offsets(text).original(*plain.span()) if plain else (0, len(text))
    return Match(rule, CANARY_CATEGORY, start, end)
