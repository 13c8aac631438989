"""How random a string looks, and whether it stands for a secret rather than being one."""

from __future__ import annotations

import math
import re
from collections import Counter

__all__ = ["is_placeholder", "shannon"]

_REFERENCE = re.compile(
    r"\$\{|\$\(|\$[A-Za-z_]+$|\{\{|%[({]|%[sdrv]$|%\w+%$|<[A-Za-z_ ]|\[[A-Z_]|\*{3}|\.{3}|\u2026|#\{|@\w+@$"
)
_REPEATED = re.compile(r"(.)\1{6,}", re.DOTALL)


def shannon(text: str) -> float:
    """Bits per character."""
    length = len(text)
    return -sum(count / length * math.log2(count / length) for count in Counter(text).values())


def is_placeholder(value: str) -> bool:
    """`${TOKEN}`, `<your key>`, `xxxxxxxx`, `***`: the name of a secret, not the secret."""
    if _REFERENCE.match(value):
        return True
    repeated = max((len(run[0]) for run in _REPEATED.finditer(value)), default=0)
    return 3 * repeated > len(value) or len(set(value.lower())) < min(6, len(value) // 2 + 1)
