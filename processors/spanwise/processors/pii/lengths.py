"""How long the matches of a pattern can be, as the parser of `re` knows it."""

from __future__ import annotations

import importlib
import sys
from typing import Protocol, cast

__all__ = ["REACH", "longest"]

REACH = 640
"""Characters of the longest match that is looked for only around its trigger; the longest mail address has 601."""


class _Parsed(Protocol):
    def getwidth(self) -> tuple[int, int]: ...


class _Parser(Protocol):
    def parse(self, pattern: str, /) -> _Parsed: ...


def longest(pattern: str) -> int:
    """Characters of the longest match; `sys.maxsize` where there is no limit or this Python does not tell."""
    try:
        parser = cast("_Parser", importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse"))
        width = parser.parse(pattern).getwidth()[1]
    except (ImportError, AttributeError):
        return sys.maxsize
    return width if width <= REACH else sys.maxsize
