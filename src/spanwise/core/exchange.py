"""What a transport saw of one HTTP call to a provider: references and times, nothing parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from spanwise.core.inference import Inference

__all__ = ["Attempt", "Exchange", "StreamEnd"]

_KEY_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})

StreamEnd = Literal["complete", "abandoned", "cancelled", "failed", "shutdown"]


@dataclass(slots=True)
class Attempt:
    """A try that failed and that the SDK followed by another one."""

    end_ns: int
    status: int | None
    error: str


class Exchange:
    """One logical call, whatever the number of attempts: the request once, the response of the last attempt.

    Times are `time.time_ns()`. Made on the application's thread for every call, so what is not known at the start
    costs nothing there: it is a default of the class.
    """

    request_headers: Mapping[str, str] = _NO_HEADERS
    want_content: bool = True
    """Whether anybody reads prompts and completions: screening, or the span itself."""
    end_ns: int = 0
    status: int | None = None
    response_headers: Mapping[str, str] = _NO_HEADERS
    body: bytes | None = None
    """A whole response, decoded by the HTTP client."""
    chunks: list[bytes] | None = None
    """A stream's bytes as they came off the wire, still compressed where the header says so."""
    chunk_times_ns: Sequence[int] = ()
    chunk_count: int = 0
    dropped_bytes: int = 0
    """Bytes in the middle of a stream that were not kept because it was longer than the limit."""
    stream_end: StreamEnd | None = None
    error_type: str | None = None
    """Qualified type of the exception that the HTTP client raised, where it did."""
    error_message: str | None = None
    attempts: Sequence[Attempt] = ()
    inference: Inference | None = None
    """What `read` made of it, once somebody asked."""

    def __init__(
        self,
        method: str,
        host: str,
        port: int | None,
        path: str,
        request_body: bytes | None,
        start_ns: int,
        operation: str,
        provider: str,
        model: str,
        read: Callable[[Exchange], Inference],
    ) -> None:
        self.method = method
        self.host = host
        self.port = port
        self.path = path
        self.request_body = request_body
        self.start_ns = start_ns
        self.operation = operation
        self.provider = provider
        self.model = model
        """The request's model as far as the caller's thread could tell; the reader corrects it."""
        self.read = read

    @property
    def api_key(self) -> str:
        """The provider's API key that the request bears; empty where it has none, or one signature per request.

        A secret: hash it at once, keep and export nothing of it.
        """
        for name in _KEY_HEADERS:
            if value := self.request_headers.get(name):
                scheme, space, credential = value.partition(" ")
                return value if not space else credential if scheme.lower() == "bearer" else ""
        return ""
