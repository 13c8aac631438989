"""Langfuse: everything in `langfuse.observation.*`, mostly as JSON; no provider, and one model name for two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.processors.dialects.dialect import (
    TOOL_CALL_ARGUMENTS,
    TOOL_CALL_RESULT,
    Dialect,
    Row,
    first_chunk_at,
    move,
    rename,
)
from spanwise.processors.dialects.messages import messages_in, put_input, put_tools, take_input, take_output
from spanwise.processors.dialects.parameters import put_parameters
from spanwise.processors.dialects.usage import provider_usage
from spanwise.processors.dialects.values import count, mapping, parsed, text, texts
from spanwise.semconv import attributes as names

__all__ = ["CALL_ROWS", "DIALECT", "ROWS"]

_OBSERVATION = "langfuse.observation."
_TYPE, _INPUT, _OUTPUT = f"{_OBSERVATION}type", f"{_OBSERVATION}input", f"{_OBSERVATION}output"
_MODEL, _USAGE = f"{_OBSERVATION}model.name", f"{_OBSERVATION}usage_details"
_PARAMETERS, _FIRST = f"{_OBSERVATION}model.parameters", f"{_OBSERVATION}completion_start_time"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_CALLS = {"generation": "chat", "embedding": "embeddings"}
_CONTAINERS = {
    "agent": ("invoke_agent", names.AGENT_NAME),
    "tool": ("execute_tool", names.TOOL_NAME),
    "chain": ("invoke_workflow", None),
    "retriever": ("retrieval", None),
}
"""Operation, and where the span's name belongs: Langfuse has no other place for the name of an agent or a tool."""

ROWS = (
    Row("langfuse.user.id", names.USER_ID),
    Row("langfuse.session.id", names.SESSION_ID),
    Row(f"{_OBSERVATION}prompt.name", names.PROMPT_NAME),
)


def _reasons(value: object) -> tuple[str, ...] | None:
    """Metadata are JSON, also a lone word."""
    return texts(parsed(value)) or texts(value)


def _response_id(value: object) -> str | None:
    """Of the responses API alone: any other `id` among the metadata is the application's."""
    found = text(parsed(value))
    return found if found and found.startswith("resp_") else None


CALL_ROWS = (
    Row(f"{_OBSERVATION}metadata.finish_reason", names.RESPONSE_FINISH_REASONS, _reasons),
    Row(f"{_OBSERVATION}metadata.id", names.RESPONSE_ID, _response_id),
)

_OWN_COUNTS = (
    ("input", names.USAGE_INPUT_TOKENS),
    ("output", names.USAGE_OUTPUT_TOKENS),
    ("cache_read_input_tokens", names.USAGE_CACHE_READ_TOKENS),
    ("input_cached_tokens", names.USAGE_CACHE_READ_TOKENS),
    ("input_cache_read", names.USAGE_CACHE_READ_TOKENS),
    ("cache_creation_input_tokens", names.USAGE_CACHE_WRITE_TOKENS),
    ("input_cache_creation", names.USAGE_CACHE_WRITE_TOKENS),
    ("output_reasoning_tokens", names.USAGE_REASONING_TOKENS),
    ("output_reasoning", names.USAGE_REASONING_TOKENS),
)


def _read(span: SpanView) -> None:
    kind = str(span.attributes.get(_TYPE))
    if kind in _CALLS:
        _read_call(span, _CALLS[kind])
    elif kind in _CONTAINERS:
        _read_container(span, *_CONTAINERS[kind])


def _read_container(span: SpanView, operation: str, named: str | None) -> None:
    attributes = span.attributes
    _begin(attributes, operation)
    if named is not None:
        attributes.setdefault(named, span.name)
    if operation == "execute_tool":
        rename(attributes, (Row(_INPUT, TOOL_CALL_ARGUMENTS), Row(_OUTPUT, TOOL_CALL_RESULT)))
        return
    take_input(attributes, _INPUT)
    take_output(attributes, _OUTPUT)


