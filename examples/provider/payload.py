"""Narrowing of decoded JSON: each reader returns a value of the type it names, or an empty one."""

import json
from typing import TypeAlias, cast

__all__ = ["JsonMap", "compact", "decoded", "integer", "mapping", "number", "sequence", "string", "text_of"]

JsonMap: TypeAlias = dict[str, object]


def mapping(value: object) -> JsonMap:
    """`value` as a JSON object; empty when it is anything else."""
    return cast(JsonMap, value) if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """`value` as a JSON array; empty when it is anything else."""
    return cast("list[object]", value) if isinstance(value, list) else []


def string(value: object) -> str:
    """`value` as a string; empty when it is anything else."""
    return value if isinstance(value, str) else ""


def integer(value: object) -> int | None:
    """`value` as an integer; None when it is anything else (a bool is not an integer)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: object, default: float) -> float:
    """`value` as a float; `default` when it is not a number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def decoded(body: bytes) -> JsonMap:
    """The JSON object in `body`; empty when there is none."""
    try:
        return mapping(json.loads(body))
    except ValueError:
        return {}


def compact(value: object) -> str:
    """`value` as JSON on one line, without spaces, as providers send it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def text_of(content: object) -> str:
    """The text of a message's `content`: a plain string, or the text of its parts joined by newlines.

    Tool results are read through; a part without text (an image, say) reads as `[type]`.
    """
    if isinstance(content, str):
        return content
    return "\n".join(_part_text(mapping(part)) for part in sequence(content))


def _part_text(part: JsonMap) -> str:
    for key in ("text", "refusal", "thinking"):
        if isinstance(part.get(key), str):
            return string(part[key])
    if "content" in part:
        return text_of(part["content"])
    if "input" in part:
        return f"{string(part.get('name'))}({compact(part['input'])})"
    return f"[{string(part.get('type'))}]"
