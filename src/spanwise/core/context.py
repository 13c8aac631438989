"""User context: who a call is for, and what it belongs to, on every span, metric and log record.

    from spanwise.core.context import use

    with use(user="u-17", session="s-4", feature="refund-bot", tenant="acme"):
        client.chat.completions.create(...)

Callers in other services pass the same facts as W3C baggage, under the attribute names (`user.id`, `session.id`,
`spanwise.feature`, …). What is given in the process wins over baggage.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from opentelemetry import baggage
from opentelemetry import context as otel_context
from opentelemetry.context import Context

from spanwise.semconv import attributes as names

__all__ = ["FIELDS", "PROPERTY", "current", "use"]

FIELDS = {
    "user": names.USER_ID,
    "session": names.SESSION_ID,
    "conversation": names.CONVERSATION_ID,
    "feature": names.FEATURE,
    "endpoint": names.ENDPOINT,
    "tenant": names.TENANT,
    "tier": names.TIER,
    "experiment": names.EXPERIMENT,
    "variant": names.VARIANT,
    "prompt_name": names.PROMPT_NAME,
    "prompt_version": names.PROMPT_VERSION,
    "model_version": names.MODEL_VERSION,
    "consent": names.CONSENT,
    "jurisdiction": names.JURISDICTION,
    "retention": names.RETENTION,
}
"""Argument of `use` → attribute."""

PROPERTY = "spanwise.property."
"""Prefix of free properties."""

_KEY = otel_context.create_key("spanwise.context")
_KNOWN = frozenset(FIELDS.values())
_NOTHING: Mapping[str, str] = {}


@contextmanager
def use(
    *,
    user: str | None = None,
    session: str | None = None,
    conversation: str | None = None,
    feature: str | None = None,
    endpoint: str | None = None,
    tenant: str | None = None,
    tier: str | None = None,
    experiment: str | None = None,
    variant: str | None = None,
    prompt_name: str | None = None,
    prompt_version: str | None = None,
    model_version: str | None = None,
    consent: str | None = None,
    jurisdiction: str | None = None,
    retention: str | None = None,
    **properties: str,
) -> Generator[None, None, None]:
    """Say what the calls inside belong to; nests, and follows threads of execution as OpenTelemetry's context does.

    `user` and `session` become span attributes and never metric labels. `consent` (on what grounds the data are
    used), `jurisdiction` (whose law applies) and `retention` (a class of the audit log) are evidence. Other keywords
    become `spanwise.property.<keyword>`. All values pass through redaction.
    """
    given = {field: value for field, value in locals().items() if field in FIELDS and value is not None}
    attributes = {FIELDS[field]: str(value) for field, value in given.items()}
    attributes.update({PROPERTY + key: str(value) for key, value in properties.items()})
    merged = {**_given(otel_context.get_current()), **attributes}
    token = otel_context.attach(otel_context.set_value(_KEY, merged))
    try:
        yield
    finally:
        otel_context.detach(token)


def current(context: Context | None = None) -> Mapping[str, str]:
    """The user context by attribute name; empty where nobody said anything."""
    given = _given(context)
    passed = baggage.get_all(context)
    if not passed:
        return given
    known = {key: str(value) for key, value in passed.items() if key in _KNOWN or key.startswith(PROPERTY)}
    return {**known, **given}


def _given(context: Context | None) -> Mapping[str, str]:
    value = otel_context.get_value(_KEY, context)
    return value if isinstance(value, dict) else _NOTHING  # pyright: ignore[reportUnknownVariableType]
