"""Text reduced to its letters: no spaces, punctuation or case, and letters like the digits that stand for them."""

from __future__ import annotations

from typing import Final

__all__ = ["letters_of", "rotated"]

_NO_LETTERS: Final = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789!"))
_ROT13: Final = bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz", b"nopqrstuvwxyzabcdefghijklm")
_LEET: Final = bytes.maketrans(b"01l!3457", b"oiiieast")


def letters_of(folded: bytes) -> bytes:
    """The letters of folded text; those that leetspeak writes as digits look like the digits, `l` like `i`."""
    return folded.translate(_LEET, _NO_LETTERS)


def rotated(folded: bytes) -> bytes:
    """Folded text with ROT13 undone."""
    return folded.translate(_ROT13)
