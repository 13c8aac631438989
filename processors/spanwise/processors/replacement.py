"""What is put in the place of a finding: `[EMAIL]`, or something that tells more."""

from __future__ import annotations

import hmac
import html
import re
import unicodedata
from typing import Literal
from urllib.parse import unquote

from spanwise.processors.pii.base64_text import text_of_base64
from spanwise.processors.pseudonym import LONGEST, Pseudonyms

__all__ = ["ACTIONS", "KEYED", "MODELLED", "TYPES", "Action", "Replacements"]

Action = Literal["mask", "partial", "hash", "pseudonym", "drop", "keep"]

ACTIONS: tuple[Action, ...] = ("mask", "partial", "hash", "pseudonym", "drop", "keep")
KEYED = frozenset({"hash", "pseudonym"})
"""Actions that need a key."""
MODELLED = ("PERSON", "POSTAL_ADDRESS")
"""Types that only a language model finds."""
TYPES = (
    *("EMAIL", "PHONE", "CREDIT_CARD", "US_SSN", "IP_ADDRESS", "IBAN", "MAC_ADDRESS", "CRYPTO", "SECRET"),
    *("NATIONAL_ID", "PASSPORT", "DRIVER_LICENSE", "DATE_OF_BIRTH"),
    *MODELLED,
)
_NUMBERS = frozenset(
    {"PHONE", "CREDIT_CARD", "US_SSN", "IBAN", "MAC_ADDRESS", "NATIONAL_ID", "PASSPORT", "DRIVER_LICENSE"}
)
"""Types in which neither case nor separators tell values apart."""
_MARK = re.compile(
    rf"\[(?P<kind>{'|'.join(TYPES)})"
    r"(?::(?:[a-p]{16}|(?P<token>[a-z2-7]{21,840})|…@[A-Za-z0-9.\-]{1,80}|…\w{4}))?\]"
)
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
"""Hashes are letters only, so that no card number passes for one."""
_SHORTEST_BASE64 = 16
_AT = re.compile(r"\s*[\[({<]\s*(?:at|@)\s*[\])}>]\s*|\s+at\s+")
_DOT = re.compile(r"\s*[\[({<]\s*(?:dot|\.)\s*[\])}>]\s*|\s+dot\s+")


class Replacements:
    """Makes and recognises the marks that stand for values.

    Args:
        key: of hashes and pseudonyms; without one there are none.
    """

    def __init__(self, key: str) -> None:
        self._key = key.encode("utf-8", "surrogatepass")
        self._pseudonyms = Pseudonyms(key) if key else None

    def of(self, action: Action, kind: str, value: str) -> str:
        """What is put in the place of a value of a type."""
        if action == "drop":
            return ""
        if action == "keep":
            return value
        return f"[{kind}{self._told(action, kind, value)}]"

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where a text already holds marks; a token that was not made with this key is none."""
        return [match.span() for match in _MARK.finditer(text) if self._is_ours(match)]

    def is_mark(self, text: str) -> bool:
        """Whether a text is one mark."""
        match = _MARK.fullmatch(text)
        return match is not None and self._is_ours(match)

    def reveal(self, text: str) -> str:
        """The text with the values of its pseudonyms."""
        return _MARK.sub(lambda match: self._value(match) or match[0], text)

    def _told(self, action: Action, kind: str, value: str) -> str:
        if action == "partial":
            return _shown(kind, value)
        if action == "hash":
            return f":{self._hash(kind, value)}"
        if action == "pseudonym" and self._pseudonyms is not None:
            plain = _canonical(kind, value)
            short = len(plain.encode("utf-8", "surrogatepass")) <= LONGEST
            return f":{self._pseudonyms.token(kind, plain) if short else self._hash(kind, plain)}"
        return ""

    def _hash(self, kind: str, value: str) -> str:
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()[:16].translate(_LETTERS)

    def _is_ours(self, match: re.Match[str]) -> bool:
        return match["token"] is None or self._value(match) is not None

    def _value(self, match: re.Match[str]) -> str | None:
        if self._pseudonyms is None or match["token"] is None:
            return None
        return self._pseudonyms.value(match["kind"], match["token"])


def _canonical(kind: str, value: str) -> str:
    """The same value however it is written: in other characters, escaped, with separators or without.

    Base64 stays, because all of it is needed to read it.
    """
    if len(value) >= _SHORTEST_BASE64 and text_of_base64(value):
        return value
    text = unicodedata.normalize("NFKC", html.unescape(value))
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    if kind in _NUMBERS:
        plus = "+" if kind == "PHONE" and text.lstrip(" (").startswith("+") else ""
        return plus + "".join(filter(str.isalnum, text)).upper()
    if kind == "EMAIL":
        text = _DOT.sub(".", unquote(text).lower())
        return "".join((text if re.search(r"\w@\w", text) else _AT.sub("@", text)).split())
    return value if kind == "SECRET" else text.strip()


def _shown(kind: str, value: str) -> str:
    """What `partial` lets see: the mail domain, or four characters of a number; nothing of a secret."""
    if kind == "EMAIL" and re.fullmatch(r"[A-Za-z0-9.\-]{1,80}", domain := value.rpartition("@")[2]) and "@" in value:
        return f":…@{domain}"
    if kind == "SECRET" or len(value) < 8 or not value[-4:].isalnum():
        return ""
    return f":…{value[-4:]}"
