"""Was the system prompt given away? Quotes are measured here, other words in `retelling`.

Quotes are looked for in the letters alone, so spelling them otherwise does not help: prompt and completion are reduced
to streams of folded letters and digits, without spaces, punctuation or case, and letters like the digits that stand for
them in leetspeak. What counts is how much of the completion lies in runs that the prompt holds as well. Two things give
nothing away: a single word, however long, and the first words of the prompt, by which an assistant introduces itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from spanwise.processors.screening.decoding import readings
from spanwise.processors.screening.folding import fold
from spanwise.processors.screening.letters import letters_of, rotated
from spanwise.processors.screening.retelling import retold, tells
from spanwise.processors.screening.topics import Topics, topics_of
from spanwise.processors.screening.verdict import ScreenModel

if TYPE_CHECKING:
    from spanwise.processors.screening.fingerprints import Fingerprints

__all__ = ["LEAK_THRESHOLD", "leak", "quote"]

LEAK_THRESHOLD: Final = 0.5
"""Scores at or above this are a leak."""

_RUN: Final = 16  # bytes (fingerprints.py takes it as two machine words); shorter common runs are everyday phrases
_ENOUGH: Final = 75  # bytes in such runs: about fifteen words of the prompt
_SHARE_OF_SHORT: Final = 0.6  # of a prompt too short for that
_INTRODUCTION: Final = 12  # words, at most a quarter of the prompt
_AT_START: Final = 4  # bytes into the prompt at which a quote still begins with its first word
_MAX_CHARACTERS: Final = 64 * 1024
_LONG: Final = 8 * 1024
"""Characters from which fewer prompts are kept prepared: each character takes 140 bytes."""
_TOKEN: Final = re.compile(rb"[a-z0-9_!\x80-\xff]+")
_ESCAPE: Final = re.compile(r"\\[nrt]")  # as in JSON
_CANARY: Final = re.compile(
    r"(?:canary|honey-?token|watermark)\W{0,3}(?:token|word|code|id|value)?\W{0,4}(?:is\W{1,3})?([\w-]{8,64})|"
    r"(?<![\w/=-])([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![\w/-])",
    re.IGNORECASE,
)


class _Source(NamedTuple):
    """A prompt prepared for comparison: where each run of letters stands, and where its introduction ends."""

    positions: dict[bytes, int]
    fingerprints: Fingerprints
    """Of the runs, sorted."""
    introduction: int
    size: int
    canaries: frozenset[str]
    topics: Topics
    """For what is told in other words."""


def leak(system_prompt: str, completion: str, *, model: ScreenModel = "hashed") -> float:
    """How much of `system_prompt` the `completion` gives away: 0 nothing, 1 surely.

    `LEAK_THRESHOLD` and more is a leak. Sees verbatim and partial quotes, lost case, punctuation or order, noise
    words, and the encodings that `screen` undoes; one canary token (a UUID, or a word that the prompt calls canary) is
    enough. Of translations and paraphrases it sees those that keep names, numbers or words of the prompt. With the
    model `embedding` it also sees some English summaries, and raises `ModelMissingError` if that is not installed.
    Reads the first 64 K characters of either.
    """
    source, completion = _prepared(system_prompt[:_MAX_CHARACTERS]), completion[:_MAX_CHARACTERS]
    texts = list(_texts(completion))
    score = _quoted(source, completion, texts)
    if score < LEAK_THRESHOLD:
        score = max(score, *(retold(source.topics, text) for text in texts))
    if score < LEAK_THRESHOLD and model == "embedding":
        score = max(score, _summarised(system_prompt[:_MAX_CHARACTERS], texts[0]))
    return score


def quote(system_prompt: str, completion: str) -> float:
    """As `leak`, for quotes alone: of texts that may well speak of their instructions, as reasoning does."""
    completion = completion[:_MAX_CHARACTERS]
    return _quoted(_prepared(system_prompt[:_MAX_CHARACTERS]), completion, list(_texts(completion)))


def _quoted(source: _Source, completion: str, texts: Sequence[bytes]) -> float:
    if any(canary in completion.lower() for canary in source.canaries):
        return 1.0
    shared = max(_shared(source, stream) for stream in _streams(completion, texts))
    enough = max(_RUN, min(_ENOUGH, int(source.size * _SHARE_OF_SHORT)))
    return min(1.0, LEAK_THRESHOLD * shared / enough)


def _prepared(system_prompt: str) -> _Source:
    return (_prepared_long if len(system_prompt) > _LONG else _prepared_short)(system_prompt)


def _prepare(system_prompt: str) -> _Source:
    from spanwise.processors.screening.fingerprints import sorted_fingerprints

    folded = fold(system_prompt)
    letters = bytearray()
    begins: list[int] = []
    for token in _TOKEN.finditer(folded):
        begins.append(len(letters))
        letters += letters_of(token[0])
    stream = bytes(letters)
    positions: dict[bytes, int] = {}
    for begin in begins[1:]:  # every run that spans the border of two words
        for at in range(max(0, begin - _RUN + 1), min(begin, len(stream) - _RUN + 1)):
            positions.setdefault(stream[at : at + _RUN], at)
    canaries = frozenset((match[1] or match[2]).lower() for match in _CANARY.finditer(system_prompt))
    introduction = len(letters_of(_opening(folded)))
    return _Source(
        positions, sorted_fingerprints(positions), introduction, len(stream), canaries, topics_of(system_prompt)
    )


_prepared_short = lru_cache(maxsize=64)(_prepare)
_prepared_long = lru_cache(maxsize=12)(_prepare)


def _opening(folded: bytes) -> bytes:
    words = folded.split()
    return b" ".join(words[: min(_INTRODUCTION, len(words) // 4)])


def _texts(completion: str) -> Iterator[bytes]:
    """The completion as it stands, and with every encoding in it undone."""
    yield fold(_ESCAPE.sub("\n", completion))
    for reading in readings(completion):
        if reading.disguise not in ("leet", "rot13", "reversed", "spaced", "unspaced"):
            yield fold(reading.text)


def _streams(completion: str, texts: Sequence[bytes]) -> Iterator[bytes]:
    """The letters of the texts, and of the completion reversed and rotated."""
    yield from map(letters_of, texts)
    yield letters_of(fold(completion[::-1]))
    yield letters_of(rotated(texts[0]))


def _summarised(system_prompt: str, folded: bytes) -> float:
    from spanwise.processors.screening.embedding import summarised

    return summarised(system_prompt, folded.decode()) if tells(folded) else 0.0


def _shared(source: _Source, stream: bytes) -> int:
    """Bytes of `stream` that lie in a run held by the source, an introduction left out."""
    from spanwise.processors.screening.fingerprints import may_share

    if not may_share(source.fingerprints, stream):
        return 0
    runs = list(_runs(source, stream))
    introduces = any(origin <= _AT_START for _, _, origin in runs)
    return sum(
        end - start
        for start, end, origin in runs
        if not (introduces and origin + end - start <= source.introduction + _AT_START)
    )


def _runs(source: _Source, stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Maximal stretches of `stream` covered by runs of the source, with where in the source they begin."""
    start = end = origin = -1
    for at in range(len(stream) - _RUN + 1):
        position = source.positions.get(stream[at : at + _RUN])
        if position is None:
            continue
        if at > end:
            if end > 0:
                yield start, end, origin
            start, origin = at, position
        end = at + _RUN
    if end > 0:
        yield start, end, origin
