"""OpenAI responses.

Source: https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Content, Inference, Message, Part, Usage
from spanwise.instrumentation.protocols.json_types import JsonObject, any_value, count, mapping, objects, text
from spanwise.instrumentation.protocols.openai_request import DEPLOYMENT, add_request, json_schema
from spanwise.instrumentation.protocols.parts import (
    blob,
    custom_call,
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

_CALLS = frozenset(
    {"function_call", "custom_tool_call", "computer_call", "local_shell_call", "shell_call", "apply_patch_call"}
)
"""Items that the application has to answer; what the provider runs itself is none of these."""
_UNFINISHED = frozenset({"queued", "in_progress"})
_TEXT_DELTAS = {
    "response.output_text.delta": "output_text",
    "response.refusal.delta": "refusal",
    "response.reasoning_text.delta": "reasoning_text",
    "response.reasoning_summary_text.delta": "summary_text",
    "response.function_call_arguments.delta": "arguments",
    "response.mcp_call_arguments.delta": "arguments",
    "response.custom_tool_call_input.delta": "input",
}


def _request(request: JsonObject, inference: Inference) -> None:
    attributes = inference.attributes
    attributes[names.OPENAI_API_TYPE] = "responses"
    add_request(request, inference)
    prompt = mapping(request.get("prompt"))
    if name := text(prompt.get("id")):
        attributes[names.PROMPT_NAME] = name
        if version := text(prompt.get("version")):
            attributes[names.PROMPT_VERSION] = version


def _schema(request: JsonObject) -> JsonObject | None:
    wanted = mapping(mapping(request.get("text")).get("format"))
    return json_schema(wanted, wanted.get("schema"))


def _prompt(request: JsonObject) -> Content:
    content = Content(tool_definitions=[_tool(given) for given in objects(request.get("tools"))])
    if instructions := text(request.get("instructions")):
        content.system_instructions.append(text_part(instructions))
    given = request.get("input")
    if isinstance(given, str):
        content.input_messages.append(message("user", [text_part(given)]))
    for item in objects(given):
        role, parts = _role_of(item), _parts_of(item)
        if role in ("system", "developer") and not content.input_messages:
            content.system_instructions += parts
        else:
            content.input_messages.append(message(role, parts))
    return content


def _tool(given: JsonObject) -> Mapping[str, AnyValue]:
    return tool(
        given.get("name") or given.get("server_label"),
        given.get("description") or given.get("server_description"),
        given.get("parameters"),
        given.get("type"),
    )


def _role_of(item: JsonObject) -> object:
    kind = str(item.get("type") or "message")
    return item.get("role") or ("tool" if kind.endswith(("_output", "_response")) else "assistant")


def _parts_of(item: JsonObject) -> list[Part]:
    kind = str(item.get("type") or "message")
    read = _ITEMS.get(kind)
    if read is not None:
        return read(item)
    if kind.endswith("_output"):
        return [tool_response(item.get("call_id"), item.get("output"))]
    if kind.endswith("_call"):
        return [_server_call(item, kind)]
    return [generic(item)]


def _message(item: JsonObject) -> list[Part]:
    content = item.get("content")
    if isinstance(content, str):
        return [text_part(content)]
    return [_content_part(part) for part in objects(content)]


def _content_part(part: JsonObject) -> Part:
    kind = part.get("type")
    if kind in ("input_text", "output_text", "text"):
        return text_part(text(part.get("text")) or "")
    if kind == "refusal":
        return text_part(text(part.get("refusal")) or "")
    if kind in ("input_image", "image_url", "computer_screenshot"):
        return media("image", part["image_url"]) if part.get("image_url") else file(part.get("file_id"), "image")
    if kind in ("input_audio", "output_audio"):
        audio = mapping(part.get("input_audio")) or part
        return blob("audio", audio.get("data"), transcript=audio.get("transcript"))
    if kind == "input_file":
        address = part.get("file_data") or part.get("file_url")
        return media("file", address) if address else file(part.get("file_id"))
    return generic(part)


def _reasoning(item: JsonObject) -> list[Part]:
    said = objects(item.get("content")) or objects(item.get("summary"))
    return [reasoning("\n".join(text(part.get("text")) or "" for part in said))]


def _function_call(item: JsonObject) -> list[Part]:
    return [function_call(item.get("call_id") or item.get("id"), item.get("name"), item.get("arguments"))]


def _action_call(item: JsonObject) -> list[Part]:
    name = item.get("name") or str(item.get("type")).removesuffix("_call")
    given = item.get("input") if "input" in item else item.get("action") or item.get("actions")
    return [custom_call(item.get("call_id") or item.get("id"), name, given)]


def _image(item: JsonObject) -> list[Part]:
    return [blob("image", item.get("result"), f"image/{text(item.get('output_format')) or 'png'}")]


def _mcp_call(item: JsonObject) -> list[Part]:
    parts = [_server_call(item, "mcp_call")]
    answer = item.get("output") or item.get("error")
    return [*parts, tool_response(item.get("id"), answer)] if answer else parts


def _server_call(item: JsonObject, kind: str) -> Part:
    """A tool that the provider runs itself."""
    name = text(item.get("name")) or kind.removesuffix("_call")
    return {
        "type": "server_tool_call",
        "id": text(item.get("id")),
        "name": name,
        "server_tool_call": any_value(generic(item)["content"]),
    }


_ITEMS: dict[str, Callable[[JsonObject], list[Part]]] = {
    "message": _message,
    "reasoning": _reasoning,
    "function_call": _function_call,
    "custom_tool_call": _action_call,
    "computer_call": _action_call,
    "local_shell_call": _action_call,
    "shell_call": _action_call,
    "apply_patch_call": _action_call,
    "image_generation_call": _image,
    "mcp_call": _mcp_call,
}


def _response(document: JsonObject, inference: Inference) -> None:
    inference.response_id = text(document.get("id"))
    inference.response_model = text(document.get("model"))
    inference.usage = _usage(mapping(document.get("usage")))
    inference.finish_reasons = _finish_reasons(document)
    if tier := text(document.get("service_tier")):
        inference.attributes[names.OPENAI_RESPONSE_SERVICE_TIER] = tier
    conversation = document.get("conversation")
    if found := text(conversation) or text(mapping(conversation).get("id")):
        inference.attributes[names.CONVERSATION_ID] = found
    said = (part for item in objects(document.get("output")) for part in objects(item.get("content")))
    if any(part.get("type") == "refusal" for part in said):
        inference.outcome = "refusal"


def _usage(usage: JsonObject) -> Usage:
    if not usage:
        return Usage()
    given, made = mapping(usage.get("input_tokens_details")), mapping(usage.get("output_tokens_details"))
    return Usage(
        input_tokens=count(usage.get("input_tokens")),
        output_tokens=count(usage.get("output_tokens")),
        cache_read_tokens=count(given.get("cached_tokens")),
        cache_write_tokens=count(given.get("cache_write_tokens")),
        reasoning_tokens=count(made.get("reasoning_tokens")),
        input_audio_tokens=count(given.get("audio_tokens")),
        output_audio_tokens=count(made.get("audio_tokens")),
        input_image_tokens=count(given.get("image_tokens")),
        output_image_tokens=count(made.get("image_tokens")),
    )


def _finish_reasons(document: JsonObject) -> list[str]:
    """`stop` or `tool_calls` of what was completed; the reason of what is incomplete."""
    status = document.get("status")
    if status == "completed":
        called = any(text(item.get("type")) in _CALLS for item in objects(document.get("output")))
        return ["tool_calls" if called else "stop"]
    if status == "incomplete":
        return [text(mapping(document.get("incomplete_details")).get("reason")) or "incomplete"]
    return []


def _output(document: JsonObject) -> list[Message] | None:
    if text(document.get("status")) in _UNFINISHED and not document.get("output"):
        return None
    parts = [part for item in objects(document.get("output")) for part in _parts_of(item)]
    reasons = _finish_reasons(document)
    return [message("assistant", parts, reasons[0] if reasons else None)] if parts else []


def _assemble(events: Sequence[JsonObject]) -> JsonObject:
    """The last event that repeats the response; where the stream was cut before its end, what the deltas tell."""
    whole: JsonObject = {}
    for event in reversed(events):
        if response := mapping(event.get("response")):
            whole = dict(response)
            break
    if whole.get("status") in (*_UNFINISHED, None):
        whole["output"] = _pieces(events)
    failed = next((event for event in events if event.get("type") == "error"), None)
    if failed is not None:
        whole["error"] = mapping(failed.get("error")) or {key: failed.get(key) for key in ("code", "message")}
    return whole


def _pieces(events: Sequence[JsonObject]) -> list[object]:
    """Output items of a stream that did not end: finished ones as they are, others from their deltas."""
    started: dict[int, JsonObject] = {}
    texts: dict[int, dict[str, list[str]]] = {}
    for event in events:
        place = count(event.get("output_index")) or 0
        if item := mapping(event.get("item")):
            started[place] = item
        key, delta = _TEXT_DELTAS.get(str(event.get("type"))), event.get("delta")
        if key is not None and isinstance(delta, str):
            texts.setdefault(place, {}).setdefault(key, []).append(delta)
    places = sorted(started.keys() | texts.keys())
    return [_pieced(started.get(place, {}), texts.get(place, {})) for place in places]


def _pieced(item: JsonObject, texts: dict[str, list[str]]) -> JsonObject:
    if item.get("status") == "completed" or not texts:
        return item
    said = {key: "".join(pieces) for key, pieces in texts.items()}
    kept: JsonObject = {key: said[key] for key in ("arguments", "input") if key in said}
    content = [{"type": key, "refusal" if key == "refusal" else "text": value} for key, value in said.items()]
    if kept:
        return {**item, **kept}
    return {**item, "type": item.get("type") or "message", "content": content}


FORMAT = WireFormat(
    name="openai.responses",
    operation="chat",
    family="openai",
    rows=(Row("/responses", ("model", "input"), model_in_path=DEPLOYMENT),),
    request=_request,
    prompt=_prompt,
    response=_response,
    output=_output,
    assemble=_assemble,
    glance=Glance(head=0, tail=1, whole=True),
    schema=_schema,
)
