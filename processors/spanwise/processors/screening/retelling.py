"""Was the system prompt told in other words, or in another language?

Two things have to come together. The text speaks as a prompt does ("never mention…", "if a customer…", in any of the
languages of `rules.orders`), or as an assistant about its orders ("I've been told to…"). And it returns to several
sentences of the prompt: to what survives a translation (names, numbers, codes), or to words that one sentence of the
prompt and one of the text have in common. An answer that applies a rule does the second, not the first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from spanwise.processors.linear import Pattern, compile_pattern
from spanwise.processors.screening.folding import fold, fold_pattern
from spanwise.processors.screening.rules.orders import ORDERS

__all__ = ["Points", "points_of", "retold"]

_TOPICS: Final = 3
"""Sentences of the prompt that a text must come back to, of a prompt that has so many."""
_ORDERS: Final = 3
"""Orders in a text that does not say that it has them."""

_END: Final = re.compile(r"(?<=[.!?;。；！？])\s+|(?<=[。；！？])|\n+")
_NUMBER: Final = re.compile(r"\d+(?:[.,:  ]\d+)*")
_CODE: Final = re.compile(r"[a-z0-9](?:[a-z0-9_@.+/-]*[a-z0-9])?")
_WORD: Final = re.compile(r"[^\W\d_\u3040-\u30ff\u4e00-\u9fff]{4,}")
_NAME: Final = re.compile(r"(?<=[\w,;&'’)] )[\"'“«(]?([A-ZÀ-ÞŠŽА-Я][\w-]{3,})")
_STEM: Final = 5
_NAME_STEM: Final = 6
_WORDS_IN_COMMON: Final = 2
_SHARE_IN_COMMON: Final = 0.3

# Words of every prompt and every answer, by their first letters.
_EVERYDAY: Final = frozenset(
    word[:_STEM]
    for word in (
        "about above after again against all also although always and answer any anyone anything are asked asks assistant "
        "because been before being below best both but can cannot could does doing done dont each either else even every "
        "everything first from gets give given gives good have help helpful here his hers how if into its just keep kind "
        "know known last least less like list make many may means mention might more most much must need never next not "
        "nothing now offer often once one only other others our over own people please provide question questions reply "
        "respond response same say says see shall should show since some somebody someone something speak still such sure "
        "take talk tell than that the their them then there these they thing things this those through till time to today "
        "told too two under until upon use user users using very want was way ways well were what when where whether which "
        "while who will with within without word words work would write you your yours instructions instruction rules "
        "guidelines prompt system message order information "
        "eine einen einem einer nicht auch oder aber wenn dass sich sind wird werden haben kann sein ihre ihren dich dein "
        "deine nach noch mehr sehr alle alles immer keine keinen "
        "para pero como esta este estos todo todos muy sobre desde hasta cuando donde puede pueden "
        "pour avec dans vous nous sont plus mais cette tout tous leur elle "
    ).split()
)


class Points(NamedTuple):
    """What a prompt says, sentence by sentence, in the form in which other words leave it."""

    anchors: Mapping[str, int]
    """Names, numbers and codes, with the sentence that has them first."""
    stems: Mapping[str, tuple[int, ...]]
    """Beginnings of words, with the sentences that have them."""
    sizes: tuple[int, ...]
    """Stems by sentence."""


def points_of(prompt: str) -> Points:
    """Take `prompt` apart; costs about as much as reading it once."""
    anchors: dict[str, int] = {}
    stems: dict[str, list[int]] = {}
    sizes: list[int] = []
    for number, sentence in enumerate(filter(str.strip, _END.split(prompt))):
        folded = _folded(sentence)
        for anchor in (*_anchors(folded), *_names(sentence)):
            anchors.setdefault(anchor, number)
        found = _stems(folded)
        for stem in found:
            stems.setdefault(stem, []).append(number)
        sizes.append(len(found))
    return Points(anchors, {stem: tuple(numbers) for stem, numbers in stems.items()}, tuple(sizes))


def retold(points: Points, folded: bytes) -> float:
    """How surely folded text gives the prompt away in other words: 0 not at all, 0.5 and more surely enough."""
    orders = _orders(folded)
    if not orders:
        return 0.0
    topics = len(_topics(points, folded.decode()))
    enough = min(_TOPICS, max(2, len(points.sizes) // 2))
    return 0.5 * min(orders / _ORDERS, topics / enough)


def _orders(folded: bytes) -> int:
    """How many orders there are, at most as many as count; as many at once where the text says that it has some."""
    told, ordered = _patterns()
    if told.search(folded, 0):
        return _ORDERS
    found = 0
    for found, _ in enumerate(ordered.finditer(folded, 0, len(folded)), 1):
        if found == 2 * _ORDERS:
            break
    return found


@lru_cache(maxsize=1)
def _patterns() -> tuple[Pattern, Pattern]:
    told = "|".join(f"(?:{fold_pattern(orders.told)})" for orders in ORDERS)
    ordered = "|".join(f"(?:{fold_pattern(orders.ordered)})" for orders in ORDERS)
    return _compiled(told), _compiled(ordered)


def _compiled(pattern: str) -> Pattern:
    try:
        return compile_pattern(pattern, latin1=False)
    except ImportError:
        return re.compile(pattern.encode())


def _topics(points: Points, text: str) -> set[int]:
    """The sentences of the prompt that the text comes back to."""
    topics = {points.anchors[key] for key in _keys(text) if key in points.anchors}
    for sentence in _END.split(text):
        shared = Counter(number for stem in _stems(sentence) for number in points.stems.get(stem, ()))
        for number, count in shared.items():
            if count >= max(_WORDS_IN_COMMON, _SHARE_IN_COMMON * points.sizes[number]):
                topics.add(number)
    return topics


def _keys(folded: str) -> Iterator[str]:
    yield from _anchors(folded)
    yield from (word[:_NAME_STEM] for word in _WORD.findall(folded))


def _anchors(folded: str) -> Iterator[str]:
    """Numbers, without what separates their digits, and codes."""
    for number in _NUMBER.findall(folded):
        digits = re.sub(r"[:.,]00$|\D", "", number)
        if len(digits) > 1:
            yield digits
    for code in _CODE.findall(folded):
        if not code.isalpha() and not code.isdigit() and any(map(str.isalpha, code)):
            yield code


def _names(sentence: str) -> Iterator[str]:
    """Capitalised words that do not begin a sentence."""
    for name in _NAME.findall(sentence):
        yield _folded(name)[:_NAME_STEM]


def _stems(folded: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(folded)} - _EVERYDAY


def _folded(text: str) -> str:
    return fold(text).decode()
