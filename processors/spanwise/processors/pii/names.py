"""Which names say that the value under them is a secret: `password`, `x-api-key`, `http.request.header.cookie`."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["is_sensitive_name", "is_weakly_sensitive_name"]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATOR = re.compile(r"[^a-z0-9]+")
_ENDINGS = (
    *("password", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets", "authorization", "cookie", "cookies"),
    *("credential", "credentials", "api key", "apikey", "access key", "secret key", "private key", "signing key"),
    *("encryption key", "account key", "master key", "auth key", "authkey", "client secret", "connection string"),
    *(
        "access token",
        "refresh token",
        "id token",
        "auth token",
        "session token",
        "bearer token",
        "bearer",
        "api token",
    ),
    *("accesstoken", "refreshtoken", "authtoken", "apitoken", "csrf token", "xsrf token", "security token", "pin code"),
    *("personal access token", "service account key", "webhook secret", "otp", "mfa code", "cvv", "cvc", "card cvc"),
)
_ENDS = re.compile(rf"(?:^| )(?:{'|'.join(_ENDINGS)})$")


@lru_cache(maxsize=2048)
def is_sensitive_name(name: str) -> bool:
    """Whether everything under a key or attribute of this name is a secret."""
    return _ENDS.search(_words(name)) is not None


@lru_cache(maxsize=2048)
def is_weakly_sensitive_name(name: str) -> bool:
    """Whether a long value under this name is a secret: a short `token` is a word of a model's output."""
    return _words(name).rpartition(" ")[2] == "token"


def _words(name: str) -> str:
    return _SEPARATOR.sub(" ", _CAMEL.sub(" ", name[-120:]).lower()).strip()
