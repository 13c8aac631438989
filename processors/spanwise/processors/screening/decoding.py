"""The readings of a text that hides its words: encodings, ciphers, spacing, markup.

One linear scan says which disguises a text may wear, and only those are undone. Undoing is linear and the number of
readings is capped, nested encodings included.
"""

from __future__ import annotations

import base64
import codecs
import html
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from spanwise.processors.screening.engine import Probe, probe_for

__all__ = ["DISGUISES", "Disguise", "Reading", "readings"]

_MAX_READINGS: Final = 48
_READABLE_SHARE: Final = 0.9


class Reading(NamedTuple):
    """`text` is what the characters [start, end) of the original say once `disguise` is undone."""

    disguise: str
    text: str
    start: int
    end: int


class Disguise(NamedTuple):
    """A way to hide words: `probe` finds it, `undo` yields its readings."""

    name: str
    probe: str
    undo: Callable[[str], Iterator[tuple[str, int, int]]]


def readings(text: str, depth: int = 2) -> Iterator[Reading]:
    """Every plausible reading of `text`, up to `depth` disguises deep."""
    for index in _probe()(text.encode("utf-8", "ignore")):
        disguise = DISGUISES[index]
        for count, (plain, start, end) in enumerate(disguise.undo(text)):
            if count == _MAX_READINGS:
                break
            yield Reading(disguise.name, plain, start, end)
            if depth > 1 and end - start < len(text):
                for inner in readings(plain, depth - 1):
                    yield Reading(inner.disguise, inner.text, start, end)


@lru_cache(maxsize=1)
def _probe() -> Probe:
    return probe_for(tuple(disguise.probe for disguise in DISGUISES))


def _readable(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    good = sum(character.isalnum() or character in " \n\t.,:;!?'\"<>()[]{}|/=#*_-@&%$+\\" for character in text)
    return text if len(text) >= 6 and good >= _READABLE_SHARE * len(text) else None


_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_HEX: Final = re.compile(r"[0-9A-Fa-f]+")
_BASE32: Final = re.compile(r"[A-Z2-7]{24,}")


def _encoded_runs(text: str) -> Iterator[tuple[str, int, int]]:
    """Base64 (both alphabets), base32 and hexadecimal. Splitting at white space is cheaper than searching runs."""
    position = 0
    for token in [token for token in text.split() if len(token) >= 16]:
        position = text.find(token, position)
        for match in _RUN.finditer(token):
            plain = _decoded(match[0])
            if plain:
                yield plain, position + match.start(), position + match.end()
        position += len(token)


def _decoded(run: str) -> str | None:
    try:
        if _HEX.fullmatch(run):
            return _readable(bytes.fromhex(run))
        if _BASE32.fullmatch(run):
            return _readable(base64.b32decode(run + "=" * (-len(run) % 8)))
        if run.islower() or run.isupper():
            return None  # a word, a path or an identifier
        run = run[: len(run) - (len(run) % 4 == 1)].replace("-", "+").replace("_", "/")
        return _readable(base64.b64decode(run + "=" * (-len(run) % 4)))
    except ValueError:  # binascii.Error is one
        return None


_HEX_PAIRS: Final = re.compile(r"(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[ :,-]{0,2}){8,}")


def _hex_pairs(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _HEX_PAIRS.finditer(text):
        digits = re.sub(r"0x|\\x|[^0-9A-Fa-f]", "", match[0])
        plain = _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))
        if plain:
            yield plain, match.start(), match.end()


_BITS: Final = re.compile(r"(?:[01]{8}[ ,]{0,2}){6,}")


def _binary(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _BITS.finditer(text):
        bits = re.sub(r"[^01]", "", match[0])
        plain = _readable(bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8)))
        if plain:
            yield plain, match.start(), match.end()


_CODES: Final = re.compile(r"(?:\b(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6])[ ,;]{1,2}){8,}\d{2,3}")


