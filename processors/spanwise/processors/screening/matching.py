"""All pattern rules over one folded text.

With google-re2 one linear pass finds candidates, and only those are searched for their exact span. Without it the
standard library searches each pattern; the results are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from spanwise.processors.screening.engine import Span, compile_linear, linear_probe
from spanwise.processors.screening.folding import fold, fold_pattern
from spanwise.processors.screening.rules import Rule, all_rules
from spanwise.processors.screening.rules.prose import PROSE
from spanwise.processors.screening.segments import segments
from spanwise.processors.screening.verdict import Place

__all__ = ["Hit", "LinearScan", "Scan", "SequentialScan", "default_scan"]

# At most eight words on. Counting words, not characters, keeps RE2's lazily built automaton small.
_GAP: Final = r"[^\s.!?]*(?:\s[^\s.!?]*){0,8}"


class Hit(NamedTuple):
    """A rule and the byte span of its first match in folded text."""

    rule: Rule
    start: int
    end: int


class Scan(Protocol):
    """Finds the first match of every rule that looks at `place` in folded text."""

    def __call__(self, folded: bytes, place: Place) -> list[Hit]: ...


def _exact(rule: Rule) -> str:
    return fold_pattern(rule.pattern).replace("~", _GAP)


class SequentialScan:
    """The standard library's engine: every pattern in turn."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = [(rule, re.compile(_exact(rule), re.ASCII)) for rule in rules]

    def __call__(self, folded: bytes, place: Place) -> list[Hit]:
        text = folded.decode()
        found = ((rule, pattern.search(text)) for rule, pattern in self._patterns if place in rule.places)
        return [Hit(rule, *_byte_span(text, match.span())) for rule, match in found if match]


def _byte_span(text: str, span: Span) -> Span:
    if text.isascii():
        return span
    start = len(text[: span[0]].encode())
    return start, start + len(text[span[0] : span[1]].encode())


class LinearScan:
    """RE2: one pass looks for the most telling part of every pattern; only where it occurs the whole is searched.

    Whole patterns in one automaton would be one pass as well, but their gaps, and every part that ordinary prose
    contains, multiply its states until building states costs more than the scan. Raises ImportError without
    google-re2.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._searches = [(rule, compile_linear(_exact(rule))) for rule in rules]
        telling = _telling_parts(rules)
        parts = tuple(dict.fromkeys(telling))
        self._rules_of = [[number for number, own in enumerate(telling) if own == part] for part in parts]
        self._probe = linear_probe(parts)

    def __call__(self, folded: bytes, place: Place) -> list[Hit]:
        candidates = sorted(number for part in self._probe(folded) for number in self._rules_of[part])
        searches = (self._searches[number] for number in candidates)
        found = ((rule, search(folded)) for rule, search in searches if place in rule.places)
        return [Hit(rule, *span) for rule, span in found if span]


def _telling_parts(rules: Sequence[Rule]) -> list[str]:
    """For each rule the part seen least often in ordinary prose and the rules' own counterexamples."""
    parts_of = [segments(fold_pattern(rule.pattern)) for rule in rules]
    parts = tuple(dict.fromkeys(part for row in parts_of for part in row))
    probe = linear_probe(parts)
    sample = [fold(text) for text in (*PROSE, *(rule.counterexample for rule in rules))]
    seen = Counter(parts[number] for text in sample for number in probe(text))
    return [min(row, key=lambda part: (seen[part], -len(part))) for row in parts_of]


@lru_cache(maxsize=1)
def default_scan() -> Scan:
    """The fastest engine installed, compiled once."""
    try:
        return LinearScan(all_rules())
    except ImportError:
        return SequentialScan(all_rules())
