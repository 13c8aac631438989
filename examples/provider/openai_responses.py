"""OpenAI's `/v1/responses`."""

import time
from collections.abc import Iterator
from itertools import count

from provider import tokens
from provider.answers import Answer, Prompt, pieces
from provider.errors import ApiError
from provider.openai_chat import default_effort, tools_offered
from provider.payload import JsonMap, compact, integer, mapping, number, sequence, string, text_of
from provider.tokens import Usage
from provider.wire import Event, Served, WireFormat, named_event, new_id

__all__ = ["RESPONSES"]

_ECHOED = (
    *("instructions", "max_output_tokens", "max_tool_calls", "previous_response_id"),
    *("prompt_cache_key", "prompt_cache_retention", "safety_identifier", "user"),
)


def _read(request: JsonMap) -> Prompt:
    items = _items(request.get("input"))
    if not items:
        raise ApiError(400, "Missing required parameter: 'input'.", "input")
    tools, must_call = tools_offered(request)
    model = string(request.get("model"))
    return Prompt(
        model=model,
        text=_rendered(request, items),
        question=next((text_of(each.get("content")) for each in reversed(items) if each.get("role") == "user"), ""),
        results=_results(items),
        tools=tools,
        must_call=must_call,
        schema=mapping(mapping(mapping(request.get("text")).get("format")).get("schema")),
        limit=integer(request.get("max_output_tokens")),
        stream=request.get("stream") is True,
        effort=default_effort(model, string(mapping(request.get("reasoning")).get("effort"))),
    )


def _items(given: object) -> list[JsonMap]:
    """The input items; a plain string is one user message."""
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    return [mapping(each) for each in sequence(given)]


def _rendered(request: JsonMap, items: list[JsonMap]) -> str:
    tools = "".join(compact(tool) + "\n" for tool in sequence(request.get("tools")))
    instructions = string(request.get("instructions"))
    opening = f"system: {instructions}\n" if instructions else ""
    return tools + opening + "".join(_line(item) for item in items)


def _line(item: JsonMap) -> str:
    said = text_of(item.get("content")) or string(item.get("arguments")) or text_of(item.get("output"))
    return f"{item.get('role') or item.get('type')}: {said}\n"


def _results(items: list[JsonMap]) -> str:
    results: list[str] = []
    for item in reversed(items):
        if item.get("type") != "function_call_output":
            break
        results.insert(0, text_of(item.get("output")))
    return "\n".join(results)


def _reason(answer: Answer) -> str | None:
    """Why the response is incomplete; None when it is complete."""
    return {"length": "max_output_tokens", "content_filter": "content_filter"}.get(answer.finish)


def _finish(answer: Answer) -> str:
    return _reason(answer) or "completed"


def _body(served: Served) -> JsonMap:
    return _response(served, new_id("resp_", 48), _status(served.answer), _output(served))


def _status(answer: Answer) -> str:
    return "incomplete" if _reason(answer) else "completed"


def _response(served: Served, identifier: str, status: str, output: list[JsonMap]) -> JsonMap:
    request, reason = served.request, _reason(served.answer)
    ended = status != "in_progress"
    return {
        "id": identifier,
        "object": "response",
        "created_at": served.created,
        "status": status,
        "completed_at": int(time.time()) if status == "completed" else None,
        "background": False,
        "error": None,
        "incomplete_details": {"reason": reason} if ended and reason else None,
        **{name: request.get(name) for name in _ECHOED},
        "frequency_penalty": 0.0,
        "model": served.model.snapshot,
        "output": output,
        "parallel_tool_calls": True,
        "presence_penalty": 0.0,
        "reasoning": {"effort": served.prompt.effort or None, "summary": _summary_wanted(request) or None},
        "service_tier": "default" if ended else "auto",
        "store": request.get("store") is not False,
        "temperature": number(request.get("temperature"), 1.0),
        "text": mapping(request.get("text")) or {"format": {"type": "text"}, "verbosity": "medium"},
        "tool_choice": request.get("tool_choice") or "auto",
        "tools": sequence(request.get("tools")),
        "top_logprobs": 0,
        "top_p": number(request.get("top_p"), 1.0),
        "truncation": "disabled",
        "usage": _usage(served.usage) if ended and served.usage else None,
        "metadata": mapping(request.get("metadata")),
    }


def _summary_wanted(request: JsonMap) -> str:
    return string(mapping(request.get("reasoning")).get("summary"))


def _usage(usage: Usage) -> JsonMap:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cache_read},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }


def _output(served: Served) -> list[JsonMap]:
    answer = served.answer
    output: list[JsonMap] = []
    if answer.reasoning:
        shown = [{"type": "summary_text", "text": answer.thought}] if _summary_wanted(served.request) else []
        output.append({"id": new_id("rs_", 48), "type": "reasoning", "summary": shown})
    output.extend(_function_call(call.name, call.arguments) for call in answer.calls)
    if not answer.calls:
        output.append(_message(answer))
    return output


