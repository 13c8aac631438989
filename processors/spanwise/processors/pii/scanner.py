"""Runs all detectors over a text: one scan says which can match at all, then only those look."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from spanwise.processors.pii.base64_text import text_of_base64
from spanwise.processors.pii.context import ContextWords, stretches
from spanwise.processors.pii.engines import EngineName, Span, make_engine
from spanwise.processors.pii.lengths import REACH, longest
from spanwise.processors.pii.rules import Candidate, Rule, all_rules
from spanwise.processors.pii.views import View, close_gaps, decode, digits_of_words, join_lines

__all__ = ["Finding", "Scanner"]


class Finding(NamedTuple):
    """A stretch of text that is personal data or a secret; `start` and `end` are offsets in characters."""

    start: int
    end: int
    type: str
    rule: str


class _Scored(NamedTuple):
    start: int
    end: int
    score: float
    rule: Rule


_DIGIT_WORD = "(?:zero|oh|one|two|three|four|five|six|seven|eight|niner?)"
_SPELLED_OUT = Rule("spelled_out", "", rf"(?i){_DIGIT_WORD}(?:[ ,.\n\-]{{1,3}}{_DIGIT_WORD}){{3}}")
_SPACED_OUT = Rule("spaced_out", "", r"(?:^|[^A-Za-z0-9])(?:[^ \t\n][ \t\n]{1,3}){6}[^ \t\n](?:[^A-Za-z0-9]|$)")
_ESCAPED = Rule(
    "escaped",
    "",
    r"\xad|\\[ux][0-9a-fA-F]{2}|\\[nrtbf\"'/@._+\-]|\[\.\]|&#?[A-Za-z0-9]{2,8};|%(?:25)*[0-9A-F][0-9A-Fa-f]|[0-9]{3}\+[0-9]{3}",
)
_BROKEN = Rule(
    "broken_line",
    "",
    r"[0-9@][A-Za-z@._:/+=\-]{0,24}[\\=]?\r?\n[ \t]{0,24}(?:>[ \t]?)?[A-Za-z0-9@._:/+=\-]"
    r"|[A-Za-z0-9@._:/+=\-][\\=]?\r?\n[ \t]{0,24}(?:>[ \t]?)?[A-Za-z@._:/+=\-]{0,24}[0-9@][A-Za-z0-9@_:/+=\-]",
)
_ENCODED = Rule(
    "encoded",
    "",
    r"(?:[A-Za-z0-9+/]{40,}\r?\n)+[A-Za-z0-9+/]{2,}={0,2}|[A-Za-z0-9+/_\-]{16,}={0,2}",
    trigger="[A-Za-z0-9+/]{16}",
)
"""Base64, also in the lines of a mail."""
_REREADINGS: dict[Rule, Callable[[View], View | None]] = {
    _ESCAPED: decode,
    _SPACED_OUT: close_gaps,
    _SPELLED_OUT: digits_of_words,
    _BROKEN: join_lines,
}
_LINE = re.compile(r"\S+")
_MOST_READINGS = 5
_SURE = 0.6
"""The least score of what is found only after lines were joined."""
_SHORTEST_REST = 4
"""Characters a finding must keep beside a better one that overlaps it, to stay a finding of its own."""
_LONGEST_IN_CONTEXT = 160
"""Characters that a candidate with context words may have."""
_LONG = 16_384
"""Characters from which a text is read in parts."""
_PART = 8192
_OVERLAP = REACH + _LONGEST_IN_CONTEXT
_NESTED = 2
"""How often Base64 in Base64 is opened."""


class Scanner:
    """Finds personal data and secrets.

    Args:
        rules: the detectors; by default all that are installed.
        engine: `re2`, `re`, or `auto` for RE2 where it is installed. Both find the same.
    """

    def __init__(self, rules: Iterable[Rule] | None = None, engine: EngineName = "auto") -> None:
        self._rules = (*(all_rules() if rules is None else rules), *_REREADINGS, _ENCODED)
        self._engine = make_engine(self._rules, engine)
        self._rules_of_word: dict[str, list[int]] = {}
        self._labels = {index: _forms(rule.context) for index, rule in enumerate(self._rules) if rule.context}
        for index, words in self._labels.items():
            for word in words:
                self._rules_of_word.setdefault(word, []).append(index)
        self._context = ContextWords(self._rules_of_word, engine)
        self._free = frozenset(index for index, rule in enumerate(self._rules) if rule.type and not rule.context)
        self._rereadings = {self._rules.index(rule): reread for rule, reread in _REREADINGS.items()}
        self._encoded = self._rules.index(_ENCODED)
        self._reach = list(map(_reach, self._rules))
        self._endless = {index for index in self._free if self._reach[index] > REACH} | {self._encoded}

    def find(self, text: str) -> list[Finding]:
        """What is found in the text: sorted, not overlapping."""
        return self._find(text, _NESTED)

    def _find(self, text: str, nested: int) -> list[Finding]:
        found = self._read(*self._triggered(text), nested) if len(text) <= _LONG else self._read_parts(text, nested)
        return _resolved(found) if found else []

    def _triggered(self, text: str) -> tuple[View, set[int]]:
        view = View(text)
        return view, self._engine.triggered(view.data)

    def _read_parts(self, text: str, nested: int) -> list[_Scored]:
        """A long text part by part, because what is in one is no reason to search the others; and at once for what
        can be longer than parts overlap."""
        found: list[_Scored] = []
        endless: set[int] = set()
        for start, part in _parts(text):
            view, triggered = self._triggered(part)
            endless |= triggered & self._endless
            here = self._read(view, triggered, nested)
            found.extend(one._replace(start=one.start + start, end=one.end + start) for one in here)
        found.extend(self._scan(View(text), endless, nested))
        return found

    def _read(self, written: View, triggered: set[int], nested: int) -> list[_Scored]:
        """A text in all its readings."""
        found = list(self._scan(written, triggered, nested))
        view, guessed = self._next_reading(written, triggered)
        for _ in range(_MOST_READINGS - 1):
            if view is None:
                break
            triggered = triggered | self._engine.triggered(view.changed)
            here = self._scan(view, triggered, nested)
            found.extend(_sure(here, found, written.source) if guessed else here)
            view, guessed = self._next_reading(view, triggered)
        return found

    def _next_reading(self, view: View, triggered: set[int]) -> tuple[View | None, bool]:
        """The first other way to read the text, and whether it is a guess."""
        for index, reread in self._rereadings.items():
            if index in triggered and (reading := reread(view)) is not None:
                return reading, reread is join_lines
        return None, False

    def _scan(self, view: View, triggered: set[int], nested: int) -> Iterator[_Scored]:
        """What is found in a text as written, or near the changes of another reading of it."""
        for index in triggered & self._free:
            yield from self._apply(index, view, view.around_changes(self._reach[index]))
        if not triggered.isdisjoint(self._labels):
            yield from self._scan_labelled(view, triggered)
        if nested and self._encoded in triggered:
            yield from self._open_blobs(view, nested)

    def _scan_labelled(self, view: View, triggered: set[int]) -> Iterator[_Scored]:
        ends = self._context.ends(view.lowered)
        for index in {index for word in ends for index in self._rules_of_word[word]} & triggered:
            labels = chain.from_iterable(ends[word] for word in self._labels[index] if word in ends)
            yield from self._apply(index, view, stretches(view.lowered, labels, self._rules[index].window))

    def _apply(self, index: int, view: View, where: Iterable[Span]) -> Iterator[_Scored]:
        rule = self._rules[index]
        for match in self._matches(index, view, where):
            found = -1
            for candidate in rule.narrow(match) if rule.narrow else (match,):
                if candidate.end > found and (rule.validate is None or rule.validate(candidate)):
                    found = candidate.end
                    yield _Scored(*view.original(candidate.start, found), rule.score, rule)
                    if found == match.end:
                        break

    def _matches(self, index: int, view: View, where: Iterable[Span]) -> Iterator[Candidate]:
        beyond, reach = self._rules[index].beyond, self._reach[index]
        for start, limit in where:
            if not view.is_near_change(start, limit + reach):
                continue
            for first, end in self._engine.matches(index, view.data, start, min(len(view.text), limit + reach)):
                if first > limit:
                    break
                if view.is_near_change(first, end + beyond):
                    yield Candidate(view.text, view.source, first, end)

    def _open_blobs(self, view: View, nested: int) -> Iterator[_Scored]:
        for start, end in self._engine.matches(self._encoded, view.data, 0, len(view.text)):
            if view.is_near_change(start, end):
                yield from self._open_blob(view, start, end, nested)

    def _open_blob(self, view: View, start: int, end: int, nested: int) -> Iterator[_Scored]:
        blob = view.text[start:end]
        if inside := text_of_base64(blob):
            for found in self._find(inside, nested - 1):
                rule = next(rule for rule in self._rules if rule.name == found.rule)
                yield _Scored(*view.original(start, end), 0.5, rule)
        elif "\n" in blob:  # lines that are blobs by themselves
            for line in _LINE.finditer(blob):
                yield from self._open_blob(view, start + line.start(), start + line.end(), nested)


def _reach(rule: Rule) -> int:
    """Characters that a match and what is narrowed down from it may have."""
    return _LONGEST_IN_CONTEXT if rule.context else longest(rule.pattern) + rule.beyond


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """(start, part) of a text; each begins so far in the one before that all that it cuts is whole in the next."""
    end = 0
    while end < len(text):
        start = _between_words(text, end - _OVERLAP)
        end = _between_words(text, end + _PART)
        yield start, text[start:end]


def _between_words(text: str, position: int) -> int:
    """The last place up to a position where no word is cut, if there is one near."""
    if not 0 < position < len(text):
        return min(max(0, position), len(text))
    spaces = (text.rfind(space, max(0, position - _OVERLAP), position) for space in " \n")
    return max(*spaces) + 1 or position


@cache
def _forms(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words also as names write them: `passport number`, `passportNumber`."""
    plain = [word.replace("_", " ") for word in words]
    return tuple(dict.fromkeys(form for word in plain for form in (word, word.replace(" ", ""))))


