"""Made-up exchanges in every wire format: what the suites that run over all protocols need of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Inference, Message, Part
from spanwise.instrumentation.protocols import claim

Json = Mapping[str, Any]
JSON = {"content-type": "application/json"}
EVENTS = {"content-type": "text/event-stream; charset=utf-8"}


@dataclass(frozen=True)
class Example:
    """One exchange of a format, whole and streamed; both say the same."""

    url: tuple[str, str]
    request: Json
    response: Json
    events: tuple[Json, ...] = ()
    """Empty where the format does not stream."""
    tokens: tuple[int | None, int | None] = (None, None)
    finish: tuple[str, ...] = ()
    said: str = ""
    named: bool = field(default=False)
    """Whether the events have an `event` line."""

    @property
    def stream(self) -> bytes:
        return sse(*self.events, named=self.named)


def sse(*events: Json, named: bool = False, done: bool = True) -> bytes:
    """Events as a server sends them; those without a name end in `[DONE]`."""
    blocks = [(f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n" for event in events]
    return "".join([*blocks, "" if named or not done else "data: [DONE]\n\n"]).encode()


def exchange(url: tuple[str, str], request: Json | bytes | None, **seen: Any) -> Exchange:
    """An exchange as a transport hands it over; `body` may be a document. Its request has to be claimed."""
    body = json.dumps(request).encode() if isinstance(request, Mapping) else request
    claimed = claim("POST", *url, lambda: body)
    assert claimed is not None
    if isinstance(seen.get("body"), Mapping):
        seen["body"] = json.dumps(seen["body"]).encode()
    made = Exchange(
        "POST", url[0], None, url[1], body, 0, claimed.operation, claimed.provider, claimed.model, claimed.read
    )
    for name, value in ({"status": 200, "response_headers": JSON} | seen).items():
        setattr(made, name, value)
    return made


def read(url: tuple[str, str], request: Json | bytes | None, **seen: Any) -> Inference:
    """What is learnt from such an exchange."""
    made = exchange(url, request, **seen)
    return made.read(made)


def read_stream(url: tuple[str, str], request: Json | bytes | None, raw: bytes, **seen: Any) -> Inference:
    """What is learnt from a stream, cut into chunks that respect no line and no character."""
    chunks = [raw[at : at + 7] for at in range(0, len(raw), 7)]
    return read(url, request, **{"chunks": chunks, "response_headers": EVENTS, "stream_end": "complete"} | seen)


def parts(messages: list[Message]) -> list[Part]:
    """All parts of some messages."""
    return [part for message in messages for part in cast("list[Part]", message["parts"])]


def said(messages: list[Message]) -> str:
    """The text of some messages."""
    return "".join(str(part["content"]) for part in parts(messages) if part["type"] == "text")


CHAT = ("api.openai.com", "/v1/chat/completions")
RESPONSES = ("api.openai.com", "/v1/responses")
COMPLETIONS = ("api.openai.com", "/v1/completions")
EMBEDDINGS = ("api.openai.com", "/v1/embeddings")
MESSAGES = ("api.anthropic.com", "/v1/messages")
ASK: Json = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Where is Mount Fuji?"}]}
ASK_RESPONSES: Json = {"model": "gpt-4o-mini", "input": "Where is Mount Fuji?"}
ASK_CLAUDE: Json = {**ASK, "model": "claude-sonnet-4-5", "max_tokens": 100}
USAGE: Json = {"prompt_tokens": 13, "completion_tokens": 5, "total_tokens": 18}


def chat(message: Json, finish: str | None = "stop", **more: Any) -> Json:
    """A whole chat completion of one choice."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {"id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18", "choices": [choice], "usage": USAGE, **more}


def chunk(delta: Json, finish: str | None = None, index: int = 0, **more: Any) -> Json:
    """An event of a chat completion."""
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18", "choices": [choice], "usage": None, **more}


def usage_chunk(**usage: Any) -> Json:
    """The event that `include_usage` asks for."""
    return {"id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18", "choices": [], "usage": {**USAGE, **usage}}


def responses(*output: Json, **more: Any) -> Json:
    """A finished response."""
    usage = {
        "input_tokens": 13,
        "output_tokens": 5,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    identity = {"id": "resp_1", "status": "completed", "model": "gpt-4o-mini-2024-07-18", "error": None}
    return {**identity, "output": list(output), "usage": usage, **more}


def response_message(text: str) -> Json:
    """An output item that says something."""
    content: list[Json] = [{"type": "output_text", "text": text, "annotations": []}]
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": content}


def claude(*blocks: Json, stop: str | None = "end_turn", **more: Any) -> Json:
    """A whole message of Anthropic."""
    usage = {"input_tokens": 13, "output_tokens": 5}
    identity = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929"}
    return {**identity, "content": list(blocks), "stop_reason": stop, "usage": usage, **more}


def claude_start(**usage: Any) -> Json:
    """The first event of a stream of Anthropic."""
    counts = {"input_tokens": 13, "output_tokens": 1, **usage}
    return {"type": "message_start", "message": {**claude(stop=None), "usage": counts}}


def claude_block(index: int, start: Json, *deltas: Json) -> tuple[Json, ...]:
    """The events of one content block."""
    return (
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    )


def claude_end(stop: str = "end_turn", **usage: Any) -> tuple[Json, ...]:
    """The last two events."""
    delta = {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 5, **usage}}
    return delta, {"type": "message_stop"}


