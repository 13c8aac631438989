"""Adapter of the detector for scorers that call `detect(text)` and expect `(start, end, type)`."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT / part) for part in ("src", "processors")]

from spanwise.processors.pii import find, scanner  # noqa: E402

__all__ = ["detect", "load"]


def load() -> None:
    """Compile the patterns, so that the first text is not charged with it."""
    scanner()


def detect(text: str) -> list[tuple[int, int, str]]:
    """What is found, as plain tuples."""
    return [(finding.start, finding.end, finding.type) for finding in find(text)]
