"""What a transport saw of one HTTP call to a provider: references and times, nothing parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from spanwise.core.inference import Inference

__all__ = ["Attempt", "Exchange", "StreamEnd"]

StreamEnd = Literal["complete", "abandoned", "cancelled", "failed", "shutdown"]


@dataclass(slots=True)
class Attempt:
    """A try that failed and that the SDK followed by another one."""

    end_ns: int
    status: int | None
    error: str


@dataclass(slots=True)
class Exchange:
    """One logical call, whatever the number of attempts: the request once, the response of the last attempt.

    Times are `time.time_ns()`. `body` is a whole response, decoded by the HTTP client; `chunks` are a stream's
    bytes as they came off the wire, still compressed where `content_encoding` says so.
    """

    method: str
    host: str
    port: int | None
    path: str
    request_body: bytes | None
    start_ns: int
    operation: str
    provider: str
    model: str
    """The request's model as far as the caller's thread could tell; the reader corrects it."""
    read: Callable[[Exchange], Inference]
    want_content: bool = True
    """Whether anybody reads prompts and completions: screening, or the span itself."""
    request_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    end_ns: int = 0
    status: int | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None
    chunks: list[bytes] | None = None
    chunk_times_ns: list[int] = field(default_factory=list[int])
    chunk_count: int = 0
    dropped_bytes: int = 0
    """Bytes in the middle of a stream that were not kept because it was longer than the limit."""
    stream_end: StreamEnd | None = None
    error_type: str | None = None
    """Qualified type of the exception that the HTTP client raised, where it did."""
    error_message: str | None = None
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    inference: Inference | None = None
    """What `read` made of it, once somebody asked."""
