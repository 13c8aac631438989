"""Small OTLP receivers on free ports of this machine, each with one way to answer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["closed_port", "grpc_receiver", "hanging_up", "http_receiver"]


class _Receiver(BaseHTTPRequestHandler):
    """Answers 200 to the paths of OTLP and 404 to others, unless told to refuse or to ask for credentials."""

    answer = 200
    token = ""
    paths = ("/v1/traces", "/v1/metrics", "/v1/logs")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(self._status())
        self.send_header("content-length", "0")
        self.end_headers()

    def _status(self) -> int:
        if self.token and self.headers.get("authorization") != self.token:
            return 401
        return self.answer if self.path.partition("?")[0] in self.paths else 404

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def http_receiver(
    *, answer: int = 200, token: str = "", certificate: tuple[Path, Path] | None = None, paths: tuple[str, ...] = ()
) -> Generator[int]:
    """A receiver for OTLP over HTTP; gives its port.

    Args:
        answer: the status of a request that is accepted.
        token: what the `authorization` header must be.
        certificate: files of a certificate and its key, for TLS.
        paths: the paths that exist, instead of all three.
    """
    fields = {"answer": answer, "token": token, "paths": paths or _Receiver.paths}
    server = _Server(("127.0.0.1", 0), type("Receiver", (_Receiver,), fields))
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that speaks another protocol is part of the test."""


@contextmanager
def grpc_receiver(*, refuses: str = "", services: tuple[str, ...] = ("trace", "metrics", "logs")) -> Generator[int]:
    """A receiver for OTLP over gRPC; gives its port.

    Args:
        refuses: the name of the status code that every export ends with.
        services: the signals that are implemented.
    """
    library: Any = import_module("grpc")

    def export(_: bytes, context: Any) -> bytes:
        if refuses:
            context.abort(getattr(library.StatusCode, refuses), "no")
        return b""

    handlers = [
        library.method_handlers_generic_handler(
            f"opentelemetry.proto.collector.{service}.v1.{service.capitalize()}Service",
            {"Export": library.unary_unary_rpc_method_handler(export)},
        )
        for service in services
    ]
    with ThreadPoolExecutor(2) as pool:
        server = library.server(pool, handlers=handlers)
        port: int = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield port
        finally:
            server.stop(None).wait()


@contextmanager
def hanging_up() -> Generator[int]:
    """A port that takes connections and closes them without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    listener.accept()[0].close()
                except TimeoutError:
                    continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            done.set()
            thread.join()


def closed_port() -> int:
    """A port at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
