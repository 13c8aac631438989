"""Text in Base64."""

from __future__ import annotations

import binascii
import re

__all__ = ["text_of_base64"]

_PROBE = 48
"""Base64 characters that are decoded to see whether the rest can be text; a multiple of four."""
_NOT_TEXT = re.compile(rb"[^\t\n\r\x20-\xff]")
_ALPHABET = re.compile("[A-Za-z0-9+/]*")
_STANDARD = str.maketrans("-_", "+/")


def text_of_base64(blob: str) -> str:
    """The text that a Base64 string, in one line or many, holds; empty where it holds none."""
    if blob.islower():  # a name or a path, as most long words are; no text of some length is without capitals
        return ""
    plain = "".join(blob.split()).rstrip("=").translate(_STANDARD)
    if len(plain) % 4 == 1 or _NOT_TEXT.search(_b64decode(plain[:_PROBE]) or b"\0"):
        return ""
    try:
        text = _b64decode(plain).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if sum(character.isprintable() or character.isspace() for character in text) > 0.9 * len(text) else ""


def _b64decode(plain: str) -> bytes:
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4)) if _ALPHABET.fullmatch(plain) else b""
    except binascii.Error:
        return b""
