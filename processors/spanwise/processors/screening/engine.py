"""The part of google-re2 that screening uses, typed. Importing this module does not import re2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Final, Protocol, TypeAlias, cast

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


class _Options(Protocol):
    max_mem: int
    log_errors: bool


class _Match(Protocol):
    def span(self) -> Span: ...


class _Pattern(Protocol):
    def search(self, text: bytes, pos: int) -> _Match | None: ...


class _Automaton(Protocol):
    def Add(self, pattern: bytes) -> int: ...
    def Compile(self) -> None: ...
    def Match(self, text: bytes) -> list[int] | None: ...


class _SetFactory(Protocol):
    def SearchSet(self, options: _Options) -> _Automaton: ...


class _Re2(Protocol):
    Set: _SetFactory

    def Options(self) -> _Options: ...
    def compile(self, pattern: str, options: _Options) -> _Pattern: ...


def _re2(memory: int) -> tuple[_Re2, _Options]:
    """The library and the options for it; ImportError where it has no wheel."""
    library = cast("_Re2", import_module("re2"))
    options = library.Options()
    options.max_mem = memory
    options.log_errors = False
    return library, options


def compile_linear(pattern: str) -> Search:
    """A linear-time search for `pattern`. Raises ImportError without google-re2."""
    library, options = _re2(_PATTERN_MEMORY)
    compiled = library.compile(pattern, options)

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
    automata = [(family, _automaton([patterns[number] for number in family])) for family in families]
    return lambda text: sorted(family[found] for family, each in automata for found in each.Match(text) or ())


def _automaton(patterns: Iterable[str]) -> _Automaton:
    library, options = _re2(_PROBE_MEMORY)
    automaton = library.Set.SearchSet(options)
    for pattern in patterns:
        automaton.Add(pattern.encode())
    automaton.Compile()
    return automaton


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
