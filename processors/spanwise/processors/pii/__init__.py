"""Finds personal data and secrets in text.

`find("Mail jane@example.org")` → `[Finding(start=5, end=21, type="EMAIL", rule="email")]`. Nothing is loaded until the
first text is scanned. Each kind of data is one module of `spanwise.processors.pii.detectors`.
"""

from __future__ import annotations

from functools import cache

from spanwise.processors.pii.scanner import Finding, Scanner

__all__ = ["Finding", "Scanner", "find", "scanner"]


@cache
def scanner() -> Scanner:
    """The scanner with all detectors and the fastest engine; made once per process."""
    return Scanner()


def find(text: str) -> list[Finding]:
    """Personal data and secrets in a text: sorted, not overlapping, offsets in characters of `text`."""
    return scanner().find(text)
