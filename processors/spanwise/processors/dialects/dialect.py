"""What a dialect is: the attributes that give it away, and a function that brings a span to the conventions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from opentelemetry.util.types import AnyValue

from spanwise.core.view import EventView, SpanView
from spanwise.processors.dialects.values import text
from spanwise.semconv import attributes as names

__all__ = [
    "RETRIEVAL_DOCUMENTS",
    "RETRIEVAL_QUERY_TEXT",
    "TOOL_CALL_ARGUMENTS",
    "TOOL_CALL_ID",
    "TOOL_CALL_RESULT",
    "TOOL_DESCRIPTION",
    "TOTAL_TOKENS",
    "WORKFLOW_NAME",
    "Convert",
    "Dialect",
    "Row",
    "first_chunk_at",
    "move",
    "one_of",
    "rename",
    "server_of",
    "take_events",
]

TOOL_CALL_ID = "gen_ai.tool.call.id"
TOOL_CALL_ARGUMENTS = "gen_ai.tool.call.arguments"
TOOL_CALL_RESULT = "gen_ai.tool.call.result"
TOOL_DESCRIPTION = "gen_ai.tool.description"
WORKFLOW_NAME = "gen_ai.workflow.name"
RETRIEVAL_QUERY_TEXT = "gen_ai.retrieval.query.text"
RETRIEVAL_DOCUMENTS = "gen_ai.retrieval.documents"

TOTAL_TOKENS = "gen_ai.usage.total_tokens"
"""No convention: evidence of whether the input includes what the cache served. Removed once it has been weighed."""

Convert = Callable[[object], AnyValue | None]
"""Gives the value to write, or None for one of a wrong type, which is left where it is."""


class Row(NamedTuple):
    """One attribute of a dialect and the current name that it stands for."""

    source: str
    target: str
    convert: Convert = text


class Dialect(NamedTuple):
    """One emitter's way to write GenAI spans.

    `read` is called on a span that has one of `marks`, or whose instrumentation scope begins with `scope`; it removes
    what it has mapped, so a second time does nothing.
    """

    name: str
    marks: frozenset[str]
    read: Callable[[SpanView], None]
    scope: str | None = None

    def speaks(self, marks: frozenset[str], scope: str) -> bool:
        """Whether a span was written in this dialect: `marks` are those of any dialect that it has."""
        return not self.marks.isdisjoint(marks) or (self.scope is not None and scope.startswith(self.scope))


def rename(attributes: dict[str, AnyValue], rows: Iterable[Row]) -> None:
    """Move attributes to their current names; a current name that is there already wins."""
    for source, target, convert in rows:
        if source in attributes:
            move(attributes, source, target, convert)


def move(attributes: dict[str, AnyValue], source: str, target: str, convert: Convert) -> None:
    """Move one attribute; a value that `convert` does not take stays."""
    value = convert(attributes.get(source))
    if value is not None:
        attributes.setdefault(target, value)
        del attributes[source]


def one_of(words: Mapping[str, str]) -> Convert:
    """A converter that translates words, whatever their case, and takes no others."""
    return lambda value: words.get(value.lower()) if isinstance(value, str) else None


def first_chunk_at(span: SpanView, at_ns: int) -> None:
    """Note when the first chunk of a stream came, nanoseconds since the epoch."""
    if span.start_ns <= at_ns:
        span.attributes.setdefault(names.RESPONSE_TIME_TO_FIRST_CHUNK, (at_ns - span.start_ns) / 1e9)
        span.attributes.setdefault(names.REQUEST_STREAM, True)


def take_events(span: SpanView, kinds: frozenset[str]) -> list[EventView]:
    """Remove the events of these names from the span, and give them."""
    taken = [event for event in span.events if event.name in kinds]
    if taken:
        span.events = [event for event in span.events if event.name not in kinds]
    return taken


def server_of(attributes: dict[str, AnyValue], source: str) -> None:
    """Read host and port from the attribute that holds the address of an API."""
    address = text(attributes.get(source))
    try:
        parts = urlsplit(address or "")
        host, port = parts.hostname, parts.port
    except ValueError:
        return
    if host:
        attributes.setdefault(names.SERVER_ADDRESS, host)
        if port is not None:
            attributes.setdefault(names.SERVER_PORT, port)
        del attributes[source]
