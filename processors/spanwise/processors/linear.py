"""The typed face of google-re2: sets of patterns searched in one scan, and single patterns."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, cast

__all__ = ["Pattern", "compile_pattern", "compile_set"]

_MEMORY = 64 << 20
"""Bytes that an automaton may take. Typical texts use under 2 MB; a full cache is emptied, never given up."""


class _Match(Protocol):
    def span(self, group: int = 0, /) -> tuple[int, int]: ...


class Pattern(Protocol):
    """A compiled pattern, of RE2 or of `re`."""

    @property
    def groups(self) -> int:
        """How many groups capture."""
        ...

    def search(self, data: bytes, start: int, /) -> _Match | None:
        """The first match from a position on."""
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


def compile_set(patterns: Iterable[str], *, latin1: bool, memory: int = _MEMORY) -> Callable[[bytes], list[int]]:
    """A function that names, by position and in no order, the patterns that occur in a text of Latin-1 or UTF-8.

    `memory` bounds the automaton, in bytes.

    Raises:
        ImportError: RE2 is not installed.
    """
    searched = _re2().Set.SearchSet(_options(latin1, memory))
    for pattern in patterns:
        searched.Add(pattern)
    searched.Compile()
    return lambda data: searched.Match(data) or []


def compile_pattern(pattern: str, *, latin1: bool, memory: int = _MEMORY) -> Pattern:
    """A pattern over Latin-1 or UTF-8; raises as `compile_set` does."""
    return _re2().compile(pattern.encode(), _options(latin1, memory))


def _re2() -> _Re2:
    return cast("_Re2", importlib.import_module("re2"))  # no wheel on every platform; 10 ms


def _options(latin1: bool, memory: int) -> _Options:
    kinds = _re2().Options
    options = kinds()
    options.encoding = kinds.Encoding.LATIN1 if latin1 else kinds.Encoding.UTF8
    options.max_mem = memory
    options.log_errors = False
    return options