def _sure(here: Iterable[_Scored], found: list[_Scored], text: str) -> list[_Scored]:
    """What is found in joined lines, where it is sure, and nothing was found before or only the beginning of it."""
    return [
        one
        for one in here
        if one.score >= _SURE
        and all(_continues(one, other, text) for other in found if one.start < other.end and other.start < one.end)
    ]


def _continues(one: _Scored, other: _Scored, text: str) -> bool:
    """Whether a secret goes on in the next line, rather than that line naming another value."""
    if not one.rule.type == other.rule.type == "SECRET" or one.start > other.start or one.end <= other.end:
        return False
    return any(map(str.isdigit, text[other.end : one.end])) and text[one.end : one.end + 1] not in ("=", ":")


def _resolved(found: list[_Scored]) -> list[Finding]:
    """The best of what overlaps; what the best leaves uncovered of the others stays found."""
    taken = chain.from_iterable(_best(group) if len(group) > 1 else group for group in _overlapping(found))
    return [Finding(one.start, one.end, one.rule.type, one.rule.name) for one in taken]


def _overlapping(found: list[_Scored]) -> Iterator[list[_Scored]]:
    """The findings in groups between which nothing overlaps, ascending."""
    group: list[_Scored] = []
    end = 0
    for one in sorted(found, key=_start):
        if group and one.start >= end:
            yield group
            group = []
        group.append(one)
        end = max(end, one.end)
    yield group


def _best(found: list[_Scored]) -> list[_Scored]:
    taken: list[_Scored] = []
    for one in sorted(found, key=lambda one: (-one.score, one.start - one.end, one.start, one.rule.name)):
        for piece in _uncovered(one, taken):
            insort(taken, piece, key=_start)
    return taken


def _start(one: _Scored) -> int:
    return one.start


def _uncovered(one: _Scored, taken: list[_Scored]) -> list[_Scored]:
    """The parts of a finding that no better one covers; `taken` is sorted and does not overlap."""
    position = max(0, bisect_right(taken, one.start, key=_start) - 1)
    gaps: list[Span] = []
    start = one.start
    while position < len(taken) and taken[position].start < one.end:
        better = taken[position]
        gaps.append((start, better.start))
        start = max(start, better.end)
        position += 1
    gaps.append((start, one.end))
    shortest = min(one.end - one.start, _SHORTEST_REST)
    return [_Scored(start, end, one.score, one.rule) for start, end in gaps if end - start >= shortest]
