"""Bytes to documents: content codings, JSON, and the ends of what is too large to parse."""

from __future__ import annotations

import importlib
import json
import zlib
from collections.abc import Callable, Sequence
from typing import cast

from spanwise.core.json_text import from_json
from spanwise.instrumentation.protocols.json_types import JsonObject, is_object, mapping

__all__ = ["GZIP", "LIMIT", "decoded", "edges", "outline", "parse_object", "transcoded", "without_bulk"]

LIMIT = 2 * 1024 * 1024
"""Bytes. `json.loads` holds the GIL for about 5 ms per megabyte, so what is larger is never parsed whole."""

_HEAD = 8 * 1024
_TAIL = 32 * 1024
_STREAM_EDGE = 64 * 1024
_INFLATED = 16 * LIMIT
"""Bytes that a compressed body may grow to; what lies behind is not read."""

_BOM = b"\xef\xbb\xbf"
GZIP = b"\x1f\x8b"
"""How a gzip member begins; no document does."""
_HEAD_KEYS = ("id", "model", "status", "stream", "service_tier")
_TAIL_KEYS = ("usage", "stop_reason", "finish_reason", "incomplete_details", "model", "id", "status", "stream")
_decoder = json.JSONDecoder()


def parse_object(data: bytes) -> JsonObject | None:
    """The JSON object in `data`; `None` where there is none."""
    try:
        value = from_json(data)
    except ValueError:
        return None
    return value if is_object(value) else None


def decoded(raw: bytes, coding: str) -> bytes:
    """`raw` without its content codings (`gzip`, `deflate`, `br`, `zstd`); as much as could be decoded of a cut body.

    A coding without a decoder, and one that the bytes do not have after all, leave them as they are.
    """
    for name in reversed(coding.lower().split(",")):
        decode = _DECODERS.get(name.strip())
        if decode is not None:
            raw = decode(raw)
    return _gunzip(raw) if raw[:2] == GZIP else raw


def transcoded(raw: bytes, content_type: str) -> bytes:
    """`raw` in UTF-8, where the content type names another charset."""
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if not charset or charset in ("utf-8", "utf8"):
        return raw
    try:
        return str(raw, charset, "replace").encode("utf-8", "replace")
    except (LookupError, UnicodeError):
        return raw


def edges(chunks: Sequence[bytes]) -> bytes:
    """The first and last 64 KiB of a stream, without copying what lies between."""
    return _take(chunks) + b"\n\n" + _take(chunks, backwards=True)


def outline(raw: bytes) -> JsonObject:
    """Identity, usage and finish reason of a document, read from its first 8 and last 32 KiB in constant time.

    A key is recognised by its spelling, whatever its depth: a quoted one inside a text is escaped and does not match.
    """
    head, tail = str(raw[:_HEAD], "utf-8", "replace"), str(raw[-_TAIL:], "utf-8", "replace")
    found = {key: _value_at(tail, tail.rfind(f'"{key}":'), key) for key in _TAIL_KEYS}
    for key in _HEAD_KEYS:
        value = _value_at(head, head.find(f'"{key}":'), key)
        found[key] = found.get(key) if value is None else value
    if found["finish_reason"] is not None:
        found["choices"] = [{"index": 0, "finish_reason": found["finish_reason"]}]
    return {key: value for key, value in found.items() if value is not None}


def without_bulk(raw: bytes, key: str) -> JsonObject | None:
    """The document without the array `key`, which is cut out unparsed; `None` where the rest is no document.

    Works where no array follows the one to be cut out: a hundredth of the time of parsing vectors.
    """
    start = raw.find(b'"%s"' % key.encode(), 0, _HEAD)
    opening, closing = raw.find(b"[", start), raw.rfind(b"]")
    if start < 0 or closing < opening:
        return None
    return parse_object(raw[: opening + 1] + raw[closing:])


def _value_at(window: str, at: int, key: str) -> object:
    if at < 0:
        return None
    start = at + len(key) + 3
    while window[start : start + 1].isspace():
        start += 1
    try:
        value = cast("object", _decoder.raw_decode(window, start)[0])
    except (ValueError, RecursionError):
        return None
    return value if key != "usage" or mapping(value) else None


def _take(chunks: Sequence[bytes], *, backwards: bool = False) -> bytes:
    taken: list[bytes] = []
    room = _STREAM_EDGE
    for chunk in reversed(chunks) if backwards else chunks:
        if room <= 0:
            break
        taken.append(chunk[-room:] if backwards else chunk[:room])
        room -= len(chunk)
    return b"".join(reversed(taken) if backwards else taken)


def _gunzip(raw: bytes) -> bytes:
    if raw[:2] != GZIP:
        return raw
    out = b""
    while raw[:2] == GZIP and len(out) < _INFLATED:
        member, raw = _inflate(raw, 31)
        out += member
    return out


def _deflated(raw: bytes) -> bytes:
    if raw[:1] in (b"{", b"[", b"d", b"e", b":"):
        return raw
    return _inflate(raw, 15)[0] or _inflate(raw, -15)[0] or raw


def _inflate(raw: bytes, window: int) -> tuple[bytes, bytes]:
    inflater = zlib.decompressobj(window)
    pieces: list[bytes] = []
    room = _INFLATED
    for at in range(0, len(raw), 65536):  # in pieces: a fault in one keeps those before it
        try:
            pieces.append(inflater.decompress(raw[at : at + 65536], room))
        except zlib.error:
            break
        room -= len(pieces[-1])
        if inflater.eof or room <= 0:
            return b"".join(pieces), inflater.unused_data + raw[at + 65536 :]
    return b"".join(pieces), b""


def _unbrotli(raw: bytes) -> bytes:
    for name in ("brotli", "brotlicffi"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        return _by_feeding(module.Decompressor().process, raw, module.error)
    return raw


def _unzstd(raw: bytes) -> bytes:
    if raw[:4] != b"\x28\xb5\x2f\xfd":
        return raw
    for name, decompressor in (("compression.zstd", "ZstdDecompressor"), ("zstandard", "ZstdDecompressor")):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        made = getattr(module, decompressor)()
        feed = made.decompressobj().decompress if hasattr(made, "decompressobj") else made.decompress
        return _by_feeding(feed, raw, module.ZstdError)
    return raw


def _by_feeding(feed: Callable[[bytes], bytes], raw: bytes, fault: type[Exception]) -> bytes:
    pieces: list[bytes] = []
    room = _INFLATED
    for at in range(0, len(raw), 4096):
        try:
            pieces.append(feed(raw[at : at + 4096]))
        except (fault, EOFError):
            break
        room -= len(pieces[-1])
        if room <= 0:
            break
    return b"".join(pieces) or raw


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflated,
    "br": _unbrotli,
    "zstd": _unzstd,
}
