"""The Vercel AI SDK (`ai.*`): a span around the whole generation, and one per call to the model inside it."""

from __future__ import annotations

from collections.abc import Iterator

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Message
from spanwise.core.view import SpanView
from spanwise.processors.dialects.dialect import (
    TOOL_CALL_ARGUMENTS,
    TOOL_CALL_ID,
    TOOL_CALL_RESULT,
    TOTAL_TOKENS,
    Dialect,
    Row,
    rename,
)
from spanwise.processors.dialects.messages import (
    messages,
    parts_of,
    put_input,
    put_output,
    put_tools,
    take_input,
    text_message,
)
from spanwise.processors.dialects.values import count, mapping, number, parsed, text, texts
from spanwise.semconv import attributes as names

__all__ = ["CALL_ROWS", "DIALECT", "ROWS"]

_OPERATION = "ai.operationId"
_CALLS = {
    "ai.generateText.doGenerate": "chat",
    "ai.generateObject.doGenerate": "chat",
    "ai.streamText.doStream": "chat",
    "ai.streamObject.doStream": "chat",
    "ai.embed.doEmbed": "embeddings",
    "ai.embedMany.doEmbed": "embeddings",
}
_CONTAINERS = frozenset({"ai.generateText", "ai.generateObject", "ai.streamText", "ai.streamObject"})


def _seconds(milliseconds: object) -> float | None:
    known = number(milliseconds)
    return None if known is None else known / 1000


CALL_ROWS = (
    Row("ai.model.id", names.REQUEST_MODEL),
    Row("ai.model.provider", names.PROVIDER_NAME),
    Row("ai.response.id", names.RESPONSE_ID),
    Row("ai.response.model", names.RESPONSE_MODEL),
    Row("ai.response.finishReason", names.RESPONSE_FINISH_REASONS, texts),
    Row("ai.usage.inputTokens", names.USAGE_INPUT_TOKENS, count),
    Row("ai.usage.promptTokens", names.USAGE_INPUT_TOKENS, count),
    Row("ai.usage.tokens", names.USAGE_INPUT_TOKENS, count),
    Row("ai.usage.outputTokens", names.USAGE_OUTPUT_TOKENS, count),
    Row("ai.usage.completionTokens", names.USAGE_OUTPUT_TOKENS, count),
    Row("ai.usage.reasoningTokens", names.USAGE_REASONING_TOKENS, count),
    Row("ai.usage.cachedInputTokens", names.USAGE_CACHE_READ_TOKENS, count),
    Row("ai.usage.totalTokens", TOTAL_TOKENS, count),
    Row("ai.response.msToFirstChunk", names.RESPONSE_TIME_TO_FIRST_CHUNK, _seconds),
)
"""Of calls to a model alone: the span around them repeats the sum of their counts."""

ROWS = (
    Row("ai.telemetry.metadata.userId", names.USER_ID),
    Row("ai.telemetry.metadata.sessionId", names.SESSION_ID),
)
_TOOL_ROWS = (
    Row("ai.toolCall.name", names.TOOL_NAME),
    Row("ai.toolCall.id", TOOL_CALL_ID),
    Row("ai.toolCall.args", TOOL_CALL_ARGUMENTS),
    Row("ai.toolCall.result", TOOL_CALL_RESULT),
)


def _read(span: SpanView) -> None:
    attributes = span.attributes
    operation = str(attributes.get(_OPERATION))
    rename(attributes, ROWS)
    if operation in _CALLS:
        attributes.setdefault(names.OPERATION_NAME, _CALLS[operation])
        _read_call(attributes, operation)
    elif operation in _CONTAINERS:
        attributes.setdefault(names.OPERATION_NAME, "invoke_agent")
        rename(attributes, (Row("ai.telemetry.functionId", names.AGENT_NAME),))
        _read_content(attributes)
    elif operation == "ai.toolCall":
        attributes.setdefault(names.OPERATION_NAME, "execute_tool")
        rename(attributes, _TOOL_ROWS)
    else:
        return
    del attributes[_OPERATION]


def _read_call(attributes: dict[str, AnyValue], operation: str) -> None:
    rename(attributes, CALL_ROWS)
    if operation.endswith(".doStream"):
        attributes.setdefault(names.REQUEST_STREAM, True)
    _read_content(attributes)


def _read_content(attributes: dict[str, AnyValue]) -> None:
    take_input(attributes, "ai.prompt.messages")
    _read_prompt(attributes)
    for source in ("ai.value", "ai.values"):
        values = texts(attributes.pop(source, None)) or ()
        put_input(attributes, [text_message("user", str(parsed(value) or value)) for value in values])
    if offered := attributes.pop("ai.prompt.tools", None):
        put_tools(attributes, parsed(offered))
    if parts := [part for message in _answers(attributes) for part in parts_of(message)]:
        put_output(attributes, [{"role": "assistant", "parts": parts}])


def _read_prompt(attributes: dict[str, AnyValue]) -> None:
    """The application's own words: system, and a prompt or messages."""
    given = mapping(attributes.get("ai.prompt"))
    if given:
        asked = messages(given.get("system"), "system")
        put_input(attributes, asked + messages(given.get("messages", given.get("prompt")), "user"))
        del attributes["ai.prompt"]


def _answers(attributes: dict[str, AnyValue]) -> Iterator[Message]:
    if thought := text(attributes.pop("ai.response.reasoning", None)):
        yield from messages({"reasoning": thought}, "assistant")
    for source in ("ai.response.text", "ai.response.object"):
        if said := text(attributes.pop(source, None)):
            yield text_message("assistant", said)
    if calls := parsed(attributes.pop("ai.response.toolCalls", None)):
        yield from messages({"role": "assistant", "tool_calls": calls}, "assistant")


DIALECT = Dialect("vercel", frozenset({_OPERATION}), _read)
