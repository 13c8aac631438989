"""How random a string looks, and whether it stands for a secret rather than being one."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

__all__ = ["is_placeholder", "shannon"]

_REFERENCE = re.compile(
    r"\$\{|\$\(|\$[A-Za-z_]+$|\{\{|%[({]|%[sdrv]$|%\w+%$|<[A-Za-z_ ]|\[[A-Z_]|\*{3}|\.{3}|\u2026|#\{|@\w+@$"
)
_REPEATED = re.compile(r"(.)\1{6,}", re.DOTALL)


def shannon(text: str) -> float:
    """Bits per character."""
    length = len(text)
    return math.log2(length) - sum(map(_times_log2, Counter(text).values())) / length if length else 0.0


@lru_cache(maxsize=256)
def _times_log2(count: int) -> float:
    return count * math.log2(count)


def is_placeholder(value: str) -> bool:
    """`${TOKEN}`, `<your key>`, `xxxxxxxx`, `***`: the name of a secret, not the secret."""
    if _REFERENCE.match(value):
        return True
    return _is_mostly_one(value) or len(set(value.lower())) < min(6, len(value) // 2 + 1)


def _is_mostly_one(value: str) -> bool:
    """Whether more than a third of the value is one character, in a row."""
    longest = len(value) - len(set(value)) + 1
    if 3 * longest <= len(value):
        return False
    return 3 * max((len(run[0]) for run in _REPEATED.finditer(value)), default=0) > len(value)
