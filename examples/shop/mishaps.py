"""What goes wrong during a day.

The local provider misbehaves on request, which an `x-scenario` header carries; real providers ignore it and need no
asking. Nothing else here is special: the conversations are the ones of every other customer.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from itertools import cycle

from anthropic import Anthropic
from openai import AsyncOpenAI, OpenAI

from shop import assistant, claude
from shop.questions import ATTACKER, ATTACKS, about_orders

__all__ = ["UNREACHED", "CustomerLeft", "asynchronous", "synchronous"]

UNREACHED = 2
"""How many calls go where nothing listens; no provider's ledger holds them."""

_NOWHERE = "http://127.0.0.1:9/v1"
_OPENAI = (
    *("rate_limit:1", "rate_limit:2", "rate_limit", "server_error", "unavailable:1", "unavailable", "disconnect:1"),
    *("bad_request", "bad_request", "auth", "permission", "not_found"),
    *("content_filter", "refusal", "refusal", "truncated", "empty", "slow:2", "slow:3"),
)
_ANTHROPIC = ("rate_limit:1", "rate_limit", "unavailable", "bad_request", "auth", "refusal", "truncated", "slow:2")
_STREAMS = ("broken_stream:9", "broken_stream:3", "stream_error:6", "rate_limit:1", "content_filter")


class CustomerLeft(Exception):
    """The customer closed the window before the answer was complete."""


def synchronous(openai: OpenAI, anthropic: Anthropic) -> list[Callable[[], object]]:
    """Conversations that fail, or nearly."""
    asked = cycle(about_orders(12))
    hasty = _provoked(openai, "hang").with_options(timeout=0.4, max_retries=0)
    stubborn = _provoked(openai, "hang").with_options(timeout=0.3, max_retries=1)
    unplugged = openai.with_options(base_url=_NOWHERE, max_retries=0)
    return [
        *(partial(assistant.reply, _provoked(openai, name), *next(asked)) for name in _OPENAI),
        *(partial(claude.consult, _provoked_claude(anthropic, name), *next(asked)) for name in _ANTHROPIC),
        *(partial(assistant.reply_in_stream, _provoked(openai, name), *next(asked)) for name in _STREAMS),
        *(partial(claude.consult_in_stream, _provoked_claude(anthropic, name), *next(asked)) for name in _STREAMS[:3]),
        *(partial(assistant.triage, _provoked(openai, "malformed_json"), *next(asked)) for _ in range(3)),
        *(partial(assistant.reply, client, *next(asked)) for client in (hasty, hasty, stubborn)),
        *(partial(assistant.reply, unplugged, *next(asked)) for _ in range(UNREACHED)),
        partial(assistant.reply, _provoked(openai, "leak"), ATTACKER, ATTACKS[-1]),
        *(partial(_leave, openai, *next(asked)) for _ in range(3)),
        partial(_leave_claude, anthropic, *next(asked)),
    ]


def asynchronous(openai: AsyncOpenAI) -> list[Coroutine[object, object, object]]:
    """Conversations of coroutines that are cancelled or left."""
    patient = openai.with_options(default_headers={"x-scenario": "hang"})
    asked = about_orders(4)
    return [
        *(_cancelled(assistant.reply_in_stream_async(patient, *each)) for each in asked[:2]),
        *(_leave_async(openai, *each) for each in asked[2:]),
    ]


def _provoked(client: OpenAI, scenario: str) -> OpenAI:
    return client.with_options(default_headers={"x-scenario": scenario})


def _provoked_claude(client: Anthropic, scenario: str) -> Anthropic:
    return client.with_options(default_headers={"x-scenario": scenario})


def _leave(client: OpenAI, account: str, question: str) -> None:
    stream = _provoked(client, "stall:8").chat.completions.create(
        model="gpt-4o-mini", messages=assistant.conversation(question), user=account, stream=True
    )
    with stream:
        for number, _ in enumerate(stream):
            if number == 5:
                break
    raise CustomerLeft


def _leave_claude(client: Anthropic, account: str, question: str) -> None:
    stream = _provoked_claude(client, "stall:8").messages.create(
        model="claude-haiku-4-5",
        max_tokens=500,
        messages=[{"role": "user", "content": question}],
        metadata={"user_id": account},
        stream=True,
    )
    with stream:
        for number, _ in enumerate(stream):
            if number == 5:
                break
    raise CustomerLeft


async def _leave_async(client: AsyncOpenAI, account: str, question: str) -> None:
    stream = await client.with_options(default_headers={"x-scenario": "stall:8"}).chat.completions.create(
        model="gpt-4o-mini", messages=assistant.conversation(question), user=account, stream=True
    )
    async with stream:
        number = 0
        async for _ in stream:
            number += 1
            if number == 5:
                break
    raise CustomerLeft


async def _cancelled(conversation: Coroutine[object, object, object]) -> None:
    task = asyncio.create_task(conversation)
    await asyncio.sleep(0.4)
    task.cancel()
    await asyncio.wait([task])
    raise CustomerLeft
