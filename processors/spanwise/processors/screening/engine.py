"""How screening looks for patterns: by google-re2 or the standard library. Importing this does not import re2."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol, TypeAlias

from spanwise.processors.linear import compile_pattern, compile_set

__all__ = ["Probe", "Search", "Span", "compile_linear", "linear_probe", "probe_for", "sequential_probe"]

Span: TypeAlias = tuple[int, int]

# Patterns of one automaton.
_FAMILY: Final = 42
# Upper bounds of a lazily built automaton: of one that reads everything, and of one pattern's.
_PROBE_MEMORY: Final = 32 << 20
_PATTERN_MEMORY: Final = 2 << 20


class Probe(Protocol):
    """Names the patterns (by position, ascending) that occur in UTF-8 text."""

    def __call__(self, text: bytes) -> Sequence[int]: ...


class Search(Protocol):
    """The span of the first match in UTF-8 text at or after a byte, if any."""

    def __call__(self, text: bytes, start: int) -> Span | None: ...


def compile_linear(pattern: str) -> Search:
    """A linear-time search for `pattern`. Raises ImportError without google-re2."""
    compiled = compile_pattern(pattern, latin1=False, memory=_PATTERN_MEMORY)

    def search(text: bytes, start: int) -> Span | None:
        match = compiled.search(text, start)
        return match.span() if match else None

    return search


def linear_probe(patterns: Sequence[str]) -> Probe:
    """Automata for all `patterns`. Raises ImportError without google-re2.

    RE2 builds states while it reads, one for each way in which patterns can be under way together. Several automata,
    each of patterns that begin alike, read text of a new kind three times as fast as one, and what is known already
    a quarter slower.
    """
    order = sorted(range(len(patterns)), key=patterns.__getitem__)
    families = [order[start : start + _FAMILY] for start in range(0, len(order), _FAMILY)]
    searches = [
        (family, compile_set((patterns[number] for number in family), latin1=False, memory=_PROBE_MEMORY))
        for family in families
    ]
    return lambda text: sorted(family[found] for family, search in searches for found in search(text))


def sequential_probe(patterns: Sequence[str]) -> Probe:
    """The standard library's engine: every pattern in turn."""
    compiled = [re.compile(pattern, re.ASCII) for pattern in patterns]

    def probe(text: bytes) -> Sequence[int]:
        decoded = text.decode()
        return [number for number, pattern in enumerate(compiled) if pattern.search(decoded)]

    return probe


def probe_for(patterns: Sequence[str]) -> Probe:
    """A probe on the fastest engine installed."""
    try:
        return linear_probe(patterns)
    except ImportError:
        return sequential_probe(patterns)
