"""Was the system prompt told in other words, or in another language?

Two things have to come together. The text speaks as a prompt does ("never mention…", "if a customer…", in any of the
languages of `rules.orders`), or as an assistant about its orders ("I've been told to…"). And it returns to several
sentences of the prompt: to what survives a translation (names, numbers, codes), or to words that one sentence of the
prompt and one of the text have in common. An answer that applies a rule does the second, not the first.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from spanwise.processors.linear import Pattern, compile_pattern
from spanwise.processors.screening.folding import fold_pattern
from spanwise.processors.screening.rules.orders import ORDERS
from spanwise.processors.screening.topics import Topics, returned_to

__all__ = ["retold"]

_RETURNS: Final = 3
"""Sentences of the prompt that a text must come back to, of a prompt that has so many."""
_ORDERS: Final = 3
"""Orders in a text that does not say that it has them."""


def retold(topics: Topics, folded: bytes) -> float:
    """How surely folded text gives the prompt away in other words: 0 not at all, 0.5 and more surely enough."""
    orders = _orders(folded)
    if not orders:
        return 0.0
    returns = len(returned_to(topics, folded.decode()))
    enough = min(_RETURNS, max(2, len(topics.sizes) // 2))
    return 0.5 * min(orders / _ORDERS, returns / enough)


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
