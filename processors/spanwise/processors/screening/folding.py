"""One spelling for many: lower case, no accents, no look-alike letters, no invisible characters.

Patterns, trained features and leak comparison all work on folded text, so a disguise that folding undoes
gains an attacker nothing. Folded text is UTF-8 bytes; the offsets of ASCII input do not change.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import Final

__all__ = ["Offsets", "fold", "fold_character", "fold_pattern"]

_ERRORS: Final = "spanwise.screening.fold"

# Letters drawn like a Latin one. Patterns are folded as well, so native Cyrillic and Greek still match.
_LOOK_ALIKES: Final = {
    "a": "аαɑᴀ",
    "b": "вβʙ",
    "c": "сᴄ",
    "d": "ԁᴅđ",
    "e": "еєεᴇ",
    "g": "ɡ",
    "h": "нһʜ",
    "i": "іıιɪ",
    "j": "јᴊ",
    "k": "кκᴋ",
    "l": "ӏłʟ",
    "m": "мᴍ",
    "n": "ηɴ",
    "o": "оοσøᴏ",
    "p": "рρᴘ",
    "q": "ԛ",
    "r": "ʀ",
    "s": "ѕςꜱ",
    "t": "тτᴛ",
    "u": "υᴜ",
    "v": "νᴠ",
    "w": "ԝωᴡ",
    "x": "хχ",
    "y": "уүʏ",
    "z": "ᴢ",
    "ae": "æ",
    "oe": "œ",
    "'": "‘’‚‛´`ʼ",
    '"': "“”„‟«»「」『』《》",
    "-": "‐‑‒–—―−",
    "/": "⁄∕",
    ".": "。",
    ",": "、،",
    "?": "؟",
    " ": "¿¡",
    "\n": "\u2028\u2029\x85",
}
_LATIN: Final = {letter: latin for latin, letters in _LOOK_ALIKES.items() for letter in letters}
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me", "Cs", "Co"})
# RE2 and `re` disagree whether a vertical tab is white space.
_LOWER: Final = bytes(range(256)).lower().translate(bytes.maketrans(b"\v", b" "))
_TAGS: Final = range(0xE0020, 0xE007F)  # "tag" characters: ASCII that no font draws


@lru_cache(maxsize=1 << 14)
def fold_character(character: str) -> str:
    """The folded spelling of one character: empty if it is invisible, several letters for a ligature."""
    if ord(character) in _TAGS:
        return chr(ord(character) - 0xE0000).lower()
    parts = unicodedata.normalize("NFKD", character.casefold())
    visible = (part for part in parts if unicodedata.category(part) not in _INVISIBLE)
    return unicodedata.normalize("NFC", "".join(_LATIN.get(part, part) for part in visible)).lower()


def _fold_run(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    run = error.object[error.start : error.end]
    return "".join(map(fold_character, run)).encode("utf-8", "ignore"), error.end


codecs.register_error(_ERRORS, _fold_run)


def fold(text: str) -> bytes:
    """Fold `text` into valid UTF-8.

    The interpreter's ASCII encoder passes ASCII through at memory speed and hands us only the other runs.
    """
    return text.encode("ascii", _ERRORS).translate(_LOWER)


def fold_pattern(pattern: str) -> str:
    """Fold the letters of a regular expression, leaving ASCII (its operators and classes) alone."""
    return "".join(character if character.isascii() else fold_character(character) for character in pattern)


_OTHER_SCRIPT: Final = re.compile(r"[^\x00-\x7f]+")


class Offsets:
    """Maps byte offsets in folded text back to character offsets in the original."""

    __slots__ = ("_folded", "_originals")

    def __init__(self, text: str) -> None:
        """Note where every character outside ASCII begins; between them both offsets grow alike."""
        self._folded, self._originals = [0], [0]
        if text.isascii():
            return
        shift = 0  # folded offset minus original offset
        for run in _OTHER_SCRIPT.finditer(text):
            for position, character in enumerate(run[0], run.start()):
                self._folded.append(position + shift)
                self._originals.append(position)
                shift += len(fold_character(character).encode("utf-8", "ignore")) - 1
            self._folded.append(run.end() + shift)
            self._originals.append(run.end())

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original span of folded bytes [start, end)."""
        first = self._original(start)
        return first, max(first, self._original(max(start, end - 1)) + 1)

    def _original(self, offset: int) -> int:
        """The character that the folded byte belongs to."""
        at = bisect_right(self._folded, offset) - 1
        following = self._originals[at + 1] if at + 1 < len(self._originals) else None
        position = self._originals[at] + offset - self._folded[at]
        return position if following is None else min(position, following - 1)
