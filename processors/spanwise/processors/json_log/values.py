"""From whatever an application logs to what JSON can hold; nothing is taken at its word."""

from __future__ import annotations

import datetime
import decimal
import math
import uuid
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from pathlib import PurePath
from typing import cast

from opentelemetry.util.types import AnyValue

__all__ = ["Plain", "text_of"]

_DEEPEST = 16
_MOST = 1000
"""Entries of one collection."""
_SPOKEN = (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID, PurePath, BaseException, type)
"""Their `str()` is what they are. What any other object says of itself may be anything, so only its type is told."""


class Plain:
    """Turns values into JSON's own types.

    Args:
        is_secret: says of a key whether it and its value are left out, at any depth.
    """

    def __init__(self, is_secret: Callable[[str], bool]) -> None:
        self.left_out = 0
        """Keys that were left out."""
        self._is_secret = is_secret
        self._inside: set[int] = set()

    def entries(self, mapping: Mapping[object, object]) -> dict[str, AnyValue]:
        """A mapping without its secrets."""
        return dict(self._entries(mapping))

    def value(self, value: object) -> AnyValue:
        """One value; an object that JSON has no form for becomes the name of its type."""
        if isinstance(value, Enum):
            value = value.value
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, float):
            return value if math.isfinite(value) else repr(value)
        if isinstance(value, (bytes, bytearray)):
            return bytes(value).decode("utf-8", "replace")
        if isinstance(value, (Mapping, list, tuple, AbstractSet)):
            return self._collection(cast("Mapping[object, object] | list[object]", value))
        return text_of(value) if isinstance(value, _SPOKEN) else f"[{type(value).__qualname__}]"

    def _collection(self, value: Mapping[object, object] | list[object]) -> AnyValue:
        if id(value) in self._inside:
            return "[CYCLE]"
        if len(self._inside) >= _DEEPEST:
            return "[TOO DEEP]"
        self._inside.add(id(value))
        try:
            return self._members(value)
        except Exception:
            return f"[{type(value).__qualname__}]"
        finally:
            self._inside.discard(id(value))

    def _members(self, value: Mapping[object, object] | list[object]) -> AnyValue:
        if isinstance(value, Mapping):
            return dict(self._entries(value))
        members = [self.value(member) for member, _ in zip(value, range(_MOST), strict=False)]
        return members if len(value) <= _MOST else [*members, f"[{len(value) - _MOST} MORE]"]

    def _entries(self, mapping: Mapping[object, object]) -> Iterator[tuple[str, AnyValue]]:
        for number, (key, value) in enumerate(mapping.items()):
            if number == _MOST:
                yield "…", f"[{len(mapping) - _MOST} MORE]"
                return
            name = key if isinstance(key, str) else str(self.value(key))
            if self._is_secret(name):
                self.left_out += 1
            else:
                yield name, self.value(value)


def text_of(value: object) -> str:
    """`str()`, or the name of the type where that fails."""
    try:
        return str(value)
    except Exception:
        return f"[{type(value).__qualname__}]"
