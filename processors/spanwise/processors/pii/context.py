"""Words that must stand near a candidate: `PESEL`, `passport no`, `номер телефона`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from spanwise.processors.linear import compile_set
from spanwise.processors.pii.engines import EngineName, Span
from spanwise.processors.pii.surroundings import is_word

__all__ = ["BARRIER", "ContextWords", "stretches"]

BARRIER = "\x1e"
"""Between texts that are scanned together: a word before it says nothing of a number behind it."""


_Finder = Callable[[str], frozenset[str]]


class ContextWords:
    """Finds which context words a text holds, in one scan for all of them, and where.

    Args:
        words: in lower case, any script. A word that begins or ends with an ASCII letter must not continue there.
        engine: as for `Scanner`.
    """

    def __init__(self, words: Iterable[str], engine: EngineName = "auto") -> None:
        self._words = tuple(sorted(words))
        self._find = self._finder(engine)

    def ends(self, lowered: str) -> dict[str, list[int]]:
        """Where each word that a text in lower case holds ends, ascending."""
        occurrences = ((word, _ends(lowered, word)) for word in sorted(self._find(lowered)))
        return {word: ends for word, ends in occurrences if ends}

    def _finder(self, engine: EngineName) -> _Finder:
        if engine == "re":
            return self._search_each
        try:
            return _re2_finder(self._words)
        except ImportError:
            return self._search_each

    def _search_each(self, lowered: str) -> frozenset[str]:
        return frozenset(word for word in self._words if word in lowered)


def stretches(lowered: str, ends: Iterable[int], window: int) -> Iterator[Span]:
    """Where a candidate may begin that follows a word by at most `window` characters; merged, ascending.

    Each stretch begins one character early, so that a pattern can see what stands before its match.
    """
    start = limit = -1
    for end in sorted(ends):
        if end > limit:
            if start >= 0:
                yield start, limit
            start = end - 1
        barrier = lowered.find(BARRIER, end, end + window)
        limit = end + window if barrier < 0 else barrier
    if start >= 0:
        yield start, limit


def _ends(lowered: str, word: str) -> list[int]:
    ends: list[int] = []
    position = lowered.find(word)
    while position >= 0:
        end = position + len(word)
        if _stands_alone(lowered, position, end):
            ends.append(end)
        position = lowered.find(word, end)
    return ends


def _stands_alone(lowered: str, start: int, end: int) -> bool:
    """Not within a longer word, nor part of a program's name such as `com.android.phone`."""
    if is_word(lowered[start]) and is_word(lowered[start - 1 : start]):
        return False
    if is_word(lowered[end - 1]) and is_word(lowered[end : end + 1]):
        return False
    return not (lowered[start - 1 : start] == "." and is_word(lowered[start - 2 : start - 1]))


def _re2_finder(words: tuple[str, ...]) -> _Finder:
    search = compile_set(map(_pattern, words), latin1=False)

    def find(lowered: str) -> frozenset[str]:
        return frozenset(words[index] for index in search(lowered.encode("utf-8", "replace")))

    return find


def _pattern(word: str) -> str:
    """A superset of what stands alone."""
    start = r"\b" if is_word(word[0]) else ""
    end = r"\b" if is_word(word[-1]) else ""
    return f"{start}{re.escape(word)}{end}"
