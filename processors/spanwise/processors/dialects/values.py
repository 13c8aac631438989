"""Narrowing of untrusted attribute values and JSON: each function gives what its name says, or None."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TypeGuard, cast

from opentelemetry.util.types import AnyValue

__all__ = [
    "any_value",
    "count",
    "flag",
    "is_mapping",
    "is_sequence",
    "mapping",
    "number",
    "parsed",
    "text",
    "texts",
]

_LARGEST = 2**63 - 1  # what an OTLP integer holds
_FLAGS = {"true": True, "false": False}


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether the value is a JSON object or an OTLP key-value list."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether the value is an array."""
    return isinstance(value, (list, tuple))


def text(value: object) -> str | None:
    """A string that is not empty."""
    return value if isinstance(value, str) and value else None


def texts(value: object) -> tuple[str, ...] | None:
    """Strings: an array of them, a JSON array in a string, or a lone string."""
    if isinstance(value, str):
        inner = parsed(value) if value.startswith("[") else value
        value = inner if is_sequence(inner) else (inner,)
    found = tuple(item for item in value if isinstance(item, str) and item) if is_sequence(value) else ()
    return found or None


def count(value: object) -> int | None:
    """A whole number from zero up. A float without a fraction counts; a boolean does not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= _LARGEST else None


def number(value: object) -> float | None:
    """A finite number; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if -_LARGEST <= value <= _LARGEST and math.isfinite(value) else None


def flag(value: object) -> bool | None:
    """A boolean, or the word for one."""
    if isinstance(value, str):
        return _FLAGS.get(value.lower())
    return value if isinstance(value, bool) else None


def parsed(value: object) -> object:
    """What a JSON string holds; a value that is no string as it is; None for text that is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return cast("object", json.loads(value))
    except (ValueError, RecursionError):
        return None


def mapping(value: object) -> Mapping[str, object]:
    """An object, also one in a JSON string; else an empty one."""
    found = parsed(value)
    return found if is_mapping(found) else {}


def any_value(value: object) -> AnyValue:
    """Parsed JSON is an attribute value as it is."""
    return cast("AnyValue", value)
