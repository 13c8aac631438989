"""Request parameters of the OpenAI formats."""

from __future__ import annotations

import re

from spanwise.core.inference import Inference
from spanwise.instrumentation.protocols.json_types import JsonObject, count, mapping, number, text, texts
from spanwise.instrumentation.protocols.parameters import SAMPLING, Parameters, add_metadata, add_parameters, signed
from spanwise.semconv import attributes as names

__all__ = ["DEPLOYMENT", "add_request", "json_schema"]

DEPLOYMENT = re.compile(r"/deployments/([^/]+)/")
"""Azure's name of the model that it serves."""


def add_request(request: JsonObject, inference: Inference) -> None:
    """Set the attributes of every OpenAI format."""
    add_parameters(request, _PARAMETERS, inference)
    if "metadata" in request:
        add_metadata(request["metadata"], inference)


def json_schema(wanted: JsonObject, schema: object) -> JsonObject | None:
    """The schema of a `response_format` or of Responses' `text.format`; `None` where it asks for text."""
    if wanted.get("type") == "json_schema":
        return mapping(schema)
    return {} if wanted.get("type") == "json_object" else None


def _choices(value: object) -> int | None:
    found = count(value)
    return found if found != 1 else None


def _tier(value: object) -> str | None:
    return text(value) if value != "auto" else None


def _output_type(value: object) -> str | None:
    kind = mapping(value).get("type")
    return "json" if kind in ("json_schema", "json_object") else "text" if kind == "text" else None


def _identity(value: object) -> str | None:
    return text(value) or text(mapping(value).get("id"))


_PARAMETERS: Parameters = {
    **SAMPLING,
    "max_completion_tokens": (names.REQUEST_MAX_TOKENS, count),
    "max_output_tokens": (names.REQUEST_MAX_TOKENS, count),
    "frequency_penalty": (names.REQUEST_FREQUENCY_PENALTY, number),
    "presence_penalty": (names.REQUEST_PRESENCE_PENALTY, number),
    "stop": (names.REQUEST_STOP_SEQUENCES, texts),
    "seed": (names.REQUEST_SEED, signed),
    "random_seed": (names.REQUEST_SEED, signed),
    "n": (names.REQUEST_CHOICE_COUNT, _choices),
    "reasoning_effort": (names.REQUEST_REASONING_LEVEL, text),
    "reasoning": (names.REQUEST_REASONING_LEVEL, lambda value: text(mapping(value).get("effort"))),
    "previous_response_id": (names.REQUEST_PREVIOUS_RESPONSE_ID, text),
    "conversation": (names.CONVERSATION_ID, _identity),
    "encoding_format": (names.REQUEST_ENCODING_FORMATS, texts),
    "dimensions": (names.EMBEDDINGS_DIMENSION_COUNT, count),
    "response_format": (names.OUTPUT_TYPE, _output_type),
    "text": (names.OUTPUT_TYPE, lambda value: _output_type(mapping(value).get("format"))),
    "service_tier": (names.OPENAI_REQUEST_SERVICE_TIER, _tier),
    "safety_identifier": (names.USER_ID, text),
    "user": (names.USER_ID, text),
}
