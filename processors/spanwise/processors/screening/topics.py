"""What a prompt speaks of, in the form in which a translation or other words leave it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from spanwise.processors.screening.everyday import EVERYDAY
from spanwise.processors.screening.folding import fold

__all__ = ["Topics", "returned_to", "sentences_of", "topics_of"]

_END: Final = re.compile(r"(?<=[^\s.]{3}[.!?;])\s+|(?<=[。；！？])|\n+")  # "Mr. Brown" is not two sentences
_WORD: Final = re.compile(r"[^\W\d_\u3040-\u30ff\u4e00-\u9fff]{4,}")
_NAME: Final = re.compile(r"(?<=[\w.,;&'’)] )[\"'“«(]?([A-ZÀ-ÞŠŽА-Я][\w-]{3,})")
_NUMBER: Final = re.compile(r"(?<![\w%.+/=&-])\d+(?:[.,: ]\d+)*(?![\w%/-])")
_CODE: Final = re.compile(r"(?<![a-z0-9_@.+/=%-])[a-z0-9](?:[a-z0-9_@.+-]{0,38}[a-z0-9])(?![a-z0-9_@.+/=%-])", re.ASCII)
_WHOLE: Final = re.compile(r"[:.,]00$|\D")

_STEM: Final = 5
_NAME_STEM: Final = 6
_WORDS_IN_COMMON: Final = 2
_SHARE_IN_COMMON: Final = 0.34
_OFTEN: Final = 3  # sentences, or a tenth of them, that a telling word is in at most
_MOST_OFTEN: Final = 30  # or else two long texts of few words cost the product of their lengths
_ROUND: Final = frozenset({"10", "20", "50", "100", "1000"})

# By their first letters.
_EVERYDAY: Final = frozenset(word[:_STEM] for word in EVERYDAY.split())


class Topics(NamedTuple):
    """The sentences of a prompt, by what tells that a text returns to one."""

    anchors: Mapping[str, int]
    """Names, numbers and codes, with the sentence that has them first."""
    stems: Mapping[str, list[int]]
    """Beginnings of words that are in few sentences, with those sentences."""
    sizes: tuple[int, ...]
    """Such words by sentence."""


def topics_of(prompt: str) -> Topics:
    """Take `prompt` apart; costs about as much as reading it once."""
    sentences = sentences_of(prompt)
    folded = [fold(sentence).decode() for sentence in sentences]
    lower = set(_WORD.findall(" ".join(re.findall(r"\b[a-zà-ÿ]\w+", prompt))))
    anchors: dict[str, int] = {}
    for number, sentence in enumerate(sentences):
        for anchor in (*_anchors(folded[number]), *_names(sentence, lower)):
            anchors.setdefault(anchor, number)
    stems = _by_stem(map(_stems, folded), max(_OFTEN, min(len(folded) // 10, _MOST_OFTEN)))
    sizes = Counter(number for numbers in stems.values() for number in numbers)
    return Topics(anchors, stems, tuple(sizes[number] for number in range(len(sentences))))


def sentences_of(text: str) -> list[str]:
    """The sentences, headings and list items of a text."""
    return [sentence for sentence in _END.split(text) if sentence.strip()]


def returned_to(topics: Topics, text: str) -> set[int]:
    """The sentences of the prompt that folded text comes back to."""
    found = {topics.anchors[key] for key in _keys(text) if key in topics.anchors}
    for sentence in sentences_of(text):
        shared = Counter(number for stem in _stems(sentence) for number in topics.stems.get(stem, ()))
        for number, count in shared.items():
            if count >= max(_WORDS_IN_COMMON, _SHARE_IN_COMMON * topics.sizes[number]):
                found.add(number)
    return found


def _by_stem(sentences: Iterable[set[str]], most: int) -> Mapping[str, list[int]]:
    stems: dict[str, list[int]] = {}
    for number, found in enumerate(sentences):
        for stem in found:
            stems.setdefault(stem, []).append(number)
    return {stem: numbers for stem, numbers in stems.items() if len(numbers) <= most}


def _keys(folded: str) -> Iterator[str]:
    yield from _anchors(folded)
    yield from (word[:_NAME_STEM] for word in _WORD.findall(folded))


def _anchors(folded: str) -> Iterator[str]:
    """Numbers, without what separates their digits, and codes."""
    for number in _NUMBER.findall(folded):
        digits = _WHOLE.sub("", number)
        if len(digits) > 1 and digits not in _ROUND:
            yield digits
    for code in _CODE.findall(folded):
        if not code.isalpha() and any(map(str.isalpha, code)):
            yield code


def _names(sentence: str, lower: set[str]) -> Iterator[str]:
    """Capitalised words inside a sentence that the prompt does not write otherwise as well."""
    names = _NAME.findall(sentence)
    if 2 * len(names) > len(_WORD.findall(sentence)):
        return  # a heading
    for name in names:
        folded = fold(name).decode()
        if folded not in lower and folded[:_STEM] not in _EVERYDAY:
            yield folded[:_NAME_STEM]


def _stems(folded: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(folded)} - _EVERYDAY
