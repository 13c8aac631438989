"""Conversations with OpenAI's models."""

import json
from typing import Literal

from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessage, ChatCompletionMessageParam
from openai.types.responses import Response, ResponseInputItemParam
from pydantic import BaseModel

from shop import tools
from shop.catalogue import HANDBOOK, Index

__all__ = [
    "Triage",
    "answer_about_order",
    "answer_about_product",
    "conversation",
    "reason",
    "reason_about_order",
    "reason_aloud",
    "reply",
    "reply_in_stream",
    "reply_in_stream_async",
    "triage",
]

_SYSTEM = "You are the support assistant of a shop for kitchen machines. Answer briefly and kindly."


async def answer_about_product(client: AsyncOpenAI, index: Index, account: str, question: str) -> str:
    """Search the catalogue, then answer from what was found."""
    found = "\n".join(await index.search(client, question))
    answer = await client.chat.completions.create(
        model="gpt-4o-mini",
        messages=conversation(f"{question}\n\nFrom the catalogue:\n{found}"),
        user=account,
    )
    return answer.choices[0].message.content or ""


def answer_about_order(client: OpenAI, account: str, question: str) -> str:
    """Let the model look the order up, then answer."""
    messages = conversation(question)
    asked = client.chat.completions.create(model="gpt-4o", messages=messages, tools=tools.CHAT_TOOLS, user=account)
    messages += _with_results(asked.choices[0].message)
    answer = client.chat.completions.create(model="gpt-4o", messages=messages, user=account)
    return answer.choices[0].message.content or ""


def reply(client: OpenAI, account: str, question: str, model: str = "gpt-4o-mini") -> str:
    """Answer in one go."""
    answer = client.chat.completions.create(
        model=model, messages=conversation(question), safety_identifier=account, max_completion_tokens=800
    )
    return answer.choices[0].message.content or ""


def reply_in_stream(client: OpenAI, account: str, question: str, *, with_usage: bool = True) -> str:
    """Answer word by word; the stream tells its usage only when it is asked to."""
    stream = client.chat.completions.create(
        model="gpt-4.1-mini",
        messages=conversation(question),
        user=account,
        stream=True,
        stream_options={"include_usage": with_usage},
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


async def reply_in_stream_async(client: AsyncOpenAI, account: str, question: str) -> str:
    """The same from a coroutine."""
    stream = await client.chat.completions.create(
        model="gpt-4.1-nano",
        messages=conversation(question),
        user=account,
        stream=True,
        stream_options={"include_usage": True},
    )
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])


class Triage(BaseModel):
    """Where a message belongs, as the model sees it."""

    topic: Literal["order", "product", "refund", "other"]
    urgent: bool
    summary: str


def triage(client: OpenAI, account: str, question: str) -> Triage | None:
    """Sort a message into a queue; None when the model refuses.

    Raises:
        ValidationError: the model's answer does not fit `Triage`.
    """
    answer = client.chat.completions.parse(
        model="gpt-4.1-nano", messages=conversation(question), response_format=Triage, user=account
    )
    return answer.choices[0].message.parsed


def reason(client: OpenAI, account: str, question: str) -> str:
    """Answer by the handbook with a model that thinks first; the provider caches the handbook unasked."""
    answer = client.responses.create(
        model="gpt-5-mini", instructions=f"{_SYSTEM}\n{HANDBOOK}", input=question, safety_identifier=account
    )
    return answer.output_text


def reason_aloud(client: OpenAI, account: str, question: str) -> str:
    """Answer word by word with a model that thinks first and tells a summary of its thoughts."""
    stream = client.responses.create(
        model="gpt-5",
        instructions=_SYSTEM,
        input=question,
        reasoning={"effort": "low", "summary": "auto"},
        safety_identifier=account,
        stream=True,
    )
    return "".join(event.delta for event in stream if event.type == "response.output_text.delta")


def reason_about_order(client: OpenAI, account: str, question: str) -> str:
    """Let the thinking model look the order up, then answer."""
    asked = client.responses.create(
        model="gpt-5-mini",
        instructions=_SYSTEM,
        input=question,
        tools=tools.RESPONSE_TOOLS,
        safety_identifier=account,
    )
    answer = client.responses.create(
        model="gpt-5-mini",
        instructions=_SYSTEM,
        input=[{"role": "user", "content": question}, *_calls_and_results(asked)],
        safety_identifier=account,
    )
    return answer.output_text


def conversation(question: str) -> list[ChatCompletionMessageParam]:
    """A new conversation that begins with `question`."""
    return [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": question}]


def _with_results(message: ChatCompletionMessage) -> list[ChatCompletionMessageParam]:
    """The assistant's message and the results of the functions that it called."""
    calls = [call for call in message.tool_calls or () if call.type == "function"]
    asked: ChatCompletionMessageParam = {
        "role": "assistant",
        "tool_calls": [
            {
                "type": "function",
                "id": call.id,
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
            for call in calls
        ],
    }
    results: list[ChatCompletionMessageParam] = [
        {"role": "tool", "tool_call_id": call.id, "content": _run(call.function.name, call.function.arguments)}
        for call in calls
    ]
    return [asked, *results]


def _calls_and_results(response: Response) -> list[ResponseInputItemParam]:
    items: list[ResponseInputItemParam] = []
    for item in response.output:
        if item.type == "function_call":
            result = _run(item.name, item.arguments)
            items.append(
                {"type": "function_call", "call_id": item.call_id, "name": item.name, "arguments": item.arguments}
            )
            items.append({"type": "function_call_output", "call_id": item.call_id, "output": result})
    return items


def _run(name: str, arguments: str) -> str:
    return tools.run(name, json.loads(arguments)["order_id"])
