"""The plan of one day: who asks what, in which way, and how it is counted."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random

import httpx2
from anthropic import Anthropic, AnthropicError, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI, OpenAIError
from pydantic import ValidationError

from shop import assistant, claude, mishaps
from shop.catalogue import Index, build_index
from shop.mishaps import CustomerLeft
from shop.questions import ATTACKER, ATTACKS, RUNAWAY, THREAT, about_orders, about_products, with_secrets

__all__ = ["run"]

_FAILURES = (OpenAIError, AnthropicError, httpx2.TransportError, ValidationError, CustomerLeft)
_ANSWERED = "answered"


def run() -> str:
    """Work through the day; a summary of it in a few lines."""
    started = time.perf_counter()
    with OpenAI() as openai, Anthropic() as anthropic:
        index = build_index(openai)
        outcomes = asyncio.run(_at_once(index))
        with ThreadPoolExecutor(6) as pool:
            outcomes += pool.map(_outcome, _in_threads(openai, anthropic))
    return _summary(Counter(outcomes), time.perf_counter() - started)


async def _at_once(index: Index) -> list[str]:
    """Conversations of coroutines, ten at a time."""
    desk = asyncio.Semaphore(10)
    async with AsyncOpenAI() as openai, AsyncAnthropic() as anthropic:
        conversations: list[Coroutine[object, object, object]] = [
            *(assistant.answer_about_product(openai, index, *asked) for asked in about_products(40)),
            *(assistant.reply_in_stream_async(openai, *asked) for asked in about_orders(14)),
            *(claude.consult_async(anthropic, *asked) for asked in about_orders(12)),
            *mishaps.asynchronous(openai),
        ]
        return await asyncio.gather(*(_outcome_async(conversation, desk) for conversation in conversations))


def _in_threads(openai: OpenAI, anthropic: Anthropic) -> list[Callable[[], object]]:
    """Conversations of threads, shuffled, as they come in."""
    stream = partial(assistant.reply_in_stream, openai)
    conversations: list[Callable[[], object]] = [
        *(partial(assistant.answer_about_order, openai, *asked) for asked in about_orders(36)),
        *(partial(stream, *asked) for asked in about_orders(16)),
        *(partial(stream, *asked, with_usage=False) for asked in about_products(8)),
        *(partial(assistant.triage, openai, *asked) for asked in about_orders(12)),
        *(partial(assistant.reason, openai, *asked) for asked in about_products(8)),
        *(partial(assistant.reason_aloud, openai, *asked) for asked in about_orders(6)),
        *(partial(assistant.reason_about_order, openai, *asked) for asked in about_orders(6)),
        *(partial(claude.consult, anthropic, *asked) for asked in about_orders(12)),
        *(partial(claude.consult_in_stream, anthropic, *asked) for asked in about_orders(10)),
        *(partial(claude.think, anthropic, *asked) for asked in about_orders(6)),
        *(partial(claude.answer_about_order, anthropic, *asked) for asked in about_orders(8)),
        *(partial(assistant.reply, openai, *asked) for asked in with_secrets()),
        *(partial(assistant.reply, openai, ATTACKER, attack) for attack in ATTACKS),
        partial(assistant.reply, openai, ATTACKER, THREAT),
        *(partial(assistant.reply, openai, RUNAWAY, f"And what does article {n} cost?") for n in range(130)),
        *(partial(assistant.reply, openai, *asked, model="acme-llm-9") for asked in about_products(6)),
        *mishaps.synchronous(openai, anthropic),
    ]
    Random(1).shuffle(conversations)
    return conversations


def _outcome(conversation: Callable[[], object]) -> str:
    """How a conversation ended: answered, or the name of what went wrong."""
    try:
        conversation()
    except _FAILURES as failure:
        return type(failure).__name__
    return _ANSWERED


async def _outcome_async(conversation: Coroutine[object, object, object], desk: asyncio.Semaphore) -> str:
    async with desk:
        try:
            await conversation
        except _FAILURES as failure:
            return type(failure).__name__
    return _ANSWERED


def _summary(outcomes: Counter[str], seconds: float) -> str:
    total, answered = outcomes.total(), outcomes.pop(_ANSWERED)
    left = outcomes.pop(CustomerLeft.__name__)
    failures = ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items()))
    return (
        f"{total} conversations in {seconds:.1f} s: {answered} answered, {outcomes.total()} failed.\n"
        f"{left} customers left before the answer was complete.\n"
        f"Failures: {failures}"
    )