def text_deltas(*pieces: str) -> list[Json]:
    """Deltas of a text block."""
    return [{"type": "text_delta", "text": piece} for piece in pieces]


_TOLD = "In 日本 – Honshū 🗻."
_COMPLETION: Json = {"id": "cmpl-1", "model": "gpt-3.5-turbo-instruct"}

EXAMPLES: dict[str, Example] = {
    "openai.chat": Example(
        url=CHAT,
        request=ASK,
        response=chat({"content": _TOLD}),
        events=(
            chunk({"role": "assistant", "content": ""}),
            chunk({"content": _TOLD[:4]}),
            chunk({"content": _TOLD[4:]}),
            chunk({}, finish="stop"),
            usage_chunk(),
        ),
        tokens=(13, 5),
        finish=("stop",),
        said=_TOLD,
    ),
    "openai.responses": Example(
        url=RESPONSES,
        request=ASK_RESPONSES,
        response=responses(response_message(_TOLD)),
        events=(
            {"type": "response.created", "response": responses(status="in_progress", usage=None)},
            {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "content": []}},
            {"type": "response.output_text.delta", "output_index": 0, "delta": _TOLD[:4]},
            {"type": "response.output_text.delta", "output_index": 0, "delta": _TOLD[4:]},
            {"type": "response.completed", "response": responses(response_message(_TOLD))},
        ),
        tokens=(13, 5),
        finish=("stop",),
        said=_TOLD,
        named=True,
    ),
    "openai.completions": Example(
        url=COMPLETIONS,
        request={"model": "gpt-3.5-turbo-instruct", "prompt": "Where is Mount Fuji?"},
        response={
            **_COMPLETION,
            "choices": [{"index": 0, "text": _TOLD, "finish_reason": "stop"}],
            "usage": USAGE,
        },
        events=(
            {**_COMPLETION, "choices": [{"index": 0, "text": _TOLD[:4], "finish_reason": None}]},
            {**_COMPLETION, "choices": [{"index": 0, "text": _TOLD[4:], "finish_reason": "stop"}]},
            {**_COMPLETION, "choices": [], "usage": USAGE},
        ),
        tokens=(13, 5),
        finish=("stop",),
        said=_TOLD,
    ),
    "openai.embeddings": Example(
        url=EMBEDDINGS,
        request={"model": "text-embedding-3-small", "input": ["Fuji", "Honshū"]},
        response={
            "object": "list",
            "data": [{"object": "embedding", "index": index, "embedding": [0.25, -0.5]} for index in (0, 1)],
            "model": "text-embedding-3-small",
            "usage": {"prompt_tokens": 7, "total_tokens": 7},
        },
        tokens=(7, None),
    ),
    "anthropic.messages": Example(
        url=MESSAGES,
        request=ASK_CLAUDE,
        response=claude({"type": "text", "text": _TOLD}),
        events=(
            claude_start(),
            *claude_block(0, {"type": "text", "text": ""}, *text_deltas(_TOLD[:4], _TOLD[4:])),
            *claude_end(),
        ),
        tokens=(13, 5),
        finish=("end_turn",),
        said=_TOLD,
        named=True,
    ),
    "anthropic.complete": Example(
        url=("api.anthropic.com", "/v1/complete"),
        request={"model": "claude-2.1", "prompt": "\n\nHuman: Where is Mount Fuji?", "max_tokens_to_sample": 50},
        response={
            "type": "completion",
            "id": "compl_1",
            "model": "claude-2.1",
            "completion": _TOLD,
            "stop_reason": "stop_sequence",
        },
        events=(
            {"type": "completion", "id": "compl_1", "model": "claude-2.1", "completion": _TOLD[:4]},
            {"type": "completion", "completion": _TOLD[4:], "stop_reason": "stop_sequence", "stop": "\n\nHuman:"},
        ),
        finish=("stop_sequence",),
        said=_TOLD,
        named=True,
    ),
    "rerank": Example(
        url=("api.cohere.com", "/v2/rerank"),
        request={"model": "rerank-v3.5", "query": "Fuji", "documents": ["a mountain", {"text": "an apple"}]},
        response={"id": "1", "results": [{"index": 0, "relevance_score": 0.9}]},
    ),
}
"""One for each format; a test says when one is missing."""
