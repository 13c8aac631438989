"""Credentials in URLs, connection strings, HTTP headers and on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spanwise.processors.pii.entropy import is_placeholder, shannon
from spanwise.processors.pii.rules import Candidate, Rule

__all__ = ["RULES"]

_NAMED = (
    "user users username name login myuser admin root token password pass passwd pw pwd secret test xxx yyy "
    "your_username your_password mypassword mytoken"
)
_NAMES = frozenset(_NAMED.split())
_HEX = re.compile(r"[0-9a-f]{8,}")
_QUOTES = "'\"`"


def _userinfo(candidate: Candidate) -> Iterator[Candidate]:
    """The password; with a user name that is itself a key, both."""
    user, _, password = candidate.value.partition(":")
    start = candidate.start if _HEX.fullmatch(user) else candidate.start + len(user) + 1
    if password:
        yield candidate.part(start, candidate.end)


def _is_credential(candidate: Candidate) -> bool:
    value = candidate.value
    return not is_placeholder(value) or len(value) > 3 and value.isalnum() and len(set(value)) > 2


def _is_login(candidate: Candidate) -> bool:
    """`user:password` given to curl; a name of one or a variable is none."""
    user, _, password = candidate.value.strip(_QUOTES).partition(":")
    user, password = user.strip(_QUOTES), password.strip(_QUOTES)
    if not user + password or any(
        part[:1] in ("$", "<", "[") or "{{" in part or "${" in part for part in (user, password)
    ):
        return False
    names = {user.lower(), password.lower()} - {""}
    return not names <= _NAMES and (len(password) >= 4 or len(user) >= 8) and "$(" not in candidate.value


def _is_authorization(candidate: Candidate) -> bool:
    value = candidate.value.rstrip(".")
    if is_placeholder(value) or value.lower() in _NAMES:
        return False
    if any(map(str.isdigit, value)):
        return shannon(value) >= 2.5
    return len(value) >= 20 and not value.islower() and shannon(value) >= 3.5


RULES = (
    Rule(
        name="url_credentials",
        type="SECRET",
        pattern=r"[A-Za-z0-9+.\-]{2}://([^\s:/\"'<>?#]{0,100}:[^\s/\"'<>]{1,200})@[A-Za-z0-9\[]",
        narrow=_userinfo,
        validate=_is_credential,
        trigger=r"://[^\s:/\"'<>?#]*:[^\s/\"'<>]+@",
        score=0.92,
    ),
    Rule(
        name="curl_user",
        type="SECRET",
        pattern=r"curl [^\n|]{0,300}?(?:-u|--user)[ =]{0,3}"
        r"(\"[^\"\n]{0,80}\":\"[^\"\n]{0,80}\"|\"[^\"\n]{0,80}:[^\"\n]{0,80}\"|'[^'\n]{0,80}:[^'\n]{0,80}'"
        r"|[^\s\"':]{0,60}:(?:'[^'\n]{1,80}'|[^\s\"']{1,80}))",
        validate=_is_login,
        hints=("curl ",),
        score=0.9,
    ),
    Rule(
        name="command_user",
        type="SECRET",
        pattern=r"(?:--user|\s-u) ([A-Za-z0-9._@\-]{1,60}:[^\s\"'$<{]{6,80})",
        validate=_is_login,
        hints=("--user ", " -u "),
        score=0.88,
    ),
    Rule(
        name="authorization",
        type="SECRET",
        pattern=r"(?i:(?:bearer|basic|authorization\"?'?\s?[:=]\s?\"?'?(?:token|apikey|api-key|negotiate)))[ \t]+"
        r"([A-Za-z0-9._~+/\-]{12,}={0,2})",
        validate=_is_authorization,
        trigger=r"(?i:bearer|basic|token|apikey|api-key|negotiate)[ \t]+[A-Za-z0-9._~+/\-]{8}",
        score=0.9,
    ),
    Rule(
        name="cookie",
        type="SECRET",
        pattern=r"(?i:(?:set-)?cookie)[\"']?: ?[\"']?([^\n\"']{8,})",
        validate=lambda candidate: "=" in candidate.value and not is_placeholder(candidate.value),
        trigger=r"(?i:cookie)[\"']?: ?[\"']?[A-Za-z0-9_.\-]+=",
        score=0.7,
    ),
)
