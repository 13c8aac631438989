"""How a text may be read: as written, with look-alike characters folded, with escapes decoded, with gaps closed.

A view remembers where its characters stand in the original text, so that a finding in `john&#64;example.org` or in
full-width digits is reported at its original place.
"""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property

__all__ = ["View", "close_gaps", "decode", "digits_of_words", "join_lines"]

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
# begins with a set, so that the search for it is fast; what follows depends on which it was
_ESCAPES = re.compile(
    r"[\u00ad\\&%+\[](?:(?<=\u00ad)"
    r"|(?<=\\)\\*(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf\"'/@._+\-])"
    r"|(?<=\[)\.\]"
    r"|(?<=&)(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
    r"|(?<=%)(?:25)*[0-9A-F][0-9A-Fa-f]"
    r"|(?<=[0-9]{3}\+)(?=[0-9]{3}))"
)
_INVISIBLE_CHARACTER = re.compile(f"[{_INVISIBLE}]")
_SOFT_HYPHEN = "\u00ad"
_MOST_LINES = 40
_CLOSE = 256
"""Characters between two stretches that are searched faster at once."""
_SURROUNDINGS = 100
"""Characters around a match that its validator, or the word that must stand before it, is in."""
_SAME_CHANGE = 16
"""Characters between changes that are looked at as one."""
_LINE_END = re.compile(r"\n[ \t]{0,24}(?:>[ \t]?)?")
"""With the indentation or the quotation mark of the next line."""
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}
_SPACED = re.compile(r"(?<![A-Za-z0-9])(?:\S[ \t\n]{1,3}){6,}\S(?![A-Za-z0-9])")
_JOINT = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz@.:/+=-")
_LINE_BEGINNING = re.compile(r"\d{1,3}[.):]?|(?:19|20)\d\d[\-/]\d\d[\-/]\d\d")
"""The number of an item, or the date of a log's entry."""
_DIGIT = re.compile(r"\d", re.ASCII)
_NUMBER_LINE = re.compile(r"[\d .,\-]+")
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
    """As which character of Latin-1 each character is read; computed on first sight."""

    def __missing__(self, codepoint: int) -> str:
        folded = self[codepoint] = _folded(chr(codepoint))
        return folded


def _folded(character: str) -> str:
    if _INVISIBLE_CHARACTER.match(character):
        return _SOFT_HYPHEN
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
    return compatible if len(compatible) == 1 and compatible < "\u0100" else "?"


_FOLDS = _Folds()


def _fold_run(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].translate(_FOLDS).encode("latin-1"), error.end


codecs.register_error("spanwise.fold", _fold_run)


class View:
    """A reading of a text, and the way back to it.

    Attributes:
        source: the text of this reading, in its own script.
        data: the same with one byte per character: digits, letters, dashes and spaces of other forms as ASCII,
            invisible characters as soft hyphens, everything else beyond Latin-1 as `?`.
        text: `data` as a string.
    """

    def __init__(self, source: str, parent: View | None = None, origins: _Origins | None = None) -> None:
        self.source = source
        if source.isascii():
            self.data, self.text = source.encode(), source
        else:
            self.data = source.encode("latin-1", "spanwise.fold").replace(b"\xa0", b" ")
            self.text = self.data.decode("latin-1")
        self._parent = parent
        self._origins = origins
        self._changes = origins.changes if origins else []

    @cached_property
    def lowered(self) -> str:
        """The source in lower case, of the same length; `date_of_birth` reads as words."""
        lowered = self.source.lower().replace("_", " ")
        if len(lowered) == len(self.source):
            return lowered
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in self.source)
        return lowered.replace("_", " ")

    def is_near_change(self, start: int, end: int) -> bool:
        """Whether a change can have to do with what stands between two positions; in a text as written, always."""
        if not self._changes:
            return True
        position = bisect_left(self._changes, (end + _SURROUNDINGS,)) - 1
        return position >= 0 and self._changes[position][1] >= start - _SURROUNDINGS

    def around_changes(self, reach: int) -> list[tuple[int, int]]:
        """Where what is near a change and has at most `reach` characters may begin; in a text as written, anywhere."""
        if not self._changes:
            return [(0, len(self.text))]
        before = 2 * reach + _SURROUNDINGS
        merged: list[tuple[int, int]] = []
        for start, end in self._changes:
            start, end = max(0, start - before), min(len(self.text), end + _SURROUNDINGS)
            if merged and start <= merged[-1][1] + _CLOSE:
                start = merged.pop()[0]
            merged.append((start, end))
        return merged

    @property
    def changed(self) -> bytes:
        """The parts of the data that changes have to do with."""
        if not self._changes:
            return self.data
        return b"\x1e".join(self.data[start:end] for start, end in self.around_changes(0))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of this view stands in the original text."""
        if self._parent is None or self._origins is None:
            return start, end
        return self._parent.original(self._origins.of(start)[0], self._origins.of(end - 1)[1])


class _Origins:
    """From where in its parent each character of a view comes."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._sources: list[tuple[int, int, bool]] = []
        self.changes: list[tuple[int, int]] = []
        self.length = 0

    def add(self, length: int, start: int, end: int, verbatim: bool) -> None:
        """The next `length` characters stand for `start` to `end` of the parent."""
        self._starts.append(self.length)
        self._sources.append((start, end, verbatim))
        self.length += length

    def replace(self, length: int, start: int, end: int) -> None:
        """The next `length` characters, or none, stand in the place of others, from `start` to `end` of the parent."""
        first = self.length
        if length:
            self.add(length, start, end, verbatim=False)
        if self.changes and first - self.changes[-1][1] <= _SAME_CHANGE:
            first = self.changes.pop()[0]
        self.changes.append((first, self.length))

    def of(self, position: int) -> tuple[int, int]:
        piece = bisect_right(self._starts, position) - 1
        start, end, verbatim = self._sources[piece]
        if not verbatim:
            return start, end
        offset = start + position - self._starts[piece]
        return offset, offset + 1