def _function_call(name: str, arguments: JsonMap) -> JsonMap:
    return {
        "id": new_id("fc_", 48),
        "type": "function_call",
        "status": "completed",
        "arguments": compact(arguments),
        "call_id": new_id("call_"),
        "name": name,
    }


def _message(answer: Answer) -> JsonMap:
    return {
        "id": new_id("msg_", 48),
        "type": "message",
        "status": _status(answer),
        "content": [_part(answer, answer.text)],
        "role": "assistant",
    }


def _part(answer: Answer, text: str) -> JsonMap:
    if answer.finish == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def _events(served: Served) -> Iterator[Event]:
    numbers = count()
    for event, size, usage in _stream(served):
        data = named_event({"type": event["type"], "sequence_number": next(numbers), **event})
        yield Event(data, size, usage, final=usage is not None)


def _stream(served: Served) -> Iterator[tuple[JsonMap, int, Usage | None]]:
    """Each event with the output tokens it stands for and the usage it reports."""
    identifier, status = new_id("resp_", 48), _status(served.answer)
    for name in ("created", "in_progress"):
        yield {"type": f"response.{name}", "response": _response(served, identifier, "in_progress", [])}, 0, None
    output = _output(served)
    for index, item in enumerate(output):
        for event, size in _item_events(item, index, served.answer):
            yield event, size, None
    last: JsonMap = {"type": f"response.{status}", "response": _response(served, identifier, status, output)}
    yield last, 0, served.usage


def _item_events(item: JsonMap, index: int, answer: Answer) -> Iterator[tuple[JsonMap, int]]:
    place: JsonMap = {"item_id": item["id"], "output_index": index}
    yield {"type": "response.output_item.added", "output_index": index, "item": _opened(item)}, 0
    if item["type"] == "reasoning":
        yield from _summary_events(item, place, answer.reasoning)
    elif item["type"] == "function_call":
        yield from _arguments_events(string(item["arguments"]), place)
    else:
        yield from _text_events(answer, place)
    yield {"type": "response.output_item.done", "output_index": index, "item": item}, 0


def _opened(item: JsonMap) -> JsonMap:
    """An output item before its deltas."""
    empty: JsonMap = {"status": "in_progress", "content": [], "summary": [], "arguments": ""}
    return {name: empty.get(name, value) for name, value in item.items()}


def _summary_events(item: JsonMap, place: JsonMap, spent: int) -> Iterator[tuple[JsonMap, int]]:
    for index, part in enumerate(map(mapping, sequence(item["summary"]))):
        here: JsonMap = {**place, "summary_index": index}
        empty = {"type": "summary_text", "text": ""}
        yield {"type": "response.reasoning_summary_part.added", **here, "part": empty}, spent
        for piece in pieces(string(part["text"])):
            yield {"type": "response.reasoning_summary_text.delta", **here, "delta": piece, **_padding(piece)}, 0
        yield {"type": "response.reasoning_summary_text.done", **here, "text": part["text"]}, 0
        yield {"type": "response.reasoning_summary_part.done", **here, "part": part}, 0


def _arguments_events(arguments: str, place: JsonMap) -> Iterator[tuple[JsonMap, int]]:
    kind = "response.function_call_arguments"
    for piece in pieces(arguments):
        yield {"type": f"{kind}.delta", **place, "delta": piece, **_padding(piece)}, tokens.count(piece)
    yield {"type": f"{kind}.done", **place, "arguments": arguments}, 0


def _text_events(answer: Answer, place: JsonMap) -> Iterator[tuple[JsonMap, int]]:
    here: JsonMap = {**place, "content_index": 0}
    kind, field = ("refusal", "refusal") if answer.finish == "refusal" else ("output_text", "text")
    extra: JsonMap = {} if kind == "refusal" else {"logprobs": []}
    yield {"type": "response.content_part.added", **here, "part": _part(answer, "")}, 0
    for piece in pieces(answer.text):
        delta: JsonMap = {"type": f"response.{kind}.delta", **here, "delta": piece, **extra, **_padding(piece)}
        yield delta, tokens.count(piece)
    yield {"type": f"response.{kind}.done", **here, field: answer.text, **extra}, 0
    yield {"type": "response.content_part.done", **here, "part": _part(answer, answer.text)}, 0


def _padding(piece: str) -> JsonMap:
    """Random-looking characters that hide a delta's length from who watches the connection."""
    return {"obfuscation": new_id("", max(16 - len(piece), 0))}


RESPONSES = WireFormat("responses", "openai", _read, _body, _events, _finish)
