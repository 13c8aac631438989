"""The same calls through real SDKs, synchronous and asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import anthropic
import httpx
import httpx2
import openai

from provider import LocalProvider

__all__ = ["CLAUDE", "OPENAI", "Ask", "ask"]

_ERRORS = (openai.OpenAIError, anthropic.AnthropicError, httpx.TransportError, httpx2.TransportError)
"""A stream that dies raises the HTTP client's own error."""
_SCHEMA = {"type": "object", "properties": {"order_id": {"type": "string"}}}


@dataclass(frozen=True)
class Ask:
    """One call of an SDK's `create`.

    resource: where the method is.
    scenario: asked of the provider.
    take: events to read of a stream before it is left; all of them by default.
    fails: the SDK raises.
    """

    resource: str
    arguments: Mapping[str, object]
    scenario: str = ""
    take: int | None = None
    fails: bool = False
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def streams(self) -> bool:
        return bool(self.arguments.get("stream"))

    @property
    def options(self) -> dict[str, Any]:
        """Keyword arguments of the method."""
        headers = {"x-scenario": self.scenario, **self.headers} if self.scenario else self.headers
        return {**self.arguments, "extra_headers": headers}


def ask(provider: LocalProvider, asked: Ask, *, asynchronous: bool = False, **options: Any) -> None:
    """Make the call with a client of its own; `options` are the client's."""
    if asynchronous:
        asyncio.run(_ask_async(provider, asked, options))
    else:
        _ask(provider, asked, options)


def _client(provider: LocalProvider, asked: Ask, kind: str, options: Mapping[str, Any]) -> Any:
    claude = asked.resource == "messages"
    module: Any = anthropic if claude else openai
    url = provider.anthropic_base_url if claude else provider.openai_base_url
    name = ("Anthropic" if claude else "OpenAI") if kind == "sync" else ("AsyncAnthropic" if claude else "AsyncOpenAI")
    return getattr(module, name)(**{"base_url": url, "api_key": "sk-local", **options})


def _ask(provider: LocalProvider, asked: Ask, options: Mapping[str, Any]) -> None:
    with _client(provider, asked, "sync", options) as client:
        try:
            answer = attrgetter(asked.resource)(client).create(**asked.options)
            if asked.streams:
                for number, _ in enumerate(answer, 1):
                    if number == asked.take:
                        answer.close()
                        break
        except _ERRORS:
            if not asked.fails:
                raise


async def _ask_async(provider: LocalProvider, asked: Ask, options: Mapping[str, Any]) -> None:
    async with _client(provider, asked, "async", options) as client:
        try:
            answer = await attrgetter(asked.resource)(client).create(**asked.options)
            if asked.streams:
                await _read(answer, asked.take)
        except _ERRORS:
            if not asked.fails:
                raise


async def _read(stream: Any, take: int | None) -> None:
    number = 0
    async for _ in stream:
        number += 1
        if number == take:
            await stream.close()
            return


_MESSAGES = [{"role": "user", "content": "Where is my order ORD-12345?"}]
_PLAIN = [{"role": "user", "content": "How do I return a kettle?"}]
_CHAT = {"model": "gpt-4o-mini", "messages": _PLAIN}
_STREAM = {**_CHAT, "stream": True, "stream_options": {"include_usage": True}}
_TOOLS = [{"type": "function", "function": {"name": "look_up_order", "parameters": _SCHEMA}}]
_RESPONSE = {"model": "gpt-5-mini", "input": "How do I return a kettle?"}
_EMBEDDING = {"model": "text-embedding-3-small", "input": "a kettle"}

OPENAI = {
    "chat": Ask("chat.completions", _CHAT),
    "stream": Ask("chat.completions", _STREAM),
    "tools": Ask("chat.completions", {**_CHAT, "messages": _MESSAGES, "tools": _TOOLS}),
    "error": Ask("chat.completions", _CHAT, "bad_request", fails=True),
    "retry": Ask("chat.completions", _CHAT, "rate_limit:2"),
    "retried stream": Ask("chat.completions", _STREAM, "unavailable:1"),
    "retried in vain": Ask("chat.completions", _CHAT, "server_error", fails=True),
    "abandoned": Ask("chat.completions", _STREAM, take=3),
    "broken stream": Ask("chat.completions", _STREAM, "broken_stream:4", fails=True),
    "error in a stream": Ask("chat.completions", _STREAM, "stream_error:4", fails=True),
    "response": Ask("responses", _RESPONSE),
    "streamed response": Ask("responses", {**_RESPONSE, "stream": True}),
    "embedding": Ask("embeddings", _EMBEDDING),
}

_CLAUDE = {"model": "claude-haiku-4-5", "max_tokens": 500, "messages": _PLAIN}
_CLAUDE_TOOLS = [{"name": "look_up_order", "input_schema": _SCHEMA}]

CLAUDE = {
    "chat": Ask("messages", _CLAUDE),
    "stream": Ask("messages", {**_CLAUDE, "stream": True}),
    "tools": Ask("messages", {**_CLAUDE, "messages": _MESSAGES, "tools": _CLAUDE_TOOLS}),
    "error": Ask("messages", _CLAUDE, "bad_request", fails=True),
    "retry": Ask("messages", _CLAUDE, "rate_limit:2"),
    "retried stream": Ask("messages", {**_CLAUDE, "stream": True}, "unavailable:1"),
    "retried in vain": Ask("messages", _CLAUDE, "server_error", fails=True),
    "abandoned": Ask("messages", {**_CLAUDE, "stream": True}, take=3),
    "broken stream": Ask("messages", {**_CLAUDE, "stream": True}, "broken_stream:4", fails=True),
    "error in a stream": Ask("messages", {**_CLAUDE, "stream": True}, "stream_error:4", fails=True),
}
