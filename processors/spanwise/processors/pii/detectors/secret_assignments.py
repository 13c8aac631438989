"""Passwords, keys and tokens by the name they are given: `DB_PASSWORD=…`, `"api_key": "…"`, `the password is …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spanwise.processors.pii.entropy import is_placeholder, shannon
from spanwise.processors.pii.rules import RUN, Candidate, Narrowing, Rule

__all__ = ["RULES"]

_PASSWORD_NAME = (
    r"(?:password|passwd|passphrase|passcode|pwd|passwort|kennwort|contrase.a|senha|mot de passe|wachtwoord|has.o"
    r"|l.senord|adgangskode|passord|salasana|heslo|jelsz.|parola|\?ifre|kata sandi|m\?t kh\?u)"
)
_PASSWORD_WORDS = (
    *("пароль", "密码", "密碼", "口令", "パスワード", "비밀번호", "암호", "كلمة المرور", "סיסמה", "पासवर्ड", "κωδικός"),
)
"""In scripts of which a pattern sees question marks."""
_SECRET_NAME = (
    r"(?:secret|token|api[_\-. ]?key|apikey|access[_\-. ]?key|secret[_\-. ]?key|private[_\-. ]?key|auth[_\-. ]?key"
    r"|signing[_\-. ]?key|encryption[_\-. ]?key|master[_\-. ]?key|account[_\-. ]?key|client[_\-. ]?secret"
    r"|client[_\-. ]?key|app[_\-. ]?key|auth[_\-. ]?code|credentials?|license[_\-. ]?key|webhook[_\-. ]?key)"
)
_NAME_TAIL = r"[A-Za-z0-9_\-]{0,20}"
_ASSIGN = r"\\?[\"'`]?[\])]?(?:[ \t]{0,3}(?:=>|:=|==?|:)[ \t]{0,3}|\s(?:is|was)(?:\snow)?(?:\s?:\s?|\s))\\?[\"'`]?"
_IN_VALUE = r"[^\s\"'`,;<>\\]"
_IN_KEY = r"[^\s\"'`,;<>\\&]"
"""Not where the next parameter of a URL or a form begins."""
_LONGEST = 200
_CODE = re.compile(
    r"[A-Za-z_][\w.]*[(\[]|[A-Za-z_]+\.[A-Za-z_.]+$|(?:None|null|true|false|undefined|nil)$|[/.]{1,2}[\w/]+\.\w+$",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"[A-Za-z_]+(?:[._\-][A-Za-z_]+)*")
_NOT_SECRET = re.compile(
    r"(?i:public|csrf|xsrf|checksum|version|keying)|I[dD]s?[\"'`]?\s{0,3}[:=]|_ids?[\"'`]?\s{0,3}[:=]"
)
_WORDS = re.compile(r"[a-z]{7}|[A-Z]{7}|[0-9]{9}")
_PLAIN_ID = re.compile(r"[0-9]+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def _whole(in_value: str) -> Narrowing:
    """All of a value of which a pattern matched the first character; RE2 would count in as many states."""
    value = re.compile(rf"{in_value}{{6,{_LONGEST}}}", re.ASCII)

    def narrow(candidate: Candidate) -> Iterator[Candidate]:
        if found := value.match(candidate.text, candidate.start):
            yield candidate.part(*found.span())

    return narrow


def _is_password(candidate: Candidate) -> bool:
    value = candidate.value.rstrip(".)]}:")
    if is_placeholder(value) or _CODE.match(value) or _IDENTIFIER.fullmatch(value):
        return False
    return any(map(str.isdigit, value)) or (any(not c.isalnum() for c in value) and shannon(value) > 2.8)


def _is_key(candidate: Candidate) -> bool:
    value = candidate.value.rstrip(".)]}:")
    if len(value) < 12 or is_placeholder(value) or _CODE.match(value) or _PLAIN_ID.fullmatch(value):
        return False
    if _NOT_SECRET.search(candidate.before(60).rpartition("\n")[2]) or "://" in value or "=" in value.rstrip("="):
        return False
    letters, digits = any(map(str.isalpha, value)), sum(map(str.isdigit, value))
    return letters and digits >= 2 and shannon(value) >= 3.0


def _is_random(candidate: Candidate) -> bool:
    """The form of AWS secret access keys, which have no prefix: all kinds of characters and no word."""
    value = candidate.value
    if candidate.following and (candidate.following in "+/=_-" or candidate.following.isalnum()):
        return False
    kinds = any(map(str.isdigit, value)) and any(map(str.isupper, value)) and any(map(str.islower, value))
    return kinds and shannon(value) > 4.3 and not _WORDS.search(value) and value.count("/") <= 4


RULES = (
    Rule(
        name="password_assignment",
        type="SECRET",
        pattern=rf"(?i:{_PASSWORD_NAME}{_NAME_TAIL}){_ASSIGN}({_IN_VALUE})",
        narrow=_whole(_IN_VALUE),
        beyond=_LONGEST,
        validate=_is_password,
        trigger=f"(?i:{_PASSWORD_NAME})",
        score=0.55,
    ),
    Rule(
        name="password_labelled",
        type="SECRET",
        pattern=rf"\?\s{{0,2}}[:=]\s{{0,2}}[\"'`]?({_IN_VALUE}{{6,{_LONGEST}}})",
        validate=_is_password,
        context=_PASSWORD_WORDS,
        window=3,
        trigger=r"\?\s?\s?[:=]",
        score=0.55,
    ),
    Rule(
        name="password_argument",
        type="SECRET",
        pattern=r"(?:--(?:password|passwd|passphrase|pwd|pass) {1,3}|sshpass -p ?|mysql[a-z]{0,8} [^\n|]{0,100}? -p)"
        r"[\"']?([^\s\"'`$<{\[,;]{6,100})",
        validate=_is_password,
        trigger=r"--pass[a-z]* |--pwd |sshpass -p|mysql[a-z]{0,8} ",
        score=0.8,
    ),
    Rule(
        name="key_assignment",
        type="SECRET",
        pattern=rf"(?i:{_SECRET_NAME}{_NAME_TAIL}){_ASSIGN}({_IN_KEY})",
        narrow=_whole(_IN_KEY),
        beyond=_LONGEST,
        validate=_is_key,
        trigger=f"(?i:{_SECRET_NAME})",
        score=0.55,
    ),
    Rule(
        name="forty_random_characters",
        type="SECRET",
        pattern=r"(?:^|[^A-Za-z0-9+/=_\-.])([A-Za-z0-9+/]{40})",
        validate=_is_random,
        trigger=RUN,
        score=0.65,
    ),
)
