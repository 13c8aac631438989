"""Screening: fold, match patterns, undo disguises, add up the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Final, NamedTuple

from spanwise.processors.screening.decoding import readings
from spanwise.processors.screening.folding import Offsets, fold
from spanwise.processors.screening.matching import default_scan
from spanwise.processors.screening.verdict import THRESHOLD, Match, Place, Verdict

__all__ = ["MAX_CHARACTERS", "screen"]

MAX_CHARACTERS: Final = 256 * 1024
"""Of a longer text only the first three quarters and the last quarter of this many characters are read."""

_CLEAN: Final = Verdict(0.0, False, None, ())
_MAX_READING: Final = 64 * 1024


class _Evidence(NamedTuple):
    match: Match
    weight: float


def screen(text: str, place: Place = "user") -> Verdict:
    """Say whether `text` tries to take over the assistant, and how.

    `place` says who wrote it: the same sentence is a wish from a user and an attack in a retrieved document. Never
    raises on any `str`; works in time linear in the text, of which at most `MAX_CHARACTERS` are read (head and
    tail). Offsets in the verdict's matches count characters of `text`.
    """
    return _verdict([found for start, part in _parts(text) for found in _shifted(_evidence(part, place), start)])


def _parts(text: str) -> Iterable[tuple[int, str]]:
    if len(text) <= MAX_CHARACTERS:
        return ((0, text),)
    tail = len(text) - MAX_CHARACTERS // 4
    return ((0, text[: MAX_CHARACTERS * 3 // 4]), (tail, text[tail:]))


def _shifted(evidence: Iterable[_Evidence], by: int) -> Iterator[_Evidence]:
    for match, weight in evidence:
        yield _Evidence(match._replace(start=match.start + by, end=match.end + by), weight)


def _evidence(text: str, place: Place) -> Iterator[_Evidence]:
    folded = fold(text)
    seen: set[str] = set()
    yield from _patterns(text, folded, place, seen)
    yield from _disguised(text, place, seen)


def _patterns(text: str, folded: bytes, place: Place, seen: set[str]) -> Iterator[_Evidence]:
    hits = default_scan()(folded, place)
    if not hits:
        return
    offsets = Offsets(text)
    for rule, start, end in hits:
        seen.add(rule.id)
        yield _Evidence(Match(rule.id, rule.category, *offsets.original(start, end)), rule.weight)


def _disguised(text: str, place: Place, seen: set[str]) -> Iterator[_Evidence]:
    for disguise, plain, start, end in readings(text):
        for rule, _, _ in default_scan()(fold(plain[:_MAX_READING]), place):
            if rule.id not in seen:
                seen.add(rule.id)
                yield _Evidence(Match(f"{disguise}/{rule.id}", "encoded_attack", start, end), rule.weight)


def _verdict(evidence: list[_Evidence]) -> Verdict:
    if not evidence:
        return _CLEAN
    score = 1 - prod(1 - weight for _, weight in evidence)
    best = max(evidence, key=lambda found: found.weight)
    return Verdict(score, score >= THRESHOLD, best.match.category, tuple(match for match, _ in evidence))
