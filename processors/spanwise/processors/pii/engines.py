"""The two engines that run all patterns: RE2, linear whatever the text, and Python's `re` where RE2 has no wheel.

Both find the same. An engine answers two questions: which rules can match at all in a text (one scan), and where one
rule matches. The texts are bytes, one byte per character, so positions need no conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
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
    """What makes rules worth looking for: a pattern, or the literals of a single rule."""

    pattern: str
    literals: tuple[bytes, ...]
    rules: list[int]

    def occurs(self, data: bytes) -> bool:
        if self.literals:
            return any(literal in data for literal in self.literals)
        return _compiled(self.pattern).search(data) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())


def _triggers(rules: Sequence[Rule]) -> list[_Trigger]:
    """Each distinct trigger once: the national numbers share one."""
    triggers: dict[tuple[str, tuple[str, ...]], _Trigger] = {}
    for index, rule in enumerate(rules):
        pattern = rule.trigger or "|".join(map(re.escape, rule.hints)) or rule.pattern
        literals = tuple(hint.encode() for hint in rule.hints)
        triggers.setdefault((pattern, rule.hints), _Trigger(pattern, literals, [])).rules.append(index)
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
            self._set.Add(trigger.pattern)
        self._set.Compile()
        self._groups = [trigger.rules for trigger in triggers]
        patterns = [re2.compile(rule.pattern.encode(), options) for rule in rules]
        self._patterns = [(pattern, min(1, pattern.groups)) for pattern in patterns]

    def triggered(self, data: bytes) -> set[int]:
        return set().union(*(self._groups[group] for group in self._set.Match(data) or ()))

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        pattern, group = self._patterns[index]
        for match in pattern.finditer(data, start, end):
            yield match.span(group)


class _ReEngine:
    def __init__(self, rules: Sequence[Rule]) -> None:
        self._triggers = _triggers(rules)
        patterns = [re.compile(rule.pattern.encode()) for rule in rules]
        self._patterns = [(pattern, min(1, pattern.groups)) for pattern in patterns]

    def triggered(self, data: bytes) -> set[int]:
        return set().union(*(trigger.rules for trigger in self._triggers if trigger.occurs(data)))

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        pattern, group = self._patterns[index]
        for match in pattern.finditer(data, start, end):
            yield match.span(group)
