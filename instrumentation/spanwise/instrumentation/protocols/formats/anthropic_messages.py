"""Anthropic messages.

Source: https://docs.anthropic.com/en/api/messages
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Content, Inference, Message, Part, Usage
from spanwise.instrumentation.protocols.json_types import JsonObject, any_value, count, mapping, objects, text
from spanwise.instrumentation.protocols.parameters import SAMPLING, Parameters, add_parameters
from spanwise.instrumentation.protocols.parts import (
    blob,
    file,
    function_call,
    generic,
    media,
    message,
    reasoning,
    text_part,
    tool,
    tool_response,
)
from spanwise.instrumentation.protocols.wire_format import Glance, Row, WireFormat
from spanwise.semconv import attributes as names

__all__ = ["FORMAT"]

_RESPONSE_SERVICE_TIER = "anthropic.response.service_tier"
_PARAMETERS: Parameters = {
    **SAMPLING,
    "metadata": (names.USER_ID, lambda value: text(mapping(value).get("user_id"))),
    "output_config": (names.REQUEST_REASONING_LEVEL, lambda value: text(mapping(value).get("effort"))),
    "output_format": (names.OUTPUT_TYPE, lambda value: "json" if mapping(value) else None),
    "service_tier": ("anthropic.request.service_tier", lambda value: text(value) if value != "auto" else None),
}


def _request(request: JsonObject, inference: Inference) -> None:
    add_parameters(request, _PARAMETERS, inference)
    if _schema(request) is not None:
        inference.attributes[names.OUTPUT_TYPE] = "json"


def _schema(request: JsonObject) -> JsonObject | None:
    wanted = mapping(request.get("output_format")) or mapping(mapping(request.get("output_config")).get("format"))
    return mapping(wanted.get("schema")) if wanted.get("type") == "json_schema" else None


def _prompt(request: JsonObject) -> Content:
    return Content(
        system_instructions=_parts(request.get("system")),
        input_messages=[
            message(said.get("role"), _parts(said.get("content"))) for said in objects(request.get("messages"))
        ],
        tool_definitions=[_tool(given) for given in objects(request.get("tools"))],
    )


def _tool(given: JsonObject) -> Mapping[str, AnyValue]:
    kind = given.get("type")
    return tool(
        given.get("name"), given.get("description"), given.get("input_schema"), kind if kind != "custom" else None
    )


def _parts(content: object) -> list[Part]:
    if isinstance(content, str):
        return [text_part(content)] if content else []
    return [_part(block) for block in objects(content)]


def _part(block: JsonObject) -> Part:
    kind = str(block.get("type"))
    read = _BLOCKS.get(kind)
    if read is not None:
        return read(block)
    if kind.endswith("_tool_use"):
        return _server_call(block)
    if kind.endswith("_tool_result"):
        return _server_result(block)
    return generic(block)


def _source(block: JsonObject, modality: str) -> Part:
    source = mapping(block.get("source"))
    kind = source.get("type")
    if kind == "url":
        return media(modality, source.get("url"))
    if kind == "file":
        return file(source.get("file_id"), modality)
    if kind == "text":
        return text_part(text(source.get("data")) or "")
    if kind == "content":
        return {"type": "generic", "generic_type": "document", "content": any_value(_parts(source.get("content")))}
    return blob(modality, source.get("data"), source.get("media_type"))


def _tool_result(block: JsonObject) -> Part:
    content = block.get("content")
    if isinstance(content, str):
        return tool_response(block.get("tool_use_id"), content)
    parts = _parts(content)
    said = [part.get("content") for part in parts if part["type"] == "text"]
    response: object = "\n".join(map(str, said)) if len(said) == len(parts) else parts
    return tool_response(block.get("tool_use_id"), response)


def _server_call(block: JsonObject) -> Part:
    """A tool that the provider runs itself."""
    call = function_call(block.get("id"), block.get("name"), block.get("input"))
    ran: AnyValue = {"type": text(block.get("type")), "input": call.pop("arguments")}
    return {**call, "type": "server_tool_call", "server_tool_call": ran}


def _server_result(block: JsonObject) -> Part:
    return {
        "type": "server_tool_call_response",
        "id": text(block.get("tool_use_id")),
        "server_tool_call_response": any_value(generic(block)["content"]),
    }


_BLOCKS: dict[str, Callable[[JsonObject], Part]] = {
    "text": lambda block: text_part(text(block.get("text")) or ""),
    "thinking": lambda block: reasoning(text(block.get("thinking")) or ""),
    "redacted_thinking": lambda block: reasoning(""),
    "tool_use": lambda block: function_call(block.get("id"), block.get("name"), block.get("input")),
    "tool_result": _tool_result,
    "image": lambda block: _source(block, "image"),
    "document": lambda block: _source(block, "document"),
    "compaction": lambda block: {"type": "compaction", "content": text(block.get("content"))},
}


def _response(document: JsonObject, inference: Inference) -> None:
    inference.response_id = text(document.get("id"))
    inference.response_model = text(document.get("model"))
    stop = text(document.get("stop_reason"))
    inference.finish_reasons = [stop] if stop else []
    usage = mapping(document.get("usage"))
    inference.usage = _usage(usage)
    if tier := text(usage.get("service_tier")):
        inference.attributes[_RESPONSE_SERVICE_TIER] = tier


def _usage(usage: JsonObject) -> Usage:
    """Anthropic counts what the cache served and stored apart from the input; here the input holds them."""
    fresh, read = count(usage.get("input_tokens")), count(usage.get("cache_read_input_tokens"))
    written = count(usage.get("cache_creation_input_tokens"))
    split = mapping(usage.get("cache_creation"))
    long = count(split.get("ephemeral_1h_input_tokens"))
    if written is None and split:
        written = (count(split.get("ephemeral_5m_input_tokens")) or 0) + (long or 0)
    made = mapping(usage.get("output_tokens_details"))
    return Usage(
        input_tokens=None if fresh is None else fresh + (read or 0) + (written or 0),
        output_tokens=count(usage.get("output_tokens")),
        cache_read_tokens=read,
        cache_write_tokens=written,
        cache_write_1h_tokens=long,
        reasoning_tokens=count(made.get("thinking_tokens", made.get("reasoning_tokens"))),
    )


def _output(document: JsonObject) -> list[Message]:
    parts = _parts(document.get("content"))
    return [message("assistant", parts, text(document.get("stop_reason")))] if parts else []


def _assemble(events: Sequence[JsonObject]) -> JsonObject:
    whole: JsonObject = {}
    usage: JsonObject = {}
    blocks: dict[int, _Block] = {}
    for event in events:
        kind = event.get("type")
        if kind == "content_block_delta" or kind == "content_block_start":
            _block_of(event, blocks).add(event)
        elif kind == "message_start":
            whole |= mapping(event.get("message"))
            _merge(usage, whole.get("usage"))
        elif kind == "message_delta":
            whole |= {key: value for key, value in mapping(event.get("delta")).items() if value is not None}
            _merge(usage, event.get("usage"))
        elif event.get("error"):
            whole["error"] = event["error"]
    whole["usage"] = usage
    whole["content"] = [blocks[index].joined() for index in sorted(blocks)]
    return whole


def _merge(usage: JsonObject, update: object) -> None:
    """Later counts are cumulative: they replace the earlier ones."""
    usage |= {key: value for key, value in mapping(update).items() if value is not None}


def _block_of(event: JsonObject, blocks: dict[int, _Block]) -> _Block:
    index = count(event.get("index")) or 0
    block = blocks.get(index)
    if block is None:
        block = blocks[index] = _Block()
    return block


class _Block:
    """One content block of a stream while it is put together."""

    __slots__ = ("pieces", "start")

    def __init__(self) -> None:
        self.start: JsonObject = {}
        self.pieces: dict[str, list[str]] = {}

    def add(self, event: JsonObject) -> None:
        """Take the block's start, or one delta of it."""
        if start := mapping(event.get("content_block")):
            self.start = start
        for key, value in mapping(event.get("delta")).items():
            if isinstance(value, str):
                self.pieces.setdefault(key, []).append(value)

    def joined(self) -> JsonObject:
        """The block as a whole response has it."""
        said = {key: "".join(pieces) for key, pieces in self.pieces.items() if key in _DELTAS}
        block = dict(self.start)
        if "type" not in block:
            block["type"] = "thinking" if "thinking" in said else "tool_use" if "partial_json" in said else "text"
        for key, value in said.items():
            before = block.get(key)
            block[_DELTAS[key]] = (before if isinstance(before, str) else "") + value
        return block


_DELTAS = {"text": "text", "thinking": "thinking", "partial_json": "input", "content": "content"}


FORMAT = WireFormat(
    name="anthropic.messages",
    operation="chat",
    family="anthropic",
    rows=(Row("/v1/messages", ("model", "messages", "max_tokens")),),
    request=_request,
    prompt=_prompt,
    response=_response,
    output=_output,
    assemble=_assemble,
    glance=Glance(head=4, tail=2),
    schema=_schema,
)