def decode(view: View) -> View | None:
    """HTML entities, URL, JSON and Markdown escapes resolved, invisible characters dropped; None where none is."""
    edits = ((match.start(), match.end(), _unescaped(match[0])) for match in _ESCAPES.finditer(view.text))
    return _rewritten(view, edits)


def close_gaps(view: View) -> View | None:
    """Characters that stand apart (`4 1 1 1 …`) read as one word; None where there are none."""
    return _rewritten(view, _gaps(view.text))


def join_lines(view: View) -> View | None:
    """A text of few lines read as one line where a line ends within a word or number; None where none does."""
    text = view.text
    if text.count("\n") > _MOST_LINES:
        return None
    return _rewritten(view, _joints(text))


def _joints(text: str) -> Iterator[tuple[int, int, str]]:
    """What is put in the place of which line breaks: nothing within a word, one break between groups of digits."""
    for start, end in _breaks(text):
        if _is_one_word(text, start, end):
            yield start, end, ""
        elif end - start > 1 and text[start - 1].isdigit() and text[end].isdigit() and not _in_column(text, start, end):
            yield start, end, "\n"


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    """The line breaks with a character of a word or number on both sides; a full stop ends a sentence."""
    for match in _LINE_END.finditer(text, 1):
        end = match.end()
        start = _before_line_end(text, match.start())
        before, after = text[start - 1], text[end : end + 1]
        if before in _JOINT and after in _JOINT and (before != "." or not after.isupper()):
            yield start, end


def _before_line_end(text: str, position: int) -> int:
    """Where the line ends without a carriage return, a backslash or the soft break of a mail."""
    if text[position - 1] == "\r" and position > 1:
        position -= 1
    return position - 1 if text[position - 1] in "\\=" and position > 1 else position


def _is_one_word(text: str, start: int, end: int) -> bool:
    """Whether what stands before and after a line break may be one token; two lines that are numbers are a column."""
    left, right = text[max(0, start - 60) : start].split()[-1], text[end : end + 60].split()[0]
    digits = _DIGIT.search(left) is not None, _DIGIT.search(right) is not None
    if left[-1] in "-:/+=@" and any(digits):
        return True
    if len(left) + len(right) < 9 or _LINE_BEGINNING.fullmatch(right) or _in_column(text, start, end):
        return False
    return all(digits) or "@" in left or "@" in right or (any(digits) and max(len(left), len(right)) >= 10)


def _in_column(text: str, start: int, end: int) -> bool:
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end : end + 80].partition("\n")[0]
    return bool(_NUMBER_LINE.fullmatch(before) and _NUMBER_LINE.fullmatch(after))


def digits_of_words(view: View) -> View | None:
    """Digits that are spelled out (`five five five one …`) read as digits; None where there are none."""
    return _rewritten(view, _spelled_digits(view.text))


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
        return chr(int(escape[1:], 16))
    return _CONTROL.get(escape, escape)


def _entity(token: str) -> str:
    decoded = html.unescape(token)
    return decoded if len(decoded) == 1 else token


def _percent(token: str) -> str:
    return chr(int(token[-2:], 16))


_DECODERS: dict[str, Callable[[str], str]] = {
    "\\": _backslash,
    "&": _entity,
    "%": _percent,
    "+": lambda _: " ",
    "[": lambda _: ".",  # of a form, and of an address that is not to be a link: `203[.]0[.]113`
}


def _rewritten(view: View, edits: Iterator[tuple[int, int, str]]) -> View | None:
    """A view in which each `(start, end, replacement)` is applied; None where no edit changes anything."""
    pieces: list[str] = []
    origins = _Origins()
    position = 0
    for start, end, replacement in edits:
        if start > position:
            pieces.append(view.source[position:start])
            origins.add(start - position, position, start, verbatim=True)
        pieces.append(replacement)
        origins.replace(len(replacement), start, end)
        position = end
    pieces.append(view.source[position:])
    origins.add(len(pieces[-1]), position, len(view.source), verbatim=True)
    source = "".join(pieces)
    return View(source, view, origins) if source != view.source else None
