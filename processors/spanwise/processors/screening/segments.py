"""What a pattern cannot match without: the cheap first question before the exact search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["segments"]

# One atom of a regular expression outside groups: escape, class, or single character.
_ATOM: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_QUANTIFIER: Final = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_TELLING: Final = re.compile(r"[^\W\d_]{2}|<!--|<\\\||\]\(|\[\(")


def segments(pattern: str) -> list[str]:
    """Split `pattern` at its long top-level repetitions and gaps (`~`) into parts that every match contains.

    Leaving a part out keeps the condition necessary, so whatever repeats often or has a gap inside is left out. Of
    top-level alternatives the longest part of each is kept, as alternatives of one segment.
    """
    alternatives = [[part for part in row if _TELLING.search(part)] or [""] for row in _rows(pattern)]
    if len(alternatives) == 1:
        return alternatives[0]
    return ["|".join(max(row, key=len) for row in alternatives)]


def _rows(pattern: str) -> Iterator[list[str]]:
    """For each top-level alternative the stretches between gaps."""
    row = [""]
    for atom, repeated in _atoms(pattern):
        if atom == "|":
            yield row
            row = [""]
        elif "~" in atom or repeated not in ("", "?"):
            row.append("")
        else:
            row[-1] += atom + repeated
    yield row


def _atoms(pattern: str) -> Iterator[tuple[str, str]]:
    """The top-level atoms, groups whole, each with its quantifier (or "")."""
    position = 0
    while position < len(pattern):
        end = _group_end(pattern, position) if pattern[position] == "(" else _end_of_atom(pattern, position)
        quantifier = _QUANTIFIER.match(pattern, end)
        yield pattern[position:end], quantifier[0] if quantifier else ""
        position = quantifier.end() if quantifier else end


def _end_of_atom(pattern: str, position: int) -> int:
    atom = _ATOM.match(pattern, position)
    return atom.end() if atom else position + 1


def _group_end(pattern: str, position: int) -> int:
    depth = 0
    while position < len(pattern):
        depth += {"(": 1, ")": -1}.get(pattern[position], 0)
        position = _end_of_atom(pattern, position)
        if depth == 0:
            break
    return position
