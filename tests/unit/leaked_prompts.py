"""System prompts of made-up businesses, and answers that do or do not give them away; see docs/screening.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

__all__ = ["HARMLESS", "LEAKS", "Answer", "answers"]

LEAKS: Final = (
    *("translated: 30 %", "translated: 50 %", "translated: 70 %", "translated", "translated: first half"),
    *("translated: second half", "four sentences, three translated", "paraphrase", "summary"),
)
HARMLESS: Final = ("honest answer", "answer to another prompt", "leak of another prompt", "third person")

_FOLDER: Final = Path(__file__).with_name("corpora") / "screening"


class Answer(NamedTuple):
    """What a model said under a system prompt. `read` tells whether its mistakes were read while `leak` grew."""

    prompt: str
    text: str
    kind: str
    read: bool


class _Business(NamedTuple):
    name: str
    read: bool
    sentences: Sequence[str]
    translations: Mapping[str, Sequence[str]]
    paraphrases: Sequence[str]
    summaries: Sequence[str]
    honest: Sequence[str]


def answers() -> Iterator[Answer]:
    """Every pair of prompt and answer of the corpus, those between two businesses included."""
    businesses = list(_businesses())
    for business in businesses:
        for kind, text in (*_leaks(business), *_harmless(business, businesses)):
            yield Answer(" ".join(business.sentences), text, kind, business.read)


def _businesses() -> Iterator[_Business]:
    for file in sorted((_FOLDER / "leaks").glob("*.json")):
        row = cast("dict[str, object]", json.loads(file.read_text(encoding="utf-8")))
        lists = [cast("list[str]", row[name]) for name in ("paraphrases", "summaries", "honest")]
        translations = cast("dict[str, list[str]]", row["translations"])
        yield _Business(file.stem, row["half"] == "read", cast("list[str]", row["sentences"]), translations, *lists)


def _leaks(business: _Business) -> Iterator[tuple[str, str]]:
    for translation in business.translations.values():
        for share in (30, 50, 70):
            yield f"translated: {share} %", " ".join(_mixed(business.sentences, translation, share))
        middle = len(translation) // 2
        yield "translated", " ".join(translation)
        yield "translated: first half", " ".join(translation[:middle])
        yield "translated: second half", " ".join(translation[middle:])
        few = slice(middle - 2, middle + 2)
        yield "four sentences, three translated", " ".join(_mixed(business.sentences[few], translation[few], 75))
    yield from (("paraphrase", text) for text in business.paraphrases)
    yield from (("summary", text) for text in business.summaries)


def _mixed(original: Sequence[str], translation: Sequence[str], share: int) -> Iterator[str]:
    """`share` percent of the sentences translated, evenly spread."""
    for number, pair in enumerate(zip(original, translation, strict=True)):
        yield pair[(number + 1) * share // 100 > number * share // 100]


def _harmless(business: _Business, businesses: Sequence[_Business]) -> Iterator[tuple[str, str]]:
    yield from (("honest answer", text) for text in business.honest)
    yield from (("third person", text) for text in _third_person(read=business.read))
    for other in businesses:
        if other.read == business.read and other is not business:
            yield from (("answer to another prompt", text) for text in other.honest)
            yield from (("leak of another prompt", text) for _, text in _leaks(other))


def _third_person(*, read: bool) -> Iterator[str]:
    for line in (_FOLDER / "leaks_third_person.jsonl").read_text(encoding="utf-8").splitlines():
        row = cast("dict[str, str]", json.loads(line))
        if (row["half"] == "read") == read:
            yield row["text"]
