"""IP addresses (RFC 791, RFC 4291) and MAC addresses (IEEE 802)."""

from __future__ import annotations

import re
import socket

from spanwise.processors.pii.rules import Candidate, Rule
from spanwise.processors.pii.surroundings import is_word, unlinked, word_before

__all__ = ["RULES"]

_VERSION = re.compile(
    r"\b(?:versions?|releases?|builds?|firmware|sections?|chapters?|clauses?|rfc|oid|ver?)\b", re.IGNORECASE
)
_ADDRESS_WORDS = ("ip", "address", "host", "endere", "地址")
_PLACEHOLDERS = frozenset({"0.0.0.0", "::", "::1"})
_EMPTY_MACS = frozenset({"0", "f"})


def _is_v4(candidate: Candidate) -> bool:
    value = candidate.value
    parts = value.split(".")
    if any(int(part) > 255 for part in parts) or not unlinked(candidate, ".-"):
        return False
    if candidate.previous == "/" and is_word(candidate.before(2)[:-1]):
        return False  # a product's version: Chrome/99.0.4.1
    if value in _PLACEHOLDERS or parts[0] == "127":
        return word_before(candidate, _ADDRESS_WORDS, 40)
    return _VERSION.search(candidate.before(12).rpartition("\n")[2]) is None


def _is_v6(candidate: Candidate) -> bool:
    value = candidate.value
    if "::" not in value and value.count(":") < 6:  # a time of day
        return False
    if not unlinked(candidate, ":.") or candidate.previous in (":", ".") or candidate.following == ":":
        return False
    if not _parses(value):
        return False
    groups = [group for group in value.split(":") if group]
    if value in _PLACEHOLDERS or len(groups) < 3:
        plain = len(groups) == 2 and min(map(len, groups)) >= 3 and any(map(str.isdigit, value))
        return (plain and value not in _PLACEHOLDERS) or word_before(candidate, _ADDRESS_WORDS, 40)
    return any(map(str.isdigit, value)) or len(groups) == 8


def _parses(value: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET6, value)
    except (OSError, ValueError):
        return False
    return True


def _is_mac(candidate: Candidate) -> bool:
    value = candidate.value
    distinct = set(value.lower()) - {":", "-", "."}
    if not unlinked(candidate, ":-.") or len(distinct) == 1 and distinct <= _EMPTY_MACS:
        return False
    return "-" not in value or not _is_time(value) or word_before(candidate, ("mac",), 40)


def _is_time(value: str) -> bool:
    """`24-05-31-23-59-59`: a date and a time of day."""
    if not value.replace("-", "").isdigit():
        return False
    _, *parts = map(int, value.split("-"))
    return all(part < limit for part, limit in zip(parts, (13, 32, 24, 60, 60), strict=True))


_BYTE = "[0-9A-Fa-f]{2}"

RULES = (
    Rule(
        name="ipv4",
        type="IP_ADDRESS",
        pattern=r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}",
        validate=_is_v4,
        trigger=r"\d\.\d+\.\d+\.\d",
        score=0.75,
    ),
    Rule(
        name="ipv6",
        type="IP_ADDRESS",
        pattern=r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})",
        validate=_is_v6,
        trigger=r"::|:[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}:",
        score=0.75,
    ),
    Rule(
        name="mac",
        type="MAC_ADDRESS",
        pattern=rf"{_BYTE}(?:(?::{_BYTE}){{5}}|(?:-{_BYTE}){{5}})",
        validate=_is_mac,
        trigger=rf"{_BYTE}[:\-]{_BYTE}[:\-]{_BYTE}[:\-]",
        score=0.8,
    ),
    Rule(
        name="mac_dotted",
        type="MAC_ADDRESS",
        pattern=r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
        validate=lambda candidate: _is_mac(candidate) and any(map(str.isdigit, candidate.value)),
        context=("mac", "hwaddr", "ethernet", "bssid", "hardware address"),
        score=0.8,
    ),
)
