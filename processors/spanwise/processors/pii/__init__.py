"""Finds personal data and secrets in text.

`find("Mail jane@example.org")` → `[Finding(start=5, end=21, type="EMAIL", rule="email")]`. Nothing is loaded until the
first text is scanned. Each kind of data is one module of `spanwise.processors.pii.detectors`.
"""

from __future__ import annotations

from functools import cache

from spanwise.processors.pii.engines import EngineName
from spanwise.processors.pii.rules import all_rules
from spanwise.processors.pii.scanner import Finding, Scanner

__all__ = ["Finding", "Scanner", "find", "scanner"]


def scanner(engine: EngineName = "auto", without: frozenset[str] = frozenset()) -> Scanner:
    """The scanner with the detectors of all types but those in `without`; each is made once per process."""
    return _scanner(engine, without)


@cache
def _scanner(engine: EngineName, without: frozenset[str]) -> Scanner:
    return Scanner([rule for rule in all_rules() if rule.type not in without], engine)


def find(text: str) -> list[Finding]:
    """Personal data and secrets in a text: sorted, not overlapping, offsets in characters of `text`."""
    return scanner().find(text)
