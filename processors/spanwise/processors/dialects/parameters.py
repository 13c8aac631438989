"""Request parameters that a dialect keeps together in one JSON object."""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.util.types import AnyValue

from spanwise.processors.dialects.dialect import Convert
from spanwise.processors.dialects.values import count, flag, number, text, texts
from spanwise.semconv import attributes as names

__all__ = ["put_parameters"]

_PARAMETERS: tuple[tuple[str, str, Convert], ...] = (
    ("model", names.REQUEST_MODEL, text),
    ("stream", names.REQUEST_STREAM, lambda value: flag(value) or None),
    ("max_tokens", names.REQUEST_MAX_TOKENS, count),
    ("max_completion_tokens", names.REQUEST_MAX_TOKENS, count),
    ("max_output_tokens", names.REQUEST_MAX_TOKENS, count),
    ("temperature", names.REQUEST_TEMPERATURE, number),
    ("top_p", names.REQUEST_TOP_P, number),
    ("top_k", names.REQUEST_TOP_K, number),
    ("frequency_penalty", names.REQUEST_FREQUENCY_PENALTY, number),
    ("presence_penalty", names.REQUEST_PRESENCE_PENALTY, number),
    ("stop", names.REQUEST_STOP_SEQUENCES, texts),
    ("stop_sequences", names.REQUEST_STOP_SEQUENCES, texts),
    ("seed", names.REQUEST_SEED, count),
    ("n", names.REQUEST_CHOICE_COUNT, lambda value: None if value == 1 else count(value)),
    ("user", names.USER_ID, text),
    ("reasoning_effort", names.REQUEST_REASONING_LEVEL, text),
    ("service_tier", names.OPENAI_REQUEST_SERVICE_TIER, text),
)


def put_parameters(attributes: dict[str, AnyValue], given: Mapping[str, object]) -> None:
    """Write the parameters that the conventions name and the span does not have."""
    for key, name, convert in _PARAMETERS:
        value = convert(given.get(key))
        if value is not None:
            attributes.setdefault(name, value)
