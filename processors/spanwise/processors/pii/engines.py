"""The two engines that run all patterns: RE2, linear whatever the text, and Python's `re` where RE2 has no wheel.

Both find the same. An engine answers two questions: which rules can match at all in a text (one scan), and where one
rule matches. The texts are bytes, one byte per character, so positions need no conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

from spanwise.processors.pii.rules import Rule

__all__ = ["Engine", "EngineName", "Span", "make_engine"]

EngineName = Literal["auto", "re2", "re"]
Span = tuple[int, int]

_MEMORY = 64 << 20
"""Upper bound in bytes of RE2's automaton of all triggers; typical texts use under 2 MB."""


class Engine(Protocol):
    """Runs the patterns of a fixed sequence of rules; rules are named by their position in it."""

    def triggered(self, data: bytes) -> set[int]:
        """The rules whose trigger occurs in `data`."""
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


class _Trigger(NamedTuple):
    """A pattern, or literals, and the rules that it makes worth looking for."""

    wording: tuple[str, ...]
    literal: bool
    rules: list[int]


def _triggers(rules: Sequence[Rule]) -> list[_Trigger]:
    """Each distinct trigger once: the national numbers share one."""
    triggers: dict[tuple[str, ...], _Trigger] = {}
    for index, rule in enumerate(rules):
        wording = rule.hints or (rule.trigger or rule.pattern,)
        triggers.setdefault(wording, _Trigger(wording, bool(rule.hints), [])).rules.append(index)
    return list(triggers.values())


class _Re2Engine:
    def __init__(self, rules: Sequence[Rule]) -> None:
        import re2  # no wheel on every platform; 10 ms

        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = _MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        triggers = _triggers(rules)
        for trigger in triggers:
            self._set.Add("|".join(map(re.escape, trigger.wording)) if trigger.literal else trigger.wording[0])
        self._set.Compile()
        self._groups = [trigger.rules for trigger in triggers]
        self._patterns = [re2.compile(rule.pattern.encode(), options) for rule in rules]

    def triggered(self, data: bytes) -> set[int]:
        return set().union(*(self._groups[group] for group in self._set.Match(data) or ()))

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        pattern = self._patterns[index]
        group = 1 if pattern.groups else 0
        for match in pattern.finditer(data, start, end):
            yield match.span(group)


class _ReEngine:
    def __init__(self, rules: Sequence[Rule]) -> None:
        self._searches = [
            (tuple(hint.encode() for hint in trigger.wording) if trigger.literal else re.compile(trigger.wording[0].encode()), trigger.rules)
            for trigger in _triggers(rules)
        ]
        self._patterns = [re.compile(rule.pattern.encode()) for rule in rules]

    def triggered(self, data: bytes) -> set[int]:
        return set().union(*(group for search, group in self._searches if _occurs(search, data)))

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        pattern = self._patterns[index]
        group = 1 if pattern.groups else 0
        for match in pattern.finditer(data, start, end):
            yield match.span(group)


def _occurs(search: tuple[bytes, ...] | re.Pattern[bytes], data: bytes) -> bool:
    if isinstance(search, tuple):
        return any(hint in data for hint in search)
    return search.search(data) is not None
