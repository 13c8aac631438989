"""Whether a finished output is what was asked for: refused, cut, empty, or JSON that is none."""

from __future__ import annotations

from collections.abc import Sequence

from spanwise.core.inference import Message, Outcome
from spanwise.core.json_text import from_json
from spanwise.instrumentation.protocols.json_types import JsonObject, is_object, items, mapping, objects, texts

__all__ = ["judge", "makes_calls", "says_something"]

_BY_FINISH: dict[str, Outcome] = {
    "content_filter": "content_filter",
    "safety": "content_filter",
    "refusal": "refusal",
    "length": "truncated",
    "max_tokens": "truncated",
    "max_output_tokens": "truncated",
    "model_length": "truncated",
    "model_context_window_exceeded": "truncated",
    "incomplete": "truncated",
}
_BY_GRAVITY: tuple[Outcome, ...] = ("content_filter", "refusal", "truncated")
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def judge(finish_reasons: Sequence[str], messages: Sequence[Message] | None, schema: JsonObject | None) -> Outcome:
    """The outcome of a response of status 200.

    Args:
        finish_reasons: as the provider spells them.
        messages: the output; `None` where none is due.
        schema: what a JSON output must follow, `{}` for any; `None` where free text was asked for.
    """
    grave = _grave(finish_reasons)
    if grave is not None or messages is None:
        return grave or "ok"
    if not says_something(messages):
        return "empty"
    for message in messages:
        parts = objects(message.get("parts"))
        if not _calls_parse(parts) or (schema is not None and not _follows(parts, schema)):
            return "malformed_output"
    return "ok"


def says_something(messages: Sequence[Message]) -> bool:
    """Whether there is a part other than blank text."""
    for message in messages:
        for part in objects(message.get("parts")):
            content = part.get("content")
            if part.get("type") != "text" or (isinstance(content, str) and content and not content.isspace()):
                return True
    return False


def makes_calls(messages: Sequence[Message]) -> bool:
    """Whether there is a tool call."""
    return any(part.get("type") == "tool_call" for message in messages for part in objects(message.get("parts")))


def _grave(finish_reasons: Sequence[str]) -> Outcome | None:
    said = [_BY_FINISH.get(reason.lower()) for reason in finish_reasons]
    for outcome in _BY_GRAVITY:
        if outcome in said:
            return outcome
    return None


def _calls_parse(parts: list[JsonObject]) -> bool:
    """Arguments that are still a text did not parse."""
    calls = (part for part in parts if part.get("type") == "tool_call")
    return not any(isinstance(call.get("arguments"), str) for call in calls)


def _follows(parts: list[JsonObject], schema: JsonObject) -> bool:
    answer = "".join(
        part["content"] for part in parts if part.get("type") == "text" and isinstance(part["content"], str)
    )
    if not answer:
        return True  # a tool call instead
    try:
        value = from_json(answer)
    except ValueError:
        return False
    return _fits(value, schema)


def _fits(value: object, schema: JsonObject) -> bool:
    """The top level only: its type, required keys and their types."""
    if not _is_of_type(value, schema.get("type")):
        return False
    if not is_object(value):
        return True
    if any(isinstance(key, str) and key not in value for key in items(schema.get("required"))):
        return False
    properties = mapping(schema.get("properties"))
    return all(_is_of_type(value[key], mapping(properties[key]).get("type")) for key in value.keys() & properties)


def _is_of_type(value: object, names: object) -> bool:
    wanted = [kind for name in texts(names) or [] for kind in _TYPES.get(name, (object,))]
    if not wanted:
        return True
    if isinstance(value, bool):
        return bool in wanted or object in wanted
    if isinstance(value, float) and value.is_integer() and int in wanted:
        return True
    return isinstance(value, tuple(wanted))
