"""Which HTTP requests are GenAI calls, decided on the application's thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple
from urllib.parse import unquote

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference
from spanwise.instrumentation.protocols.formats import FORMATS
from spanwise.instrumentation.protocols.providers import provider_of
from spanwise.instrumentation.protocols.reading import read
from spanwise.instrumentation.protocols.wire_format import Row, WireFormat

__all__ = ["Claim", "claim"]

_WINDOW = 64 * 1024
"""Bytes at each end of a body that are searched for keys."""
_NEAR = 256
_MODEL = b'"model":'


class Claim(NamedTuple):
    """A request that is a GenAI call, with what can be told of it before it is sent."""

    operation: str
    provider: str
    model: str
    read: Callable[[Exchange], Inference]


def claim(method: str, host: str, path: str, body: Callable[[], bytes | None]) -> Claim | None:
    """The call that a request makes to a GenAI model; `None` for any other traffic.

    Args:
        method: of HTTP, in upper case.
        host: without port.
        path: with or without its query.
        body: gives the request's bytes, `None` where they are not at hand; called only where the path matches.
    """
    if method != "POST":
        return None
    found = _match(host, path)
    return _checked(*found, host, path, body()) if found is not None else None


@lru_cache(maxsize=512)
def _match(host: str, path: str) -> tuple[WireFormat, Row, Callable[[Exchange], Inference]] | None:
    """The row that fits, remembered: an application calls few addresses, and each of them often."""
    path = path.partition("?")[0].rstrip("/")
    for form, row, reader in _ROWS.get(path[path.rfind("/") + 1 :].rpartition(":")[2], ()):
        if path.endswith(row.path) and _admits(row, host, path):
            return form, row, reader
    return None


def _admits(row: Row, host: str, path: str) -> bool:
    if row.not_path and row.not_path in path:
        return False
    return row.hosts is None or row.hosts.search(host) is not None


def _checked(
    form: WireFormat, row: Row, reader: Callable[[Exchange], Inference], host: str, path: str, body: bytes | None
) -> Claim | None:
    provider = provider_of(host)
    if provider is None and row.hosts is None and not _looks_right(body, row.body_keys):
        return None
    model = _model_in(body) if body else ""
    if not model and row.model_in_path is not None and (found := row.model_in_path.search(path)):
        model = unquote(found[1])
    return Claim(form.operation, provider or form.family, model, reader)


def _looks_right(body: bytes | None, keys: tuple[str, ...]) -> bool:
    if not body or not body[:64].lstrip().startswith(b"{"):
        return False
    return all(_has(body, b'"%s"' % key.encode()) for key in keys)


def _has(body: bytes, key: bytes) -> bool:
    return body.find(key, 0, _WINDOW) >= 0 or body.find(key, max(_WINDOW, len(body) - _WINDOW)) >= 0


def _model_in(body: bytes) -> str:
    """The value of a `"model":`, looked for where SDKs put it: at the head, at the tail, then between.

    A quoted one in a prompt is escaped and does not match; a nested one does, and the reader corrects it.
    """
    at = body.find(_MODEL, 0, _NEAR)
    if at < 0:
        at = body.rfind(_MODEL, max(0, len(body) - _NEAR))
    if at < 0:
        at = body.find(_MODEL, 0, _WINDOW)
    if at < 0:
        at = body.rfind(_MODEL, max(0, len(body) - _WINDOW))
    if at < 0:
        return ""
    start = body.find(b'"', at + 8, at + 16) + 1
    if not start or body[at + 8 : start - 1].strip():
        return ""
    return str(body[start : body.find(b'"', start, start + 256)], "utf-8", "replace")


def _rows() -> dict[str, list[tuple[WireFormat, Row, Callable[[Exchange], Inference]]]]:
    """Rows by the last word of their path; the longest path first, since `/chat/completions` ends in `/completions`."""
    table: dict[str, list[tuple[WireFormat, Row, Callable[[Exchange], Inference]]]] = {}
    pairs = [(form, row) for form in FORMATS for row in form.rows]
    for form, row in sorted(pairs, key=lambda pair: (pair[1].hosts is None, -len(pair[1].path))):
        word = row.path[row.path.rfind("/") + 1 :].rpartition(":")[2]
        table.setdefault(word, []).append((form, row, partial(read, form)))
    return table


_ROWS = _rows()
