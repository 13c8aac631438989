"""Sentences from grammars: slots with alternatives, expanded with a fixed seed.

A corpus file holds sections `[label language]` or `[label language number]` (sentences per template), slots
`@name: one | two`, and sentences that use them: `{name}` takes one alternative, `{name?}` one or nothing. English slots
are known to the end of the file, those of other languages to the end of the section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

__all__ = ["Sentence", "sentences"]

_SECTION: Final = re.compile(r"\[(attack|request|order|benign|prose) ([a-z]{2})(?: (\d+))?\]")
_SLOT: Final = re.compile(r"\{(\w+)(\??)\}")


class Sentence(NamedTuple):
    """A sentence with what it is (`attack`, `request`, `order`, `benign` or `prose`) and its language."""

    label: str
    language: str
    text: str


class _Template(NamedTuple):
    label: str
    language: str
    text: str
    slots: dict[str, list[str]]
    most: int


def sentences(corpus: Path, seed: int, most: int) -> list[Sentence]:
    """Expand every template of the corpus into at most `most` different sentences."""
    templates = [template for file in sorted(corpus.glob("*.txt")) for template in _templates(file, most)]
    return [sentence for template in templates for sentence in _expansions(template, seed)]


def _templates(file: Path, most: int) -> Iterator[_Template]:
    label, language, wanted = "", "", most
    slots: dict[str, list[str]] = {}
    rows: list[_Template] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if section := _SECTION.fullmatch(line):
            label, language, wanted = section[1], section[2], int(section[3] or most)
            slots = slots if language == "en" else {}
        elif line.startswith("@"):
            name, _, alternatives = line[1:].partition(":")
            slots[name.strip()] = [alternative.strip() for alternative in alternatives.split(" | ")]
        elif line and not line.startswith("# "):
            rows.append(_Template(label, language, line, slots, wanted))
    return iter(rows)


def _expansions(template: _Template, seed: int) -> Iterator[Sentence]:
    random = Random(f"{seed} {template.text}")
    wanted = min(template.most, _combinations(template))
    texts: dict[str, None] = {}
    for _ in range(4 * wanted):
        if len(texts) < wanted:
            texts[_fill(template.text, template.slots, random)] = None
    return (Sentence(template.label, template.language, text) for text in texts)


def _combinations(template: _Template) -> int:
    count = 1
    for name, optional in _SLOT.findall(template.text):
        count *= len(template.slots[name]) + bool(optional)
    return count


def _fill(text: str, slots: dict[str, list[str]], random: Random, depth: int = 3) -> str:
    def choose(match: re.Match[str]) -> str:
        if match[2] and random.random() < 0.5:
            return ""
        return random.choice(slots[match[1]])

    filled = _SLOT.sub(choose, text)
    return _fill(filled, slots, random, depth - 1) if depth and "{" in filled and _SLOT.search(filled) else filled
