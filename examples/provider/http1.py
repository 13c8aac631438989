"""A small HTTP/1.1 server on asyncio: keep-alive, chunked responses, and a client's departure noticed at once.

What a test provider needs beyond any framework: to reset a connection in the middle of a response, and to know that
the client has left while an answer is being prepared.
"""

import asyncio
import socket
import struct
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias, cast

__all__ = ["ClientGone", "Connection", "Handler", "Reply", "Request"]


class ClientGone(Exception):
    """The client closed the connection before the response was complete."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `path` without the query, header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Reply:
    """The response to one request: `send` for a whole body, or `start`, `chunk`… and `end` for a chunked one."""

    def __init__(self, transport: asyncio.Transport, gone: "asyncio.Future[None]") -> None:
        self._transport = transport
        self._gone = gone

    def send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a complete response."""
        self._transport.write(_head(status, {**headers, "content-length": str(len(body))}) + body)

    def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the head of a chunked response."""
        self._transport.write(_head(status, {**headers, "transfer-encoding": "chunked"}))

    def chunk(self, data: bytes) -> None:
        """Send one chunk."""
        self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def end(self) -> None:
        """Send the end of a chunked response."""
        self._transport.write(b"0\r\n\r\n")

    def reset(self) -> None:
        """Break the connection off with a TCP reset."""
        connection = cast(socket.socket, self._transport.get_extra_info("socket"))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    async def pause(self, seconds: float) -> None:
        """Wait `seconds`, or less when there is no one to wait for.

        Raises:
            ClientGone: the client has closed the connection.
        """
        await asyncio.wait({self._gone}, timeout=max(seconds, 0.0))
        if self._gone.done():
            raise ClientGone


Handler: TypeAlias = Callable[[Request, Reply], Awaitable[None]]


class Connection(asyncio.Protocol):
    """One client connection; requests on it are answered one after the other."""

    def __init__(self, handler: Handler, open_connections: "set[Connection]") -> None:
        self._handler = handler
        self._open = open_connections
        self._buffer = bytearray()
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio when a client has connected."""
        self._transport = cast(asyncio.Transport, transport)
        self._gone = asyncio.get_running_loop().create_future()
        self._open.add(self)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio with bytes from the client."""
        self._buffer += data
        if self._task is None:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio when the connection is closed, by either side."""
        self._open.discard(self)
        self._gone.set_result(None)

    def abort(self) -> None:
        """Close the connection without waiting for anything."""
        self._transport.abort()

    def _next(self) -> None:
        request = _take_request(self._buffer)
        if request is not None:
            self._task = asyncio.get_running_loop().create_task(self._serve(request))

    async def _serve(self, request: Request) -> None:
        try:
            await self._handler(request, Reply(self._transport, self._gone))
        except Exception:
            traceback.print_exc()
            self._transport.abort()
        self._task = None
        if not self._gone.done():
            self._next()


_REASONS = {status.value: status.phrase for status in HTTPStatus}


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {_REASONS.get(status, 'Overloaded')}\r\n{fields}\r\n".encode()


def _take_request(buffer: bytearray) -> Request | None:
    """The first complete request in `buffer`, cut out of it; None when more bytes are needed."""
    head_end = buffer.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    first, *lines = buffer[:head_end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    end = head_end + 4 + int(headers.get("content-length", "0"))
    if len(buffer) < end:
        return None
    body = bytes(buffer[head_end + 4 : end])
    del buffer[:end]
    method, target, _ = first.split(" ")
    return Request(method, target.partition("?")[0], headers, body)
