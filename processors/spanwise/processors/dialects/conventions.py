"""The conventions' own earlier names (1.25 to 1.41), and values that some emitters write under the current ones."""

from __future__ import annotations

from collections.abc import Iterator

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Message
from spanwise.core.view import EventView, SpanView
from spanwise.processors.dialects.dialect import TOOL_CALL_ARGUMENTS, Row, one_of, rename, take_events
from spanwise.processors.dialects.messages import messages, messages_in, put_input, put_output, take_input, take_output
from spanwise.processors.dialects.providers import model_family, provider_name
from spanwise.processors.dialects.values import count, flag, mapping, number, text, texts
from spanwise.semconv import attributes as names

__all__ = ["ROWS", "read"]

_OUTPUT_TYPES = {"json_object": "json", "json_schema": "json", "text": "text"}

ROWS = (
    Row("gen_ai.system", names.PROVIDER_NAME),
    Row("gen_ai.usage.prompt_tokens", names.USAGE_INPUT_TOKENS, count),
    Row("gen_ai.usage.completion_tokens", names.USAGE_OUTPUT_TOKENS, count),
    Row("gen_ai.usage.cache_creation.input_tokens", names.USAGE_CACHE_WRITE_TOKENS, count),
    Row("gen_ai.usage.cache_creation_input_tokens", names.USAGE_CACHE_WRITE_TOKENS, count),
    Row("gen_ai.usage.cache_write_input_tokens", names.USAGE_CACHE_WRITE_TOKENS, count),
    Row("gen_ai.usage.details.cache_write_tokens", names.USAGE_CACHE_WRITE_TOKENS, count),
    Row("gen_ai.usage.cache_read_input_tokens", names.USAGE_CACHE_READ_TOKENS, count),
    Row("gen_ai.usage.cached_input_tokens", names.USAGE_CACHE_READ_TOKENS, count),
    Row("gen_ai.usage.details.cache_read_tokens", names.USAGE_CACHE_READ_TOKENS, count),
    Row("gen_ai.usage.details.cached_tokens", names.USAGE_CACHE_READ_TOKENS, count),
    Row("gen_ai.usage.reasoning_tokens", names.USAGE_REASONING_TOKENS, count),
    Row("gen_ai.usage.details.reasoning_tokens", names.USAGE_REASONING_TOKENS, count),
    Row("gen_ai.openai.request.service_tier", names.OPENAI_REQUEST_SERVICE_TIER),
    Row("gen_ai.openai.request.seed", names.REQUEST_SEED, count),
    Row("gen_ai.openai.request.response_format", names.OUTPUT_TYPE, one_of(_OUTPUT_TYPES)),
    Row("gen_ai.openai.response.service_tier", names.OPENAI_RESPONSE_SERVICE_TIER),
    Row("gen_ai.openai.response.system_fingerprint", names.OPENAI_RESPONSE_SYSTEM_FINGERPRINT),
    Row("gen_ai.openai.request.user", names.USER_ID),
    Row("gen_ai.request.user", names.USER_ID),
    Row("gen_ai.request.is_stream", names.REQUEST_STREAM, flag),
    Row("gen_ai.response.finish_reason", names.RESPONSE_FINISH_REASONS, texts),
    Row("gen_ai.tool.args", TOOL_CALL_ARGUMENTS),
    Row("enduser.id", names.USER_ID),
)

_PROMPT, _COMPLETION = "gen_ai.prompt", "gen_ai.completion"
_SOURCES = frozenset({*(row.source for row in ROWS), _PROMPT, _COMPLETION})
_OPERATIONS = {"completion": "text_completion", "message": "chat", "embedding": "embeddings"}
_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
_CHOICE = "gen_ai.choice"
_CONTENT_EVENTS = frozenset({*_ROLES, _CHOICE, "gen_ai.content.prompt", "gen_ai.content.completion"})
_TYPES = (
    (names.REQUEST_STREAM, flag),
    (names.RESPONSE_FINISH_REASONS, texts),
    (names.RESPONSE_TIME_TO_FIRST_CHUNK, number),
)


def read(span: SpanView) -> None:
    """Bring the names and values of a GenAI span to the current conventions, in place."""
    attributes = span.attributes
    if not _SOURCES.isdisjoint(attributes):
        rename(attributes, ROWS)
        take_input(attributes, _PROMPT)
        take_output(attributes, _COMPLETION)
    if span.events:
        _read_events(span)
    _repair(attributes)
    _read_operation(span)
    _read_provider(attributes)


def _read_events(span: SpanView) -> None:
    """Messages that were events of the span."""
    asked: list[Message] = []
    said: list[Message] = []
    for event in take_events(span, _CONTENT_EVENTS):
        kind = event.name.rpartition(".")[2]
        (said if kind in ("choice", "completion") else asked).extend(_of_event(event))
    put_input(span.attributes, asked)
    put_output(span.attributes, said)


def _of_event(event: EventView) -> Iterator[Message]:
    body = {**event.attributes, **mapping(event.attributes.get("gen_ai.event.content"))}
    role = _ROLES.get(event.name)
    if role is not None:
        yield from messages({"role": role, **body, "tool_call_id": body.get("id")}, role)
    elif event.name == _CHOICE:
        inner = mapping(body.get("message")) or {"content": body.get("message", body.get("content"))}
        yield from messages({"finish_reason": body.get("finish_reason"), **inner}, "assistant")
    else:
        yield from messages_in(body.get(_PROMPT), "user")
        yield from messages_in(body.get(_COMPLETION), "assistant")


def _repair(attributes: dict[str, AnyValue]) -> None:
    """Values whose type is not the conventions': a list in a JSON string, a word for a flag."""
    for name, convert in _TYPES:
        if name in attributes:
            value = convert(attributes[name])
            if value is not None:
                attributes[name] = value
    most = attributes.get(names.REQUEST_MAX_TOKENS)
    if isinstance(most, (int, float)) and most < 0:
        del attributes[names.REQUEST_MAX_TOKENS]


def _read_operation(span: SpanView) -> None:
    attributes = span.attributes
    operation = attributes.get(names.OPERATION_NAME)
    if isinstance(operation, str):
        attributes[names.OPERATION_NAME] = _OPERATIONS.get(operation, operation)
    elif operation is None and text(attributes.get(names.REQUEST_MODEL)):
        model = str(attributes[names.REQUEST_MODEL])
        attributes[names.OPERATION_NAME] = "embeddings" if "embed" in f"{span.name} {model}".lower() else "chat"


def _read_provider(attributes: dict[str, AnyValue]) -> None:
    """The conventions' spelling; where nobody names a provider, the one whose family the model is."""
    given = text(attributes.get(names.PROVIDER_NAME))
    found = provider_name(given) if given else None
    if found is None:
        model = text(attributes.get(names.RESPONSE_MODEL)) or text(attributes.get(names.REQUEST_MODEL))
        found = (model_family(model) if model else None) or given
    if found:
        attributes[names.PROVIDER_NAME] = found
