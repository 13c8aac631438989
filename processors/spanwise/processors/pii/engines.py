"""The two engines that run all patterns: RE2, linear whatever the text, and Python's `re` where RE2 has no wheel.

Both find the same. An engine answers two questions: which rules can match at all in a text (one scan), and where one
rule matches. The texts are bytes, one byte per character, so positions need no conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from spanwise.processors.pii.rules import Rule

__all__ = ["Engine", "EngineName", "Span", "make_engine"]

EngineName = Literal["auto", "re2", "re"]
Span = tuple[int, int]

_MEMORY = 64 << 20
"""Upper bound in bytes of RE2's automaton of all triggers; typical texts use under 2 MB."""


class Engine(Protocol):
    """Runs the patterns of a fixed sequence of rules; rules are named by their position in it."""

    def triggered(self, data: bytes) -> list[int]:
        """The rules whose trigger occurs in `data`, ascending."""
        ...

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        """Where the pattern of one rule matches between `start` and `end`: the spans of its sensitive part."""
        ...


def make_engine(rules: Sequence[Rule], name: EngineName = "auto") -> Engine:
    """The engine called `name`; `auto` is RE2 where it can be imported.

    Raises:
        ImportError: RE2 is asked for by name and is not installed.
    """
    if name == "re":
        return _ReEngine(rules)
    try:
        return _Re2Engine(rules)
    except ImportError:
        if name == "re2":
            raise
        return _ReEngine(rules)


class _Triggers:
    """Which rules share a trigger, so that each distinct one is looked for once."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules_of: dict[tuple[str, ...], list[int]] = {}
        for index, rule in enumerate(rules):
            self.rules_of.setdefault(rule.hints or (rule.trigger or rule.pattern,), []).append(index)
        self.literal = [bool(rules[indexes[0]].hints) for indexes in self.rules_of.values()]

    def indexes(self, positions: Sequence[int]) -> list[int]:
        groups = list(self.rules_of.values())
        return sorted(index for position in positions for index in groups[position])


class _Re2Engine:
    def __init__(self, rules: Sequence[Rule]) -> None:
        import re2  # no wheel on every platform; 10 ms

        self._triggers = _Triggers(rules)
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = _MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        for trigger, literal in zip(self._triggers.rules_of, self._triggers.literal, strict=True):
            self._set.Add("|".join(map(re.escape, trigger)) if literal else trigger[0])
        self._set.Compile()
        self._groups = list(self._triggers.rules_of.values())
        self._patterns = [re2.compile(rule.pattern.encode(), options) for rule in rules]

    def triggered(self, data: bytes) -> list[int]:
        return sorted(index for group in self._set.Match(data) or () for index in self._groups[group])

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        pattern = self._patterns[index]
        group = 1 if pattern.groups else 0
        for match in pattern.finditer(data, start, end):
            yield match.span(group)


class _ReEngine:
    def __init__(self, rules: Sequence[Rule]) -> None:
        self._triggers = _Triggers(rules)
        self._searches = [
            tuple(hint.encode() for hint in trigger) if literal else re.compile(trigger[0].encode())
            for trigger, literal in zip(self._triggers.rules_of, self._triggers.literal, strict=True)
        ]
        self._patterns = [re.compile(rule.pattern.encode()) for rule in rules]

    def triggered(self, data: bytes) -> list[int]:
        occurring = [position for position, search in enumerate(self._searches) if _occurs(search, data)]
        return self._triggers.indexes(occurring)

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        pattern = self._patterns[index]
        group = 1 if pattern.groups else 0
        for match in pattern.finditer(data, start, end):
            yield match.span(group)


def _occurs(search: tuple[bytes, ...] | re.Pattern[bytes], data: bytes) -> bool:
    if isinstance(search, tuple):
        return any(hint in data for hint in search)
    return search.search(data) is not None
