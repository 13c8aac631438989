"""Harmful content by category, and answers that refuse. Patterns alone, for precision rather than recall."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from spanwise.processors.screening.allowing import AllowList
from spanwise.processors.screening.folding import Offsets, fold
from spanwise.processors.screening.matching import Scan, fastest_scan
from spanwise.processors.screening.rules import harm_english, harm_translated
from spanwise.processors.screening.rules.refusal import REFUSALS
from spanwise.processors.screening.rules.rule import Rule
from spanwise.processors.screening.verdict import Match

__all__ = ["HARMS", "harm", "harm_rules", "refuses"]

HARMS: Final = (
    *("crime", "cybercrime", "drugs", "hate", "self_harm"),
    *("sexual", "sexual_minors", "violence", "weapons"),
)
"""The categories."""

_MAX_CHARACTERS: Final = 256 * 1024
_LONGEST_REFUSAL: Final = 1200
"""An answer that is longer does something, whatever it declines."""
_OPENING: Final = 400
_DELIVERS: Final = re.compile(
    r"\b(?:here(?:'s| is| are)|below (?:is|are)|but i can (?:provide|give) you|```)", re.IGNORECASE
)


@lru_cache(maxsize=1)
def harm_rules() -> tuple[Rule, ...]:
    """Every rule for harmful content, in a fixed order."""
    return (*harm_english.RULES, *harm_translated.RULES)


@lru_cache(maxsize=1)
def _scan() -> Scan:
    return fastest_scan(harm_rules())


def harm(text: str, *, allow: AllowList | None = None) -> tuple[Match, ...]:
    """What in a prompt or a completion asks for harm, threatens it or wishes it: the first match of each rule.

    A match has a category of `HARMS`. Words alone are not harmful: a question how something is treated, prevented,
    reported or was done in history has no match. Never raises; reads the first 256 K characters. Does not undo
    disguises. `allow` says what does not count.
    """
    text = text[:_MAX_CHARACTERS]
    if allow is not None:
        text = allow.without_phrases(text)
    hits = _scan()(fold(text), "user")
    if not hits:
        return ()
    offsets = Offsets(text)
    found = (Match(hit.rule.id, hit.rule.category, *offsets.original(hit.start, hit.end)) for hit in hits)
    return tuple(match for match in found if allow is None or not allow.allows(match.rule))


@lru_cache(maxsize=1)
def _refusal() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{refusal.folded})" for refusal in REFUSALS), re.ASCII)


def refuses(completion: str) -> bool:
    """Whether an answer begins by declining to do what was asked, in one of the languages of the table.

    Answers that do something all the same do not count: those of more than 1200 characters, with code, or that say
    "here is".
    """
    said = completion.strip()
    if not said or len(said) > _LONGEST_REFUSAL:
        return False
    opening = fold(said[:_OPENING]).decode().lstrip(" \n\"'*_#>-.")
    return _refusal().match(opening) is not None and _DELIVERS.search(said) is None
