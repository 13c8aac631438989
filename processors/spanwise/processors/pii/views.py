"""How a text may be read: as written, with look-alike characters folded, with escapes decoded, with gaps closed.

A view remembers where its characters stand in the original text, so that a finding in `john&#64;example.org` or in
full-width digits is reported at its original place.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["View", "close_gaps", "decode", "digits_of_words", "fold"]

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_ESCAPES = re.compile(
    rf"[{_INVISIBLE}]"
    r"|\\+(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf\"'/])"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
    r"|%(?:25)*[0-9A-F][0-9A-Fa-f]"
)
_INVISIBLE_CHARACTER = re.compile(f"[{_INVISIBLE}]")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}
_SPACED = re.compile(r"(?<!\S)(?:\S[ \t\n]{1,3}){6,}\S(?!\S)")
_DIGIT_WORDS = {
    word: digit
    for digit, words in enumerate(
        ("zero oh o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine niner")
    )
    for word in words.split()
}
_ONE_WORD = rf"(?:{'|'.join(sorted(_DIGIT_WORDS, key=len, reverse=True))})"
_SPELLED = re.compile(rf"\b{_ONE_WORD}(?:[ ,.\n\-]{{1,3}}{_ONE_WORD}){{6,}}\b", re.IGNORECASE)
_WORD = re.compile("[A-Za-z]+")


class _Folds(dict[int, str]):
    """What single character each character is read as; computed on first sight."""

    def __missing__(self, codepoint: int) -> str:
        folded = self[codepoint] = _folded(chr(codepoint))
        return folded


def _folded(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    if category == "Pd" or character == "\u2212":
        return "-"
    if category in ("Pi", "Pf"):
        return '"' if character in "\u201c\u201d\u201e\u00ab\u00bb" else "'"
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if len(compatible) == 1 else character


_FOLDS = _Folds()


@dataclass(frozen=True, eq=False)
class View:
    """A reading of a text, and the way back to it.

    Attributes:
        text: what is read.
        parent: the view this one was made from; None for the first, whose positions are the original's.
    """

    text: str
    parent: View | None = None
    _starts: list[int] = field(default_factory=list[int])
    _sources: list[tuple[int, int, bool]] = field(default_factory=list[tuple[int, int, bool]])

    @cached_property
    def data(self) -> bytes:
        """One byte per character; a character beyond Latin-1 is `?`."""
        return self.text.encode("latin-1", "replace")

    @cached_property
    def lowered(self) -> str:
        """The text in lower case, of the same length."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(low if len(low := character.lower()) == 1 else character for character in self.text)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of this view stands in the original text."""
        if self.parent is None:
            return start, end
        return self.parent.original(self._source(start)[0], self._source(end - 1)[1])

    def _source(self, position: int) -> tuple[int, int]:
        piece = bisect_right(self._starts, position) - 1
        start, end, verbatim = self._sources[piece]
        if not verbatim:
            return start, end
        offset = start + position - self._starts[piece]
        return offset, offset + 1


def fold(text: str) -> View:
    """The text as written, with digits, letters, dashes and spaces of other forms read as ASCII."""
    return View(text if text.isascii() else text.translate(_FOLDS))


def decode(view: View) -> View | None:
    """HTML entities, URL and JSON escapes resolved, invisible characters dropped; None where there is none."""
    text = view.text
    if not ("\\" in text or "%" in text or "&" in text or _has_invisible(text)):
        return None
    return _rewritten(view, ((m.start(), m.end(), _unescaped(m[0])) for m in _ESCAPES.finditer(text)))


def close_gaps(view: View) -> View | None:
    """Characters that stand apart (`4 1 1 1 …`) read as one word; None where there are none."""
    return _rewritten(view, _gaps(view.text))


def digits_of_words(view: View) -> View | None:
    """Digits that are spelled out (`five five five one …`) read as digits; None where there are none."""
    return _rewritten(view, _spelled_digits(view.text))


def _has_invisible(text: str) -> bool:
    return not text.isascii() and _INVISIBLE_CHARACTER.search(text) is not None


def _gaps(text: str) -> Iterator[tuple[int, int, str]]:
    for run in _SPACED.finditer(text):
        for gap in re.finditer(r"\s+", run[0]):
            yield run.start() + gap.start(), run.start() + gap.end(), ""


def _spelled_digits(text: str) -> Iterator[tuple[int, int, str]]:
    for run in _SPELLED.finditer(text):
        end = run.start()
        for word in _WORD.finditer(run[0]):
            if (start := run.start() + word.start()) > end:
                yield end, start, ""
            end = run.start() + word.end()
            yield start, end, str(_DIGIT_WORDS[word[0].lower()])


def _unescaped(token: str) -> str:
    decoder = _DECODERS.get(token[0])
    return decoder(token) if decoder else ""


def _backslash(token: str) -> str:
    escape = token.lstrip("\\")
    if escape[0] in "ux":
        return _folded(chr(int(escape[1:], 16)))
    return _CONTROL.get(escape, escape)


def _entity(token: str) -> str:
    decoded = html.unescape(token)
    return _folded(decoded) if len(decoded) == 1 else token


def _percent(token: str) -> str:
    return chr(int(token[-2:], 16))


_DECODERS: dict[str, Callable[[str], str]] = {"\\": _backslash, "&": _entity, "%": _percent}


def _rewritten(view: View, edits: Iterator[tuple[int, int, str]]) -> View | None:
    """A view in which each `(start, end, replacement)` is applied; None where no edit changes anything."""
    pieces: list[str] = []
    starts: list[int] = []
    sources: list[tuple[int, int, bool]] = []
    length = position = 0

    def add(piece: str, start: int, end: int, verbatim: bool) -> None:
        nonlocal length
        if piece:
            pieces.append(piece)
            starts.append(length)
            sources.append((start, end, verbatim))
            length += len(piece)

    for start, end, replacement in edits:
        add(view.text[position:start], position, start, True)
        add(replacement, start, end, False)
        position = end
    if position == 0:
        return None
    add(view.text[position:], position, len(view.text), True)
    text = "".join(pieces)
    return View(text, view, starts, sources) if text and text != view.text else None
