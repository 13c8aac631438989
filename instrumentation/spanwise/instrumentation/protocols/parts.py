"""Message parts as the semantic conventions spell them. Media keep type and length, never their bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Message, Part
from spanwise.core.json_text import from_json
from spanwise.instrumentation.protocols.json_types import JsonObject, any_value, encodable, is_array, is_object, text

__all__ = [
    "blob",
    "custom_call",
    "file",
    "function_call",
    "generic",
    "media",
    "message",
    "reasoning",
    "text_part",
    "tool",
    "tool_response",
]

_BASE64 = re.compile(r"[A-Za-z0-9+/_=\s-]+")
_LONGEST_PLAIN = 1024
"""Characters; a longer string of nothing but base64 letters is taken for media."""
_DEPTH = 32


def message(role: object, parts: list[Part], finish_reason: str | None = None) -> Message:
    """A message; `parts` is not copied."""
    said: Message = {"role": text(role) or "user", "parts": any_value(parts)}
    if finish_reason is not None:
        said["finish_reason"] = finish_reason
    return said


def text_part(content: str) -> Part:
    """Plain text, or a refusal."""
    return {"type": "text", "content": encodable(content)}


def reasoning(content: str) -> Part:
    """What the model thought, or a summary of it; empty where the provider encrypts it."""
    return {"type": "reasoning", "content": encodable(content)}


def function_call(call_id: object, name: object, arguments: object) -> Part:
    """A call of a tool. `arguments` is an object where the model's text parses as JSON, else that text."""
    if isinstance(arguments, str):
        with suppress(ValueError):
            arguments = from_json(arguments) if arguments.strip() else {}
    given = any_value(_pruned(arguments))
    return {"type": "tool_call", "id": text(call_id), "name": text(name), "arguments": given}


def custom_call(call_id: object, name: object, value: object) -> Part:
    """A call whose input is free text or an action, not arguments."""
    return {
        "type": "tool_call",
        "id": text(call_id),
        "name": text(name),
        "arguments": {"input": any_value(_pruned(value))},
    }


def tool_response(call_id: object, response: object) -> Part:
    """What a tool answered: a text, or what is left of a structure without its media."""
    return {"type": "tool_call_response", "id": text(call_id), "response": any_value(_pruned(response))}


def media(modality: str, reference: object, mime_type: object = None) -> Part:
    """Media behind an address: a `uri` part, or a `blob` where the address is a `data:` one."""
    address = text(reference) or ""
    if not address.startswith("data:"):
        return {"type": "uri", "modality": modality, "mime_type": text(mime_type), "uri": address}
    head, _, data = address.partition(",")
    return blob(modality, data, head[5:].partition(";")[0] or mime_type)


def blob(modality: str, data: object, mime_type: object = None, transcript: object = None) -> Part:
    """Inline media in base64: its type and `byte_length`, without the bytes."""
    encoded = data if isinstance(data, str) else ""
    size = len(encoded) * 3 // 4 - encoded[-2:].count("=")
    part: Part = {
        "type": "blob",
        "modality": modality,
        "mime_type": text(mime_type),
        "content": "",
        "byte_length": max(size, 0),
    }
    if said := text(transcript):
        part["transcript"] = said
    return part


def file(file_id: object, modality: str = "file", mime_type: object = None) -> Part:
    """A file that the provider holds."""
    return {"type": "file", "modality": modality, "mime_type": text(mime_type), "file_id": text(file_id)}


def generic(value: JsonObject) -> Part:
    """A part of a kind that the conventions do not name: kept, without its media."""
    kind = text(value.get("type")) or "unknown"
    return {"type": "generic", "generic_type": kind, "content": any_value(_pruned(value))}


def tool(name: object, description: object, parameters: object, kind: object = None) -> Mapping[str, AnyValue]:
    """The definition of a tool; what is not given is left out."""
    known = {"name": text(name), "description": text(description), "parameters": any_value(_pruned(parameters)) or None}
    return {"type": text(kind) or "function", **{key: value for key, value in known.items() if value is not None}}


def _pruned(value: object, depth: int = 0) -> object:
    if depth > _DEPTH:
        return None
    if isinstance(value, str):
        return _without_media(value)
    if is_array(value):
        return [_pruned(item, depth + 1) for item in value]
    if is_object(value):
        return {encodable(key): _pruned(item, depth + 1) for key, item in value.items()}
    return value


def _without_media(value: str) -> str:
    if len(value) <= _LONGEST_PLAIN:
        return encodable(value)
    if value.startswith("data:") and ";base64," in value[:128]:
        return value[: value.index(",") + 1]
    return "" if " " not in value[:_LONGEST_PLAIN] and _BASE64.fullmatch(value) else encodable(value)
