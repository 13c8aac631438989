"""What the log says of one call: facts of a redacted span, never its texts."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from opentelemetry.trace import format_span_id, format_trace_id
from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.exporters.audit.chain import timestamp
from spanwise.exporters.audit.entry import Body
from spanwise.exporters.audit.sealing import seal
from spanwise.exporters.audit.subjects import Identity, Subject
from spanwise.semconv import attributes as names

__all__ = ["Draft", "Who", "content_of", "content_place", "draft", "finished", "who"]

_IDENTIFIED_BY = (("user", names.USER_ID), ("session", names.SESSION_ID), ("conversation", names.CONVERSATION_ID))
_FACTS = (
    ("operation", names.OPERATION_NAME),
    ("provider", names.PROVIDER_NAME),
    ("model", names.REQUEST_MODEL),
    ("response_model", names.RESPONSE_MODEL),
    ("response_id", names.RESPONSE_ID),
    ("outcome", names.OUTCOME),
    ("error", names.ERROR_TYPE),
    ("tenant", names.TENANT),
    ("feature", names.FEATURE),
    ("consent", names.CONSENT),
    ("jurisdiction", names.JURISDICTION),
    ("retention", names.RETENTION),
)
_GROUPS = {
    "tokens": (
        ("input", names.USAGE_INPUT_TOKENS),
        ("output", names.USAGE_OUTPUT_TOKENS),
        ("cache_read", names.USAGE_CACHE_READ_TOKENS),
        ("cache_write", names.USAGE_CACHE_WRITE_TOKENS),
        ("reasoning", names.USAGE_REASONING_TOKENS),
        ("estimated", names.USAGE_ESTIMATED),
    ),
    "cost": (
        ("amount", names.COST_AMOUNT),
        ("currency", names.COST_CURRENCY),
        ("unpriced", names.COST_UNPRICED),
    ),
    "prompt": (("name", names.PROMPT_NAME), ("version", names.PROMPT_VERSION)),
    "screening": (
        ("score", names.SCREEN_SCORE),
        ("category", names.SCREEN_CATEGORY),
        ("place", names.SCREEN_PLACE),
        ("rules", names.SCREEN_RULES),
        ("leak", names.SCREEN_LEAK),
    ),
}
_CONTENT = (names.SYSTEM_INSTRUCTIONS, names.INPUT_MESSAGES, names.OUTPUT_MESSAGES, names.TOOL_DEFINITIONS)
_CONTENT_ATTRIBUTES = frozenset((*_CONTENT, *(f"{name}_ref" for name in _CONTENT)))


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a call is for, in the application's own words: in memory only, until there is a pseudonym."""

    identity: Identity | None
    named: Mapping[str, str]
    """Session and conversation, where the application names them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that is not written yet: it lacks its subject."""

    facts: Body
    who: Who
    content: Mapping[str, str]

    @property
    def identity(self) -> Identity | None:
        """Whose key the content needs; all calls of a day share one where they do not say whose they are."""
        if self.who.identity is None and self.content:
            return Identity("day", str(self.facts["time"])[:10])
        return self.who.identity


def who(view: SpanView) -> Who:
    """Whom the call is for; of a span that is not redacted yet, because redaction may take ids for personal data."""
    named = {kind: value for kind, name in _IDENTIFIED_BY if (value := _text(view.attributes.get(name)))}
    identity = next((Identity(kind, named[kind]) for kind, _ in _IDENTIFIED_BY if kind in named), None)
    return Who(identity, {kind: value for kind, value in named.items() if kind != "user"})


def draft(view: SpanView, whom: Who, *, policy: str, content: bool) -> Draft:
    """The record of a call, from its redacted span.

    Args:
        policy: version of the redaction policy in force.
        content: whether prompts and completions go into it.
    """
    redaction: dict[str, object] = {"policy": policy, "types": dict(sorted(view.redactions.items()))}
    if view.attributes.get(names.REDACTION_FAILED):
        redaction["failed"] = True
    facts: dict[str, object] = {
        "type": "call",
        "time": timestamp(view.start_ns),
        "duration": view.duration_s,
        "trace_id": format_trace_id(view.context.trace_id),
        "span_id": format_span_id(view.context.span_id),
        "redaction": redaction,
        "salt": secrets.token_hex(8),
        **_chosen(view.attributes, _FACTS),
    }
    groups = {group: _chosen(view.attributes, chosen) for group, chosen in _GROUPS.items()}
    groups["screening"]["verdict"] = _verdict(view)
    facts.update({group: found for group, found in groups.items() if found})
    return Draft(facts, whom, content_of(view) if content else {})


def finished(made: Draft, subject: Subject | None) -> Body:
    """The record with the pseudonyms of its subject, and its content encrypted."""
    if subject is None:
        return made.facts
    body = {**made.facts, "subject": subject.pseudonym}
    body.update({kind: subject.token(kind, value) for kind, value in made.who.named.items()})
    if made.content:
        body["content"] = seal(made.content, subject, content_place(body))
    return body


def content_of(view: SpanView) -> dict[str, str]:
    """Redacted prompts and completions as the span has them: JSON texts, or references to where they are."""
    return {name: str(value) for name, value in view.attributes.items() if name in _CONTENT_ATTRIBUTES}


def content_place(body: Body) -> str:
    """What ties encrypted content to its record."""
    return " ".join(str(body.get(name)) for name in ("subject", "trace_id", "span_id", "salt"))


def _verdict(view: SpanView) -> str:
    if view.attributes.get(names.SCREEN_FLAGGED) or view.attributes.get(names.SCREEN_LEAK):
        return "flagged"
    return "clean" if view.screened else "not screened"


def _chosen(attributes: Mapping[str, AnyValue], chosen: tuple[tuple[str, str], ...]) -> dict[str, object]:
    found = {word: _plain(attributes[name]) for word, name in chosen if name in attributes}
    return {word: value for word, value in found.items() if value is not None}


def _plain(value: AnyValue) -> object:
    """As JSON has it: no infinities, no text that is no text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (list, tuple)):
        return [_text(item) for item in value]
    return _text(value)


def _text(value: object) -> str:
    return str(value) if value is not None else ""
