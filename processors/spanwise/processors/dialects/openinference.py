"""OpenInference (Arize Phoenix): `openinference.span.kind`, `llm.*`, `input.value`, messages spread over attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from opentelemetry.trace import StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Message
from spanwise.core.json_text import to_json
from spanwise.core.view import SpanView
from spanwise.processors.dialects.dialect import (
    RETRIEVAL_DOCUMENTS,
    RETRIEVAL_QUERY_TEXT,
    TOOL_CALL_ARGUMENTS,
    TOOL_CALL_ID,
    TOOL_CALL_RESULT,
    TOOL_DESCRIPTION,
    TOTAL_TOKENS,
    Dialect,
    Row,
    first_chunk_at,
    rename,
    take_events,
)
from spanwise.processors.dialects.indexed import take
from spanwise.processors.dialects.messages import (
    Raw,
    messages,
    put_input,
    put_output,
    put_tools,
    take_input,
    take_output,
)
from spanwise.processors.dialects.parameters import put_parameters
from spanwise.processors.dialects.usage import put_usage
from spanwise.processors.dialects.values import any_value, count, is_mapping, is_sequence, mapping, text, texts
from spanwise.semconv import attributes as names

__all__ = ["CALL_ROWS", "DIALECT", "ROWS"]

_KIND = "openinference.span.kind"
_INPUT, _OUTPUT = "input.value", "output.value"
_FIRST_CHUNK = frozenset({"First Token Stream Event"})
_ANSWERS = frozenset({_OUTPUT, names.USAGE_INPUT_TOKENS, "llm.output_messages.0.message.role"})


class _Kind(NamedTuple):
    operation: str
    is_call: bool = False


_KINDS = {
    "LLM": _Kind("chat", True),
    "EMBEDDING": _Kind("embeddings", True),
    "RERANKER": _Kind("rerank", True),
    "RETRIEVER": _Kind("retrieval"),
    "TOOL": _Kind("execute_tool"),
    "AGENT": _Kind("invoke_agent"),
    "CHAIN": _Kind("invoke_workflow"),
}

CALL_ROWS = (
    Row("llm.provider", names.PROVIDER_NAME),
    Row("llm.system", names.PROVIDER_NAME),
    Row("llm.request.model_name", names.REQUEST_MODEL),
    Row("llm.response.model_name", names.RESPONSE_MODEL),
    Row("reranker.model_name", names.REQUEST_MODEL),
    Row("llm.token_count.prompt", names.USAGE_INPUT_TOKENS, count),
    Row("llm.token_count.completion", names.USAGE_OUTPUT_TOKENS, count),
    Row("llm.token_count.total", TOTAL_TOKENS, count),
    Row("llm.token_count.prompt_details.cache_read", names.USAGE_CACHE_READ_TOKENS, count),
    Row("llm.token_count.prompt_details.cache_write", names.USAGE_CACHE_WRITE_TOKENS, count),
    Row("llm.token_count.prompt_details.audio", names.USAGE_INPUT_AUDIO_TOKENS, count),
    Row("llm.token_count.completion_details.reasoning", names.USAGE_REASONING_TOKENS, count),
    Row("llm.token_count.completion_details.audio", names.USAGE_OUTPUT_AUDIO_TOKENS, count),
)
"""Of calls to a model alone: chains and agents repeat the counts of the calls inside them."""

ROWS = (
    Row("agent.name", names.AGENT_NAME),
    Row("tool.name", names.TOOL_NAME),
    Row("tool_call.function.name", names.TOOL_NAME),
    Row("tool.description", TOOL_DESCRIPTION),
    Row("tool.id", TOOL_CALL_ID),
    Row("tool_call.id", TOOL_CALL_ID),
    Row("llm.prompt_template.version", names.PROMPT_VERSION),
)


def _read(span: SpanView) -> None:
    attributes = span.attributes
    kind = _KINDS.get(str(attributes.get(_KIND)).upper())
    if kind is None:
        return
    del attributes[_KIND]
    attributes.setdefault(names.OPERATION_NAME, kind.operation)
    rename(attributes, ROWS)
    if kind.is_call:
        _read_call(span)
    elif kind.operation == "execute_tool":
        rename(attributes, (Row(_INPUT, TOOL_CALL_ARGUMENTS), Row(_OUTPUT, TOOL_CALL_RESULT)))
    elif kind.operation == "retrieval":
        _read_retrieval(attributes)
    else:
        take_input(attributes, _INPUT)
        take_output(attributes, _OUTPUT)


def _read_call(span: SpanView) -> None:
    attributes = span.attributes
    rename(attributes, CALL_ROWS)
    for event in take_events(span, _FIRST_CHUNK)[:1]:
        first_chunk_at(span, event.timestamp)
    _read_parameters(attributes)
    _read_answer(attributes)
    _read_model(span)
    if not _read_embedding(attributes):
        _read_messages(attributes)


def _read_parameters(attributes: dict[str, AnyValue]) -> None:
    for name in ("llm.invocation_parameters", "embedding.invocation_parameters"):
        given = mapping(attributes.get(name))
        if given:
            put_parameters(attributes, given)
            del attributes[name]


def _read_answer(attributes: dict[str, AnyValue]) -> None:
    """`output.value` of the SDK instrumentors is the provider's answer: it alone has id, tier and every choice."""
    if attributes[names.OPERATION_NAME] == "chat":
        answer = mapping(attributes.get(_OUTPUT))
        for key, name in (
            ("id", names.RESPONSE_ID),
            ("service_tier", names.OPENAI_RESPONSE_SERVICE_TIER),
            ("system_fingerprint", names.OPENAI_RESPONSE_SYSTEM_FINGERPRINT),
        ):
            if value := text(answer.get(key)):
                attributes.setdefault(name, value)
        if reasons := _finish_reasons(answer):
            attributes.setdefault(names.RESPONSE_FINISH_REASONS, reasons)
            attributes.pop("llm.finish_reason", None)
        put_usage(attributes, mapping(answer.get("usage")))
    rename(attributes, (Row("llm.finish_reason", names.RESPONSE_FINISH_REASONS, texts),))


