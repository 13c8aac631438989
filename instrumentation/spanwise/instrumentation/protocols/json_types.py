"""Narrowing of untrusted JSON: each function gives a value of the type its name says, or nothing."""

from __future__ import annotations

import math
from typing import TypeAlias, TypeGuard, cast

from opentelemetry.util.types import AnyValue

__all__ = [
    "JsonObject",
    "any_value",
    "count",
    "encodable",
    "is_array",
    "is_object",
    "items",
    "mapping",
    "number",
    "objects",
    "text",
    "texts",
]

JsonObject: TypeAlias = "dict[str, object]"

_LARGEST = 2**63 - 1  # what an OTLP integer holds


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Whether the value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Whether the value is an array."""
    return isinstance(value, list)


def mapping(value: object) -> JsonObject:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def items(value: object) -> list[object]:
    """An array, or an empty one."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def objects(value: object) -> list[JsonObject]:
    """The objects in an array; anything else in it is left out."""
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict)]  # pyright: ignore[reportUnknownVariableType]


def text(value: object) -> str | None:
    """A string that is not empty, and that can be encoded: see `encodable`."""
    if not isinstance(value, str) or not value:
        return None
    return value if value.isascii() else encodable(value)


def encodable(value: str) -> str:
    """`value` without halves of surrogate pairs, which JSON can spell but UTF-8 cannot: an exporter would choke."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def texts(value: object) -> list[str] | None:
    """An array of strings; a lone string counts as an array of one."""
    if isinstance(value, str):
        return [encodable(value)]
    found = [encodable(item) for item in items(value) if isinstance(item, str)]
    return found or None


def count(value: object) -> int | None:
    """A whole number from zero up. A float without a fraction counts; a boolean does not."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= _LARGEST else None


def number(value: object) -> float | None:
    """A finite number; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:
        return None


def any_value(value: object) -> AnyValue:
    """Parsed JSON is an attribute value as it is."""
    return cast("AnyValue", value)
