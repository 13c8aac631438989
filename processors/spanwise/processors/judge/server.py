"""The server that the judging model runs on. The standard library's client: nothing of the application's is used."""

from __future__ import annotations

import io
import socket
import time
import urllib.request
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import IO, TYPE_CHECKING

from spanwise.core.context import PROPERTY
from spanwise.core.json_text import to_json
from spanwise.processors.judge.settings import JudgeSettings

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["MARK", "ask"]

MARK = f"{PROPERTY}judge"
"""Baggage of the judge's own requests, and so an attribute of the calls that a gateway on their way makes of them."""
_MOST_BYTES = 1 << 20


class _InTime(io.RawIOBase):
    """What a socket receives before its timeout is over; the socket itself starts it anew with each byte."""

    def __init__(self, connection: socket.socket, received: io.RawIOBase) -> None:
        self._connection = connection
        self._received = received
        self._deadline = time.monotonic() + (connection.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._received.readinto(buffer)

    def close(self) -> None:
        self._received.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp = io.BufferedReader(_InTime(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Connection, req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is meant for one server, and its key, goes to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def ask(settings: JudgeSettings, messages: list[dict[str, str]]) -> bytes:
    """The body of the chat completion.

    Raises:
        OSError: there is no good answer; `urllib.error.HTTPError` where the server says why.
        http.client.HTTPException: what came is not HTTP.
    """
    body = {"model": settings.model, "messages": messages, "response_format": {"type": "json_object"}}
    headers = {"Content-Type": "application/json", "User-Agent": "spanwise", "baggage": f"{MARK}=true"}
    if settings.key:
        headers["Authorization"] = f"Bearer {settings.key.strip()}"
    url = settings.url.rstrip("/") + "/chat/completions"
    request = urllib.request.Request(url, to_json(body).encode(), headers)
    opener = urllib.request.build_opener(_NoRedirect, _Http, _Https)
    with opener.open(request, timeout=settings.timeout) as response:
        data: bytes = response.read(_MOST_BYTES)
    return data