def _finish_reasons(answer: Mapping[str, object]) -> tuple[str, ...]:
    choices = answer.get("choices")
    if text(answer.get("object")) == "response":
        return _end_of_response(answer)
    found = (text(mapping(choice).get("finish_reason")) for choice in (choices if is_sequence(choices) else ()))
    return tuple(reason for reason in found if reason)


def _end_of_response(answer: Mapping[str, object]) -> tuple[str, ...]:
    """The responses API has a status, and a reason only where the answer is incomplete."""
    status, items = answer.get("status"), answer.get("output")
    if status == "completed":
        kinds = {mapping(item).get("type") for item in (items if is_sequence(items) else ())}
        return ("tool_calls" if "function_call" in kinds else "stop",)
    if status == "incomplete":
        return (text(mapping(answer.get("incomplete_details")).get("reason")) or "incomplete",)
    return ()


def _read_model(span: SpanView) -> None:
    """`llm.model_name` is the model that answered, and where nothing came back the one that was asked for."""
    attributes = span.attributes
    answered = span.status is not StatusCode.ERROR and (
        _OUTPUT in attributes
        or names.USAGE_INPUT_TOKENS in attributes
        or "llm.output_messages.0.message.role" in attributes
    )
    target = names.RESPONSE_MODEL if answered else names.REQUEST_MODEL
    rename(attributes, (Row("llm.model_name", target), Row("embedding.model_name", target)))


def _read_embedding(attributes: dict[str, AnyValue]) -> bool:
    items = [mapping(mapping(item).get("embedding")) for item in take(attributes, "embedding.embeddings")]
    if not items:
        return False
    put_input(attributes, [found for item in items for found in messages(item.get("text"), "user")])
    vector = items[0].get("vector")
    if is_sequence(vector) and vector:
        attributes.setdefault(names.EMBEDDINGS_DIMENSION_COUNT, len(vector))
    _drop(attributes, _INPUT, _OUTPUT)
    return True


def _read_messages(attributes: dict[str, AnyValue]) -> None:
    """Messages; the whole request and answer, which repeat them, only where there are none."""
    asked = list(_messages(take(attributes, "llm.input_messages"), "user"))
    said = list(_messages(take(attributes, "llm.output_messages"), "assistant"))
    put_input(attributes, asked)
    put_output(attributes, said)
    put_tools(
        attributes, [mapping(mapping(item).get("tool")).get("json_schema") for item in take(attributes, "llm.tools")]
    )
    for source, found, fallback in ((_INPUT, asked, take_input), (_OUTPUT, said, take_output)):
        if not found:
            fallback(attributes, source)
        elif source in attributes:
            _drop(attributes, source)


def _messages(items: list[object], role: str) -> Iterator[Message]:
    for item in items:
        message = mapping(mapping(item).get("message"))
        if message:
            yield from messages(_plain(message), role)


def _plain(message: Raw) -> Raw:
    """The message as a provider would write it: contents unwrapped, a call that is among the contents not repeated."""
    contents, calls = message.get("contents"), message.get("tool_calls")
    parts = [_content(mapping(item)) for item in contents] if is_sequence(contents) else []
    plain = {**message, "content": parts or message.get("content")}
    called = any(is_mapping(part) and part.get("type") == "tool_use" for part in parts)
    unwrapped = [mapping(item).get("tool_call") for item in calls] if is_sequence(calls) and not called else []
    return {**plain, "tool_calls": unwrapped}


def _content(item: Raw) -> Raw:
    content = {**mapping(item.get("message_content")), **mapping(item.get("tool_call"))}
    if image := mapping(mapping(content.get("image")).get("image")):
        return {"type": "image_url", "image_url": image}
    return content


def _read_retrieval(attributes: dict[str, AnyValue]) -> None:
    rename(attributes, (Row(_INPUT, RETRIEVAL_QUERY_TEXT),))
    found = [mapping(mapping(item).get("document")) for item in take(attributes, "retrieval.documents")]
    documents = [{key.rpartition(".")[2]: any_value(value) for key, value in item.items()} for item in found if item]
    if documents:
        attributes.setdefault(RETRIEVAL_DOCUMENTS, to_json(documents))
        _drop(attributes, _OUTPUT)


def _drop(attributes: dict[str, AnyValue], *repeated: str) -> None:
    """Remove a whole request or answer that repeats what was mapped, and its media type."""
    for source in repeated:
        attributes.pop(source, None)
        attributes.pop(source.replace(".value", ".mime_type"), None)


DIALECT = Dialect("openinference", frozenset({_KIND}), _read)
