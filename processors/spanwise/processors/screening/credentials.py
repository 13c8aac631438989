"""Secrets that a model says and the user did not: keys of providers and clouds, tokens, private keys."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from spanwise.processors.screening.verdict import Match, Verdict

if TYPE_CHECKING:
    from spanwise.processors.pii import Scanner

__all__ = ["SECRET_CATEGORY", "secrets_given_away"]

SECRET_CATEGORY: Final = "secret_leak"
_SCORE: Final = 0.9
# An answer about code is full of passwords and addresses made up for the example.
_EXAMPLES: Final = frozenset(
    {
        *("password_assignment", "key_assignment", "forty_random_characters", "url_credentials"),
        *("curl_user", "command_user", "authorization", "cookie"),
    }
)


@lru_cache(maxsize=1)
def _scanner() -> Scanner:
    from spanwise.processors.pii import Scanner
    from spanwise.processors.pii.rules import all_rules

    return Scanner([rule for rule in all_rules() if rule.type == "SECRET" and rule.name not in _EXAMPLES])


def secrets_given_away(text: str, said_by_user: Iterable[str]) -> Verdict | None:
    """A verdict on the secrets in an output, None without any; those that the user said first are no news."""
    known = tuple(said_by_user)
    matches = tuple(
        Match(f"secret.{found.rule}", SECRET_CATEGORY, found.start, found.end)
        for found in _scanner().find(text)
        if found.type == "SECRET" and not any(text[found.start : found.end] in said for said in known)
    )
    return Verdict(_SCORE, flagged=True, category=SECRET_CATEGORY, matches=matches) if matches else None
