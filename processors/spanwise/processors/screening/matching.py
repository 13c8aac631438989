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

from spanwise.processors.screening.context import is_negated
from spanwise.processors.screening.engine import Search, Span, compile_linear, linear_probe
from spanwise.processors.screening.folding import fold, fold_pattern
from spanwise.processors.screening.rules import Rule, all_rules
from spanwise.processors.screening.rules.prose import PROSE
from spanwise.processors.screening.segments import segments
from spanwise.processors.screening.verdict import Place

__all__ = ["Hit", "LinearScan", "Scan", "SequentialScan", "default_scan", "fastest_scan"]

_MOST_NEGATIONS: Final = 8  # forbidden orders that are passed over in search of a given one
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


def _first(rule: Rule, search: Search, folded: bytes) -> Hit | None:
    """The first match that counts: an order that is forbidden rather than given does not."""
    span = search(folded, 0)
    for _ in range(_MOST_NEGATIONS):
        if span is None or not (rule.negatable and is_negated(folded, span[0])):
            break
        span = search(folded, span[1])
    return Hit(rule, *span) if span else None


class SequentialScan:
    """The standard library's engine: every pattern in turn."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._searches = [(rule, _compile_sequential(_exact(rule))) for rule in rules]

    def __call__(self, folded: bytes, place: Place) -> list[Hit]:
        hits = (_first(rule, search, folded) for rule, search in self._searches if place in rule.places)
        return [hit for hit in hits if hit]


def _compile_sequential(pattern: str) -> Search:
    compiled = re.compile(pattern, re.ASCII)

    def search(text: bytes, start: int) -> Span | None:
        if text.isascii():
            match = compiled.search(text.decode("ascii"), start)
            return match.span() if match else None
        match = compiled.search(text.decode(), len(text[:start].decode()))
        return _byte_span(match.string, match.span()) if match else None

    return search


def _byte_span(text: str, span: Span) -> Span:
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
        hits = (_first(rule, search, folded) for rule, search in searches if place in rule.places)
        return [hit for hit in hits if hit]


def _telling_parts(rules: Sequence[Rule]) -> list[str]:
    """For each rule the part seen least often in ordinary prose and the rules' own counterexamples."""
    parts_of = [segments(fold_pattern(rule.pattern)) for rule in rules]
    parts = tuple(dict.fromkeys(part for row in parts_of for part in row))
    probe = linear_probe(parts)
    sample = [fold(text) for text in (*PROSE, *(rule.counterexample for rule in rules))]
    seen = Counter(parts[number] for text in sample for number in probe(text))
    return [min(row, key=lambda part: (seen[part], -len(part))) for row in parts_of]


def fastest_scan(rules: Sequence[Rule]) -> Scan:
    """A scan for `rules` on the fastest engine installed."""
    try:
        return LinearScan(rules)
    except ImportError:
        return SequentialScan(rules)


@lru_cache(maxsize=1)
def default_scan() -> Scan:
    """All rules for attacks, compiled once."""
    return fastest_scan(all_rules())
