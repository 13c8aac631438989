"""Takes personal data and secrets out of texts and attribute values.

`Redactor().text("Mail jane@example.org", counts)` → `"Mail [EMAIL]"`. Values are redacted at any depth: mapping keys,
sequences, bytes, and JSON documents inside strings, which stay valid JSON. What has nothing to redact comes back as the
same object; redacting twice changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from opentelemetry.util.types import AttributeValue

from spanwise.core.settings import setting
from spanwise.processors.pii import Finding, Scanner, scanner
from spanwise.processors.pii.context import BARRIER
from spanwise.processors.pii.engines import EngineName
from spanwise.processors.pii.names import is_sensitive_name, is_weakly_sensitive_name

__all__ = ["Action", "RedactSettings", "Redactor", "is_long"]

Action = Literal["mask", "partial", "hash", "pseudonym", "drop", "keep"]

_ACTIONS = ("mask", "partial", "hash", "pseudonym", "drop", "keep")
_KEYED = frozenset({"hash", "pseudonym"})
_TYPES = (
    *("EMAIL", "PHONE", "CREDIT_CARD", "US_SSN", "IP_ADDRESS", "IBAN", "MAC_ADDRESS", "CRYPTO", "SECRET"),
    *("NATIONAL_ID", "PASSPORT", "DRIVER_LICENSE", "DATE_OF_BIRTH"),
)
_MARK = re.compile(
    rf"\[(?:{'|'.join(_TYPES)})(?::(?:[0-9a-f]{{6}}|[0-9a-f]{{16}}|…@[A-Za-z0-9.\-]{{1,80}}|…\w{{4}}))?\]"
)
_LEAF_END = f"\n{BARRIER}\n"
_WEAK_LENGTH = 16
_DEEPEST = 64
_LONGEST_SPLIT = 8192
"""Characters before the end of what is scanned that are left out: a secret that the end splits is not recognised."""


def _known_actions(actions: Mapping[str, str]) -> bool:
    return all(name in _TYPES and action in _ACTIONS for name, action in actions.items())


@dataclass(frozen=True)
class RedactSettings:
    """What is taken out, and what is put in its place."""

    enabled: bool = setting(True, "Whether content is redacted at all.")
    action: Action = setting(
        "mask",
        "What becomes of a finding: `mask` → `[EMAIL]`; `partial` keeps the last four characters or the mail domain;"
        " `hash` and `pseudonym` → a stable token made with `key`; `drop` removes it; `keep` leaves it.",
    )
    actions: Mapping[str, Action] = setting(
        {},
        "Actions by type, e.g. `EMAIL=pseudonym,IP_ADDRESS=keep`.",
        check=_known_actions,
        expects="TYPE=action pairs",
    )
    key: str = setting("", "Secret key of `hash` and `pseudonym`; without it these actions are refused.")
    allow: tuple[str, ...] = setting((), "Values that are never redacted, e.g. the address of your support desk.")
    sensitive_names: tuple[str, ...] = setting((), "Further keys and attributes whose whole value is a secret.")
    plain_names: tuple[str, ...] = setting(
        ("server.address", "service.instance.id"),
        "Attributes that are never redacted: they name machines. On a server's spans `network.peer.address` names a "
        "person's, so it is not one of them.",
    )
    max_length: int = setting(
        1_000_000,
        "Characters of one string that are scanned; the rest is replaced by its length, never let through.",
        check=lambda length: length >= 200,
        expects="a number of at least 200",
    )
    engine: EngineName = setting("auto", "`re2`, `re`, or `auto` for RE2 where it is installed.")


class Redactor:
    """Redacts by fixed settings; safe to use from several threads.

    Attributes:
        policy: short version of the settings, the key left out; changes when a setting does.

    Raises:
        ValueError: an action needs `key` and there is none.
    """

    def __init__(self, settings: RedactSettings = RedactSettings()) -> None:
        if not settings.key and _KEYED & {settings.action, *settings.actions.values()}:
            raise ValueError("redact.key (SPANWISE_REDACT_KEY) must be set for the actions hash and pseudonym")
        self.policy = _policy(settings)
        self._settings = settings
        self._allowed = frozenset(value.lower() for value in settings.allow)
        self._names = frozenset(name.lower() for name in settings.sensitive_names)
        self.plain_names = frozenset(settings.plain_names)
        """Names whose values are never redacted."""
        self._own_scanner = None if settings.engine == "auto" else Scanner(engine=settings.engine)

    def text(self, text: str, counts: dict[str, int]) -> str:
        """The text without its findings, which are added to `counts` by type; the same object when there are none."""
        if not self._settings.enabled:
            return text
        kept, marker = _cut(text, self._settings.max_length)
        redacted = self._replaced(kept, self._findings(kept), counts)
        return _joined(redacted, marker, self._settings.max_length) if marker else redacted

    def item(self, key: str, value: AttributeValue, counts: dict[str, int]) -> AttributeValue:
        """A named value: under a name such as `password` all of it goes; the name also tells what a number is."""
        if not self._settings.enabled or key in self.plain_names:
            return value
        leaves = _Leaves(self._is_sensitive, self._settings.max_length)
        rebuild = leaves.plan(value, key)
        self._redact(leaves.leaves, counts)
        return rebuild()

    def value(self, value: AttributeValue, counts: dict[str, int]) -> AttributeValue:
        """Any value, redacted at every depth; the same object when there is nothing to redact."""
        return self.item("", value, counts)

    def is_secret_name(self, name: str) -> bool:
        """Whether everything under a key or attribute of this name is a secret."""
        return is_sensitive_name(name) or name.lower() in self._names

    def _is_sensitive(self, name: str, text: str) -> bool:
        if self.is_secret_name(name):
            return True
        return len(text) >= _WEAK_LENGTH and is_weakly_sensitive_name(name)

    def _redact(self, leaves: list[_Leaf], counts: dict[str, int]) -> None:
        """All leaves in one scan; each stands behind its name, which tells what a bare number is."""
        scanned = [leaf for leaf in leaves if not leaf.secret]
        document = _LEAF_END.join(leaf.labelled for leaf in scanned)
        found = iter(self._findings(document))
        finding = next(found, None)
        offset = 0
        for leaf in scanned:
            end = offset + len(leaf.labelled)
            inside: list[Finding] = []
            while finding is not None and finding.start < end:
                inside.append(finding)
                finding = next(found, None)
            if inside:
                leaf.result = self._replaced(leaf.text, _shifted(inside, offset + leaf.label, leaf), counts)
            offset = end + len(_LEAF_END)
        for leaf in leaves:
            if leaf.secret:
                leaf.result = self._replaced(leaf.text, [Finding(0, len(leaf.text), "SECRET", "name")], counts)

    def _findings(self, text: str) -> list[Finding]:
        found = (self._own_scanner or scanner()).find(text)
        if not found or "[" not in text:
            return found
        marks = [match.span() for match in _MARK.finditer(text)]
        return [one for one in found if not any(one.start < end and start < one.end for start, end in marks)]

    def _replaced(self, text: str, findings: list[Finding], counts: dict[str, int]) -> str:
        pieces: list[str] = []
        position = 0
        for finding in findings:
            value = text[finding.start : finding.end]
            action = self._settings.actions.get(finding.type, self._settings.action)
            if action == "keep" or value.lower() in self._allowed or _MARK.fullmatch(value):
                continue
            pieces += (text[position : finding.start], self._replacement(action, finding.type, value))
            position = finding.end
            counts[finding.type] = counts.get(finding.type, 0) + 1
        return "".join((*pieces, text[position:])) if pieces else text

    def _replacement(self, action: Action, kind: str, value: str) -> str:
        if action == "drop":
            return ""
        if action == "partial":
            return f"[{kind}{_shown(kind, value)}]"
        if action == "hash":
            return f"[{kind}:{self._digest(kind, value)[:16]}]"
        if action == "pseudonym":
            return f"[{kind}:{self._digest(kind, _canonical(value))[:6]}]"
        return f"[{kind}]"

    def _digest(self, kind: str, value: str) -> str:
        message = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._settings.key.encode(), message, hashlib.sha256).hexdigest()


@dataclass(eq=False)
class _Leaf:
    """One string, or number in JSON, somewhere in a value."""

    text: str
    name: str
    secret: bool
    result: str

    @property
    def label(self) -> int:
        return len(self.name) + 2 if self.name else 0

    @property
    def labelled(self) -> str:
        return f"{self.name}: {self.text}" if self.name else self.text


_Rebuild = Callable[[], AttributeValue]


class _Leaves:
    """Collects the strings of a value; each `plan` returns how to build the value again from the results."""

    def __init__(self, is_sensitive: Callable[[str, str], bool], max_length: int) -> None:
        self.leaves: list[_Leaf] = []
        self._is_sensitive = is_sensitive
        self._max_length = max_length

    def plan(self, value: AttributeValue, name: str, *, secret: bool = False, depth: int = 0) -> _Rebuild:
        if isinstance(value, str):
            return self._plan_text(_plain(value), name, secret, depth)
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self._plan_bytes(bytes(value), name, secret, depth)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._plan_number(value, name)
        if value is None or isinstance(value, (bool, int, float)):
            return lambda: value
        if depth >= _DEEPEST:
            return lambda: "[TRUNCATED]"
        secret = secret or self._is_sensitive(name, "")
        if isinstance(value, Mapping):
            return self._plan_mapping(value, secret, depth + 1)
        if not isinstance(cast("object", value), Sequence):
            return self._plan_leaf(str(value), name, secret)  # what the SDK makes of any other object
        return self._plan_sequence(value, name, secret, depth + 1)

    def _plan_text(self, value: str, name: str, secret: bool, depth: int) -> _Rebuild:
        secret = secret or self._is_sensitive(name, value)
        document = None if secret or depth >= _DEEPEST else _parsed(value, self._max_length)
        if document is None:
            return self._plan_leaf(value, name, secret)
        rebuild = self.plan(document, name, depth=depth + 1)

        def dump() -> str:
            rebuilt = rebuild()
            return value if rebuilt is document else _dumped(rebuilt, value)

        return dump

    def _plan_leaf(self, value: str, name: str, secret: bool) -> Callable[[], str]:
        if not value:
            return lambda: value
        kept, marker = (value, "") if secret else _cut(value, self._max_length)
        leaf = self._add(kept, name, secret)
        return lambda: _joined(leaf.result, marker, self._max_length) if marker else leaf.result

    def _plan_number(self, value: int, name: str) -> _Rebuild:
        if not is_long(value):
            return lambda: value
        leaf = self._add(str(int(value)), name, secret=False)
        return lambda: value if leaf.result is leaf.text else leaf.result

    def _plan_bytes(self, value: bytes, name: str, secret: bool, depth: int) -> _Rebuild:
        text, codec = _decoded(value)
        rebuild = self._plan_text(text, name, secret, depth)

        def encode() -> bytes:
            rebuilt = rebuild()
            return value if rebuilt is text else str(rebuilt).encode(codec, "replace")

        return encode

    def _plan_mapping(self, value: Mapping[str, AttributeValue], secret: bool, depth: int) -> _Rebuild:
        entries = [
            (key, self._plan_leaf(name, "", secret=False), self.plan(item, name, secret=secret, depth=depth))
            for key, item in value.items()
            for name in (_plain(key),)
        ]

        def rebuild() -> AttributeValue:
            rebuilt = [(key(), item()) for _, key, item in entries]
            unchanged = all(new is old for (new, _), (old, _, _) in zip(rebuilt, entries, strict=True)) and all(
                new is old for (_, new), old in zip(rebuilt, value.values(), strict=True)
            )
            return value if unchanged else _distinct(rebuilt)

        return rebuild

    def _plan_sequence(self, value: Sequence[AttributeValue], name: str, secret: bool, depth: int) -> _Rebuild:
        plans = [self.plan(item, name, secret=secret, depth=depth) for item in value]

        def rebuild() -> AttributeValue:
            rebuilt = [plan() for plan in plans]
            if all(new is old for new, old in zip(rebuilt, value, strict=True)):
                return value
            return tuple(rebuilt) if isinstance(value, tuple) else rebuilt

        return rebuild

    def _add(self, text: str, name: str, secret: bool) -> _Leaf:
        leaf = _Leaf(text, _label(name), secret, text)
        self.leaves.append(leaf)
        return leaf


def is_long(number: int) -> bool:
    """Whether a number has so many digits (seven) that it may be one of a person: it is read like a text."""
    return abs(number) >= 1_000_000


def _policy(settings: RedactSettings) -> str:
    shown = {name: value for name, value in vars(settings).items() if name not in ("key", "engine")}
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=dict).encode()).hexdigest()[:12]


def _plain(text: object) -> str:
    """What is exported of a text: members of an enumeration are formatted by their name, and sent by their value."""
    return str.__str__(text) if isinstance(text, str) else str(text)


def _label(name: str) -> str:
    """The last words of a name: `user.home_phone` → `home phone`."""
    return re.sub(r"[^A-Za-z0-9\x80-\U0010ffff]+", " ", name.rpartition(".")[2])[-40:].strip()


def _shifted(found: list[Finding], by: int, leaf: _Leaf) -> list[Finding]:
    """Findings in the document as findings in a leaf; what lies in its label or beyond its end is cut off."""
    placed = (one._replace(start=max(0, one.start - by), end=min(len(leaf.text), one.end - by)) for one in found)
    return [one for one in placed if one.start < one.end]


def _cut(text: str, limit: int) -> tuple[str, str]:
    """What of a text is scanned, and the marker for what is left out."""
    if len(text) <= limit:
        return text, ""
    return text[:limit], f"[TRUNCATED {len(text) - limit + _margin(limit)} CHARACTERS]"


def _joined(redacted: str, marker: str, limit: int) -> str:
    whole = max(0, len(redacted) - _margin(limit))
    return redacted[: min(whole, limit - len(marker))] + marker


def _margin(limit: int) -> int:
    return min(_LONGEST_SPLIT, limit // 2)


def _parsed(text: str, limit: int) -> AttributeValue | None:
    """The object or array that a string holds as JSON; None where it holds none."""
    if len(text) > limit or text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        parsed: object = json.loads(text, parse_constant=_refuse_constant, parse_float=_float)
    except (ValueError, RecursionError):
        return None
    return cast("AttributeValue", parsed) if isinstance(parsed, (dict, list)) else None


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if abs(number) != float("inf") else digits


def _dumped(value: AttributeValue, like: str) -> str:
    compact = '": ' not in like[:200]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":") if compact else None)


def _decoded(value: bytes) -> tuple[str, str]:
    try:
        return value.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return value.decode("latin-1"), "latin-1"


def _distinct(entries: list[tuple[str, AttributeValue]]) -> dict[str, AttributeValue]:
    """A mapping of all entries; keys that redaction made equal are numbered."""
    mapping: dict[str, AttributeValue] = {}
    for key, value in entries:
        number, name = 1, key
        while name in mapping:
            number += 1
            name = f"{key}#{number}"
        mapping[name] = value
    return mapping


def _canonical(value: str) -> str:
    """The same value however it is written: separators and case left out."""
    return "".join(filter(str.isalnum, value)).lower()


def _shown(kind: str, value: str) -> str:
    """What `partial` lets see: the mail domain, or four characters of a number; nothing of a secret."""
    if kind == "EMAIL" and re.fullmatch(r"[A-Za-z0-9.\-]{1,80}", domain := value.rpartition("@")[2]) and "@" in value:
        return f":…@{domain}"
    if kind == "SECRET" or len(value) < 8 or not value[-4:].isalnum():
        return ""
    return f":…{value[-4:]}"
