"""Orders in a document that have nothing to do with the rest of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import exp
from typing import Final

import numpy as np
import numpy.typing as npt

from spanwise.processors.screening.embedding.installed import sentence_model
from spanwise.processors.screening.model import blocks, default_classifier

__all__ = ["off_topic_order"]

_SENTENCE_END: Final = re.compile(r"(?<=[.!?;:])\s+|\n+")
_LONGEST_WINDOW: Final = 200
_MOST_WINDOWS: Final = 12
"""The first two thirds of them and the last third are read: a planted order stands last more often than in between."""

_ORDER_HEAD: Final = 1
_SUREST: Final = 4.0  # how sure it is an order counts up to here; then it is how far it is off the topic
_DISTANCE: Final = 8.0
_MIDDLE: Final = 9.8
_SLOPE: Final = 1.5


def off_topic_order(folded: bytes) -> float:
    """Evidence from 0 to 1 that a sentence of a document is an order and not on the document's topic.

    Reads at most twelve windows of up to 200 characters; raises `ModelMissingError`.
    """
    encoder = sentence_model()
    windows = _windows(folded.decode("utf-8", "ignore"))
    if len(windows) < 2:
        return 0.0
    orders = np.array([_order(window) for window in windows])
    distances = _distances(encoder.embed(windows))
    strongest = float((np.minimum(orders, _SUREST) + _DISTANCE * distances).max())
    return 1 / (1 + exp(-_SLOPE * (strongest - _MIDDLE)))


def _order(window: str) -> float:
    features = blocks(window.encode())
    return default_classifier().strongest(features, _ORDER_HEAD).first if features else -_SUREST


def _distances(embedded: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """How far each window is from all the others together: 0 on the topic, 1 off it."""
    others = embedded.sum(0) - embedded
    lengths = np.maximum(np.linalg.norm(others, axis=1), np.float32(1e-6))
    return np.asarray(1 - (embedded * others).sum(1) / lengths, np.float32)


def _windows(text: str) -> list[str]:
    """Sentences, short ones joined and long ones cut; of a long document the head and the tail."""
    windows: list[str] = []
    for piece in _pieces(text):
        if windows and len(windows[-1]) + len(piece) < _LONGEST_WINDOW // 2:
            windows[-1] += f" {piece}"
        else:
            windows.append(piece)
    head = _MOST_WINDOWS * 2 // 3
    return windows if len(windows) <= _MOST_WINDOWS else windows[:head] + windows[head - _MOST_WINDOWS :]


def _pieces(text: str) -> Iterator[str]:
    for sentence in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        rest = sentence
        while len(rest) > _LONGEST_WINDOW:
            cut = rest.rfind(" ", 1, _LONGEST_WINDOW)
            cut = cut if cut > 0 else _LONGEST_WINDOW
            yield rest[:cut]
            rest = rest[cut:].lstrip()
        if rest:
            yield rest
