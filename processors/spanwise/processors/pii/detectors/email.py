"""E-mail addresses (RFC 5321), also with the at sign and the dots set apart or spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spanwise.processors.pii.rules import Candidate, Rule
from spanwise.processors.pii.surroundings import is_word, word_before

__all__ = ["RULES"]

_LOCAL = r"[A-Za-z0-9_%+\-\x80-\xff][A-Za-z0-9._%+'\-\x80-\xff]{0,63}"
_LABEL = r"[A-Za-z0-9\x80-\xff][A-Za-z0-9\-\x80-\xff]{0,62}"
_TOP = (
    "com|org|net|edu|gov|mil|int|info|biz|io|ai|co|me|dev|app|museum|technology|email|eu|us|uk|de|fr|it|es|nl|be|ch"
    "|at|pl|se|no|dk|fi|cz|pt|gr|ie|ru|ua|tr|il|in|cn|jp|kr|tw|hk|sg|au|nz|ca|mx|br|ar|cl|za"
)
_DOT = r"(?:\s?[\[({<]\s?(?:dot|DOT|Dot|\.)\s?[\])}>]\s?|\s(?:dot|DOT|Dot)\s|\.)"
_AT = r"(?:\s?[\[({<]\s?(?:at|AT|At|@)\s?[\])}>]\s?|\s(?:at|AT|At)\s)"
_PLAIN_WORD = r"[A-Za-z0-9_\-+]{1,40}"
_FILE_ENDINGS = (
    "png jpg jpeg gif svg webp ico bmp css js mjs ts tsx jsx py rb go rs java html htm json xml yaml yml "
    "toml lock txt log zip gz whl exe dll so service target route"
)
_FILES = frozenset(_FILE_ENDINGS.split())
_NOT_PEOPLE = frozenset({"git", "hg", "svn"})
_MAIL_WORDS = ("mail", "contact", "reach", "write", "address", "send")
_URL_BEFORE = re.compile(r"[a-z]://[^\s/]*$")


def _written(candidate: Candidate) -> Iterator[Candidate]:
    """The address without what precedes a double dot: `me...jane@example.org`."""
    local = candidate.value.rpartition("@")[0]
    skipped = local.rfind("..") + 2 if ".." in local else 0
    skipped += len(local[skipped:]) - len(local[skipped:].lstrip(".'-%"))
    if skipped < len(local):
        yield candidate.part(candidate.start + skipped, candidate.end)


def _is_address(candidate: Candidate) -> bool:
    local, _, domain = candidate.value.rpartition("@")
    if local[-1] == "." or domain.rpartition(".")[2].lower() in _FILES:
        return False
    if is_word(candidate.previous) or candidate.previous == "@" or not _ends(candidate):
        return False
    return not _is_authority(candidate, local)


def _ends(candidate: Candidate) -> bool:
    after = candidate.after(8).lstrip("_") if candidate.following == "_" else candidate.after(2)  # `_jane@example.org_`
    return not (is_word(after[:1]) or (after[:1] in ("-", "@", ".") and is_word(after[1:])))


def _is_authority(candidate: Candidate, local: str) -> bool:
    """`git@host:path`, and what stands before the host in a URL."""
    if local in _NOT_PEOPLE and candidate.following in (":", "/"):
        return True
    return _URL_BEFORE.search(candidate.before(100)) is not None


def _is_set_apart(candidate: Candidate) -> bool:
    """`jane.roe @ example.org`: a word alone before the sign may be a verb or a job."""
    local = candidate.value.partition("@")[0].strip()
    if not any(character.isspace() for character in candidate.value) or not _is_address(candidate):
        return False
    telling = any(character in "._" or character.isdigit() for character in local)
    return telling or local + "@" == candidate.value[: len(local) + 1] or word_before(candidate, _MAIL_WORDS, 40)


def _is_spelled_out(candidate: Candidate) -> bool:
    if is_word(candidate.previous) or is_word(candidate.following):
        return False
    value = candidate.value.lower()
    local, at, domain = re.split(rf"({_AT})", value, maxsplit=1)
    if at.strip() != "at" or " dot " in domain or re.search(r"[\[({<]", domain):
        return True
    return re.fullmatch(r"[a-z][a-z0-9]*(?:[._+\-][a-z0-9]+)+", local.strip()) is not None


RULES = (
    Rule(
        name="email",
        type="EMAIL",
        pattern=rf"{_LOCAL}@(?:(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\])",
        narrow=_written,
        validate=_is_address,
        hints=("@",),
        score=0.85,
    ),
    Rule(
        name="email_set_apart",
        type="EMAIL",
        pattern=rf"{_LOCAL}\s{{0,2}}@\s{{0,2}}(?:{_LABEL}\n?\.\n?){{1,4}}(?:{_TOP})",
        narrow=_written,
        validate=_is_set_apart,
        trigger=r"\s@|@\s|@[A-Za-z0-9.\-]+\n",
        score=0.7,
    ),
    Rule(
        name="email_spelled_out",
        type="EMAIL",
        pattern=rf"{_PLAIN_WORD}(?:{_DOT}{_PLAIN_WORD}){{0,4}}{_AT}{_PLAIN_WORD}(?:{_DOT}{_PLAIN_WORD}){{0,3}}{_DOT}(?i:{_TOP})",
        validate=_is_spelled_out,
        trigger=rf"{_AT}[A-Za-z0-9_\-+]+{_DOT}[A-Za-z]",
        score=0.7,
    ),
)
