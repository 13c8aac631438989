"""Tokens estimated from text, for calls whose provider gives no usage.

A count by class of script, calibrated against what providers reported for texts of the same kind: within about a
fifth for prose of some length, worse for a few words. No tokenizer is downloaded and none is imported. Media are
not counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import cast

from spanwise.core.inference import Content, Message
from spanwise.instrumentation.protocols.json_types import items, mapping

__all__ = ["input_tokens", "output_tokens", "tokens_in"]

_SAMPLE = 32 * 1024
"""Characters that are looked at; a longer text is taken to go on like its beginning."""
_PER_MESSAGE = 4
"""Tokens around each message: role and separators."""
_PER_CALL = 10
"""Tokens around a tool call."""
_OF_A_DEFINITION = 0.6
"""Providers show a model the definition of a tool in a notation that is terser than JSON."""
_PIECES = re.compile(
    r"(?P<latin>[A-Za-z\u00c0-\u024f]+)"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<dense>[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+)"
    r"|(?P<letters>[^\W\d_]+)"
    r"|(?P<symbols>[^\w\s]+|_+)"
    r"|(?P<lines>\n\s*)"
)
_CHARACTERS_PER_TOKEN = {"latin": 8.0, "digits": 3.0, "dense": 1.3, "letters": 3.0, "symbols": 2.5, "lines": 4.0}


def tokens_in(text: str) -> int:
    """Tokens of `text`: one per word and one more per so many characters of it, by class of script."""
    sample = text[:_SAMPLE]
    found = sum(_tokens_of(match.lastgroup or "letters", len(match[0])) for match in _PIECES.finditer(sample))
    return round(found * len(text) / len(sample)) if sample else 0


def input_tokens(content: Content) -> int:
    """Tokens of system instructions, input messages and tool definitions."""
    instructions = tokens_in("\n".join(_texts(content.system_instructions)))
    definitions = json.dumps(content.tool_definitions) if content.tool_definitions else ""
    tools = round(tokens_in(definitions) * _OF_A_DEFINITION)
    messages = output_tokens(content.input_messages)
    return instructions + tools + messages + _PER_MESSAGE * (len(content.input_messages) + bool(instructions))


def output_tokens(messages: Iterable[Message]) -> int:
    """Tokens of messages, without what surrounds them."""
    return sum(_tokens_of_parts(items(cast("object", message.get("parts")))) for message in messages)


def _tokens_of_parts(parts: list[object]) -> int:
    calls = sum(mapping(part).get("type") == "tool_call" for part in parts)
    return tokens_in("\n".join(_texts(parts))) + _PER_CALL * calls


def _tokens_of(kind: str, length: int) -> float:
    per_token = _CHARACTERS_PER_TOKEN[kind]
    if kind == "dense":
        return length / per_token
    return float(-(-length // per_token))


def _texts(parts: Iterable[object]) -> Iterable[str]:
    for part in map(mapping, parts):
        for key in ("content", "name", "arguments", "response"):
            value = part.get(key)
            if isinstance(value, str):
                yield value
            elif value:
                yield json.dumps(value, ensure_ascii=False)
