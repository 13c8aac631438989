"""Responses made of `choices`: chat completions and legacy completions, whole and streamed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spanwise.core.inference import Inference, Usage
from spanwise.instrumentation.protocols.json_types import JsonObject, count, mapping, objects, text
from spanwise.semconv import attributes as names

__all__ = ["WRITER", "assemble", "in_order", "response", "usage_of"]

WRITER = re.compile(r"(^|\.)api\.writer\.com$")
"""Its path is `/v1/chat`; its format is this one."""

_IDENTITY = ("id", "model", "service_tier", "system_fingerprint")
_INTRODUCTION = 8
"""Events within which a stream has said what it is; the first may be about the prompt only (Azure)."""
_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


def response(document: JsonObject, inference: Inference) -> None:
    """Read identity, usage, finish reasons and refusal of a whole or assembled response."""
    inference.response_id = text(document.get("id"))
    inference.response_model = text(document.get("model"))
    choices = in_order(document)
    inference.finish_reasons = [said for choice in choices if (said := text(choice.get("finish_reason")))]
    inference.usage = usage_of(mapping(document.get("usage")) or mapping(mapping(document.get("x_groq")).get("usage")))
    if tier := text(document.get("service_tier")):
        inference.attributes[names.OPENAI_RESPONSE_SERVICE_TIER] = tier
    if fingerprint := text(document.get("system_fingerprint")):
        inference.attributes[names.OPENAI_RESPONSE_SYSTEM_FINGERPRINT] = fingerprint
    if any(text(mapping(choice.get("message")).get("refusal")) for choice in choices):
        inference.outcome = "refusal"


def in_order(document: JsonObject) -> list[JsonObject]:
    """The choices by their index; those without one stand where they came."""
    choices = objects(document.get("choices"))
    if len(choices) < 2:
        return choices
    places = {id(choice): _index(choice, place) for place, choice in enumerate(choices)}
    return sorted(choices, key=lambda choice: places[id(choice)])


def usage_of(usage: JsonObject) -> Usage:
    """Tokens as chat completions report them, with the additions of DeepSeek, Together, Moonshot and Writer."""
    if not usage:
        return Usage()
    given = mapping(usage.get("prompt_tokens_details") or usage.get("prompt_token_details"))
    made = mapping(usage.get("completion_tokens_details") or usage.get("completion_token_details"))
    cached = count(given.get("cached_tokens"))
    if cached is None:
        cached = count(usage.get("prompt_cache_hit_tokens", usage.get("cached_tokens")))
    return Usage(
        input_tokens=count(usage.get("prompt_tokens")),
        output_tokens=_output(usage, count(made.get("reasoning_tokens"))),
        cache_read_tokens=cached,
        cache_write_tokens=count(given.get("cache_write_tokens")),
        reasoning_tokens=count(made.get("reasoning_tokens")),
        input_audio_tokens=count(given.get("audio_tokens")),
        output_audio_tokens=count(made.get("audio_tokens")),
        input_image_tokens=count(given.get("image_tokens")),
        output_image_tokens=count(made.get("image_tokens")),
    )


def assemble(events: Sequence[JsonObject]) -> JsonObject:
    """Join a stream's deltas, per choice, to the response that would have come without streaming."""
    first = (*events[:_INTRODUCTION], *events[-1:])
    whole: JsonObject = {key: next((event[key] for event in first if event.get(key)), None) for key in _IDENTITY}
    for key in ("usage", "x_groq", "error"):
        whole[key] = next((event[key] for event in reversed(events) if event.get(key)), None)
    choices: dict[int, _Choice] = {}
    for event in events:
        for place, delta in enumerate(objects(event.get("choices"))):
            given = delta.get("index")
            index = given if type(given) is int else place
            choice = choices.get(index)
            if choice is None:
                choice = choices[index] = _Choice()
            choice.add(delta)
    whole["choices"] = [choices[index].joined(index) for index in sorted(choices)]
    return whole


