"""Backends on a free port of this machine: OTLP over HTTP and over gRPC, well-behaved or not."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc  # type: ignore[import-untyped]

from stack.telemetry import Telemetry

__all__ = ["HttpReceiver", "grpc_receiver", "http_receiver"]


class HttpReceiver(ThreadingHTTPServer):
    """Takes OTLP/HTTP protobuf."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = Telemetry()
        self.failures = 0
        """How many requests to refuse with 503 from now on."""
        self.requests = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """For `OTEL_EXPORTER_OTLP_ENDPOINT`."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def take(self, path: str, data: bytes) -> int:
        """Take one request's payload; returns the status to answer with."""
        with self._lock:
            self.requests += 1
            if self.failures:
                self.failures -= 1
                return 503
            add: dict[str, Callable[[bytes], None]] = {
                "/v1/traces": self.received.add_traces,
                "/v1/metrics": self.received.add_metrics,
                "/v1/logs": self.received.add_logs,
            }
            add[path](data)
            return 200


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HttpReceiver  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.take(self.path, _decompressed(data, self.headers.get("content-encoding", "")))
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _decompressed(data: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.decompress(data)
    return zlib.decompress(data) if encoding == "deflate" else data


@contextmanager
def http_receiver() -> Generator[HttpReceiver]:
    """A receiver that runs while the block does."""
    with HttpReceiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def grpc_receiver() -> Generator[tuple[str, Telemetry]]:
    """Address and telemetry of an OTLP/gRPC receiver that runs while the block does."""
    received = Telemetry()
    server: Any = grpc.server(ThreadPoolExecutor(3))
    server.add_generic_rpc_handlers((_service("trace", "TraceService", received.add_traces),))
    server.add_generic_rpc_handlers((_service("metrics", "MetricsService", received.add_metrics),))
    server.add_generic_rpc_handlers((_service("logs", "LogsService", received.add_logs),))
    port: int = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}", received
    finally:
        server.stop(None).wait()


def _service(signal: str, name: str, add: Callable[[bytes], None]) -> Any:
    """One collector service whose only method takes bytes; an empty message is a full success."""

    def export(data: bytes, _: Any) -> bytes:
        add(data)
        return b""

    handler: Any = grpc.unary_unary_rpc_method_handler(export)  # pyright: ignore[reportUnknownVariableType]
    return grpc.method_handlers_generic_handler(
        f"opentelemetry.proto.collector.{signal}.v1.{name}", {"Export": handler}
    )
