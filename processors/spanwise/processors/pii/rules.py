"""What a detector is: data about one kind of personal data or secret, and where such data is found.

Every module of `spanwise.processors.pii.detectors` holds a tuple `RULES`; it is discovered, nothing else lists it.
Patterns are written in the syntax that RE2 and Python's `re` share (no look-around, no back-references) and run over
one byte per character, so `\\d`, `\\w` and `\\b` are ASCII. What stands around a match is the validator's business.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

__all__ = ["NUMBER", "RUN", "Candidate", "Narrowing", "Rule", "all_rules"]

_NOT_DIGITS = re.compile(r"\D+", re.ASCII)
NUMBER = r"\d(?:[ ./()\-\n]{0,3}\d){5}"
"""Trigger of the detectors of long numbers: at least six digits with little between them."""
RUN = r"[A-Za-z0-9+/]{20}"
"""Trigger of the detectors of tokens and addresses without a telling beginning: twenty letters and digits in a row."""


class Candidate(NamedTuple):
    """A stretch of text that a pattern matched, in its surroundings.

    Attributes:
        text: the text as the patterns see it: ASCII forms, `?` for what is beyond Latin-1.
        source: the same text in its own script, for words.
    """

    text: str
    source: str
    start: int
    end: int

    @property
    def value(self) -> str:
        return self.text[self.start : self.end]

    @property
    def digits(self) -> str:
        return _NOT_DIGITS.sub("", self.value)

    @property
    def previous(self) -> str:
        """The character before the match; empty at the beginning of the text."""
        return self.text[self.start - 1 : self.start]

    @property
    def following(self) -> str:
        """The character after the match; empty at the end of the text."""
        return self.text[self.end : self.end + 1]

    def before(self, length: int) -> str:
        return self.text[max(0, self.start - length) : self.start]

    def after(self, length: int) -> str:
        return self.text[self.end : self.end + length]

    def part(self, start: int, end: int) -> Candidate:
        """A part of this match, by offsets in the text."""
        return Candidate(self.text, self.source, start, end)


Validator = Callable[[Candidate], bool]
Narrowing = Callable[[Candidate], Iterable[Candidate]]


@dataclass(frozen=True, eq=False)
class Rule:
    """One way in which one type of finding appears in text.

    Attributes:
        name: unique, in snake case; reported as `Finding.rule`.
        type: the type of the finding, e.g. `EMAIL`.
        pattern: matches a candidate; group 1, where there is one, is the sensitive part.
        validate: decides on the candidate: checksum, surroundings.
        narrow: yields the stretches of a match to validate, ascending and the longest first; each valid one is found
            that does not end within the one before.
        beyond: how far behind the match such a stretch may end, in characters.
        context: words (lower case) of which one must stand before the candidate.
        window: how far before the candidate, in characters, a context word may end.
        hints: literals of which one is in every match; they make the decision to look cheap.
        trigger: a simpler pattern that every match contains. RE2 looks for the triggers of all rules at once and keeps
            a state for each way they can be under way, so counted repetitions in them are few, small and shared.
        score: confidence between 0 and 1; where findings overlap, the higher one wins.
    """

    name: str
    type: str
    pattern: str
    validate: Validator | None = None
    narrow: Narrowing | None = None
    beyond: int = 0
    context: tuple[str, ...] = ()
    window: int = 40
    hints: tuple[str, ...] = ()
    trigger: str = ""
    score: float = 0.8


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every detector module, in the order of the modules' names."""
    from spanwise.processors.pii import detectors

    names = sorted(module.name for module in pkgutil.iter_modules(detectors.__path__))
    modules = (importlib.import_module(f"{detectors.__name__}.{name}") for name in names)
    return tuple(rule for module in modules for rule in module.RULES)
