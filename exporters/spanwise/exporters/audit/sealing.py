"""Content of calls, encrypted with the key of the person it is about."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from typing import cast

from spanwise.exporters.audit.entry import canonical
from spanwise.exporters.audit.subjects import Subject

__all__ = ["open_sealed", "seal"]

_ALGORITHM = "AES-256-GCM"


def seal(content: Mapping[str, str], subject: Subject, place: str) -> dict[str, str]:
    """Encrypt content so that it can be read only with the subject's key, and only in its place.

    Args:
        place: names the record; what was encrypted for one cannot be moved into another.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    data = AESGCM(subject.key).encrypt(
        nonce, canonical(dict(content)).encode("ascii"), place.encode("utf-8", "replace")
    )
    return {"algorithm": _ALGORITHM, "key": subject.key_id, "nonce": _base64(nonce), "data": _base64(data)}


def open_sealed(sealed: Mapping[str, object], subject: Subject, place: str) -> dict[str, str] | None:
    """The content; None where this is not its key, or not its place, or it was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if sealed.get("algorithm") != _ALGORITHM:
        return None
    try:
        nonce, data = (base64.b64decode(str(sealed.get(name)), validate=True) for name in ("nonce", "data"))
        text = AESGCM(subject.key).decrypt(nonce, data, place.encode("utf-8", "replace"))
    except (InvalidTag, ValueError):
        return None
    return cast("dict[str, str]", json.loads(text))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
