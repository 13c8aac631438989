"""Redaction of named values, such as the attributes of a span: each by the actions of its place, and none twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Literal, TypeGuard, cast
from urllib.parse import unquote_plus

from opentelemetry.util.types import AnyValue

from spanwise.processors.leaves import LONG, is_long
from spanwise.processors.redact import Place, Redactor
from spanwise.semconv import attributes as names

__all__ = ["NamedValues", "is_short_number"]

_ADDRESSES = ("url.full", "url.query", "url.path", "http.url", "http.target")
"""Attributes whose values are percent-encoded."""
_PLACES: Mapping[str, Place] = {
    **dict.fromkeys((names.INPUT_MESSAGES, names.SYSTEM_INSTRUCTIONS, names.TOOL_DEFINITIONS), "input"),
    names.OUTPUT_MESSAGES: "output",
    **dict.fromkeys((names.EXCEPTION_MESSAGE, names.EXCEPTION_STACKTRACE), "error"),
    **dict.fromkeys(_ADDRESSES, "url"),
}
"""Attributes that stand at a place of their own."""
_CACHED = 4096
_SHORT = 64
_NUMBERS = frozenset({int, float, bool, type(None)})
_PROVIDER_ID = re.compile(r"(?:chatcmpl|cmpl|msg|resp|req)[-_][A-Za-z0-9_-]{1,80}")
"""Ids of this form are made by providers and hold nothing of the application."""


class NamedValues:
    """Redacts named values with one `Redactor`, and remembers short ones that hold nothing; for several threads."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._clean: defaultdict[str, set[object]] = defaultdict(set)
        """What holds nothing, by place: what one place keeps, another may not."""

    def items(
        self, attributes: dict[str, AnyValue], counts: dict[str, int], redactor: Redactor | None = None
    ) -> dict[str, AnyValue]:
        """Redact named values: all that was not seen before in one scan, because a scan has a fixed price."""
        redactor = redactor or self._redactor
        attributes = self._addresses(attributes, counts, redactor)
        clean = self._clean[redactor.place]
        unseen: dict[str, AnyValue] = {}
        for key, value in attributes.items():  # of every span: so the common kinds are told apart without a call
            if type(value) is str:
                known = (key, value) in clean
            elif type(value) is int:
                known = -LONG < value < LONG and key in clean
            else:
                known = type(value) in _NUMBERS and key in clean
            if not known and not self._is_clean(key, value, clean):
                unseen[key] = value
        if not unseen:
            return attributes
        redacted = self.values(unseen, counts, redactor)
        if redacted is unseen:
            self._remember(unseen, clean)
            return attributes
        kept = {key: value for key, value in attributes.items() if key not in unseen}
        return {**kept, **redacted}

    def values(
        self, values: Mapping[str, AnyValue], counts: dict[str, int], redactor: Redactor
    ) -> Mapping[str, AnyValue]:
        """Redact each value by the actions of its place; one scan where all have the same."""
        if redactor.place or not redactor.has_places:
            return cast("Mapping[str, AnyValue]", redactor.value(values, counts))
        groups: dict[Place | Literal[""], dict[str, AnyValue]] = {}
        for key, value in values.items():
            groups.setdefault(_place_of(key), {})[key] = value
        found: dict[str, AnyValue] = {}
        for place, group in groups.items():
            found.update(cast("Mapping[str, AnyValue]", redactor.at(place).value(group, counts)))
        return values if all(found.get(key) is value for key, value in values.items()) else found

    def _addresses(
        self, attributes: dict[str, AnyValue], counts: dict[str, int], redactor: Redactor
    ) -> dict[str, AnyValue]:
        """Redact addresses as they read when decoded; one that holds nothing stays as it is."""
        found: dict[str, AnyValue] = {}
        redactor = redactor if redactor.place else redactor.at("url")
        for key in _ADDRESSES:
            value = attributes.get(key)
            if isinstance(value, str) and (decoded := unquote_plus(value)) != value:
                redacted = redactor.item(key, decoded, counts)
                if redacted is not decoded:
                    found[key] = redacted
        return {**attributes, **found} if found else attributes

    def _is_clean(self, key: str, value: AnyValue, clean: set[object]) -> bool:
        """What need not be scanned: it was before, or it cannot hold anything."""
        if type(value) is not str:
            return (type(value) is int or _is_words(value)) and (key, value) in clean
        if key == names.RESPONSE_ID:
            return _PROVIDER_ID.fullmatch(value) is not None
        return key in self._redactor.plain_names

    def _remember(self, items: Mapping[str, AnyValue], clean: set[object]) -> None:
        """Names of numbers, and short values, come again and again."""
        if len(clean) > _CACHED:
            clean.clear()
        for key, value in items.items():
            if is_short_number(value):
                clean.add(key)
            elif type(value) is int or (_is_words(value) and len("".join(value)) <= _SHORT):
                clean.add((key, value))

    def text(self, text: str, counts: dict[str, int]) -> str:
        """A short text that comes again and again, such as the name of a span."""
        clean = self._clean[""]
        if text in clean:
            return text
        redacted = self._redactor.text(text, counts)
        if redacted is text and len(text) <= _SHORT:
            self._remember({text: 0}, clean)
        return redacted


def is_short_number(value: AnyValue) -> bool:
    """What cannot say anything about a person, whatever its name is."""
    return type(value) in _NUMBERS and (type(value) is not int or not is_long(value))


def _is_words(value: AnyValue) -> TypeGuard[str | tuple[str, ...]]:
    """A text or a tuple of texts."""
    if type(value) is str:
        return True
    return type(value) is tuple and all(type(word) is str for word in cast("tuple[object, ...]", value))


def _place_of(name: str) -> Place | Literal[""]:
    return _PLACES.get(name, "")
