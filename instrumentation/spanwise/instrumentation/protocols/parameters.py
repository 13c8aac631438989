"""Request parameters that several formats share, by their semantic-convention names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Inference
from spanwise.instrumentation.protocols.json_types import JsonObject, count, mapping, number, text, texts
from spanwise.semconv import attributes as names

__all__ = ["SAMPLING", "Parameters", "add_metadata", "add_parameters", "integer", "signed"]

Parameters: TypeAlias = "Mapping[str, tuple[str, Callable[[object], AnyValue]]]"
"""Key of the request → attribute and how its value is narrowed."""

_METADATA = {
    "user_id": names.USER_ID,
    "session_id": names.SESSION_ID,
    "conversation_id": names.CONVERSATION_ID,
    "feature": names.FEATURE,
    "endpoint": names.ENDPOINT,
    "tenant": names.TENANT,
    "tier": names.TIER,
    "experiment": names.EXPERIMENT,
    "variant": names.VARIANT,
    "prompt_name": names.PROMPT_NAME,
    "prompt_version": names.PROMPT_VERSION,
}
_MOST_PROPERTIES = 16
_LONGEST_VALUE = 512
_PROPERTY_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def signed(value: object) -> int | None:
    """A whole number of either sign: a seed."""
    return value if type(value) is int and abs(value) < 2**63 else None


def integer(value: object) -> int | None:
    """A count that is worth telling: not zero."""
    return count(value) or None


def _true(value: object) -> bool | None:
    return True if value is True else None


SAMPLING: Parameters = {
    "max_tokens": (names.REQUEST_MAX_TOKENS, count),
    "temperature": (names.REQUEST_TEMPERATURE, number),
    "top_p": (names.REQUEST_TOP_P, number),
    "top_k": (names.REQUEST_TOP_K, count),
    "stream": (names.REQUEST_STREAM, _true),
    "stop_sequences": (names.REQUEST_STOP_SEQUENCES, texts),
}


def add_parameters(request: JsonObject, parameters: Parameters, inference: Inference) -> None:
    """Set an attribute for each parameter that the request has and whose value is of the right type."""
    attributes = inference.attributes
    for key, value in request.items():
        row = parameters.get(key)
        if row is not None and value is not None:
            narrowed = row[1](value)
            if narrowed is not None:
                attributes[row[0]] = narrowed


def add_metadata(value: object, inference: Inference) -> None:
    """User context from a request's `metadata`: known keys by their names, others as `spanwise.property.<key>`."""
    left = _MOST_PROPERTIES
    for key, given in mapping(value).items():
        narrowed = _scalar(given)
        if narrowed is None:
            continue
        if key in _METADATA:
            inference.attributes[_METADATA[key]] = str(narrowed)
        elif left and _PROPERTY_KEY.fullmatch(key):
            inference.attributes[f"spanwise.property.{key}"] = narrowed
            left -= 1


def _scalar(value: object) -> str | float | bool | None:
    if isinstance(value, bool):
        return value
    found = text(value)
    return found[:_LONGEST_VALUE] if found else number(value)