def _read_call(span: SpanView, operation: str) -> None:
    attributes = span.attributes
    _begin(attributes, operation)
    if span.name.startswith("OpenAI-"):
        attributes.setdefault(names.PROVIDER_NAME, "openai")
    rename(attributes, CALL_ROWS)
    answered = _OUTPUT in attributes or _USAGE in attributes
    move(attributes, _MODEL, names.RESPONSE_MODEL if answered else names.REQUEST_MODEL, text)
    _read_first_chunk(span)
    _read_parameters(attributes)
    _read_usage(attributes)
    _read_content(attributes, operation)


def _begin(attributes: dict[str, AnyValue], operation: str) -> None:
    attributes.setdefault(names.OPERATION_NAME, operation)
    del attributes[_TYPE]
    rename(attributes, ROWS)


def _read_first_chunk(span: SpanView) -> None:
    """Only streams have it: a time in a JSON string."""
    said = parsed(span.attributes.get(_FIRST)) or span.attributes.get(_FIRST)
    try:
        at = datetime.fromisoformat(said.replace("Z", "+00:00")) if isinstance(said, str) else None
    except ValueError:
        return
    if at is not None:
        aware = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
        first_chunk_at(span, (aware - _EPOCH) // timedelta(microseconds=1) * 1000)
        del span.attributes[_FIRST]


def _read_parameters(attributes: dict[str, AnyValue]) -> None:
    """The service tier among them is the one that the answer named."""
    given = dict(mapping(attributes.get(_PARAMETERS)))
    if tier := text(given.pop("service_tier", None)):
        attributes.setdefault(names.OPENAI_RESPONSE_SERVICE_TIER, tier)
    put_parameters(attributes, given)
    if given:
        del attributes[_PARAMETERS]


def _read_usage(attributes: dict[str, AnyValue]) -> None:
    raw = mapping(attributes.get(_USAGE))
    found = provider_usage(raw) if "input" not in raw and "output" not in raw else _own_usage(raw)
    for name, tokens in found.items():
        attributes.setdefault(name, tokens)
    if found:
        del attributes[_USAGE]


def _own_usage(raw: Mapping[str, object]) -> dict[str, int]:
    """Langfuse's own buckets, which are disjoint unless input and output alone make the total."""
    found: dict[str, int] = {}
    for key, name in _OWN_COUNTS:
        if (tokens := count(raw.get(key))) is not None:
            found[name] = tokens
    asked, said = found.get(names.USAGE_INPUT_TOKENS, 0), found.get(names.USAGE_OUTPUT_TOKENS, 0)
    if count(raw.get("total")) != asked + said:
        for part, whole in (
            (names.USAGE_CACHE_READ_TOKENS, names.USAGE_INPUT_TOKENS),
            (names.USAGE_CACHE_WRITE_TOKENS, names.USAGE_INPUT_TOKENS),
            (names.USAGE_REASONING_TOKENS, names.USAGE_OUTPUT_TOKENS),
        ):
            if whole in found:
                found[whole] += found.get(part, 0)
    return found


def _read_content(attributes: dict[str, AnyValue], operation: str) -> None:
    asked = mapping(attributes.get(_INPUT))
    if "messages" in asked or ("input" in asked and "tools" in asked):
        put_input(attributes, messages_in(asked.get("messages", asked.get("input")), "user"))
        put_tools(attributes, asked.get("tools"))
        del attributes[_INPUT]
    take_input(attributes, _INPUT)
    if operation != "embeddings":
        take_output(attributes, _OUTPUT)
    elif (size := count(mapping(attributes.get(_OUTPUT)).get("dimensions"))) is not None:
        attributes.setdefault(names.EMBEDDINGS_DIMENSION_COUNT, size)
        del attributes[_OUTPUT]


DIALECT = Dialect("langfuse", frozenset({_TYPE}), _read)