def _decimal(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _CODES.finditer(text):
        plain = "".join(chr(min(int(code), 126)) for code in re.findall(r"\d+", match[0]))
        yield plain, match.start(), match.end()


_ESCAPE: Final = re.compile(r"\\u\{?([0-9a-fA-F]{4,5})\}?|\\x([0-9a-fA-F]{2})")


def _escapes(text: str) -> Iterator[tuple[str, int, int]]:
    yield _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), text), 0, len(text)


def _percent(text: str) -> Iterator[tuple[str, int, int]]:
    yield unquote(text.replace("+", " "), errors="ignore"), 0, len(text)


def _entities(text: str) -> Iterator[tuple[str, int, int]]:
    yield html.unescape(text), 0, len(text)


# Words that few attacks do without; each cipher is looked for by how it writes them.
_TELLTALES: Final = (
    *("ignore", "disregard", "previous", "instruct", "prompt", "system", "reveal", "forget", "password", "assistant"),
    *("secret", "restriction", "override", "guideline", "jailbreak", "you are now", "without asking", "everything"),
)


def _any_of(words: Iterable[str]) -> str:
    return rf"(?i:{'|'.join(words)})"


def _rot13(text: str) -> Iterator[tuple[str, int, int]]:
    yield codecs.decode(text, "rot13"), 0, len(text)


_ATBASH_TABLE: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"
)


def _atbash(text: str) -> Iterator[tuple[str, int, int]]:
    yield text.translate(_ATBASH_TABLE), 0, len(text)


def _reversed(text: str) -> Iterator[tuple[str, int, int]]:
    yield text[::-1], 0, len(text)


_REVERSED_WORD: Final = re.compile(r"[A-Za-z]+")


def _reversed_words(text: str) -> Iterator[tuple[str, int, int]]:
    yield _REVERSED_WORD.sub(lambda match: match[0][::-1], text), 0, len(text)


def _reversed_both(text: str) -> Iterator[tuple[str, int, int]]:
    yield from _reversed(text)
    yield from _reversed_words(text)


_LEET: Final = tuple(str.maketrans("0134578@$!|€", f"o{one}eastb@$!|e".replace("@$!|", "asil")) for one in "il")


# The attacks' commonest words with at least one letter replaced by a digit or sign.
_LEET_WORDS: Final = (
    r"(?i:[1!]gn[o0]r[e3]|[1!]gnor|ign0r|ignor3|d[1!]sr[e3]g|disr3g|di[5$]r|f0rg[e3]t|forg3t|pr3v|prev[1!]|pr[e3]v[1!]|"
    r"[1!]n[s5$][t7]|in[5$][t7]r|ins7r|pr0m|prom[p]7|[5$]y[s5$][t7]|sy[5$][t7]|syst3m|sys7[e3]m|r[e3]v3[a4@]|r3ve|"
    r"p[4@][s5$]{2}|pas[5$]|pa[5$]{2}|[5$][e3]cr|s3cr|s[e3]cr3|rul3|byp[4@]|0v[e3]rr|ov3rr|unr3|r3[s5$]tr|j[4@][1i!]l|"
    r"f[1!]l[t7][e3]r|r[e3][s5$][t7]r[1!]|r3[s5$]t|y0u 4|h4v[e3] n|g[u]1d[e3]|gu1d|[4@]ss[1!]s)"
)


def _leet(text: str) -> Iterator[tuple[str, int, int]]:
    for table in _LEET:
        yield text.translate(table), 0, len(text)


_SPACED: Final = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][ ._*|,\-]{1,3}){5,}[A-Za-z](?![A-Za-z0-9])")
_KEYWORD: Final = re.compile(
    r"(ignore|disregard|forget|everything|previous|prior|above|all|any|your|the|system|initial|instructions?|prompts?"
    r"|guidelines?|rules?|safety|reveal|show|print|repeat|tell|give|send|me|password|secret|and|you|are|now|dan|have|no"
    r"|restrictions?|filters?|override|say|write|that|hate)",
    re.IGNORECASE,
)


