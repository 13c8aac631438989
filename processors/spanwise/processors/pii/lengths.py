"""How long the matches of a pattern can be, as the parser of `re` knows it."""

from __future__ import annotations

import importlib
import sys
from typing import Protocol, cast

__all__ = ["REACH", "is_bounded"]

REACH = 640
"""Characters of the longest match that is looked for only around its trigger; the longest mail address has 601."""


class _Parsed(Protocol):
    def getwidth(self) -> tuple[int, int]: ...


class _Parser(Protocol):
    def parse(self, pattern: str, /) -> _Parsed: ...


def is_bounded(pattern: str) -> bool:
    """Whether no match is longer than `REACH`; False as well where this Python does not tell."""
    try:
        parser = cast("_Parser", importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse"))
        return parser.parse(pattern).getwidth()[1] <= REACH
    except (ImportError, AttributeError):
        return False
