"""Answers for httpx and httpx2 without a network; the two libraries have the same interface."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

__all__ = [
    "ANSWER",
    "EVENTS",
    "REQUEST",
    "STREAMING",
    "URL",
    "answering",
    "answering_async",
    "event",
    "stream_of",
    "streamed",
    "whole",
]

URL = "https://api.openai.com/v1/chat/completions"
REQUEST = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}]}
STREAMING = {**REQUEST, "stream": True}
ANSWER = {
    "model": "gpt-4o-mini-2024-07-18",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 4},
}


def event(data: Mapping[str, Any]) -> bytes:
    """A server-sent event."""
    return b"data: " + json.dumps(data).encode() + b"\n\n"


EVENTS = (
    *(
        event({"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
        for word in ("a ", "b ", "c")
    ),
    event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
    event({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 3}}),
    b"data: [DONE]\n\n",
)


def stream_of(library: Any, pieces: tuple[bytes, ...] = EVENTS, error: BaseException | None = None) -> Any:
    """A response's byte stream for both kinds of clients that ends with `error` where there is one."""

    class Pieces(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc]
        closed = False

        def __iter__(self) -> Iterator[bytes]:
            yield from pieces
            if error is not None:
                raise error

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece
            if error is not None:
                raise error

        def close(self) -> None:
            self.closed = True

        async def aclose(self) -> None:
            self.closed = True

    return Pieces()


def answering(library: Any, respond: Callable[[Any], Any], **options: Any) -> Any:
    """A client whose requests `respond` answers."""
    return library.Client(transport=library.MockTransport(respond), **options)


def answering_async(library: Any, respond: Callable[[Any], Any], **options: Any) -> Any:
    """The same for tasks."""
    return library.AsyncClient(transport=library.MockTransport(respond), **options)


def whole(library: Any) -> Callable[[Any], Any]:
    """The answer as it comes from a server: a stream that the client reads."""
    sent = {"content-type": "application/json"}
    return lambda _: library.Response(200, headers=sent, stream=stream_of(library, (json.dumps(ANSWER).encode(),)))


def streamed(library: Any, stream: Any = None, **headers: str) -> Callable[[Any], Any]:
    """The answer as events."""
    sent = {"content-type": "text/event-stream", **headers}
    return lambda _: library.Response(200, headers=sent, stream=stream or stream_of(library))
