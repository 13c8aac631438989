"""Text to the word pieces of a sentence model: the longest known beginning of a word, then of what is left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

__all__ = ["WordPieces"]

_LONGEST_WORD: Final = 100
_CACHED_WORDS: Final = 1 << 15
_CJK: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ceaf"
# ASCII symbols count as punctuation though Unicode calls some of them mathematical.
_TOKEN: Final = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+|[^\w\s]|_")


class WordPieces:
    """The vocabulary of one uncased BERT model; immutable, so safe to share between threads."""

    def __init__(self, vocabulary: Path) -> None:
        """Read `vocab.txt`, one piece a line; raises OSError if it is not there."""
        pieces = vocabulary.read_text(encoding="utf-8").splitlines()
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._unknown = self._numbers["[UNK]"]
        self._begin, self._end = self._numbers["[CLS]"], self._numbers["[SEP]"]
        self._of_word = lru_cache(maxsize=_CACHED_WORDS)(self._split)

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of at most `most` pieces, the marks of beginning and end among them."""
        numbers = [self._begin]
        for token in _tokens(text):
            numbers.extend(self._of_word(token))
            if len(numbers) >= most:
                break
        return [*numbers[: most - 1], self._end]

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        numbers: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in self._numbers), start)
            if end == start:
                return (self._unknown,)
            numbers.append(self._numbers[mark + word[start:end]])
            start = end
        return tuple(numbers)


def _tokens(text: str) -> Iterator[str]:
    """Words without accents in lower case, and every punctuation mark by itself."""
    plain = text.lower()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFD", plain)
        plain = "".join(letter for letter in decomposed if unicodedata.category(letter) not in ("Mn", "Cf"))
    return (match[0] for match in _TOKEN.finditer(plain))
