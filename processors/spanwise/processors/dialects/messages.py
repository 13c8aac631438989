"""Messages as providers and frameworks spell them, to messages of the semantic conventions.

Knows the shapes of OpenAI (chat and responses), Anthropic, the Vercel AI SDK, and the conventions' own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Message, Part
from spanwise.core.json_text import to_json
from spanwise.processors.dialects.values import any_value, is_mapping, is_sequence, mapping, parsed, text
from spanwise.semconv import attributes as names

__all__ = [
    "INSTRUCTING",
    "Raw",
    "messages",
    "messages_in",
    "part",
    "parts_of",
    "put_input",
    "put_output",
    "put_tools",
    "take_input",
    "take_output",
    "text_message",
    "tool_call",
    "tools",
]

Raw = Mapping[str, object]

INSTRUCTING = frozenset({"system", "developer"})
"""Roles whose messages are system instructions."""

_MESSAGE_KEYS = frozenset({"role", "content", "parts", "tool_calls", "function_call"})
_DEPTH = 16


def messages(raw: object, role: str, depth: int = _DEPTH) -> list[Message]:
    """All messages in `raw`: an array, one message, an item of the responses API, or plain text said by `role`."""
    if isinstance(raw, str):
        return [text_message(role, raw)] if raw else []
    if is_mapping(raw):
        return [_message(raw, role)]
    if is_sequence(raw) and depth:
        return [found for item in raw for found in messages(item, role, depth - 1)]
    return []


def text_message(role: str, content: str) -> Message:
    """A message of nothing but text."""
    return {"role": role, "parts": [{"type": "text", "content": content}]}


def parts_of(message: Message) -> list[AnyValue]:
    """The parts of a message; none where they are no array."""
    parts: object = message.get("parts")
    return [any_value(item) for item in parts] if is_sequence(parts) else []


def put_input(attributes: dict[str, AnyValue], said: Iterable[Message]) -> None:
    """Write the prompt; messages of the system become `gen_ai.system_instructions`."""
    told: list[AnyValue] = []
    asked: list[Message] = []
    for message in said:
        if message.get("role") in INSTRUCTING:
            told += parts_of(message)
        else:
            asked.append(message)
    _put(attributes, names.SYSTEM_INSTRUCTIONS, told)
    _put(attributes, names.INPUT_MESSAGES, asked)


def put_output(attributes: dict[str, AnyValue], said: Iterable[Message]) -> None:
    """Write the completion."""
    _put(attributes, names.OUTPUT_MESSAGES, list(said))


def messages_in(value: object, role: str) -> list[Message]:
    """The messages in an attribute: JSON, a structure, or plain text said by `role`."""
    structure = parsed(value)
    if _holds_messages(structure):
        return messages(structure, role)
    if is_mapping(value) or is_sequence(value):
        value = to_json(value) if value else ""
    return messages(value, role)


def _holds_messages(structure: object) -> bool:
    """JSON may as well be what a user or a model said."""
    if is_sequence(structure):
        return any(isinstance(item, str) or _holds_messages(item) for item in structure if not is_sequence(item))
    return is_mapping(structure) and (not _MESSAGE_KEYS.isdisjoint(structure) or structure.get("type") in _ITEM_TYPES)


def take_input(attributes: dict[str, AnyValue], source: str) -> None:
    """Move an attribute that holds a prompt."""
    if asked := messages_in(attributes.get(source), "user"):
        put_input(attributes, asked)
        del attributes[source]


def take_output(attributes: dict[str, AnyValue], source: str) -> None:
    """Move an attribute that holds a completion."""
    if said := messages_in(attributes.get(source), "assistant"):
        put_output(attributes, said)
        del attributes[source]


def put_tools(attributes: dict[str, AnyValue], raw: object) -> None:
    """Write the definitions of the tools that the model was given."""
    _put(attributes, names.TOOL_DEFINITIONS, tools(raw))


def tools(raw: object) -> list[Raw]:
    """Definitions `{"type": "function", "name": …, "description": …, "parameters": …}`, from any provider's."""
    found = (mapping(item) for item in (raw if is_sequence(raw) else ()))
    return [_tool(item) for item in found if item]


def _tool(raw: Raw) -> Raw:
    tool = {"type": "function", **raw, **mapping(raw.get("function"))}
    tool.pop("function", None)
    if "input_schema" in tool:
        tool.setdefault("parameters", tool.pop("input_schema"))
    return tool


