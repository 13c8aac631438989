"""OpenAI's `/v1/chat/completions`."""

from collections.abc import Iterator

from provider import models, tokens
from provider.answers import Answer, Finish, Prompt, Tool, ToolCall, pieces
from provider.errors import ApiError
from provider.payload import JsonMap, compact, integer, mapping, sequence, string, text_of
from provider.tokens import Usage
from provider.wire import Event, Served, WireFormat, data_event, new_id

__all__ = ["CHAT", "default_effort", "tools_offered"]

_FINGERPRINT = "fp_560af6e559"


def default_effort(model: str, asked: str) -> str:
    """The effort that `model` reasons with when the request asks for `asked`; empty for models that do not reason."""
    known = models.find(model)
    return (asked or "medium") if known and known.reasons else ""


def tools_offered(request: JsonMap) -> tuple[tuple[Tool, ...], bool]:
    """The function tools that the model may call, and whether it has to call one; all three APIs spell them alike."""
    choice = request.get("tool_choice")
    kind = choice if isinstance(choice, str) else mapping(choice).get("type")
    if kind == "none":
        return (), False
    tools = tuple(_tool(mapping(each)) for each in sequence(request.get("tools")))
    named = string(mapping(mapping(choice).get("function")).get("name")) or string(mapping(choice).get("name"))
    return tuple(tool for tool in tools if named in ("", tool.name)), kind in ("required", "any") or bool(named)


def _tool(declared: JsonMap) -> Tool:
    function = mapping(declared.get("function")) or declared
    schema = mapping(function.get("parameters")) or mapping(function.get("input_schema"))
    return Tool(string(function.get("name")), schema)


def _read(request: JsonMap) -> Prompt:
    messages = [mapping(each) for each in sequence(request.get("messages"))]
    if not messages:
        raise ApiError(400, "Missing required parameter: 'messages'.", "messages")
    tools, must_call = tools_offered(request)
    model = string(request.get("model"))
    response_format = mapping(request.get("response_format"))
    return Prompt(
        model=model,
        text=_rendered(request, messages),
        question=next((text_of(each.get("content")) for each in reversed(messages) if each.get("role") == "user"), ""),
        results=_results(messages),
        tools=tools,
        must_call=must_call,
        schema=mapping(mapping(response_format.get("json_schema")).get("schema")),
        limit=integer(request.get("max_completion_tokens")) or integer(request.get("max_tokens")),
        choices=integer(request.get("n")) or 1,
        stream=request.get("stream") is True,
        stream_usage=mapping(request.get("stream_options")).get("include_usage") is True,
        effort=default_effort(model, string(request.get("reasoning_effort"))),
    )


def _rendered(request: JsonMap, messages: list[JsonMap]) -> str:
    tools = "".join(compact(tool) + "\n" for tool in sequence(request.get("tools")))
    return tools + "".join(_line(message) for message in messages)


def _line(message: JsonMap) -> str:
    calls = compact(message["tool_calls"]) if "tool_calls" in message else ""
    return f"{message.get('role')}: {text_of(message.get('content'))}{calls}\n"


def _results(messages: list[JsonMap]) -> str:
    results: list[str] = []
    for message in reversed(messages):
        if message.get("role") != "tool":
            break
        results.insert(0, text_of(message.get("content")))
    return "\n".join(results)


def _finish(answer: Answer) -> str:
    return _FINISH[answer.finish]


_FINISH: dict[Finish, str] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "stop",
}


def _body(served: Served) -> JsonMap:
    return {
        "id": new_id("chatcmpl-", 29),
        "object": "chat.completion",
        "created": served.created,
        "model": served.model.snapshot,
        "choices": [_choice(served.answer, index) for index in range(served.prompt.choices)],
        **({"usage": _usage(served.usage)} if served.usage else {}),
        "service_tier": "default",
        "system_fingerprint": _FINGERPRINT,
    }


def _choice(answer: Answer, index: int) -> JsonMap:
    refused = answer.finish == "refusal"
    message: JsonMap = {
        "role": "assistant",
        "content": None if refused or answer.calls else answer.text,
        **({"tool_calls": [_tool_call(call) for call in answer.calls]} if answer.calls else {}),
        "refusal": answer.text if refused else None,
        "annotations": [],
    }
    return {"index": index, "message": message, "logprobs": None, "finish_reason": _finish(answer)}


def _tool_call(call: ToolCall) -> JsonMap:
    function: JsonMap = {"name": call.name, "arguments": compact(call.arguments)}
    return {"id": new_id("call_"), "type": "function", "function": function}


def _usage(usage: Usage) -> JsonMap:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _events(served: Served) -> Iterator[Event]:
    head: JsonMap = {
        "id": new_id("chatcmpl-", 29),
        "object": "chat.completion.chunk",
        "created": served.created,
        "model": served.model.snapshot,
        "service_tier": "default",
        "system_fingerprint": _FINGERPRINT,
    }
    with_usage = served.prompt.stream_usage and served.usage is not None
    tail: JsonMap = {"usage": None} if with_usage else {}
    for index in range(served.prompt.choices):
        for choice, size in _deltas(served.answer, index):
            yield Event(data_event({**head, "choices": [choice], **tail, "obfuscation": new_id("", size % 12)}), size)
    if with_usage and served.usage:
        last = data_event({**head, "choices": [], "usage": _usage(served.usage), "obfuscation": ""})
        yield Event(last, usage=served.usage, final=True)
    yield Event(b"data: [DONE]\n\n")


def _deltas(answer: Answer, index: int) -> Iterator[tuple[JsonMap, int]]:
    """The choice of each chunk, with the output tokens it stands for."""
    said = list(_call_deltas(answer.calls)) if answer.calls else list(_text_deltas(answer))
    first, size = said[0]
    said[0] = ({"role": "assistant", **first}, size + answer.reasoning)
    for delta, tokens_said in said:
        yield {"index": index, "delta": delta, "logprobs": None, "finish_reason": None}, tokens_said
    yield {"index": index, "delta": {}, "logprobs": None, "finish_reason": _finish(answer)}, 0


def _text_deltas(answer: Answer) -> Iterator[tuple[JsonMap, int]]:
    refused = answer.finish == "refusal"
    yield ({"refusal": "", "content": None} if refused else {"content": "", "refusal": None}), 0
    for piece in pieces(answer.text):
        yield {"refusal" if refused else "content": piece}, tokens.count(piece)


def _call_deltas(calls: tuple[ToolCall, ...]) -> Iterator[tuple[JsonMap, int]]:
    for index, call in enumerate(calls):
        function: JsonMap = {"name": call.name, "arguments": ""}
        opened: JsonMap = {"index": index, "id": new_id("call_"), "type": "function", "function": function}
        beginning: JsonMap = {"content": None, "refusal": None} if index == 0 else {}
        yield {**beginning, "tool_calls": [opened]}, tokens.count(call.name)
        for piece in pieces(compact(call.arguments)):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}, tokens.count(piece)


CHAT = WireFormat("chat", "openai", _read, _body, _events, _finish)
