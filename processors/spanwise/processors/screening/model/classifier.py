"""Two linear scores for every sentence: is it an attack, and does it give the assistant something to do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from pkgutil import get_data
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from spanwise.processors.screening.model.features import BLOCK, LONGEST, Features, featurise

__all__ = ["UNIT", "WEIGHTS", "Classifier", "blocks", "default_classifier", "length_norm", "sentence_logits"]

WEIGHTS: Final = Path(__file__).with_name("weights.npz")
_FULL_LENGTH: Final = 8  # words up to which evidence counts in full
UNIT: Final = 1 / 32
"""What one step of a stored weight adds to a logit."""


def length_norm(words: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """What the evidence of a sentence is multiplied by, so that length alone proves nothing."""
    return np.sqrt(_FULL_LENGTH / np.maximum(words, _FULL_LENGTH))


def sentence_logits(weights: npt.NDArray[np.int8], features: Features) -> npt.NDArray[np.int32]:
    """The sum of stored weights per sentence, without bias."""
    words = weights.take(features.words).sum(axis=0, dtype=np.int32)
    sums: npt.NDArray[np.int32] = np.add.reduceat(words, features.sentences)
    sums += weights.take(features.openings).sum(axis=0, dtype=np.int32)
    return sums


_SCALES: Final = (length_norm(np.arange(LONGEST + 1)) * UNIT).astype(np.float32)


class Strongest(NamedTuple):
    """Logits of the two strongest sentences, and of how many sentences they are the strongest."""

    first: float
    second: float
    sentences: int


class Classifier:
    """Weights of both heads; immutable, so safe to share between threads."""

    def __init__(self, weights: npt.NDArray[np.int8], bias: npt.NDArray[np.float64]) -> None:
        self._weights = [np.ascontiguousarray(row) for row in weights]
        self._bias = [float(value) for value in bias]

    def strongest(self, blocks: list[Features], head: int) -> Strongest:
        """The two strongest sentences of a text for one head, as logits; a missing second counts as minus infinity."""
        logits = [self._logits(features, head) for features in blocks]
        together = logits[0] if len(logits) == 1 else np.concatenate(logits)
        strongest = int(together.argmax())
        first = float(together[strongest])
        together[strongest] = -np.inf
        return Strongest(first, float(together.max()), together.size)

    def _logits(self, features: Features, head: int) -> npt.NDArray[np.float32]:
        sums = sentence_logits(self._weights[head], features)
        bounds = np.empty(features.sentences.size + 1, np.intp)
        bounds[:-1] = features.sentences
        bounds[-1] = features.words.shape[1]
        return sums * _SCALES.take(bounds[1:] - bounds[:-1], mode="clip") + self._bias[head]


def blocks(folded: bytes) -> list[Features]:
    """Featurise a text of any length."""
    return [features for block in _cut(folded) if (features := featurise(block))]


def _cut(folded: bytes) -> Iterator[bytes]:
    for start in range(0, len(folded), BLOCK):
        yield folded[start : start + BLOCK]


@lru_cache(maxsize=1)
def default_classifier() -> Classifier:
    """The classifier shipped with the package, loaded once."""
    data = get_data(__package__ or __name__, WEIGHTS.name)
    if data is None:
        raise FileNotFoundError(WEIGHTS)
    with np.load(BytesIO(data)) as stored:
        return Classifier(stored["weights"], stored["bias"])
