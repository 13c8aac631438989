"""Every rule against its own corpus, with both engines.

A corpus file belongs to a detector module. `## rule` opens a section; `+` is a text in which the rule must find exactly
what stands in `[[…]]`; `-` is one in which it must find nothing. Other lines continue the one before. `¦` is dropped:
it keeps made-up keys from looking like live ones to scanners of repositories.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from spanwise.processors.pii import Scanner
from spanwise.processors.pii.engines import EngineName
from spanwise.processors.pii.rules import Rule, all_rules

_CORPORA = Path(__file__).parent / "corpora" / "pii"
_MARKED = re.compile(r"\[\[(.*?)\]\](?!\])", re.DOTALL)
_ENGINES: tuple[EngineName, ...] = ("re2", "re")


class _Example(NamedTuple):
    text: str
    spans: list[tuple[int, int]]


@cache
def _examples() -> dict[str, tuple[list[_Example], list[_Example]]]:
    found: dict[str, tuple[list[_Example], list[_Example]]] = {}
    for path in sorted(_CORPORA.glob("*.txt")):
        for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            name, _, body = section.partition("\n")
            entries = re.split(r"^(?=[+\-] )", body, flags=re.MULTILINE)
            examples = [(entry[0], _example(entry[2:].rstrip("\n"))) for entry in entries if entry.strip()]
            found[name] = (
                [example for sign, example in examples if sign == "+"],
                [example for sign, example in examples if sign == "-"],
            )
    return found


def _example(marked: str) -> _Example:
    marked = marked.replace("¦", "")
    spans: list[tuple[int, int]] = []
    for number, match in enumerate(_MARKED.finditer(marked)):
        start = match.start() - 4 * number
        spans.append((start, start + len(match[1])))
    return _Example(_MARKED.sub(r"\1", marked), spans)


@cache
def _scanner(engine: EngineName) -> Scanner:
    return Scanner(engine=engine)


def test_every_rule_has_examples_of_what_it_must_and_must_not_match() -> None:
    examples = _examples()
    lacking = [rule.name for rule in all_rules() if not all(examples.get(rule.name, ([], [])))]
    assert not lacking
    assert not examples.keys() - {rule.name for rule in all_rules()}


def test_names_of_rules_are_unique() -> None:
    names = [rule.name for rule in all_rules()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("engine", _ENGINES)
@pytest.mark.parametrize("name", sorted(_examples()))
def test_rule_finds_what_is_marked(name: str, engine: EngineName) -> None:
    for example in _examples()[name][0]:
        found = _scanner(engine).find(example.text)
        spans = [(one.start, one.end) for one in found if one.rule == name]
        assert spans == example.spans, example.text


@pytest.mark.parametrize("engine", _ENGINES)
@pytest.mark.parametrize("name", sorted(_examples()))
def test_rule_leaves_alone_what_is_not_its_own(name: str, engine: EngineName) -> None:
    for example in _examples()[name][1]:
        assert not [one for one in _scanner(engine).find(example.text) if one.rule == name], example.text


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_hints_and_trigger_are_in_every_match(rule: Rule) -> None:
    """Else the decision to look would miss what the pattern finds."""
    trigger = re.compile(rule.trigger.encode())
    for example in _examples()[rule.name][0]:
        data = example.text.encode("latin-1", "replace")
        for start, end in example.spans:
            around = data[max(0, start - 60) : end + 20]
            if re.search(rule.pattern.encode(), around):
                assert trigger.search(around)
                assert not rule.hints or any(hint.encode() in around for hint in rule.hints)
