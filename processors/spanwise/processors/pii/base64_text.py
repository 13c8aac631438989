"""Text in Base64."""

from __future__ import annotations

import base64

__all__ = ["text_of_base64"]

_PROBE = 48
"""Base64 characters that are decoded to see whether the rest can be text; a multiple of four."""


def text_of_base64(blob: str) -> str:
    """The text that a Base64 string, in one line or many, holds; empty where it holds none."""
    plain = "".join(blob.split()).rstrip("=").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1 or not _is_text(_b64decode(plain[:_PROBE])):
        return ""
    try:
        text = _b64decode(plain).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if sum(character.isprintable() or character.isspace() for character in text) > 0.9 * len(text) else ""


def _b64decode(plain: str) -> bytes:
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:  # other characters
        return b""


def _is_text(start: bytes) -> bool:
    return bool(start) and all(byte >= 32 or byte in b"\t\n\r" for byte in start)
