"""Passwords, keys and tokens by the name they are given: `DB_PASSWORD=…`, `"api_key": "…"`, `the password is …`."""

from __future__ import annotations

import re

from spanwise.processors.pii.entropy import is_placeholder, shannon
from spanwise.processors.pii.rules import Candidate, Rule

__all__ = ["RULES"]

_PASSWORD_NAME = (
    r"(?:password|passwd|passphrase|passcode|pwd|passwort|kennwort|contrase.a|senha|mot de passe|wachtwoord|has.o)"
)
_SECRET_NAME = (
    r"(?:secret|token|api[_\-. ]?key|apikey|access[_\-. ]?key|secret[_\-. ]?key|private[_\-. ]?key|auth[_\-. ]?key"
    r"|signing[_\-. ]?key|encryption[_\-. ]?key|master[_\-. ]?key|account[_\-. ]?key|client[_\-. ]?secret"
    r"|client[_\-. ]?key|app[_\-. ]?key|auth[_\-. ]?code|credentials?|license[_\-. ]?key|webhook[_\-. ]?key)"
)
_NAME_TAIL = r"[A-Za-z0-9_\-]{0,20}"
_ASSIGN = r"\\?[\"'`]?[\])]?(?:\s{0,3}(?:=>|:=|=|:)\s{0,3}|\s(?:is|was)\s(?:now\s)?:?\s?)\\?[\"'`]?"
_VALUE = r"([^\s\"'`,;<>\\]{6,200})"
_CODE = re.compile(
    r"[A-Za-z_][\w.]*[(\[]|[A-Za-z_]+\.[A-Za-z_.]+$|(?:None|null|true|false|undefined|nil)$|[/.]{1,2}[\w/]+\.\w+$",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"[A-Za-z_]+(?:[._\-][A-Za-z_]+)*")
_PLAIN_ID = re.compile(r"[0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def _is_password(candidate: Candidate) -> bool:
    value = candidate.value.rstrip(".)]}:")
    if is_placeholder(value) or _CODE.match(value) or _IDENTIFIER.fullmatch(value):
        return False
    return any(map(str.isdigit, value)) or (any(not c.isalnum() for c in value) and shannon(value) > 2.8)


def _is_key(candidate: Candidate) -> bool:
    value = candidate.value.rstrip(".)]}:")
    if len(value) < 12 or is_placeholder(value) or _CODE.match(value) or _PLAIN_ID.fullmatch(value):
        return False
    name = candidate.before(60).rpartition("\n")[2].lower()
    if any(word in name for word in ("public", "csrf", "xsrf", "checksum")) or "://" in value:
        return False
    letters, digits = any(map(str.isalpha, value)), sum(map(str.isdigit, value))
    return letters and digits >= 2 and shannon(value) >= 3.0


RULES = (
    Rule(
        name="password_assignment",
        type="SECRET",
        pattern=rf"(?i:{_PASSWORD_NAME}{_NAME_TAIL}){_ASSIGN}{_VALUE}",
        validate=_is_password,
        trigger=rf"(?i:{_PASSWORD_NAME}{_NAME_TAIL}){_ASSIGN}",
        score=0.6,
    ),
    Rule(
        name="key_assignment",
        type="SECRET",
        pattern=rf"(?i:{_SECRET_NAME}{_NAME_TAIL}){_ASSIGN}{_VALUE}",
        validate=_is_key,
        trigger=rf"(?i:{_SECRET_NAME}{_NAME_TAIL}){_ASSIGN}[^\s\"'`,;<>\\]{{6}}",
        score=0.6,
    ),
    Rule(
        name="aws_secret_key",
        type="SECRET",
        pattern=r"(?:^|[^A-Za-z0-9+/=])([A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)",
        validate=lambda candidate: (
            shannon(candidate.value) > 4.2 and any(c in candidate.value for c in "+/ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        ),
        context=(
            "aws",
            "secret",
            "secret key",
            "aws_secret_access_key",
            "secretaccesskey",
            "secret access key",
            "akia",
        ),
        window=80,
        trigger=r"[A-Za-z0-9+/]{40}",
        score=0.65,
    ),
)
