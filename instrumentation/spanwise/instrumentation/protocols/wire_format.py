"""What a wire format is: which requests it claims, and the pure functions that read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from re import Pattern

from spanwise.core.inference import Content, Inference, Message
from spanwise.instrumentation.protocols.json_types import JsonObject

__all__ = ["Glance", "Row", "WireFormat"]


@dataclass(frozen=True)
class Row:
    """One way to recognise a format's requests: a POST whose path ends so, to one of these hosts."""

    path: str
    """End of the path. What follows its last `/` and `:` is how a row is found."""
    body_keys: tuple[str, ...] = ()
    """Keys that the body must have where the host is not of a known provider."""
    hosts: Pattern[str] | None = None
    """Where given, a host has to match, and the body is not looked at."""
    not_path: str = ""
    """A part of the path that belongs to another API."""
    model_in_path: Pattern[str] | None = None
    """Its first group is the model, where the body has none."""


@dataclass(frozen=True)
class Glance:
    """How much of a stream tells everything but the content: that many events of its head and of its tail."""

    head: int
    tail: int
    whole: bool = False
    """The tail repeats the whole response, content included."""


@dataclass(frozen=True)
class WireFormat:
    """One format. Its functions get JSON whose every part may be missing or of a wrong type, and never raise."""

    name: str
    operation: str
    family: str
    """The provider where the host tells none."""
    rows: tuple[Row, ...]
    request: Callable[[JsonObject, Inference], None]
    """Parameters of the request to attributes by their semantic-convention names."""
    prompt: Callable[[JsonObject], Content]
    """System instructions, input messages and tool definitions of the request."""
    response: Callable[[JsonObject, Inference], None]
    """Identity, usage and finish reasons of the response; the outcome only where it is a refusal."""
    output: Callable[[JsonObject], list[Message] | None]
    """The response's messages; `None` where none is due (embeddings, a response that is still being made)."""
    assemble: Callable[[Sequence[JsonObject]], JsonObject]
    """A stream's events to the response that would have come without streaming."""
    glance: Glance | None = None
    schema: Callable[[JsonObject], JsonObject | None] = lambda request: None
    """The JSON schema that the output must follow, `{}` for any JSON; `None` for free text."""
    bulk: str | None = None
    """A key whose array makes a whole response large and of which nothing is read: vectors."""
