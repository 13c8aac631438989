"""What a port speaks, found out by asking: the answer names a mismatch of protocol or TLS for certain."""

from __future__ import annotations

import socket
import ssl
from typing import Literal

__all__ = ["TIMEOUT", "Spoken", "connection_error", "spoken"]

Spoken = Literal["http", "grpc", "tls", "unknown"]

TIMEOUT = 2.0
"""Seconds that one answer may take."""

_HTTP_1 = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_HTTP_2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
_FRAME_HEADER = 9
_SETTINGS = 4


def connection_error(host: str, port: int) -> str | None:
    """Why no connection can be made; `None` where it can."""
    try:
        with socket.create_connection((host, port), TIMEOUT):
            return None
    except socket.gaierror:
        return f"the name {host} is not known"
    except TimeoutError:
        return f"{host}:{port} does not answer within {TIMEOUT:g} s"
    except OSError as error:
        return f"nothing listens at {host}:{port} ({type(error).__name__})"


def spoken(host: str, port: int) -> Spoken:
    """Ask in plain HTTP/1.1, then in plain HTTP/2, then with TLS, and say what was answered first."""
    answer = _answer(host, port, _HTTP_1)
    if answer.startswith(b"HTTP/1."):
        return "http"
    if _is_settings(answer) or _is_settings(_answer(host, port, _HTTP_2)):
        return "grpc"
    return "tls" if _speaks_tls(host, port) else "unknown"


def _answer(host: str, port: int, request: bytes) -> bytes:
    try:
        with socket.create_connection((host, port), TIMEOUT) as connection:
            connection.sendall(request)
            return connection.recv(1024)
    except OSError:
        return b""


def _is_settings(answer: bytes) -> bool:
    """The first frame of every HTTP/2 server."""
    return len(answer) >= _FRAME_HEADER and answer[3] == _SETTINGS and answer[5:9] == b"\0\0\0\0"


def _speaks_tls(host: str, port: int) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False  # only whether it is TLS is asked here; the exporter still verifies
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), TIMEOUT) as connection,
            context.wrap_socket(connection, server_hostname=host),
        ):
            return True
    except OSError:
        return False
