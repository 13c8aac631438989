"""The texts inside a value, at any depth, and how to build the value again from what became of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from opentelemetry.util.types import AttributeValue

__all__ = ["LONG", "CleanTexts", "Leaf", "Leaves", "Rebuild", "cut", "is_long", "joined"]

_DEEPEST = 64
LONG = 1_000_000
"""The least number that may be one of a person: it has seven digits."""
_LONGEST_SPLIT = 8192
"""Characters before the end of what is scanned that are left out: a secret that the end splits is not recognised."""
_REMEMBERED = 4096
_LONGEST_NAME = 64
_WORD = re.compile("[A-Za-z_.]{1,32}")


@dataclass(eq=False, slots=True)
class Leaf:
    """One string, or number in JSON, somewhere in a value."""

    text: str
    name: str
    secret: bool
    result: str
    label: int
    """Characters of `labelled` before the text."""
    labelled: str


Rebuild = Callable[[], AttributeValue]
"""Builds the value again from the results of its leaves; the same object where nothing changed."""
_Entry = tuple[str, Callable[[], str] | None, AttributeValue, Rebuild | None]
"""A key, how to build it again, its value, and how to build that again; None for what stays."""


class CleanTexts:
    """Words in which nothing was found, by name: roles, types and keys come with every message.

    Only what is letters: it reads the same way whatever stands beside it.
    """

    def __init__(self) -> None:
        self.known: set[tuple[str, str]] = set()
        """Name and word."""

    def remember(self, leaves: Sequence[Leaf]) -> None:
        """Note the words among leaves that were scanned."""
        if len(self.known) > _REMEMBERED:
            self.known.clear()
        for leaf in leaves:
            clean = leaf.result is leaf.text and not leaf.secret
            if clean and _WORD.fullmatch(leaf.text) and len(leaf.name) <= _LONGEST_NAME:
                self.known.add((leaf.name, leaf.text))


class Leaves:
    """Collects the strings of a value; each `plan` returns how to build the value again from the results, or `None`
    where it stays as it is."""

    def __init__(self, is_sensitive: Callable[[str, str], bool], max_length: int, clean: CleanTexts) -> None:
        self.leaves: list[Leaf] = []
        self._is_sensitive = is_sensitive
        self._max_length = max_length
        self._known = clean.known

    def plan(self, value: AttributeValue, name: str, *, secret: bool = False, depth: int = 0) -> Rebuild | None:
        if isinstance(value, str):
            known = type(value) is str and not secret and (name, value) in self._known
            return None if known else self._plan_text(_plain(value), name, secret, depth)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._plan_bytes(bytes(value), name, secret, depth)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._plan_number(value, name)
        if value is None or isinstance(value, (bool, int, float)):
            return None
        if depth >= _DEEPEST:
            return lambda: "[TRUNCATED]"
        secret = secret or self._is_sensitive(name, "")
        if not isinstance(value, list) and isinstance(value, (dict, Mapping)):  # asking a list takes longest
            return self._plan_mapping(value, secret, depth + 1)
        if not isinstance(cast("object", value), (list, tuple, Sequence)):
            return self._plan_leaf(str(value), name, secret)  # what the SDK makes of any other object
        return self._plan_sequence(value, name, secret, depth + 1)

    def _plan_text(self, value: str, name: str, secret: bool, depth: int) -> Callable[[], str]:
        secret = secret or self._is_sensitive(name, value)
        document = None if secret or depth >= _DEEPEST else _parsed(value, self._max_length)
        if document is None:
            return self._plan_leaf(value, name, secret)
        rebuild = self.plan(document, name, depth=depth + 1)

        def dump() -> str:
            rebuilt = document if rebuild is None else rebuild()
            return value if rebuilt is document else _dumped(rebuilt, value)

        return dump

    def _plan_leaf(self, value: str, name: str, secret: bool) -> Callable[[], str]:
        if not value:
            return lambda: value
        kept, marker = (value, "") if secret else cut(value, self._max_length)
        leaf = self._add(kept, name, secret)
        return lambda: joined(leaf.result, marker, self._max_length) if marker else leaf.result

    def _plan_number(self, value: int, name: str) -> Rebuild | None:
        if not is_long(value):
            return None
        leaf = self._add(str(int(value)), name, secret=False)
        return lambda: value if leaf.result is leaf.text else leaf.result

    def _plan_bytes(self, value: bytes, name: str, secret: bool, depth: int) -> Rebuild:
        text, codec = _decoded(value)
        rebuild = self._plan_text(text, name, secret, depth)

        def encode() -> bytes:
            rebuilt = rebuild()
            return value if rebuilt is text else str(rebuilt).encode(codec, "replace")

        return encode

    def _plan_mapping(self, value: Mapping[str, AttributeValue], secret: bool, depth: int) -> Rebuild | None:
        entries: list[_Entry] = []
        stays = True
        for key, item in value.items():
            of_key, of_item = self._plan_key(key), self.plan(item, _plain(key), secret=secret, depth=depth)
            stays = stays and of_key is None and of_item is None
            entries.append((key, of_key, item, of_item))
        return None if stays else lambda: _rebuilt(value, entries)

    def _plan_key(self, key: str) -> Callable[[], str] | None:
        if type(key) is str and ("", key) in self._known:
            return None
        return self._plan_leaf(_plain(key), "", secret=False)

    def _plan_sequence(self, value: Sequence[AttributeValue], name: str, secret: bool, depth: int) -> Rebuild | None:
        plans = [self.plan(item, name, secret=secret, depth=depth) for item in value]
        if not any(plans):
            return None

        def rebuild() -> AttributeValue:
            rebuilt = [item if plan is None else plan() for item, plan in zip(value, plans, strict=True)]
            if all(new is old for new, old in zip(rebuilt, value, strict=True)):
                return value
            return tuple(rebuilt) if isinstance(value, tuple) else rebuilt

        return rebuild

    def _add(self, text: str, name: str, secret: bool) -> Leaf:
        label = _label(name)
        prefix = f"{label}: " if label else ""
        leaf = Leaf(text, name, secret, text, len(prefix), prefix + text)
        self.leaves.append(leaf)
        return leaf


def is_long(number: int) -> bool:
    """Whether a number has so many digits that it may be one of a person: it is read like a text."""
    return abs(number) >= LONG


def _plain(text: object) -> str:
    """What is exported of a text: members of an enumeration are formatted by their name, and sent by their value."""
    return str.__str__(text) if isinstance(text, str) else str(text)


@lru_cache(maxsize=2048)
def _label(name: str) -> str:
    """The last words of a name: `user.home_phone` and `homePhone` → `home phone`."""
    name = re.sub("(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[^A-Za-z0-9\x80-\U0010ffff]+", " ", name.rpartition(".")[2])[-40:].strip()


def cut(text: str, limit: int) -> tuple[str, str]:
    """What of a text is scanned, and the marker for what is left out."""
    if len(text) <= limit:
        return text, ""
    return text[:limit], f"[TRUNCATED {len(text) - limit + _margin(limit)} CHARACTERS]"


def joined(redacted: str, marker: str, limit: int) -> str:
    whole = max(0, len(redacted) - _margin(limit))
    return redacted[: min(whole, limit - len(marker))] + marker


def _margin(limit: int) -> int:
    return min(_LONGEST_SPLIT, limit // 2)


def _parsed(text: str, limit: int) -> AttributeValue | None:
    """The object or array that a string holds as JSON; None where it holds none."""
    if len(text) > limit or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        parsed: object = json.loads(text, parse_constant=_refuse_constant, parse_float=_float)
    except (ValueError, RecursionError):
        return None
    return cast("AttributeValue", parsed) if isinstance(parsed, (dict, list)) else None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if abs(number) != float("inf") else digits


def _dumped(value: AttributeValue, like: str) -> str:
    compact = '": ' not in like[:200]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":") if compact else None)


def _decoded(value: bytes) -> tuple[str, str]:
    try:
        return value.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return value.decode("latin-1"), "latin-1"


def _rebuilt(
    value: Mapping[str, AttributeValue],
    entries: list[_Entry],
) -> AttributeValue:
    rebuilt: list[tuple[str, AttributeValue]] = []
    unchanged = True
    for key, of_key, item, of_item in entries:
        name = key if of_key is None else of_key()
        new = item if of_item is None else of_item()
        unchanged = unchanged and name is key and new is item
        rebuilt.append((name, new))
    return value if unchanged else _distinct(rebuilt)


def _distinct(entries: list[tuple[str, AttributeValue]]) -> dict[str, AttributeValue]:
    """A mapping of all entries; keys that redaction made equal are numbered."""
    mapping: dict[str, AttributeValue] = {}
    for key, value in entries:
        number, name = 1, key
        while name in mapping:
            number += 1
            name = f"{key}#{number}"
        mapping[name] = value
    return mapping
