"""A server that answers byte by byte as no server should; the first part of the path says how."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from time import sleep
from typing import Any

__all__ = ["ANSWERS", "raw_server"]

BIG = 20 * 1024 * 1024


def completion(content: str = "All is well.", **changes: Any) -> dict[str, Any]:
    """A chat completion."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16},
        **changes,
    }


def event(**changes: Any) -> bytes:
    """One event of a streamed chat completion."""
    value: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1700000000,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [],
        **changes,
    }
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def word(text: str, finish: str | None = None) -> bytes:
    return event(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": finish}])


USAGE = event(usage={"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16})
DONE = b"data: [DONE]\n\n"
WORDS = [word("All "), word("is "), word("well.")]
BODY = json.dumps(completion()).encode()
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


def whole(body: bytes, status: str = "200 OK", kind: str = "application/json", **headers: Any) -> list[bytes]:
    """A response with a length."""
    lines = {"content-type": kind, "content-length": len(body), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return [f"HTTP/1.1 {status}\r\n{head}connection: close\r\n\r\n".encode(), body]


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> list[bytes]:
    """A stream of events; `end` is what comes instead of the last chunk."""
    lines = (
        b"HTTP/1.1 200 OK",
        b"content-type: text/event-stream",
        b"transfer-encoding: chunked",
        b"connection: close",
    )
    return [b"\r\n".join([*lines, b"", b""]), *(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks), end]


RESET = b"\0reset"
"""Instead of bytes: reset the connection."""
WAIT = b"\0wait"
"""Instead of bytes: send nothing until the client leaves."""

ANSWERS: Mapping[str, list[bytes]] = {
    "good": whole(BODY),
    "malformed": whole(BODY[:-30]),
    "not-an-object": whole(b"[1, 2, 3]"),
    "null": whole(b"null"),
    "empty": whole(b""),
    "not-json": whole(b"Service is starting"),
    "not-utf8": whole(BODY.replace(b"well", b"\xff\xfe\xff\xfe")),
    "deep": whole(b'{"choices": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"),
    "wrong-types": whole(json.dumps(completion(usage={"prompt_tokens": "many"}, model=7)).encode()),
    "huge-number": whole(BODY.replace(b'"prompt_tokens": 11', b'"prompt_tokens": 1' + b"0" * 400)),
    "page": whole(PAGE, "502 Bad Gateway", "text/html"),
    "page-200": whole(PAGE, kind="text/html"),
    "error": whole(b'{"error": {"message": "No.", "type": "invalid_request_error"}}', "400 Bad Request"),
    "error-cut": whole(b'{"error": {"message": "No', "429 Too Many Requests"),
    "no-content": [b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"],
    "gzip": whole(gzip.compress(BODY), content_encoding="gzip"),
    "gzip-broken": whole(b"this is no gzip", content_encoding="gzip"),
    "gzip-cut": whole(gzip.compress(BODY)[:-20], content_encoding="gzip"),
    "unknown-coding": whole(BODY, content_encoding="snappy"),
    "shorter": [whole(BODY)[0], BODY[:100]],
    "longer": [whole(BODY[:-20])[0], BODY],
    "no-length": [b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n", BODY],
    "slow-head": [*(bytes([byte]) for byte in whole(BODY)[0]), BODY],
    "bad-status-line": [b"HTTP/1.1 fine\r\n\r\n", BODY],
    "nothing": [],
    "reset": [RESET],
    "silent": [WAIT],
    "silent-body": [whole(BODY)[0], BODY[:50], WAIT],
    "redirect": whole(b"", "307 Temporary Redirect", location="/good/v1/chat/completions"),
    "redirect-loop": whole(b"", "308 Permanent Redirect", location="/redirect-loop/v1/chat/completions"),
    "big": whole(json.dumps(completion("x" * BIG)).encode()),
    "stream": chunked(*WORDS, word("", "stop"), USAGE, DONE),
    "stream-one-chunk": chunked(b"".join([*WORDS, word("", "stop"), USAGE, DONE])),
    "stream-split": chunked(*(bytes([byte]) for byte in b"".join([*WORDS, word("", "stop"), USAGE, DONE]))),
    "stream-no-usage": chunked(*WORDS, word("", "stop"), DONE),
    "stream-no-done": chunked(*WORDS, word("", "stop"), USAGE),
    "stream-cut": chunked(*WORDS, end=b""),
    "stream-reset": chunked(*WORDS, end=RESET),
    "stream-silent": chunked(*WORDS, end=WAIT),
    "stream-garbage": chunked(*WORDS, b"data: {not json}\n\n", DONE),
    "stream-error": chunked(*WORDS, b'data: {"error": {"message": "Overloaded", "type": "server_error"}}\n\n'),
    "stream-bad-chunk": chunked(*WORDS, end=b"zz\r\nwhat\r\n"),
    "stream-empty": chunked(DONE),
    "stream-page": whole(PAGE, kind="text/event-stream"),
    "stream-big": chunked(*[word("y" * 65_536)] * (BIG // 65_536), word("", "stop"), USAGE, DONE),
}
"""What is sent after the request was read, piece by piece; then the connection is closed."""


def _serve(connection: socket.socket) -> None:
    with connection, suppress(OSError):
        path = _read_request(connection)
        name = path.split("/")[1]
        for piece in ANSWERS[name]:
            if piece == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if piece == WAIT:
                connection.settimeout(20)
                connection.recv(1)
                return
            connection.sendall(piece)
            if name == "slow-head":
                sleep(0.002)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(5)
        while connection.recv(65_536):
            pass


def _read_request(connection: socket.socket) -> str:
    """Read a request to its end; returns its path."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    while len(body) < int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]):
        body += connection.recv(65_536)
    return head.split(b" ")[1].decode()


@contextmanager
def raw_server() -> Generator[str]:
    """Where the server listens while the block runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=_serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
