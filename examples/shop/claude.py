"""Conversations with Anthropic's models. The handbook stands in front of each, so it is cached."""

from anthropic import Anthropic, AsyncAnthropic
from anthropic.types import Message, MessageParam, TextBlockParam, ToolResultBlockParam

from shop import tools
from shop.catalogue import HANDBOOK

__all__ = ["answer_about_order", "consult", "consult_async", "consult_in_stream", "think"]

_MODEL = "claude-sonnet-4-6"
_SYSTEM: list[TextBlockParam] = [
    {"type": "text", "text": "You are the second line of support. Decide by the handbook."},
    {"type": "text", "text": HANDBOOK, "cache_control": {"type": "ephemeral"}},
]


def consult(client: Anthropic, account: str, question: str, model: str = _MODEL) -> str:
    """Answer by the handbook."""
    answer = client.messages.create(
        model=model,
        max_tokens=1000,
        system=_SYSTEM,
        messages=[{"role": "user", "content": question}],
        metadata={"user_id": account},
    )
    return _text(answer)


async def consult_async(client: AsyncAnthropic, account: str, question: str) -> str:
    """The same from a coroutine, with a smaller model."""
    answer = await client.messages.create(
        model="claude-haiku-4-5",
        max_tokens=1000,
        system=_SYSTEM,
        messages=[{"role": "user", "content": question}],
        metadata={"user_id": account},
    )
    return _text(answer)


def consult_in_stream(client: Anthropic, account: str, question: str) -> str:
    """Answer by the handbook, word by word."""
    with client.messages.stream(
        model=_MODEL,
        max_tokens=1000,
        system=_SYSTEM,
        messages=[{"role": "user", "content": question}],
        metadata={"user_id": account},
    ) as stream:
        return "".join(stream.text_stream)


def think(client: Anthropic, account: str, question: str) -> str:
    """Answer after some thought; the handbook is kept for an hour, as hard cases are rare."""
    answer = client.messages.create(
        model="claude-opus-4-5",
        max_tokens=4000,
        thinking={"type": "enabled", "budget_tokens": 2000},
        system=[{"type": "text", "text": HANDBOOK, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        messages=[{"role": "user", "content": question}],
        metadata={"user_id": account},
    )
    return _text(answer)


def answer_about_order(client: Anthropic, account: str, question: str) -> str:
    """Let the model look the order up, then answer."""
    messages: list[MessageParam] = [{"role": "user", "content": question}]
    asked = client.messages.create(
        model=_MODEL,
        max_tokens=1000,
        tools=tools.CLAUDE_TOOLS,
        messages=messages,
        metadata={"user_id": account},
    )
    messages.append({"role": "assistant", "content": asked.content})
    messages.append({"role": "user", "content": _results(asked)})
    answer = client.messages.create(
        model=_MODEL,
        max_tokens=1000,
        tools=tools.CLAUDE_TOOLS,
        messages=messages,
        metadata={"user_id": account},
    )
    return _text(answer)


def _results(asked: Message) -> list[ToolResultBlockParam]:
    return [
        {
            "type": "tool_result",
            "tool_use_id": block.id,
            "content": tools.run(block.name, str(block.input["order_id"])),
        }
        for block in asked.content
        if block.type == "tool_use"
    ]


def _text(answer: Message) -> str:
    return "".join(block.text for block in answer.content if block.type == "text")
