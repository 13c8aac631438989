"""Signatures of checkpoints: Ed25519, so that whoever verifies cannot sign."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from spanwise.exporters.audit.settings import AuditError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["PRIVATE_KEY_FILE", "PUBLIC_KEY_FILE", "Signer", "Verifier", "write_once"]

PUBLIC_KEY_FILE = "public_key.pem"
PRIVATE_KEY_FILE = "signing_key.pem"
_PURPOSE = b"spanwise audit checkpoint 1\n"


class Signer:
    """Signs with the private key of a folder, which is made there on first use."""

    def __init__(self, keys: Path) -> None:
        self._private = _private_key(keys / PRIVATE_KEY_FILE)
        self.public_pem = _pem(self._private.public_key())
        """The public key, for those who verify."""
        self.key = _fingerprint(self._private.public_key())
        """Names the key pair in checkpoints."""
        write_once(keys / PUBLIC_KEY_FILE, self.public_pem, 0o644)

    def sign(self, hash_: str) -> str:
        """The signature of a record's hash, in base64."""
        return base64.b64encode(self._private.sign(_PURPOSE + hash_.encode("ascii"))).decode("ascii")


class Verifier:
    """Knows public keys, by fingerprint."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._keys: Mapping[str, Ed25519PublicKey] = {
            _fingerprint(key): key for key in (_public_key(file) for file in files)
        }

    @property
    def keys(self) -> list[str]:
        """Fingerprints of the keys."""
        return list(self._keys)

    def knows(self, key: object) -> bool:
        """Whether the key with this fingerprint is among them."""
        return isinstance(key, str) and key in self._keys

    def verifies(self, key: object, hash_: str, signature: str | None) -> bool:
        """Whether the key with this fingerprint signed this hash."""
        from cryptography.exceptions import InvalidSignature

        try:
            signed = base64.b64decode(signature or "", validate=True)
            self._keys[str(key)].verify(signed, _PURPOSE + hash_.encode("ascii"))
        except (InvalidSignature, KeyError, ValueError):
            return False
        return True


def write_once(path: Path, data: bytes, mode: int) -> None:
    """Make a file with this content, whole or not at all, unless it is there already."""
    if path.exists():
        return
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        unfinished.unlink()
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _private_key(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not path.exists():
        made = Ed25519PrivateKey.generate()
        pkcs8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        write_once(path, made.private_bytes(*pkcs8), 0o600)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise AuditError(f"{path} is no private key in PEM without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AuditError(f"{path} is not an Ed25519 key")
    return key


def _public_key(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise AuditError(f"{path} is no public key in PEM ({type(error).__name__})") from error
    if not isinstance(key, Ed25519PublicKey):
        raise AuditError(f"{path} is not an Ed25519 key")
    return key


def _pem(key: Ed25519PublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _fingerprint(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]
