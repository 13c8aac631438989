"""Tokens for values: the same value always gets the same token, and only who has the key gets the value back.

Deterministic authenticated encryption in the form of a synthetic initialisation vector: the vector is a keyed hash
of type and value, and the key stream that hides the value is a keyed hash of the vector and a counter. Equal values
show, and so does their length; nothing else does. Both hashes are HMAC-SHA-256 under keys of their own.

Source: Rogaway and Shrimpton, "Deterministic Authenticated-Encryption" (2006); RFC 5297 does the same with AES.
"""

from __future__ import annotations

import base64
import binascii
import hmac

__all__ = ["LONGEST", "Pseudonyms"]

LONGEST = 512
"""Bytes of a value that a token can hold."""
_VECTOR = 12
_BLOCK = 32


class Pseudonyms:
    """Makes tokens, and values of them again.

    Args:
        key: a secret, best of 32 random bytes: who can guess it can read every token.
    """

    def __init__(self, key: str) -> None:
        secret = key.encode("utf-8", "surrogatepass")
        self._vector_key = _keyed(secret, b"spanwise pseudonym vector")
        self._stream_key = _keyed(secret, b"spanwise pseudonym stream")

    def token(self, kind: str, value: str) -> str:
        """The token of a value: lower-case letters and digits, eight for five bytes of it and twenty more.

        Raises:
            ValueError: the value is longer than `LONGEST`.
        """
        plain = value.encode("utf-8", "surrogatepass")
        if len(plain) > LONGEST:
            raise ValueError(f"longer than {LONGEST} bytes")
        vector = self._vector(kind, plain)
        return _written(vector + self._hidden(vector, plain))

    def value(self, kind: str, token: str) -> str | None:
        """The value of a token; None where it was not made with this key and for this type."""
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
            vector = raw[:_VECTOR]
            plain = self._hidden(vector, raw[_VECTOR:])
            value = plain.decode("utf-8", "surrogatepass")
        except (binascii.Error, ValueError):
            return None
        genuine = hmac.compare_digest(vector, self._vector(kind, plain))
        return value if genuine and token == _written(raw) else None

    def _vector(self, kind: str, plain: bytes) -> bytes:
        return _keyed(self._vector_key, kind.encode() + b"\0" + plain)[:_VECTOR]

    def _hidden(self, vector: bytes, text: bytes) -> bytes:
        """Plain text hidden, or hidden text plain."""
        blocks = range(-(-len(text) // _BLOCK))
        stream = b"".join(_keyed(self._stream_key, vector + number.to_bytes(4, "big")) for number in blocks)
        mixed = int.from_bytes(text, "big") ^ int.from_bytes(stream[: len(text)], "big")
        return mixed.to_bytes(len(text), "big")


def _written(raw: bytes) -> str:
    """Bytes in Base32: the one way to write them, with no bit that could be another."""
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
