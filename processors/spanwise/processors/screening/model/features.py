"""Folded text to hashed features, in a fixed number of numpy passes whatever the text.

A word is a run of letters (numbers do not count); a Chinese, Japanese or Korean character is a word of its own. Each
word yields its stem (the first letters) and the sequences it forms with the stems after it. A hash is a polynomial
over the bytes, the difference of two running sums freed of its position, so no word is ever cut out in Python.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCK", "BUCKETS", "LONGEST", "Features", "featurise"]

BUCKETS: Final = 1 << 18
BLOCK: Final = 1 << 14
"""Bytes that `featurise` takes at once; a longer text is worked on block by block."""

_Hashes: TypeAlias = npt.NDArray[np.uint32]
_Indices: TypeAlias = npt.NDArray[np.intp]

_DROPPED_BITS: Final = np.uint32(32 - BUCKETS.bit_length() + 1)
LONGEST: Final = 40
"""Words of the longest sentence; without punctuation a "sentence" is cut there."""
_STEM: Final = 6  # bytes of an ASCII stem; other scripts take two or three bytes a letter
_WIDE_STEM: Final = 10

_PRIME: Final = 0x9E3779B1
_STEMMED, _PAIR, _TRIPLE, _SKIP_ONE, _SKIP_TWO, _OPENING, _OPENING_PAIR = (
    np.uint32(value)
    for value in (
        *(0xC2B2AE3D, 0x27D4EB2F, 0x165667B1),
        *(0xD3A2646D, 0xFD7046C5, 0xB55A4F09, 0x8DA6B343),
    )
)

_BETWEEN, _INSIDE, _ENDS_SENTENCE, _SINGLE = 0, 1, 2, 3


class Features(NamedTuple):
    """Bucket numbers of one block of text.

    `words` has a row per kind of feature and a column per word, `openings` a row per kind and a column per sentence;
    `sentences` is the number of the first word of each sentence.
    """

    words: _Hashes
    openings: _Hashes
    sentences: _Indices


def _powers(base: int) -> _Hashes:
    steps = np.full(BLOCK + 1, base, np.uint32)
    steps[0] = 1
    return np.cumprod(steps, dtype=np.uint32)


def _classes() -> bytes:
    """What each byte is; `_SINGLE` begins an East Asian character."""
    classes = bytearray(256)
    for byte in (*range(ord("a"), ord("z") + 1), *range(0x80, 0x100)):
        classes[byte] = _INSIDE
    for byte in b".!?\n|;":
        classes[byte] = _ENDS_SENTENCE
    for byte in range(0xE3, 0xED + 1):
        classes[byte] = _SINGLE
    return bytes(classes)


_CLASSES: Final = _classes()
_POWERS: Final = _powers(_PRIME)
_INVERSES: Final = _powers(pow(_PRIME, -1, 1 << 32))


def _values() -> _Hashes:
    """A value per byte: none outside words, the others spread over 32 bits."""
    values = (np.arange(1, 257, dtype=np.uint32) * np.uint32(0x9E3779B9)) ^ np.uint32(0x7FEB352D)
    values[(np.frombuffer(_CLASSES, np.uint8) & 1) == 0] = 0
    return values


_VALUES: Final = _values()


def featurise(folded: bytes) -> Features | None:
    """The features of at most `BLOCK` bytes of folded text; None if there is no word in it."""
    folded = folded[:BLOCK]
    classes = np.frombuffer(folded.translate(_CLASSES), np.uint8)
    starts = _starts(classes)
    if not starts.size:
        return None
    stems = _stems(np.frombuffer(folded, np.uint8), starts)
    sentences = _sentences(classes, starts)
    return Features(_sequences(stems) >> _DROPPED_BITS, _openings(stems, sentences) >> _DROPPED_BITS, sentences)


def _starts(classes: npt.NDArray[np.uint8]) -> _Indices:
    """The first byte of every word."""
    inside = classes & 1
    starts = classes == _SINGLE
    if inside.size:
        starts[0] = inside[0]
    starts[1:] |= inside[1:] > inside[:-1]
    return np.flatnonzero(starts)


def _stems(data: npt.NDArray[np.uint8], starts: _Indices) -> _Hashes:
    """A hash of each word's first letters, wherever it stands."""
    sums = np.zeros(data.size + 1, np.uint32)
    terms = _VALUES.take(data)
    terms *= _POWERS[: data.size]
    np.cumsum(terms, dtype=np.uint32, out=sums[1:])
    ends = starts + np.where(data.take(starts) < 0x80, _STEM, _WIDE_STEM)
    np.minimum(ends[:-1], starts[1:], out=ends[:-1])
    np.minimum(ends[-1:], data.size, out=ends[-1:])
    return (sums.take(ends) - sums.take(starts)) * _INVERSES.take(starts)


def _sentences(classes: npt.NDArray[np.uint8], starts: _Indices) -> _Indices:
    """The number of the first word of each sentence."""
    breaks = np.flatnonzero(classes == _ENDS_SENTENCE)
    new = np.zeros(starts.size + 1, np.bool_)
    new[:-1:LONGEST] = True
    new[np.searchsorted(starts, breaks)] = True
    return np.flatnonzero(new[:-1])


def _sequences(stems: _Hashes) -> _Hashes:
    rows = np.zeros((5, stems.size), np.uint32)
    np.multiply(stems, _STEMMED, out=rows[0])
    first = stems * _PAIR
    np.multiply(first[:-1] ^ stems[1:], _TRIPLE, out=rows[1, :-1])
    np.multiply(rows[1, :-2] ^ stems[2:], _TRIPLE, out=rows[2, :-2])
    np.multiply(first[:-2] ^ stems[2:], _SKIP_ONE, out=rows[3, :-2])
    np.multiply(first[:-3] ^ stems[3:], _SKIP_TWO, out=rows[4, :-3])
    return rows


def _openings(stems: _Hashes, sentences: _Indices) -> _Hashes:
    rows = np.empty((2, sentences.size), np.uint32)
    np.multiply(stems.take(sentences), _OPENING, out=rows[0])
    following = stems.take(np.minimum(sentences + 1, stems.size - 1))
    np.multiply(rows[0] ^ following, _OPENING_PAIR, out=rows[1])
    return rows