def _put(attributes: dict[str, AnyValue], name: str, found: object) -> None:
    """What is nested too deeply to be written is left out: nothing after this could read it either."""
    if found and name not in attributes:
        with suppress(RecursionError):
            attributes[name] = to_json(found)


def _message(raw: Raw, default_role: str) -> Message:
    role = text(raw.get("role")) or default_role
    said: Message = {"role": role, "parts": any_value(_parts(raw, role))}
    if reason := text(raw.get("finish_reason")):
        said["finish_reason"] = reason
    return said


def _parts(raw: Raw, role: str) -> list[Part]:
    written = raw.get("parts")
    if is_sequence(written):
        return [part(item) for item in written]
    if role == "tool" and "content" in raw:
        return [_tool_response({**raw, "output": raw["content"]})]
    if all(raw.get(key) is None for key in ("role", "content", "tool_calls")):
        return [part(raw)]
    return list(_said(raw))


def _said(raw: Raw) -> Iterator[Part]:
    for key in ("reasoning_content", "reasoning"):
        if thought := text(raw.get(key)):
            yield _of_text("reasoning", thought)
    content = raw.get("content")
    for item in content if is_sequence(content) else (content,):
        if item is not None and item != "":
            yield part(item)
    if refused := text(raw.get("refusal")):
        yield _of_text("text", refused)
    calls = parsed(raw.get("tool_calls"))
    for call in calls if is_sequence(calls) else ():
        if is_mapping(call):
            yield tool_call(call)
    if function := mapping(raw.get("function_call")):
        yield tool_call(function)


def part(raw: object) -> Part:
    """One part of a message; what the conventions do not know becomes a `generic` one."""
    if isinstance(raw, str):
        return _of_text("text", raw)
    if not is_mapping(raw):
        return {"type": "generic", "generic_type": "unknown", "content": any_value(raw)}
    reader = _READERS.get(text(raw.get("type")) or "")
    if reader is not None:
        return reader(raw)
    if "type" in raw and ("content" in raw or "uri" in raw or "file_id" in raw):
        return {key: any_value(value) for key, value in raw.items()}
    return {"type": "generic", "generic_type": text(raw.get("type")) or "unknown", "content": any_value(raw)}


def tool_call(raw: Raw) -> Part:
    """A call of a tool, whatever its arguments are called; JSON text of them is parsed."""
    function = {**raw, **mapping(raw.get("function"))}
    arguments = _first(function, "arguments", "args", "input")
    structure = parsed(arguments)
    return {
        "type": "tool_call",
        "id": text(_first(raw, "call_id", "id", "toolCallId", "tool_call_id")),
        "name": text(_first(function, "name", "toolName")),
        "arguments": any_value(arguments if structure is None else structure),
    }


def _tool_response(raw: Raw) -> Part:
    return {
        "type": "tool_call_response",
        "id": text(_first(raw, "call_id", "tool_call_id", "tool_use_id", "toolCallId", "id")),
        "response": any_value(_first(raw, "response", "output", "result", "content")),
    }


def _text_part(raw: Raw) -> Part:
    return _of_text("text", _first(raw, "text", "content", "refusal"))


def _reasoning(raw: Raw) -> Part:
    said = _first(raw, "thinking", "text", "content", "summary")
    if is_sequence(said):
        said = "\n".join(found for item in said if (found := text(mapping(item).get("text"))))
    return _of_text("reasoning", said)


def _image(raw: Raw) -> Part:
    address = raw.get("image_url")
    address = address.get("url") if is_mapping(address) else address
    return {"type": "uri", "modality": "image", "uri": text(address) or ""}


def _of_text(kind: str, content: object) -> Part:
    return {"type": kind, "content": any_value("" if content is None else content)}


def _first(raw: Raw, *keys: str) -> object:
    return next((value for key in keys if (value := raw.get(key)) is not None), None)


_READERS: dict[str, Callable[[Raw], Part]] = {
    **dict.fromkeys(("text", "input_text", "output_text", "refusal"), _text_part),
    **dict.fromkeys(("reasoning", "thinking"), _reasoning),
    **dict.fromkeys(("tool_call", "tool_use", "function_call", "tool-call", "server_tool_use"), tool_call),
    **dict.fromkeys(("tool_call_response", "tool_result", "function_call_output", "tool-result"), _tool_response),
    **dict.fromkeys(("image_url", "input_image"), _image),
}

_ITEM_TYPES = (*_READERS, "message")
