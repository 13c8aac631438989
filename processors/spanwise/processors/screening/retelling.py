"""Was the system prompt told in other words, or in another language?

Two things have to come together. The text speaks as a prompt does ("never mention…", "if a customer…", in any of the
languages of `rules.orders`), or as an assistant about its orders ("I've been told to…"). And it returns to several
sentences of the prompt: to what survives a translation (names, numbers, codes), or to words that one sentence of the
prompt and one of the text have in common. An answer that applies a rule does the second, not the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from spanwise.processors.linear import Pattern, compile_pattern
from spanwise.processors.screening.folding import fold_pattern
from spanwise.processors.screening.rules.orders import KEPT, ORDERS
from spanwise.processors.screening.topics import Topics, returned_to, sentences_of

__all__ = ["retold", "tells"]

_RETURNS: Final = 3
"""Sentences of the prompt that a text must come back to."""
_FEWER: Final = 2
"""Of a prompt that has only three, or in a text that is full of orders."""
_SHARE: Final = 1 / 6  # of the sentences of a text: a long one comes back to some by chance
_ORDERS: Final = 3
"""Orders in a text that does not say that it has them, at least."""
_MANY: Final = 5
_DENSE: Final = 0.5  # orders to a sentence
_SPARSE: Final = 0.125
_NEAR: Final = 400  # bytes; without RE2 some patterns take the square of what they search


def retold(topics: Topics, folded: bytes) -> float:
    """How surely folded text gives the prompt away in other words: 0 not at all, 0.5 and more surely enough."""
    if len(topics.sizes) < _FEWER:
        return 0.0
    told = tells(folded)
    orders = 0 if told else _count(_patterns().ordered, folded)
    if not told and orders < _ORDERS:
        return 0.0
    text = folded.decode()
    sentences = len(sentences_of(text))
    if not told and orders < _SPARSE * sentences:
        return 0.0
    few = orders >= max(_MANY, _DENSE * sentences) or len(topics.sizes) < 2 * _FEWER
    enough = max(_FEWER if few else _RETURNS, _SHARE * sentences)
    return min(1.0, 0.5 * len(returned_to(topics, text)) / enough)


class _Patterns(NamedTuple):
    told: Pattern
    ordered: Pattern
    kept: Pattern


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    told = _compiled(orders.told for orders in ORDERS)
    return _Patterns(told, _compiled(orders.ordered for orders in ORDERS), _compiled(kept.pattern for kept in KEPT))


def _compiled(patterns: Iterable[str]) -> Pattern:
    together = "|".join(f"(?:{fold_pattern(pattern)})" for pattern in patterns)
    try:
        return compile_pattern(together, latin1=False)
    except ImportError:
        return re.compile(together.encode())


def tells(folded: bytes) -> bool:
    """Whether a sentence speaks of the orders that an assistant has, and does not say that it keeps them to itself."""
    told, _, kept = _patterns()
    if told.search(folded, 0) is None:
        return False
    for sentence in map(str.encode, sentences_of(folded.decode())):
        if found := told.search(sentence, 0):
            start, end = found.span()
            if kept.search(sentence[max(0, start - _NEAR) : end + _NEAR], 0) is None:
                return True
    return False


def _count(pattern: Pattern, folded: bytes) -> int:
    return sum(1 for _ in pattern.finditer(folded, 0, len(folded)))
