"""Screening: fold, match patterns, undo disguises, ask the model, add up the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod
from typing import Final, NamedTuple

from spanwise.processors.screening.allowing import AllowList
from spanwise.processors.screening.canaries import CANARY_CATEGORY, Canaries
from spanwise.processors.screening.context import is_description, without_quotations
from spanwise.processors.screening.decoding import readings
from spanwise.processors.screening.folding import Offsets, fold
from spanwise.processors.screening.matching import default_scan
from spanwise.processors.screening.opinions import opinions
from spanwise.processors.screening.verdict import THRESHOLD, Match, Place, ScreenModel, Verdict

__all__ = ["MAX_CHARACTERS", "screen"]

MAX_CHARACTERS: Final = 256 * 1024
"""Of a longer text only the first three quarters and the last quarter of this many characters are read."""

_NOTHING_ALLOWED: Final = AllowList()
_PLANTED: Final = Canaries()
_CLEAN: Final = Verdict(0.0, False, None, ())
_QUOTED_SCORE: Final = 0.45
_BEYOND_DESCRIPTION: Final = 0.93
_MAX_READING: Final = 64 * 1024


class _Evidence(NamedTuple):
    match: Match
    weight: float


def screen(
    text: str,
    place: Place = "user",
    *,
    allow: AllowList | None = None,
    canaries: Canaries | None = None,
    model: ScreenModel = "hashed",
) -> Verdict:
    """Say whether `text` tries to take over the assistant, and how; of an output, whether it holds a canary token.

    `place` says who wrote it: the same sentence is a wish from a user and an attack in a retrieved document. Never
    raises on any `str`; works in time linear in the text, of which at most `MAX_CHARACTERS` are read (head and
    tail). Offsets in the verdict's matches count characters of `text`.

    Args:
        text: a prompt, a document, a completion.
        place: who wrote it.
        allow: rules and phrases that do not count.
        canaries: tokens to look for in an output, beside those that `plant` makes without a key.
        model: `embedding` reads documents with the sentence model of the extra `local-model` too, which takes tens of
            milliseconds a sentence, and raises `ModelMissingError` where that is not installed.
    """
    allowed = allow or _NOTHING_ALLOWED
    text = allowed.without_phrases(text)
    evidence = [found for start, part in _parts(text) for found in _shifted(_evidence(part, place, model), start)]
    if place == "output":
        evidence += _given_away(text, canaries or _PLANTED)
    verdict = _verdict([found for found in evidence if not allowed.allows(found.match.rule)])
    quotable = verdict.flagged and verdict.category != CANARY_CATEGORY
    excused = quotable and (_describes(text, place, verdict) or _only_quotes(text, place, allowed, model))
    return _quoted(verdict) if excused else verdict


def _given_away(text: str, canaries: Canaries) -> Iterator[_Evidence]:
    for start, part in _parts(text):
        yield from _shifted((_Evidence(match, 1.0) for match in canaries.find(part)), start)


def _describes(text: str, place: Place, verdict: Verdict) -> bool:
    """Whether a user tells of an attack rather than makes one; where much speaks for an attack that is no excuse."""
    return place == "user" and verdict.score < _BEYOND_DESCRIPTION and is_description(fold(text[:MAX_CHARACTERS]))


def _only_quotes(text: str, place: Place, allowed: AllowList, model: ScreenModel) -> bool:
    """Whether nothing is left to flag once quoted examples are blanked, as in an article about attacks."""
    remaining = [without_quotations(fold(part)) for _, part in _parts(text)]
    if not any(remaining):
        return False
    rest = [part.decode() for part in remaining if part is not None]
    evidence = (
        [found for found in _evidence(part, place, model) if not allowed.allows(found.match.rule)] for part in rest
    )
    return not any(_verdict(found).flagged for found in evidence)


def _quoted(verdict: Verdict) -> Verdict:
    return replace(verdict, score=min(verdict.score, _QUOTED_SCORE), flagged=False)


def _parts(text: str) -> Iterable[tuple[int, str]]:
    if len(text) <= MAX_CHARACTERS:
        return ((0, text),)
    tail = len(text) - MAX_CHARACTERS // 4
    return ((0, text[: MAX_CHARACTERS * 3 // 4]), (tail, text[tail:]))


def _shifted(evidence: Iterable[_Evidence], by: int) -> Iterator[_Evidence]:
    for match, weight in evidence:
        yield _Evidence(match._replace(start=match.start + by, end=match.end + by), weight)


def _evidence(text: str, place: Place, model: ScreenModel = "hashed") -> Iterator[_Evidence]:
    folded = fold(text)
    seen: set[str] = set()
    yield from _patterns(text, folded, place, seen)
    for rule, category, weight in opinions(folded, place, model):
        yield _Evidence(Match(rule, category, 0, len(text)), weight)
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
