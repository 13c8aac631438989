"""The two engines that run all patterns: RE2, linear whatever the text, and Python's `re` where RE2 has no wheel.

Both find the same. An engine answers two questions: which rules can match at all in a text (a few scans), and where
one rule matches. The texts are bytes, one byte per character, so positions need no conversion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple, Protocol

from spanwise.processors.linear import Pattern, compile_pattern, compile_set
from spanwise.processors.pii.rules import Rule

__all__ = ["Engine", "EngineName", "Span", "make_engine"]

EngineName = Literal["auto", "re2", "re"]
Span = tuple[int, int]
_ALPHANUMERIC = "[A-Za-z0-9+/]"
_COUNTED_GROUP = "){"


class Engine(Protocol):
    """Runs the patterns of a fixed sequence of rules; rules are named by their position in it.

    Attributes:
        triggered: names the rules whose trigger occurs in a text.
    """

    triggered: Callable[[bytes], set[int]]

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        """Where the pattern of one rule matches between `start` and `end`: the spans of its sensitive part."""
        ...


def make_engine(rules: Sequence[Rule], name: EngineName = "auto") -> Engine:
    """The engine called `name`; `auto` is RE2 where it can be imported.

    Raises:
        ImportError: RE2 is asked for by name and is not installed.
    """
    if name == "re":
        return _re_engine(rules)
    try:
        return _re2_engine(rules)
    except ImportError:
        if name == "re2":
            raise
        return _re_engine(rules)


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


class _Engine:
    """The part the engines share; they differ in how triggers are looked for and patterns compiled."""

    def __init__(self, patterns: Iterable[Pattern], triggered: Callable[[bytes], set[int]]) -> None:
        self._patterns = [(pattern, min(1, pattern.groups)) for pattern in patterns]
        self.triggered = triggered

    def matches(self, index: int, data: bytes, start: int, end: int) -> Iterator[Span]:
        pattern, group = self._patterns[index]
        for match in pattern.finditer(data, start, end):
            yield match.span(group)


def _family(trigger: _Trigger, rules: Sequence[Rule]) -> str:
    """Which triggers are looked for together. RE2 makes a state for each combination of what can be under way when
    a text first has it, so all in one scan take several times as long over new texts as one scan for each family."""
    if trigger.literals:
        return "tokens"
    if trigger.pattern.startswith(_ALPHANUMERIC):
        return "runs"
    if not rules[trigger.rules[0]].type:
        return "readings"
    if _COUNTED_GROUP in trigger.pattern:
        return "runs"
    return "numbers" if r"\d" in trigger.pattern else "words"


def _re2_engine(rules: Sequence[Rule]) -> Engine:
    families: dict[str, list[_Trigger]] = {}
    for trigger in _triggers(rules):
        families.setdefault(_family(trigger, rules), []).append(trigger)
    sets = [
        (compile_set((trigger.pattern for trigger in family), latin1=True), [trigger.rules for trigger in family])
        for family in families.values()
    ]

    def triggered(data: bytes) -> set[int]:
        found: set[int] = set()
        for search, rules_of_trigger in sets:
            for trigger in search(data):
                found.update(rules_of_trigger[trigger])
        return found

    return _Engine((compile_pattern(rule.pattern, latin1=True) for rule in rules), triggered)


def _re_engine(rules: Sequence[Rule]) -> Engine:
    triggers = _triggers(rules)

    def triggered(data: bytes) -> set[int]:
        return {index for trigger in triggers if trigger.occurs(data) for index in trigger.rules}

    return _Engine((re.compile(rule.pattern.encode()) for rule in rules), triggered)