class _Choice:
    """One choice of a stream while it is put together."""

    __slots__ = ("audio", "calls", "finish_reason", "function", "parts", "texts")

    def __init__(self) -> None:
        self.finish_reason: object = None
        self.texts: dict[str, list[str]] = {}
        self.parts: list[object] = []
        self.calls: dict[int, _Call] = {}
        self.function: _Call | None = None
        self.audio: JsonObject = {}

    def add(self, choice: JsonObject) -> None:
        """Take what one event says of this choice."""
        if reason := choice.get("finish_reason"):
            self.finish_reason = reason
        if isinstance(said := choice.get("text"), str):
            self.texts.setdefault("text", []).append(said)
        delta = mapping(choice.get("delta")) or mapping(choice.get("message"))
        for key, value in delta.items():
            if not value:
                continue
            if isinstance(value, str):
                self.texts.setdefault(key, []).append(value)
            elif key == "tool_calls":
                self._add_calls(value)
            elif key == "function_call":
                self.function = self.function or _Call()
                self.function.add({"function": value})
            elif key == "audio":
                self._add_audio(mapping(value))
            elif key == "content":
                self.parts += objects(value)

    def _add_calls(self, value: object) -> None:
        for place, delta in enumerate(objects(value)):
            index = self._index_of_call(delta, place)
            call = self.calls.get(index)
            if call is None:
                call = self.calls[index] = _Call()
            call.add(delta)

    def _index_of_call(self, delta: JsonObject, place: int) -> int:
        """Servers that number no calls start a new one with a new id."""
        index = count(delta.get("index"))
        if index is not None:
            return index
        if text(delta.get("id")) and all(call.id != delta["id"] for call in self.calls.values()):
            return len(self.calls)
        return max(len(self.calls) - 1, place)

    def _add_audio(self, audio: JsonObject) -> None:
        for key, value in audio.items():
            joined = self.audio.get(key)
            if key in ("data", "transcript") and isinstance(value, str) and isinstance(joined, str):
                value = joined + value
            self.audio[key] = value

    def joined(self, index: int) -> JsonObject:
        """The choice as a whole response has it."""
        said: JsonObject = {key: "".join(self.texts[key]) for key in _TEXTS if key in self.texts}
        said["role"] = self.texts.get("role", ["assistant"])[0]
        text_said = "".join(self.texts.get("text", ()))
        whole: JsonObject = {"index": index, "finish_reason": self.finish_reason, "text": text_said}
        if self.parts:
            said["content"] = [*self.parts, {"type": "text", "text": said.get("content", "")}]
        if self.audio:
            said["audio"] = self.audio
        if self.function is not None:
            said["function_call"] = self.function.joined()["function"]
        if self.calls:
            said["tool_calls"] = [self.calls[place].joined() for place in sorted(self.calls)]
        whole["message"] = said
        return whole


class _Call:
    """One tool call of a stream while it is put together."""

    __slots__ = ("id", "input", "name", "pieces")

    def __init__(self) -> None:
        self.id: object = None
        self.name: str = ""
        self.pieces: list[str] = []
        self.input: list[str] | None = None

    def add(self, delta: JsonObject) -> None:
        """Take one delta: the id and the name come once, the arguments in pieces."""
        self.id = delta.get("id") or self.id
        function, custom = mapping(delta.get("function")), mapping(delta.get("custom"))
        self.name = text(function.get("name")) or text(custom.get("name")) or self.name
        if isinstance(piece := function.get("arguments"), str):
            self.pieces.append(piece)
        if custom:
            self.input = self.input or []
            self.input.append(text(custom.get("input")) or "")

    def joined(self) -> JsonObject:
        """The call as a whole response has it."""
        if self.input is not None:
            return {"id": self.id, "custom": {"name": self.name, "input": "".join(self.input)}}
        return {"id": self.id, "function": {"name": self.name, "arguments": "".join(self.pieces)}}


def _index(choice: JsonObject, place: int) -> int:
    index = count(choice.get("index"))
    return place if index is None else index


def _output(usage: JsonObject, reasoning: int | None) -> int | None:
    """Output with reasoning. xAI leaves it out of `completion_tokens`, which its total gives away."""
    made = count(usage.get("completion_tokens"))
    if made is not None and reasoning:
        given, total = count(usage.get("prompt_tokens")), count(usage.get("total_tokens"))
        if given is not None and total == given + made + reasoning:
            return made + reasoning
    return made
