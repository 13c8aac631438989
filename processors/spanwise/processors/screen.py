"""The screening step: attacks in what came in, leaks in what went out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Content
from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.normalise import content_of
from spanwise.semconv import attributes as names

if TYPE_CHECKING:
    from spanwise.processors.screening import Place, Verdict

__all__ = ["ScreenSettings", "ScreenStep"]

_PLACES: Mapping[str, Place] = {"user": "user", "tool": "document"}


@dataclass(frozen=True)
class ScreenSettings:
    """Area `screen`."""

    enabled: bool = setting(True, "Screen prompts, tool results and completions, whether or not content is captured.")
    history: bool = setting(
        False, "Screen the whole conversation at every call, and not only what is new since the model spoke last."
    )
    outputs: bool = setting(True, "Look for leaked system prompts and exfiltration in completions.")


class ScreenStep:
    """Flags calls; never blocks. The text itself is read in memory and goes nowhere."""

    def __init__(self, settings: ScreenSettings) -> None:
        self._settings = settings

    def __call__(self, span: SpanView) -> None:
        """Set `spanwise.screen.*` on a call to a model whose content is known."""
        if not self._settings.enabled or not span.is_client_call:
            return
        content = span.inference.content if span.inference is not None else content_of(span)
        worst = max(self._verdicts(content), key=lambda found: found[1].score, default=None)
        if worst is not None and worst[1].flagged:
            _note(span, *worst)
        if self._settings.outputs:
            _note_leak(span, content)
        span.screened = worst is not None

    def _verdicts(self, content: Content) -> Iterator[tuple[Place, Verdict]]:
        from spanwise.processors.screening import screen  # late: 10 ms that only the worker has to spend

        for place, text in self._texts(content):
            yield place, screen(text, place)

    def _texts(self, content: Content) -> Iterator[tuple[Place, str]]:
        messages = content.input_messages if self._settings.history else _new(content.input_messages)
        for message in messages:
            place = _PLACES.get(str(message.get("role")))
            if place is not None:
                for part, text in _parts(message):
                    yield _place_of(part, place), text
        for message in content.output_messages if self._settings.outputs else ():
            for _, text in _parts(message):
                yield "output", text


def _new(messages: Sequence[Mapping[str, AnyValue]]) -> Sequence[Mapping[str, AnyValue]]:
    """The messages after the model's last one: earlier ones were screened with their own call."""
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].get("role") == "assistant":
            return messages[index + 1 :]
    return messages


def _parts(message: Mapping[str, AnyValue]) -> Iterator[tuple[Mapping[str, AnyValue], str]]:
    parts = message.get("parts")
    for part in parts if isinstance(parts, (list, tuple)) else ():
        if isinstance(part, Mapping):
            yield from ((part, text) for text in _texts_of(part))


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


def _place_of(part: Mapping[str, AnyValue], place: Place) -> Place:
    return "document" if part.get("type") == "tool_call_response" else place


def _note(span: SpanView, place: Place, verdict: Verdict) -> None:
    span.attributes[names.SCREEN_FLAGGED] = True
    span.attributes[names.SCREEN_SCORE] = round(verdict.score, 4)
    span.attributes[names.SCREEN_PLACE] = place
    if verdict.category:
        span.attributes[names.SCREEN_CATEGORY] = verdict.category
    if verdict.matches:
        span.attributes[names.SCREEN_RULES] = tuple(dict.fromkeys(match.rule for match in verdict.matches))


def _note_leak(span: SpanView, content: Content) -> None:
    told = "\n".join(text for part in content.system_instructions for text in _texts_of(part))
    if not told:
        return
    said = "\n".join(text for message in content.output_messages for _, text in _parts(message))
    from spanwise.processors.screening import LEAK_THRESHOLD, leak

    score = leak(told, said) if said else 0.0
    if score >= LEAK_THRESHOLD:
        span.attributes[names.SCREEN_LEAK] = round(score, 4)
