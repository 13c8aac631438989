"""Calls, read from the wire: prompts, completions, errors."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping

import httpx
from opentelemetry import trace

from contract.channels.channel import channel
from contract.channels.spans import remote
from contract.installation import Installation

__all__ = ["chat", "chunked"]


def chat(
    installed: Installation,
    *messages: Mapping[str, object],
    answer: Mapping[str, object] | None = None,
    status: int = 200,
    body: bytes | Iterator[bytes] | None = None,
    **request: object,
) -> None:
    """One chat call in OpenAI's format to a server that answers as told."""
    del installed
    message = answer or {"role": "assistant", "content": "Hello."}
    whole = {
        "id": "chatcmpl-1",
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 4},
    }
    headers = {"content-type": "text/event-stream" if request.get("stream") else "application/json"}
    content = body if body is not None else json.dumps(whole).encode()

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, content=content)

    payload = {"model": "gpt-4o-mini", "messages": messages, **request}
    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        client.post("https://api.openai.com/v1/chat/completions", json=payload)


def chunked(deltas: Iterator[Mapping[str, object]]) -> Iterator[bytes]:
    """A stream of chat chunks, one per delta."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-4o-mini-2024-07-18"}
    for delta in deltas:
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        yield b"data: " + json.dumps({**head, "choices": [choice]}).encode() + b"\n\n"
    yield b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + 3] for at in range(0, len(text), 3))


def _user(text: str = "hello") -> Mapping[str, object]:
    return {"role": "user", "content": text}


@channel
def prompt(installed: Installation, text: str) -> None:
    chat(installed, _user(text))


@channel
def prompt_in_parts(installed: Installation, text: str) -> None:
    chat(installed, {"role": "user", "content": [{"type": "text", "text": text}]})


@channel
def image_address(installed: Installation, text: str) -> None:
    parts = [{"type": "image_url", "image_url": {"url": f"https://shop.example/?q={text}"}}]
    chat(installed, {"role": "user", "content": parts})


@channel
def system_instruction(installed: Installation, text: str) -> None:
    chat(installed, {"role": "system", "content": text}, _user())


@channel
def earlier_answer(installed: Installation, text: str) -> None:
    chat(installed, _user(), {"role": "assistant", "content": text}, _user())


@channel
def completion(installed: Installation, text: str) -> None:
    chat(installed, _user(), answer={"role": "assistant", "content": text})


@channel
def refusal(installed: Installation, text: str) -> None:
    chat(installed, _user(), answer={"role": "assistant", "content": None, "refusal": text})


@channel
def tool_definition(installed: Installation, text: str) -> None:
    function = {"name": "look_up", "description": text, "parameters": {"properties": {"q": {"default": text}}}}
    chat(installed, _user(), tools=[{"type": "function", "function": function}])


@channel
def tool_arguments(installed: Installation, text: str) -> None:
    function = {"name": "look_up", "arguments": json.dumps({"q": text})}
    called = {"id": "call_1", "type": "function", "function": function}
    chat(installed, _user(), answer={"role": "assistant", "content": None, "tool_calls": [called]})


@channel
def tool_arguments_that_are_no_json(installed: Installation, text: str) -> None:
    called = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": f'{{"q": {text}'}}
    chat(installed, _user(), answer={"role": "assistant", "content": None, "tool_calls": [called]})


@channel
def tool_result(installed: Installation, text: str) -> None:
    called = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
    asked = {"role": "assistant", "content": None, "tool_calls": [called]}
    chat(installed, _user(), asked, {"role": "tool", "tool_call_id": "call_1", "content": text})


@channel
def tool_result_as_a_json_document(installed: Installation, text: str) -> None:
    result = json.dumps({"found": [{"note": text}]})
    chat(installed, _user(), {"role": "tool", "tool_call_id": "call_1", "content": result})


@channel
def streamed_completion_split_over_chunks(installed: Installation, text: str) -> None:
    chat(installed, _user(), stream=True, body=chunked({"content": piece} for piece in _pieces(text)))


@channel
def streamed_tool_arguments_split_over_chunks(installed: Installation, text: str) -> None:
    called = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": ""}}
    pieces = _pieces(json.dumps({"q": text}, ensure_ascii=False))
    rest = ({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces)
    chat(installed, _user(), stream=True, body=chunked(iter([{"tool_calls": [called]}, *rest])))


@channel
def message_of_a_provider_error(installed: Installation, text: str) -> None:
    error = {"error": {"message": f"Invalid value: '{text}'.", "type": "invalid_request_error", "code": None}}
    chat(installed, _user(), status=400, body=json.dumps(error).encode())


@channel
def error_page_that_is_no_json(installed: Installation, text: str) -> None:
    chat(installed, _user(), status=502, body=f"<html>{text}</html>".encode())


@channel
def error_inside_a_stream(installed: Installation, text: str) -> None:
    event = json.dumps({"error": {"message": text, "type": text, "code": text}}).encode()
    chat(installed, _user(), stream=True, body=iter([b"data: " + event + b"\n\n"]))


@channel
def user_id_in_the_request(installed: Installation, text: str) -> None:
    chat(installed, _user(), user=text, safety_identifier=text, metadata={"customer": text})


@channel
def model_name_in_the_request(installed: Installation, text: str) -> None:
    chat(installed, _user(), model=text)


@channel
def stop_sequence(installed: Installation, text: str) -> None:
    chat(installed, _user(), stop=[text])


@channel
def exception_of_the_http_client(installed: Installation, text: str) -> None:
    del installed

    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(text)

    with httpx.Client(transport=httpx.MockTransport(refuse)) as client, contextlib.suppress(httpx.ConnectError):
        client.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-4o", "messages": [_user()]})


@channel
def event_that_a_hook_adds_to_a_call(installed: Installation, text: str) -> None:
    del installed

    def note(_: httpx.Request) -> None:
        span = trace.get_current_span()
        span.add_event(text, {"note": text, text: 3})
        span.set_attribute("hook.note", text)
        span.add_link(remote(text), {"note": text})
        span.record_exception(ValueError(text))

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"choices": []})

    with httpx.Client(transport=httpx.MockTransport(respond), event_hooks={"request": [note]}) as client:
        client.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-4o", "messages": [_user()]})
