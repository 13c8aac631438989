"""Builds the rules of tokens that providers issue with a prefix of their own."""

from __future__ import annotations

import re

from spanwise.processors.pii.entropy import is_placeholder, shannon
from spanwise.processors.pii.rules import Candidate, Rule
from spanwise.processors.pii.surroundings import emphasised

__all__ = ["token"]

_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def _is_token(candidate: Candidate) -> bool:
    value = candidate.value
    if not emphasised(candidate) and (not _begins(candidate) or (candidate.following and candidate.following in _WORD)):
        return False
    return _varied(value) and not is_placeholder(value[4:]) and shannon(value) >= 2.6


def _begins(candidate: Candidate) -> bool:
    """Not within a word or a file name; an escaped line break, `\\n`, is neither."""
    before = candidate.before(2)
    if before[-1:] == ".":
        return before[:1] not in _WORD or not before[:1]
    return not before or before[-1] not in _WORD or before in ("\\n", "\\t", "\\r")


def _varied(value: str) -> bool:
    return any(map(str.isdigit, value)) or (any(map(str.isupper, value[3:])) and any(map(str.islower, value[3:])))


def _is_mixed(candidate: Candidate) -> bool:
    """A token whose prefix any word may have: digits, and capitals or much hexadecimal, must follow."""
    value = candidate.value
    tail = value.rpartition("-")[2].rpartition("_")[2]
    telling = any(map(str.isupper, value[3:])) or (len(tail) >= 31 and not set(tail) - set("0123456789abcdef"))
    return telling and any(map(str.isdigit, value[4:])) and _is_token(candidate)


def token(name: str, hints: tuple[str, ...], pattern: str, *, mixed: bool = False, trigger: str = "") -> Rule:
    """The rule of one provider's tokens.

    Args:
        name: the provider.
        hints: literals of which one is in every token; where it begins.
        pattern: the token; group 1, where there is one, is the secret part.
        mixed: the prefix may begin other words, so digits and capitals, or much hexadecimal, must follow.
        trigger: what is in every token, where the hint is not its beginning.
    """
    return Rule(
        name=name,
        type="SECRET",
        pattern=pattern,
        validate=_is_mixed if mixed else _is_token,
        hints=hints,
        trigger=trigger or _more_than_a_hint(hints),
        score=0.98,
    )


def _more_than_a_hint(hints: tuple[str, ...]) -> str:
    """The literal with more of a token behind it: `re_` alone is in many a word."""
    literals = "|".join(map(re.escape, hints))
    if "/" in hints[0] or hints[0].endswith((".com", " ")):
        return literals
    return rf"(?:{literals})[A-Za-z0-9+/=_.$~:%\-]{{8}}"
