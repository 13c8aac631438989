"""The typed face of google-re2: sets of patterns searched in one scan, and single patterns."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, cast

__all__ = ["Pattern", "compile_pattern", "compile_set"]

_MEMORY = 64 << 20
"""Upper bound in bytes of one automaton. Typical texts use under 2 MB; a full cache is emptied, never given up."""


class _Match(Protocol):
    def span(self, group: int, /) -> tuple[int, int]: ...


class Pattern(Protocol):
    """A compiled pattern, of RE2 or of `re`."""

    @property
    def groups(self) -> int:
        """How many groups capture."""
        ...

    def finditer(self, data: bytes, start: int, end: int, /) -> Iterator[_Match]:
        """The matches between two positions."""
        ...


class _Encodings(Protocol):
    LATIN1: object
    UTF8: object


class _Options(Protocol):
    encoding: object
    max_mem: int
    log_errors: bool


class _OptionsType(Protocol):
    Encoding: _Encodings

    def __call__(self) -> _Options: ...


class _Set(Protocol):
    def Add(self, pattern: str) -> int: ...
    def Compile(self) -> None: ...
    def Match(self, data: bytes) -> list[int] | None: ...


class _SetType(Protocol):
    def SearchSet(self, options: _Options) -> _Set: ...


class _Re2(Protocol):
    Options: _OptionsType
    Set: _SetType

    def compile(self, pattern: bytes, options: _Options) -> Pattern: ...


def compile_set(patterns: Iterable[str], *, latin1: bool) -> Callable[[bytes], list[int]]:
    """A function that names, by position, the patterns that occur in a text.

    Raises:
        ImportError: RE2 is not installed.
    """
    searched = _re2().Set.SearchSet(_options(latin1))
    for pattern in patterns:
        searched.Add(pattern)
    searched.Compile()
    return lambda data: searched.Match(data) or []


def compile_pattern(pattern: str) -> Pattern:
    """A pattern over Latin-1."""
    return _re2().compile(pattern.encode(), _options(latin1=True))


def _re2() -> _Re2:
    return cast("_Re2", importlib.import_module("re2"))  # no wheel on every platform; 10 ms


def _options(latin1: bool) -> _Options:
    kinds = _re2().Options
    options = kinds()
    options.encoding = kinds.Encoding.LATIN1 if latin1 else kinds.Encoding.UTF8
    options.max_mem = _MEMORY
    options.log_errors = False
    return options
