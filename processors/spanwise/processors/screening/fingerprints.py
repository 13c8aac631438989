"""Whether two streams can share a run, asked of all runs at once. Imports numpy; import late."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fingerprints", "may_share", "sorted_fingerprints"]

_RUN: Final = 16  # bytes of a run, as in leakage.py

Fingerprints: TypeAlias = NDArray[np.uint64]

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)


def sorted_fingerprints(runs: Iterable[bytes]) -> Fingerprints:
    """A number for each run, ascending."""
    words = np.frombuffer(b"".join(runs), "<u8").reshape(-1, 2)
    return np.sort(words[:, 0] * _ODD + words[:, 1])


def may_share(fingerprints: Fingerprints, stream: bytes) -> bool:
    """Whether a run of the stream can be one of those fingerprinted; never a wrong no."""
    count = len(stream) - _RUN + 1
    if count <= 0 or not len(fingerprints):
        return False
    words: NDArray[np.uint64] = np.ndarray((count + 8,), "<u8", stream, strides=(1,))
    found = words[:count] * _ODD + words[8:]
    at = np.searchsorted(fingerprints, found)
    at[at == len(fingerprints)] = 0
    return bool((fingerprints[at] == found).any())
