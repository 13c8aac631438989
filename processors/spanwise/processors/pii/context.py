"""Words that must stand near a candidate: `PESEL`, `passport no`, `номер телефона`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from spanwise.processors.pii.engines import EngineName, Span

__all__ = ["ContextWords"]


_NOT_A_MEMBER = r"(?<![a-z0-9_]\.)"
"""`com.android.phone` is the name of a program part, not a label."""


class _Finder(Protocol):
    def __call__(self, lowered: str) -> frozenset[str]: ...


class ContextWords:
    """Finds which context words a text holds, in one scan for all of them, and where.

    Args:
        words: in lower case, any script. A word that begins or ends with an ASCII letter must not continue there.
        engine: as for `Scanner`.
    """

    def __init__(self, words: Iterable[str], engine: EngineName = "auto") -> None:
        self._patterns = {word: re.compile(_NOT_A_MEMBER + _pattern(word), re.ASCII) for word in sorted(words)}
        self._find = self._finder(engine)

    def present(self, lowered: str) -> frozenset[str]:
        """The words that occur in a text in lower case."""
        return self._find(lowered)

    def stretches(self, lowered: str, words: Iterable[str], window: int) -> Iterator[Span]:
        """Where a candidate may begin that follows one of the words by at most `window` characters; merged, ascending.

        Each stretch begins one character early, so that a pattern can see what stands before its match.
        """
        ends = sorted(match.end() for word in words for match in self._patterns[word].finditer(lowered))
        start = limit = -1
        for end in ends:
            if end > limit:
                if start >= 0:
                    yield start, limit
                start = end - 1
            limit = end + window
        if start >= 0:
            yield start, limit

    def _finder(self, engine: EngineName) -> _Finder:
        if engine == "re":
            return self._search_each
        try:
            return _re2_finder(tuple(self._patterns))
        except ImportError:
            return self._search_each

    def _search_each(self, lowered: str) -> frozenset[str]:
        return frozenset(
            word for word, pattern in self._patterns.items() if word in lowered and pattern.search(lowered)
        )


def _pattern(word: str) -> str:
    start = r"\b" if word[0].isascii() and word[0].isalnum() else ""
    end = r"\b" if word[-1].isascii() and word[-1].isalnum() else ""
    return f"{start}{re.escape(word)}{end}"


def _re2_finder(words: tuple[str, ...]) -> _Finder:
    import re2

    options = re2.Options()
    options.max_mem = 64 << 20
    options.log_errors = False
    searched = re2.Set.SearchSet(options)
    for word in words:
        searched.Add(_pattern(word).encode())
    searched.Compile()

    def find(lowered: str) -> frozenset[str]:
        return frozenset(words[index] for index in searched.Match(lowered.encode("utf-8", "replace")) or ())

    return find
