"""OpenLLMetry (Traceloop): numbered `gen_ai.prompt.N` before 0.50, `traceloop.*` on everything around a call."""

from __future__ import annotations

from itertools import pairwise

from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.processors.dialects.dialect import (
    TOOL_CALL_ARGUMENTS,
    TOOL_CALL_RESULT,
    TOTAL_TOKENS,
    WORKFLOW_NAME,
    Dialect,
    Row,
    first_chunk_at,
    move,
    one_of,
    rename,
    server_of,
    take_events,
)
from spanwise.processors.dialects.indexed import take
from spanwise.processors.dialects.messages import (
    messages,
    put_input,
    put_output,
    put_tools,
    take_input,
    take_output,
)
from spanwise.processors.dialects.values import count, flag, mapping, number, text, texts
from spanwise.semconv import attributes as names

__all__ = ["DIALECT", "ROWS"]

_REQUEST_TYPES = {
    "chat": "chat",
    "completion": "text_completion",
    "embedding": "embeddings",
    "rerank": "rerank",
}
_KINDS = {
    "workflow": ("invoke_workflow", WORKFLOW_NAME),
    "agent": ("invoke_agent", names.AGENT_NAME),
    "tool": ("execute_tool", names.TOOL_NAME),
}
_ASSOCIATED = "traceloop.association.properties."
_CHUNKS = frozenset({"gen_ai.content.completion.chunk", "llm.content.completion.chunk"})
_KIND, _NAME = "traceloop.span.kind", "traceloop.entity.name"
_INPUT, _OUTPUT = "traceloop.entity.input", "traceloop.entity.output"

ROWS = (
    Row("llm.request.type", names.OPERATION_NAME, one_of(_REQUEST_TYPES)),
    Row("llm.usage.total_tokens", TOTAL_TOKENS, count),
    Row("llm.is_streaming", names.REQUEST_STREAM, flag),
    Row("gen_ai.is_streaming", names.REQUEST_STREAM, flag),
    Row("llm.user", names.USER_ID),
    Row("llm.top_k", names.REQUEST_TOP_K, number),
    Row("llm.frequency_penalty", names.REQUEST_FREQUENCY_PENALTY, number),
    Row("llm.presence_penalty", names.REQUEST_PRESENCE_PENALTY, number),
    Row("llm.chat.stop_sequences", names.REQUEST_STOP_SEQUENCES, texts),
    Row("llm.response.finish_reason", names.RESPONSE_FINISH_REASONS, texts),
    Row("llm.response.stop_reason", names.RESPONSE_FINISH_REASONS, texts),
    Row("traceloop.prompt.key", names.PROMPT_NAME),
    Row(f"{_ASSOCIATED}user_id", names.USER_ID),
    Row(f"{_ASSOCIATED}session_id", names.SESSION_ID),
    Row(f"{_ASSOCIATED}conversation_id", names.CONVERSATION_ID),
)


def _read(span: SpanView) -> None:
    attributes = span.attributes
    rename(attributes, ROWS)
    server_of(attributes, "gen_ai.openai.api_base")
    _read_container(attributes)
    _read_numbered(attributes)
    if span.events:
        _read_chunks(span)


def _read_container(attributes: dict[str, AnyValue]) -> None:
    """Spans of decorators and frameworks; a `task` has no counterpart in the conventions and stays as it is."""
    found = _KINDS.get(str(attributes.get(_KIND)))
    if found is None or names.OPERATION_NAME in attributes:
        return
    operation, named = found
    attributes[names.OPERATION_NAME] = operation
    del attributes[_KIND]
    move(attributes, _NAME, named, text)
    if operation == "execute_tool":
        rename(attributes, (Row(_INPUT, TOOL_CALL_ARGUMENTS), Row(_OUTPUT, TOOL_CALL_RESULT)))
        return
    take_input(attributes, _INPUT)
    take_output(attributes, _OUTPUT)


def _read_numbered(attributes: dict[str, AnyValue]) -> None:
    """`gen_ai.prompt.0.content`, `gen_ai.completion.0.tool_calls.0.name`, `llm.request.functions.0.name`."""
    if asked := take(attributes, "gen_ai.prompt"):
        put_input(attributes, messages(asked, "user"))
    if said := take(attributes, "gen_ai.completion"):
        put_output(attributes, messages(said, "assistant"))
        reasons = tuple(found for choice in said if (found := text(mapping(choice).get("finish_reason"))))
        if reasons:
            attributes.setdefault(names.RESPONSE_FINISH_REASONS, reasons)
    if functions := take(attributes, "llm.request.functions"):
        put_tools(attributes, functions)


def _read_chunks(span: SpanView) -> None:
    """One empty event per chunk: when they came is all that they say."""
    times = [event.timestamp for event in take_events(span, _CHUNKS)]
    if not times:
        return
    first_chunk_at(span, times[0])
    span.attributes.setdefault(names.STREAM_CHUNKS, len(times))
    if len(times) > 1 and span.chunk_gap is None:
        span.chunk_gap = (times[-1] - times[0]) / 1e9 / (len(times) - 1)
        span.attributes.setdefault(names.STREAM_MAX_GAP, max(b - a for a, b in pairwise(times)) / 1e9)


DIALECT = Dialect(
    "openllmetry",
    frozenset(
        {
            *(row.source for row in ROWS),
            _KIND,
            "gen_ai.openai.api_base",
            "gen_ai.prompt.0.role",
            "gen_ai.prompt.0.content",
            "gen_ai.completion.0.role",
            "gen_ai.completion.0.content",
        }
    ),
    _read,
)
