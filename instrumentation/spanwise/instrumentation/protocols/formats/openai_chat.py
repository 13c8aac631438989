"""OpenAI chat completions, which most other providers and servers speak too.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Content, Inference, Message, Part
from spanwise.instrumentation.protocols import openai_choices
from spanwise.instrumentation.protocols.json_types import JsonObject, items, mapping, objects, text
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

_INSTRUCTING = ("system", "developer")


def _request(request: JsonObject, inference: Inference) -> None:
    inference.attributes[names.OPENAI_API_TYPE] = "chat_completions"
    add_request(request, inference)


def _schema(request: JsonObject) -> JsonObject | None:
    wanted = mapping(request.get("response_format"))
    return json_schema(wanted, mapping(wanted.get("json_schema")).get("schema"))


def _prompt(request: JsonObject) -> Content:
    """Instructions at the head of the messages stand apart; later ones stay in their place."""
    content = Content(tool_definitions=[_tool(given) for given in _tools(request)])
    for said in objects(request.get("messages")):
        role, parts = said.get("role"), _parts_of(said)
        if role in _INSTRUCTING and not content.input_messages:
            content.system_instructions += parts
        else:
            content.input_messages.append(message(role, parts))
    return content


def _output(response: JsonObject) -> list[Message]:
    return [
        message(said.get("role") or "assistant", _parts_of(said), text(choice.get("finish_reason")))
        for choice in openai_choices.in_order(response)
        for said in (mapping(choice.get("message")),)
    ]


def _parts_of(said: JsonObject) -> list[Part]:
    """Parts of a message of either direction."""
    if said.get("role") == "tool" or said.get("role") == "function":
        return [tool_response(said.get("tool_call_id") or said.get("name"), _tool_content(said.get("content")))]
    parts = [reasoning(thought)] if (thought := _thought(said)) else []
    parts += _content(said.get("content"))
    if refusal := text(said.get("refusal")):
        parts.append(text_part(refusal))
    if audio := mapping(said.get("audio")):
        parts.append(_audio(audio))
    parts += map(_call, objects(said.get("tool_calls")))
    if call := mapping(said.get("function_call")):
        parts.append(function_call(None, call.get("name"), call.get("arguments")))
    return parts


def _thought(said: JsonObject) -> str | None:
    """Reasoning, by the names that DeepSeek, vLLM, Groq and OpenRouter give it."""
    return text(said.get("reasoning_content")) or text(said.get("reasoning"))


def _content(content: object) -> list[Part]:
    if isinstance(content, str):
        return [text_part(content)] if content else []
    return [_content_part(part) for part in items(content)]


def _tool_content(content: object) -> object:
    parts = objects(content)
    said = [part.get("text") for part in parts if isinstance(part.get("text"), str)]
    return "\n".join(map(str, said)) if parts and len(said) == len(parts) else content


def _content_part(part: object) -> Part:
    if isinstance(part, str):
        return text_part(part)
    given = mapping(part)
    kind = given.get("type")
    if kind in ("text", "refusal"):
        return text_part(text(given.get(str(kind))) or "")
    if kind == "thinking":
        return reasoning("".join(text(said.get("text")) or "" for said in objects(given.get("thinking"))))
    read = _MEDIA.get(str(kind))
    return read(given) if read is not None else generic(given)


def _address(given: JsonObject, key: str) -> object:
    """The address may be the value itself or in its `url`."""
    return given.get(key) if isinstance(given.get(key), str) else mapping(given.get(key)).get("url")


def _input_audio(given: JsonObject) -> Part:
    audio = mapping(given.get("input_audio"))
    return blob("audio", audio.get("data"), f"audio/{text(audio.get('format')) or 'unknown'}")


def _file(given: JsonObject) -> Part:
    held = mapping(given.get("file"))
    if held.get("file_data") is not None:
        return media("file", held.get("file_data"))
    return file(held.get("file_id"))


def _audio(audio: JsonObject) -> Part:
    if audio.get("data") is None and audio.get("transcript") is None:
        return file(audio.get("id"), "audio")
    return blob("audio", audio.get("data"), transcript=audio.get("transcript"))


_MEDIA: dict[str, Callable[[JsonObject], Part]] = {
    "image_url": lambda given: media("image", _address(given, "image_url")),
    "video_url": lambda given: media("video", _address(given, "video_url")),
    "audio_url": lambda given: media("audio", _address(given, "audio_url")),
    "input_audio": _input_audio,
    "file": _file,
}


def _call(call: JsonObject) -> Part:
    custom = mapping(call.get("custom"))
    if custom:
        return custom_call(call.get("id"), custom.get("name"), custom.get("input"))
    function = mapping(call.get("function"))
    return function_call(call.get("id"), function.get("name"), function.get("arguments"))


def _tools(request: JsonObject) -> list[JsonObject]:
    return objects(request.get("tools")) or objects(request.get("functions"))


def _tool(given: JsonObject) -> Mapping[str, AnyValue]:
    function = mapping(given.get("function")) or mapping(given.get("custom")) or given
    return tool(function.get("name"), function.get("description"), function.get("parameters"), given.get("type"))


FORMAT = WireFormat(
    name="openai.chat",
    operation="chat",
    family="openai",
    rows=(
        Row("/chat/completions", ("model", "messages"), model_in_path=DEPLOYMENT),
        Row("/agents/completions", ("messages",)),
        Row("/v1/chat", hosts=openai_choices.WRITER),
    ),
    request=_request,
    prompt=_prompt,
    response=openai_choices.response,
    output=_output,
    assemble=openai_choices.assemble,
    glance=Glance(head=3, tail=3),
    schema=_schema,
)
