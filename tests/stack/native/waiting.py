"""Waiting for what programs do in their own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["eventually"]

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], patience: float = 120.0) -> Found:
    """What `look` finds, as soon as it is something; what it found last where that takes longer than `patience` s."""
    deadline = time.monotonic() + patience
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found
