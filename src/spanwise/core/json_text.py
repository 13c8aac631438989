"""JSON, by orjson where it is installed: it reads three times and writes thirty times as fast."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable

__all__ = ["from_json", "to_json"]


def _functions() -> tuple[Callable[[bytes | str], object], Callable[[object], bytes] | None]:
    try:
        fast = importlib.import_module("orjson")
    except ImportError:
        return json.loads, None
    return fast.loads, fast.dumps


_loads, _dumps = _functions()


def from_json(data: bytes | str) -> object:
    """The document; `ValueError` where there is none, or one that is nested too deeply."""
    try:
        return _loads(data)
    except (ValueError, RecursionError):  # orjson is stricter: NaN, lone surrogates, numbers over 64 bits
        return _from_json_leniently(data)


def to_json(value: object) -> str:
    """JSON text that any exporter can encode: lone surrogates are replaced, what has no JSON form is its `str()`."""
    if _dumps is not None:
        try:
            return _dumps(value).decode("utf-8")
        except TypeError:  # surrogates, numbers over 64 bits, keys that are no text, other types
            pass
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return written if written.isascii() else written.encode("utf-8", "replace").decode("utf-8")


def _from_json_leniently(data: bytes | str) -> object:
    text = data if isinstance(data, str) else str(data.removeprefix(b"\xef\xbb\xbf"), "utf-8", "replace")
    try:
        document: object = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return document
