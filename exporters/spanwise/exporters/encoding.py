"""Attribute values as JSON text and back: nested values, bytes, and what JSON has no word for."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import cast

from opentelemetry.util.types import AnyValue

__all__ = ["decode", "decode_list", "decode_mapping", "encode", "encode_sorted", "storable_text"]

_BYTES = "$bytes"


def encode(value: object) -> str:
    """JSON text of an attribute value. Bytes become `{"$bytes": base64}`, NaN and infinities become words."""
    try:
        return storable_text(_ENCODER.encode(value))
    except (ValueError, TypeError):
        return storable_text(_ENCODER.encode(_plain(value)))


def encode_sorted(attributes: Mapping[str, object]) -> str:
    """The same with sorted keys: equal mappings give equal text."""
    return encode(dict(sorted(attributes.items())))


def decode(text: str) -> AnyValue:
    """The value of a JSON text that `encode` wrote."""
    return cast("AnyValue", json.loads(text, object_hook=_bytes_back))


def decode_mapping(text: str | None) -> dict[str, AnyValue]:
    """The mapping of a JSON text; empty where there is none."""
    value = decode(text) if text else None
    return dict(value) if isinstance(value, Mapping) else {}


def decode_list(text: str | None) -> list[AnyValue]:
    """The list of a JSON text; empty where there is none."""
    value = decode(text) if text else None
    return value if isinstance(value, list) else []


def storable_text(text: str) -> str:
    """The text without lone surrogates, which SQLite cannot take: they become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _unknown(value: object) -> object:
    if isinstance(value, (bytes, bytearray)):
        return {_BYTES: base64.b64encode(value).decode("ascii")}
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("list[object]", value)]
    return value


def _bytes_back(found: dict[str, object]) -> object:
    text = found.get(_BYTES)
    return base64.b64decode(text) if len(found) == 1 and isinstance(text, str) else found


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_unknown)
