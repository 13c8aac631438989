"""All pattern rules over one folded text.

With google-re2 one linear pass finds candidates, and only those are searched for their exact span. Without it the
standard library searches each pattern; the results are the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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

_BLOCK: Final = 8 * 1024
_OVERLAP: Final = 1024
_MOST_NEGATIONS: Final = 8  # forbidden orders that are passed over in search of a given one
# At most eight words on. Counting words, not characters, keeps RE2's lazily built automaton small.
_GAP: Final = r"[^\s.!?]*(?:\s[^\s.!?]*){0,8}"


class Hit(NamedTuple):
    """A rule and the byte span of its first match in folded text."""

    rule: Rule
    start: int
    end: int

    def moved(self, by: int) -> Hit:
        return Hit(self.rule, self.start + by, self.end + by)


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


def _blocks(folded: bytes) -> Iterator[tuple[int, bytes]]:
    """Cut a long text into blocks that overlap by more than any match is long; yields offset and block.

    A rule is searched for only where its telling part is, and in a long text every part is somewhere.
    """
    start = 0
    while len(folded) - start > _BLOCK + _OVERLAP:
        yield start, folded[start : _character(folded, start + _BLOCK)]
        start = _cut(folded, start + _BLOCK - _OVERLAP)
    yield start, folded[start:]


def _cut(folded: bytes, near: int) -> int:
    """Where a line, else a sentence, else a word, else at least a character begins, shortly before `near`."""
    for mark in (b"\n", b". ", b" "):
        found = folded.rfind(mark, near - _OVERLAP, near)
        if found >= 0:
            return found + len(mark)
    return _character(folded, near)


def _character(folded: bytes, near: int) -> int:
    """Where the character begins that byte `near` belongs to."""
    while folded[near] & 0xC0 == 0x80:
        near -= 1
    return near


def _first_of_each(hits: Iterable[Hit]) -> list[Hit]:
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.rule.id, hit)
    return list(first.values())


class SequentialScan:
    """The standard library's engine: every pattern in turn."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._searches = [(rule, _compile_sequential(_exact(rule))) for rule in rules]

    def __call__(self, folded: bytes, place: Place) -> list[Hit]:
        return _first_of_each(hit for start, block in _blocks(folded) for hit in self._hits(block, place, start))

    def _hits(self, block: bytes, place: Place, offset: int) -> Iterator[Hit]:
        for rule, search in self._searches:
            if place in rule.places and (hit := _first(rule, search, block)):
                yield hit.moved(offset)


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
        return _first_of_each(hit for start, block in _blocks(folded) for hit in self._hits(block, place, start))

    def _hits(self, block: bytes, place: Place, offset: int) -> Iterator[Hit]:
        for number in sorted(number for part in self._probe(block) for number in self._rules_of[part]):
            rule, search = self._searches[number]
            if place in rule.places and (hit := _first(rule, search, block)):
                yield hit.moved(offset)


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