def _spaced(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _SPACED.finditer(text):
        words = re.split(r"[ ._*|,\-]{2,}", match[0]) if re.search(r"[ ._*|,\-]{2}", match[0]) else [match[0]]
        joined = " ".join(re.sub(r"[^A-Za-z]", "", word) for word in words)
        yield joined, match.start(), match.end()
        if len(words) == 1:
            yield _KEYWORD.sub(r" \1 ", joined), match.start(), match.end()


def _unspaced(text: str) -> Iterator[tuple[str, int, int]]:
    yield _KEYWORD.sub(r" \1 ", text), 0, len(text)


_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,60}>|<!--[^>]{0,60}-->")


def _markup(text: str) -> Iterator[tuple[str, int, int]]:
    yield _TAG.sub("", text), 0, len(text)


_MORSE_CODES: Final = (
    ". - .. .- -. -- ... ..- .-. .-- -.. -.- --. --- .... ...- ..-. .-.. .--. .--- -... -..- -.-. -.-- --.. --.-"
)
_MORSE_LETTERS: Final[dict[str, str]] = dict(zip(_MORSE_CODES.split(), "etianmsurwdkgohvflpjbxcyzq", strict=True))
_MORSE: Final = re.compile(r"[.\-/| ]{30,}")


def _morse(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _MORSE.finditer(text):
        words = re.split(r"[/|]| {2,}", match[0])
        plain = " ".join("".join(_MORSE_LETTERS.get(code, "") for code in word.split()) for word in words)
        yield plain, match.start(), match.end()


DISGUISES: Final = (
    Disguise(
        "encoded_run",
        r"(?:[A-Z]+[a-z0-9+/_-]+){3}[A-Za-z0-9+/_-]{5}|[A-Z2-7]{24,}|[0-9A-Fa-f]{16,}",
        _encoded_runs,
    ),
    Disguise("hex_pairs", r"(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[ :,-]{1,2}){8,}|(?:(?:0x|\\x)[0-9A-Fa-f]{2}){8,}", _hex_pairs),
    Disguise("binary", r"(?:[01]{8}[ ,]{0,2}){6,}", _binary),
    Disguise("decimal", r"(?:\b[1-9][0-9]{1,2}[ ,;]{1,2}){8,}", _decimal),
    Disguise("escapes", r"\\u\{?[0-9A-Fa-f]{4}.{0,3}\\u\{?[0-9A-Fa-f]{4}|(?:\\x[0-9A-Fa-f]{2}){2}", _escapes),
    Disguise("percent", r"%[0-9A-Fa-f]{2}[^ \n]{0,24}%[0-9A-Fa-f]{2}", _percent),
    Disguise("entities", r"&(?:#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5}|lt|gt|amp|quot|nbsp);", _entities),
    Disguise("rot13", _any_of(codecs.encode(word, "rot13") for word in _TELLTALES), _rot13),
    Disguise("atbash", _any_of(word.translate(_ATBASH_TABLE) for word in _TELLTALES), _atbash),
    Disguise("reversed", _any_of(word[::-1] for word in _TELLTALES), _reversed_both),
    Disguise("leet", _LEET_WORDS, _leet),
    Disguise("spaced", r"(?:^|[^A-Za-z0-9])(?:[A-Za-z][ ._*|,\-]{1,3}){5,}[A-Za-z](?:$|[^A-Za-z0-9])", _spaced),
    Disguise(
        "unspaced", r"(?i:(?:ignore|disregard|forget)(?:all|any|the|your|previous|prior|above)[a-z]{5,})", _unspaced
    ),
    Disguise("markup", r"[A-Za-z]<[^<>]{1,40}>[A-Za-z]", _markup),
    Disguise("morse", r"[.\-/| ]{30,}", _morse),
)
