"""Text for a terminal: columns that line up, colour where it is asked for, and nothing that a terminal obeys."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

__all__ = ["Paint", "columns", "cut", "pad", "safe", "width"]

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Paint:
    """Wraps text in ANSI colours, or leaves it as it is."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, *styles: str) -> str:
        """The text in some of the styles bold, dim, red, green, yellow, cyan."""
        if not self._colour or not styles or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"


def safe(value: object) -> str:
    """One line without control characters: telemetry may hold anything, escape sequences too."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in str(value))


def width(text: str) -> int:
    """The columns that a text without colours takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def cut(text: str, columns: int) -> str:
    """The text within a number of columns, with an ellipsis where it was longer."""
    if width(text) <= columns:
        return text
    kept = text
    while kept and width(kept) > columns - 1:
        kept = kept[:-1]
    return kept + "…"


def pad(text: str, columns: int, align: str = "<") -> str:
    """The text filled up with blanks to the left (`>`) or right (`<`)."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if align == ">" else text + blanks


def columns(rows: Sequence[Sequence[str]], aligns: str, gap: str = "  ") -> list[str]:
    """Rows of plain text as lines; `aligns` has `<` or `>` for each column."""
    widths = [max((width(row[index]) for row in rows), default=0) for index in range(len(aligns))]
    return [
        gap.join(pad(cell, widths[index], aligns[index]) for index, cell in enumerate(row)).rstrip() for row in rows
    ]
