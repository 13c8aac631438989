"""The call that is measured: the real OpenAI SDK over an HTTP transport that answers from memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx2
from openai import OpenAI

__all__ = ["Workload", "chat", "raw_stream", "stream"]

Workload = Callable[[], None]

_SENTENCE = "Our customer asks why the parcel of last week has not arrived yet, and wants to know what to do now. "
_TEXT = (_SENTENCE * 40)[:3600]
_USAGE = {
    "prompt_tokens": 1200,
    "completion_tokens": 340,
    "total_tokens": 1540,
    "prompt_tokens_details": {"cached_tokens": 1024, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 64, "audio_tokens": 0},
}
_HEAD = {"id": "chatcmpl-B1", "created": 1700000000, "model": "gpt-4o-mini-2024-07-18", "system_fingerprint": "fp_1"}
_ANSWER = {
    **_HEAD,
    "object": "chat.completion",
    "service_tier": "default",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": _SENTENCE * 8, "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": _USAGE,
}


class _Events(httpx2.SyncByteStream):
    def __init__(self, events: list[bytes]) -> None:
        self._events = events

    def __iter__(self) -> Iterator[bytes]:
        yield from self._events


def chat() -> Workload:
    """One chat completion with a prompt of 4 KB, sync."""
    client = _client(lambda _: httpx2.Response(200, json=_ANSWER))

    def call() -> None:
        client.chat.completions.create(
            model="gpt-4o-mini",
            temperature=0.2,
            max_tokens=500,
            messages=[{"role": "system", "content": "You are helpful."}, {"role": "user", "content": _TEXT}],
        )

    return call


def stream(chunks: int) -> Workload:
    """One streamed chat completion of `chunks` events, each one network read."""
    events = list(_events(chunks))
    headers = {"content-type": "text/event-stream"}
    client = _client(lambda _: httpx2.Response(200, headers=headers, stream=_Events(events)))

    def call() -> None:
        answer = client.chat.completions.create(
            model="gpt-4o-mini", stream=True, messages=[{"role": "user", "content": "Tell me more."}]
        )
        for _ in answer:
            pass

    return call


def raw_stream(chunks: int) -> Workload:
    """The same stream read by the HTTP client alone: without the SDK's 100 µs per event, little noise is left."""
    events = list(_events(chunks))
    headers = {"content-type": "text/event-stream"}
    client = httpx2.Client(
        transport=httpx2.MockTransport(lambda _: httpx2.Response(200, headers=headers, stream=_Events(events)))
    )
    body = {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": "Tell me more."}]}

    def call() -> None:
        with client.stream("POST", "https://api.openai.com/v1/chat/completions", json=body) as answer:
            for _ in answer.iter_raw():
                pass

    return call


def _client(answer: Callable[[httpx2.Request], httpx2.Response]) -> OpenAI:
    transport = httpx2.MockTransport(answer)
    return OpenAI(
        api_key="sk-bench", base_url="https://api.openai.com/v1", http_client=httpx2.Client(transport=transport)
    )


def _events(chunks: int) -> Iterator[bytes]:
    for _ in range(chunks - 2):
        yield _event({"choices": [{"index": 0, "delta": {"content": "parcel "}, "finish_reason": None}]})
    yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    yield _event({"choices": [], "usage": _USAGE}) + b"data: [DONE]\n\n"


def _event(rest: dict[str, object]) -> bytes:
    document = {**_HEAD, "object": "chat.completion.chunk", **rest}
    return b"data: " + json.dumps(document).encode() + b"\n\n"
