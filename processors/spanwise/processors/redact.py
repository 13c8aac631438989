"""Takes personal data and secrets out of texts and attribute values.

`Redactor().text("Mail jane@example.org", counts)` → `"Mail [EMAIL]"`. Values are redacted at any depth: mapping keys,
sequences, bytes, and JSON documents inside strings, which stay valid JSON. What has nothing to redact comes back as the
same object; redacting twice changes nothing.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from opentelemetry.util.types import AttributeValue

from spanwise.core.settings import setting
from spanwise.processors.leaves import CleanTexts, Leaf, Leaves, cut, is_long, joined
from spanwise.processors.pii import Finding, scanner
from spanwise.processors.pii.context import BARRIER
from spanwise.processors.pii.engines import EngineName
from spanwise.processors.pii.names import is_sensitive_name, is_weakly_sensitive_name
from spanwise.processors.pii.people import NameFinder
from spanwise.processors.replacement import ACTIONS, KEYED, MODELLED, TYPES, Action, Replacements

__all__ = ["Action", "Place", "RedactSettings", "Redactor", "is_long"]

Place = Literal["input", "output", "error", "url", "log", "metric"]
"""Where a text stands: what is said to a model, what the model says, messages of errors, addresses, log records,
labels of metrics. Everything else has no place of its own."""

_PLACES: tuple[Place, ...] = get_args(Place)
_SHORT_KEY = 16
_LEAF_END = f"\n{BARRIER}\n"
_WEAK_LENGTH = 16

_logger = logging.getLogger("spanwise")


def _known_actions(actions: Mapping[str, str]) -> bool:
    return all(name in TYPES and action in ACTIONS for name, action in actions.items())


_TAKES_ACTIONS = f"TYPE=action pairs (types: {', '.join(TYPES)})"


def _known_places(actions: Mapping[str, str]) -> bool:
    parts = [(place, kind, action) for name, action in actions.items() for place, _, kind in (name.partition("."),)]
    return all(place in _PLACES and kind in ("", *TYPES) and action in ACTIONS for place, kind, action in parts)


@dataclass(frozen=True)
class RedactSettings:
    """What is taken out, and what is put in its place."""

    enabled: bool = setting(True, "Whether content is redacted at all.")
    action: Action = setting(
        "mask",
        "What becomes of a finding: `mask` → `[EMAIL]`; `partial` keeps the last four characters or the mail domain;"
        " `hash` → a stable token made with `key`; `pseudonym` → one that `spanwise redact --reveal` turns back with"
        " `key`; `drop` removes it; `keep` leaves it.",
    )
    actions: Mapping[str, Action] = setting(
        {},
        "Actions by type, e.g. `EMAIL=pseudonym,IP_ADDRESS=keep`.",
        check=_known_actions,
        expects=_TAKES_ACTIONS,
    )
    places: Mapping[str, Action] = setting(
        {},
        "Actions by place, or by place and type, e.g. `log=drop,input.EMAIL=pseudonym`. They go before `actions`, and "
        "those before `action`.",
        check=_known_places,
        expects=f"place=action or place.TYPE=action pairs (places: {', '.join(_PLACES)})",
    )
    key: str = setting(
        "",
        "Secret key of `hash` and `pseudonym`, without the white space around it; where there is none, all is masked.",
    )
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
    model: str = setting(
        "",
        "Name or folder of a spaCy pipeline that finds names of persons and postal addresses too, e.g. "
        "`en_core_web_sm`. Needs `spanwise[names]`. Where it should read and cannot, telemetry leaves without texts.",
    )
    model_labels: Mapping[str, str] = setting(
        {"PERSON": "PERSON", "PER": "PERSON", "ADDRESS": "POSTAL_ADDRESS"},
        "What the model's labels mean: `PERSON` or `POSTAL_ADDRESS`; other labels do not count.",
        check=lambda labels: set(labels.values()) <= set(MODELLED),
        expects="label=PERSON or label=POSTAL_ADDRESS pairs",
    )
    model_places: tuple[str, ...] = setting(
        ("input", "output", "error"),
        "Places in which the model reads. Log records (`log`) are read on the thread that logs.",
        check=lambda places: set(places) <= set(_PLACES),
        expects=f"some of {', '.join(_PLACES)}",
    )
    engine: EngineName = setting("auto", "`re2`, `re`, or `auto` for RE2 where it is installed.")


class Redactor:
    """Redacts by fixed settings; safe to use from several threads.

    Attributes:
        policy: short version of the settings, the key left out; changes when a setting does.
        place: the place whose actions it applies; empty for what has no place of its own.

    Raises:
        ValueError: an action needs `key` and there is none.
    """

    def __init__(self, settings: RedactSettings = RedactSettings()) -> None:
        used = {settings.action, *settings.actions.values(), *settings.places.values()}
        if KEYED & used:
            _check_key(settings.key.strip())
        self.policy = _policy(settings)
        self.place: Place | Literal[""] = ""
        self._settings = settings
        self._allowed = frozenset(value.lower() for value in settings.allow)
        self._names = frozenset(name.lower() for name in settings.sensitive_names)
        self.plain_names = frozenset(settings.plain_names)
        """Names whose values are never redacted."""
        self._replacements = Replacements(settings.key.strip())
        self._model: NameFinder | None = None
        self._actions = _actions(settings, "")
        self._kept = _kept(self._actions)
        self._clean = CleanTexts()
        model = NameFinder(settings.model, settings.model_labels) if settings.model else None
        self._at = {place: self._made_for(place, model) for place in _PLACES if _has_own(settings, place)}

    @property
    def has_places(self) -> bool:
        """Whether any place has actions of its own, or a model that reads."""
        return bool(self._at)

    def at(self, place: Place | Literal[""]) -> Redactor:
        """The redactor of a place; this one where nothing is different there."""
        return self._at.get(place, self) if place else self

    @property
    def has_key(self) -> bool:
        """Whether there is a key, without which no pseudonym can be made or turned back."""
        return bool(self._settings.key.strip())

    def reveal(self, text: str) -> str:
        """The text with the values of those pseudonyms that were made with the key of these settings."""
        return self._replacements.reveal(text)

    def _made_for(self, place: Place, model: NameFinder | None) -> Redactor:
        made = copy.copy(self)
        made.place, made._actions, made._at = place, _actions(self._settings, place), {}
        made._clean = CleanTexts()
        made._kept = _kept(made._actions)
        made._model = model if place in self._settings.model_places else None
        return made

    def text(self, text: str, counts: dict[str, int]) -> str:
        """The text without its findings, which are added to `counts` by type; the same object when there are none."""
        if not self._settings.enabled:
            return text
        kept, marker = cut(text, self._settings.max_length)
        redacted = self._replaced(kept, self._with_names(self._findings(kept), kept), counts)
        return joined(redacted, marker, self._settings.max_length) if marker else redacted

    def item(self, key: str, value: AttributeValue, counts: dict[str, int]) -> AttributeValue:
        """A named value: under a name such as `password` all of it goes; the name also tells what a number is."""
        if not self._settings.enabled or key in self.plain_names:
            return value
        names_tell = "SECRET" not in self._kept  # where secrets stay, what else is in them does not
        leaves = Leaves(self._is_sensitive if names_tell else _never, self._settings.max_length, self._clean)
        rebuild = leaves.plan(value, key)
        if rebuild is None:
            return value
        self._redact(leaves.leaves, counts)
        self._clean.remember(leaves.leaves)
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

    def _redact(self, leaves: list[Leaf], counts: dict[str, int]) -> None:
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
            if told := self._with_names(_shifted(inside, offset + leaf.label, leaf), leaf.text):
                leaf.result = self._replaced(leaf.text, told, counts)
            offset = end + len(_LEAF_END)
        for leaf in leaves:
            if leaf.secret:
                leaf.result = self._replaced(leaf.text, [Finding(0, len(leaf.text), "SECRET", "name")], counts)

    def _findings(self, text: str) -> list[Finding]:
        found = scanner(self._settings.engine, self._kept).find(text)
        if not found or "[" not in text:
            return found
        marks = self._replacements.spans(text)
        return [one for one in found if not any(one.start < end and start < one.end for start, end in marks)]

    def _with_names(self, found: list[Finding], text: str) -> list[Finding]:
        """What the model finds beside the findings of patterns, where it reads."""
        if self._model is None:
            return found
        taken = [(one.start, one.end) for one in found] + self._replacements.spans(text)
        named = [
            one
            for one in self._model.find(text)
            if one.type not in self._kept and not any(one.start < end and start < one.end for start, end in taken)
        ]
        return sorted([*found, *named])

    def _replaced(self, text: str, findings: list[Finding], counts: dict[str, int]) -> str:
        pieces: list[str] = []
        position = 0
        for finding in findings:
            value = text[finding.start : finding.end]
            if value.lower() in self._allowed or self._replacements.is_mark(value):
                continue
            replacement = self._replacements.of(self._actions[finding.type], finding.type, value)
            pieces += (text[position : finding.start], replacement)
            position = finding.end
            counts[finding.type] = counts.get(finding.type, 0) + 1
        return "".join((*pieces, text[position:])) if pieces else text


def _check_key(key: str) -> None:
    if not key:
        raise ValueError("redact.key (SPANWISE_REDACT_KEY) must be set for the actions hash and pseudonym")
    if len(key) < _SHORT_KEY:
        _logger.warning("spanwise: redact.key is shorter than %d characters; who guesses it has the values", _SHORT_KEY)


def _actions(settings: RedactSettings, place: Place | Literal[""]) -> dict[str, Action]:
    """What becomes of each type at a place."""
    of_place = settings.places.get(place)
    return {
        kind: settings.places.get(f"{place}.{kind}") or of_place or settings.actions.get(kind, settings.action)
        for kind in TYPES
    }


def _kept(actions: Mapping[str, Action]) -> frozenset[str]:
    """The types that stay: not looked for, so that none of them covers a finding that goes."""
    return frozenset(kind for kind, action in actions.items() if action == "keep")


def _never(_name: str, _text: str) -> bool:
    return False


def _has_own(settings: RedactSettings, place: Place) -> bool:
    reads = bool(settings.model) and place in settings.model_places
    return reads or _actions(settings, place) != _actions(settings, "")


def _policy(settings: RedactSettings) -> str:
    shown = {name: value for name, value in vars(settings).items() if name not in ("key", "engine")}
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=dict).encode()).hexdigest()[:12]


def _shifted(found: list[Finding], by: int, leaf: Leaf) -> list[Finding]:
    """Findings in the document as findings in a leaf; what lies in its label or beyond its end is cut off."""
    placed = (one._replace(start=max(0, one.start - by), end=min(len(leaf.text), one.end - by)) for one in found)
    return [one for one in placed if one.start < one.end]
