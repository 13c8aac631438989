"""The texts of one call to a model: who said each, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, cast

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Content
from spanwise.processors.screening.verdict import Place

__all__ = ["Passage", "answers", "asked", "definitions", "instructions"]

_PLACES: Final[Mapping[str, Place]] = {"user": "user", "tool": "document"}


class Passage(NamedTuple):
    """One text. `message` counts in `gen_ai.input.messages` or `gen_ai.output.messages`, `part` in its parts.

    `text_number` counts the texts inside a part that is a structure, such as the arguments of a tool call.
    """

    place: Place
    side: Literal["input", "output"]
    message: int
    part: int
    text_number: int
    text: str
    kind: str

    def position(self, start: int, end: int) -> str:
        """Where characters [start, end) of it stand, without what they say: `input/2/0:15-47`."""
        nested = f"/{self.text_number}" if self.text_number else ""
        return f"{self.side}/{self.message}/{self.part}{nested}:{start}-{end}"


def asked(content: Content, *, history: bool) -> Iterator[Passage]:
    """What users and tools said; without `history` only what is new since the model spoke last."""
    messages = content.input_messages
    for index in range(0 if history else _spoken(messages), len(messages)):
        place = _PLACES.get(str(messages[index].get("role")))
        if place is not None:
            yield from _of_message(messages[index], place, "input", index)


def answers(content: Content) -> Iterator[Passage]:
    """What the model said, arguments of tool calls included."""
    for index, message in enumerate(content.output_messages):
        yield from _of_message(message, "output", "output", index)


def instructions(content: Content) -> str:
    """The system prompt."""
    return "\n".join(text for part in content.system_instructions for text in _texts_of(part))


def definitions(content: Content) -> str:
    """What the tools are called, do and take, without the words that every JSON schema has."""
    return "\n".join(_schema_words(content.tool_definitions))


def _spoken(messages: Sequence[Mapping[str, AnyValue]]) -> int:
    """The messages up to the model's last one: they were screened with their own call."""
    spoken = [index for index, message in enumerate(messages) if message.get("role") == "assistant"]
    return spoken[-1] + 1 if spoken else 0


def _of_message(
    message: Mapping[str, AnyValue], place: Place, side: Literal["input", "output"], index: int
) -> Iterator[Passage]:
    parts = message.get("parts")
    for number, part in enumerate(parts if isinstance(parts, (list, tuple)) else ()):
        if isinstance(part, Mapping):
            kind = str(part.get("type"))
            said: Place = "document" if kind == "tool_call_response" and side == "input" else place
            for text_number, text in enumerate(_texts_of(part)):
                yield Passage(said, side, index, number, text_number, text, kind)


def _texts_of(part: Mapping[str, AnyValue]) -> Iterator[str]:
    kind = part.get("type")
    if kind in ("text", "reasoning"):
        yield from _strings(part.get("content"))
    elif kind == "tool_call_response":
        yield from _strings(part.get("response", part.get("result")))
    elif kind == "tool_call":
        yield from _strings(part.get("arguments"))


def _strings(value: object) -> Iterator[str]:
    """All texts inside a value, at any depth."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, Mapping):
        for item in cast("Mapping[object, object]", value).values():
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in cast("Sequence[object]", value):
            yield from _strings(item)


def _schema_words(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if key in ("name", "title", "description"):
            yield value
    elif isinstance(value, Mapping):
        for name, item in cast("Mapping[str, object]", value).items():
            if key == "properties":
                yield name
            yield from _schema_words(item, "" if key == "properties" else name)
    elif isinstance(value, (list, tuple)):
        for item in cast("Sequence[object]", value):
            yield from _schema_words(item)
