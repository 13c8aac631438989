"""Builds the rules of a national identification number: labelled, and alone where its form tells it apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from spanwise.processors.pii.rules import NUMBER, Candidate, Rule
from spanwise.processors.pii.surroundings import apart, unlinked

__all__ = ["Check", "compact", "digits", "is_date", "national_id"]

_LETTERS = re.compile(r"(?<!\\)[A-Za-z]")
Check = Callable[[str], bool]
_WITH_LETTERS = rf"{NUMBER}|[A-Za-z]\d\d|\d[A-Za-z]\d"
"""What is in every national number that has letters."""


def digits(count: int) -> str:
    """A pattern of `count` digits with at most one separator between two."""
    return rf"\d(?:[ .\-/]?\d){{{count - 1}}}"


def compact(value: str) -> str:
    """Digits and capital letters only."""
    return "".join(filter(str.isalnum, value)).upper()


def is_date(year: str, month: str, day: str) -> bool:
    """Whether two digits of a year, a month and a day name a day of some century."""
    try:
        date(2000 + int(year) % 100, int(month), int(day))
    except ValueError:
        return False
    return True


def national_id(
    name: str,
    pattern: str,
    check: Check,
    words: tuple[str, ...],
    *,
    alone: str = "",
    trigger: str = "",
    alone_check: Check | None = None,
) -> tuple[Rule, ...]:
    """The rules of one number.

    Args:
        name: country and kind, e.g. `pl_pesel`.
        pattern: the number with the separators it may have.
        check: the check digits, over the number without separators.
        words: labels (lower case) of which one must stand before it.
        alone: the form in which it is found without a label, where that form is rare enough.
        trigger: what is in every number of that form, with no counted repetition at its start (see `Rule.trigger`).
        alone_check: a stricter check for that form, e.g. with the date of birth.
    """
    labelled = Rule(
        name=name,
        type="NATIONAL_ID",
        pattern=rf"(?:^|[^A-Za-z0-9])({pattern})",
        validate=lambda found: apart(found) and found.previous != "+" and check(compact(found.value)),
        context=words,
        trigger=_WITH_LETTERS if _LETTERS.search(pattern) else NUMBER,
        score=0.9,
    )
    if not alone:
        return (labelled,)
    return (labelled, _alone(name, alone, trigger, alone_check or check))


def _alone(name: str, pattern: str, trigger: str, check: Check) -> Rule:
    def validate(candidate: Candidate) -> bool:
        return unlinked(candidate, ".-/") and check(compact(candidate.value))

    return Rule(
        name=f"{name}_alone", type="NATIONAL_ID", pattern=pattern, validate=validate, trigger=trigger, score=0.72
    )
