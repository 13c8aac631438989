"""What an application knows to be harmless: rules that do not fit it, and phrases of its own that look like attacks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

__all__ = ["AllowList"]

_RULE: Final = re.compile(r"(?:[a-z0-9_]+/)?[a-z0-9_]+\.[a-z0-9_.*]+")
_ELSEWHERE: Final = ("model.attack", "model.order", "canary.planted", "canary.listed")
"""Rules that are in no table."""


class AllowList:
    """Matches that do not count.

    Each entry is the id of a rule (`drop.earlier_orders`), the beginning of ids (`drop.*`), an id as it is found in a
    disguise (`encoded_run/drop.earlier_orders`), or else a phrase. A phrase is taken out of the text before it is
    read, in any case and with any white space between its words, so that only the rest of the text counts.
    """

    __slots__ = ("_phrases", "_rules")

    def __init__(self, entries: Iterable[str] = ()) -> None:
        given = [entry.strip() for entry in entries if entry.strip()]
        self._rules = tuple(entry for entry in given if _names_rule(entry))
        phrases = sorted((entry for entry in given if entry not in self._rules), key=len, reverse=True)
        words = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases)
        self._phrases = re.compile(words, re.IGNORECASE) if words else None

    def allows(self, rule: str) -> bool:
        """Whether matches of the rule do not count."""
        return any(fnmatchcase(rule, entry) for entry in self._rules)

    def without_phrases(self, text: str) -> str:
        """The text with allowed phrases blanked; offsets stay what they are."""
        return self._phrases.sub(lambda match: " " * len(match[0]), text) if self._phrases else text


def _names_rule(entry: str) -> bool:
    if not _RULE.fullmatch(entry):
        return False
    plain = entry.rpartition("/")[2]
    return any(fnmatchcase(rule, plain) for rule in _known_rules())


@lru_cache(maxsize=1)
def _known_rules() -> tuple[str, ...]:
    from spanwise.processors.screening.harm import harm_rules
    from spanwise.processors.screening.rules import all_rules

    return (*(rule.id for rule in (*all_rules(), *harm_rules())), *_ELSEWHERE)
