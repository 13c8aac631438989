"""Anthropic's `/v1/messages`."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha512

from provider import tokens
from provider.answers import Answer, Finish, Prompt, compose, pieces
from provider.errors import ApiError
from provider.openai_chat import tools_offered
from provider.payload import JsonMap, compact, integer, mapping, sequence, string, text_of
from provider.scenario import Scenario
from provider.tokens import Breakpoint, Usage
from provider.wire import Event, Served, WireFormat, named_event, new_id

__all__ = ["MESSAGES", "read"]


def read(request: JsonMap) -> Prompt:
    """The prompt of a request to `/v1/messages`, or to `/v1/messages/count_tokens` with `max_tokens` set.

    Raises:
        ApiError: `messages` or `max_tokens` is missing.
    """
    messages = [mapping(each) for each in sequence(request.get("messages"))]
    for name, present in (("messages", messages), ("max_tokens", integer(request.get("max_tokens")))):
        if not present:
            raise ApiError(400, f"{name}: Field required")
    tools, must_call = tools_offered(request)
    blocks = _blocks(request, messages)
    return Prompt(
        model=string(request.get("model")),
        text="".join(text for text, _ in blocks),
        question=_question(messages),
        results=_results(messages),
        tools=tools,
        must_call=must_call,
        schema=_schema(request),
        limit=integer(request.get("max_tokens")),
        stream=request.get("stream") is True,
        effort=_effort(request),
        marks=tuple(_marks(blocks)),
    )


def _schema(request: JsonMap) -> JsonMap:
    return mapping(mapping(mapping(request.get("output_config")).get("format")).get("schema"))


def _effort(request: JsonMap) -> str:
    thinking = mapping(request.get("thinking"))
    return "medium" if thinking.get("type") in ("enabled", "adaptive") else ""


def _blocks(request: JsonMap, messages: list[JsonMap]) -> list[tuple[str, JsonMap]]:
    """The prompt's blocks, each with its `cache_control`; the request's own is that of its last block."""
    blocks = list(_ordered(request, messages))
    text, control = blocks[-1]
    return [*blocks[:-1], (text, mapping(request.get("cache_control")) or control)]


def _ordered(request: JsonMap, messages: list[JsonMap]) -> Iterator[tuple[str, JsonMap]]:
    """The blocks in the order in which they are cached: tools, system, messages."""
    for tool in sequence(request.get("tools")):
        bare = {key: value for key, value in mapping(tool).items() if key != "cache_control"}
        yield compact(bare) + "\n", mapping(mapping(tool).get("cache_control"))
    yield from _parts("system", request.get("system") or [])
    for message in messages:
        yield from _parts(string(message.get("role")), message.get("content"))


def _parts(role: str, content: object) -> Iterator[tuple[str, JsonMap]]:
    if isinstance(content, str):
        yield f"{role}: {content}\n", {}
    for part in sequence(content):
        yield f"{role}: {text_of([part])}\n", mapping(mapping(part).get("cache_control"))


def _marks(blocks: list[tuple[str, JsonMap]]) -> Iterator[Breakpoint]:
    prefix = ""
    for text, control in blocks:
        prefix += text
        if control:
            yield Breakpoint(prefix, "1h" if control.get("ttl") == "1h" else "5m")


def _question(messages: list[JsonMap]) -> str:
    """The last user message that is more than tool results."""
    for message in reversed(messages):
        said = _without_results(message.get("content"))
        if message.get("role") == "user" and said:
            return text_of(said)
    return ""


def _without_results(content: object) -> object:
    if isinstance(content, str):
        return content
    return [part for part in sequence(content) if mapping(part).get("type") != "tool_result"]


def _results(messages: list[JsonMap]) -> str:
    last = [mapping(part) for part in sequence(messages[-1].get("content"))]
    return "\n".join(text_of(part.get("content")) for part in last if part.get("type") == "tool_result")


def _finish(answer: Answer) -> str:
    return _FINISH[answer.finish]


_FINISH: dict[Finish, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "refusal": "refusal",
}


def _stop(answer: Answer) -> JsonMap:
    refused = _finish(answer) == "refusal"
    details = {"type": "refusal", "category": "general_harms", "explanation": None} if refused else None
    return {"stop_reason": _finish(answer), "stop_sequence": None, **({"stop_details": details} if details else {})}


def _body(served: Served) -> JsonMap:
    return {
        **_envelope(served),
        "content": list(_content(served.answer)),
        **_stop(served.answer),
        "usage": _usage(served.usage or Usage()),
    }


def _envelope(served: Served) -> JsonMap:
    return {"id": new_id("msg_01", 22), "type": "message", "role": "assistant", "model": served.model.snapshot}


def _content(answer: Answer) -> Iterator[JsonMap]:
    if answer.thought:
        yield {"type": "thinking", "thinking": answer.thought, "signature": _signature(answer.thought)}
    if answer.text:
        yield {"type": "text", "text": answer.text}
    for call in answer.calls:
        yield {"type": "tool_use", "id": new_id("toolu_01", 22), "name": call.name, "input": call.arguments}


def _signature(thought: str) -> str:
    return base64.b64encode(sha512(thought.encode()).digest() * 3).decode()


def _usage(usage: Usage) -> JsonMap:
    thinking = {"output_tokens_details": {"thinking_tokens": usage.reasoning}} if usage.reasoning else {}
    return {
        "input_tokens": usage.input - usage.cache_read - usage.cache_write,
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.cache_write_5m,
            "ephemeral_1h_input_tokens": usage.cache_write_1h,
        },
        "output_tokens": usage.output,
        **thinking,
        "service_tier": "standard",
    }


def _events(served: Served) -> Iterator[Event]:
    yield _message_start(served)
    for index, block in enumerate(_content(served.answer)):
        yield Event(named_event({"type": "content_block_start", "index": index, "content_block": _opened(block)}))
        if index == 0:
            yield Event(named_event({"type": "ping"}))
        for delta, size in _deltas(block, served.answer):
            yield Event(named_event({"type": "content_block_delta", "index": index, "delta": delta}), size)
        yield Event(named_event({"type": "content_block_stop", "index": index}))
    yield _message_delta(served)
    yield Event(named_event({"type": "message_stop"}))


def _message_start(served: Served) -> Event:
    opening = _opening(served.usage or Usage())
    message: JsonMap = {
        **_envelope(served),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _usage(opening),
    }
    return Event(named_event({"type": "message_start", "message": message}), usage=opening)


def _opening(usage: Usage) -> Usage:
    """What is known when the stream starts: the input, and the first output token."""
    return Usage(usage.input, 1, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h)


def _message_delta(served: Served) -> Event:
    usage = served.usage or Usage()
    counted = {name: value for name, value in _usage(usage).items() if name not in ("cache_creation", "service_tier")}
    end: JsonMap = {"type": "message_delta", "delta": _stop(served.answer), "usage": counted}
    return Event(named_event(end), usage=usage, final=True)


def _opened(block: JsonMap) -> JsonMap:
    """A content block before its deltas."""
    empty: JsonMap = {"text": "", "thinking": "", "signature": "", "input": {}}
    return {key: empty.get(key, value) for key, value in block.items()}


def _deltas(block: JsonMap, answer: Answer) -> Iterator[tuple[JsonMap, int]]:
    if block["type"] == "thinking":
        said = pieces(string(block["thinking"]))
        for piece in said:
            yield {"type": "thinking_delta", "thinking": piece}, answer.reasoning // len(said)
        yield {"type": "signature_delta", "signature": block["signature"]}, 0
    elif block["type"] == "text":
        for piece in pieces(string(block["text"])):
            yield {"type": "text_delta", "text": piece}, tokens.count(piece)
    else:
        for piece in ["", *pieces(compact(block["input"]))]:
            yield {"type": "input_json_delta", "partial_json": piece}, tokens.count(piece)


def _answer(prompt: Prompt, scenario: Scenario) -> Answer:
    """Anthropic has no content filter of its own name: what it stops is a refusal."""
    answer = compose(prompt, scenario)
    return replace(answer, finish="refusal") if answer.finish == "content_filter" else answer


MESSAGES = WireFormat("messages", "anthropic", read, _body, _events, _finish, _answer)
