"""What a wire format is: how a request is read, and how an answer is written, whole or as a stream."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from provider.answers import Answer, Prompt, compose
from provider.models import Model
from provider.payload import JsonMap, compact
from provider.scenario import Scenario
from provider.tokens import Usage

__all__ = ["Event", "Served", "WireFormat", "data_event", "named_event", "new_id"]

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event: its bytes, how many output tokens it stands for, and the usage that it reports."""

    data: bytes
    tokens: int = 0
    usage: Usage | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """All that an answer is written from. `usage` is None when the answer must not report any."""

    request: JsonMap
    prompt: Prompt
    model: Model
    answer: Answer
    usage: Usage | None
    created: int


@dataclass(frozen=True, slots=True)
class WireFormat:
    """One operation of one provider.

    `read` turns a request into a prompt and raises ApiError when it is not valid; `body` writes a whole answer and
    `events` a streamed one; `finish` is the provider's own word for why the answer ended.
    """

    operation: str
    provider: str
    read: Callable[[JsonMap], Prompt]
    body: Callable[[Served], JsonMap]
    events: Callable[[Served], Iterator[Event]]
    finish: Callable[[Answer], str]
    answer: Callable[[Prompt, Scenario], Answer] = compose


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh identifier, such as `chatcmpl-…`; the sequence is the same in every run."""
    digest = blake2b(f"{prefix}{next(_numbers)}".encode(), digest_size=32).hexdigest()
    return prefix + digest[:length]


def data_event(value: JsonMap) -> bytes:
    """An event that is data only, as in OpenAI's chat completions."""
    return f"data: {compact(value)}\n\n".encode()


def named_event(value: JsonMap) -> bytes:
    """An event that repeats its `type` as its name, as in OpenAI's responses and Anthropic's messages."""
    return f"event: {value['type']}\ndata: {compact(value)}\n\n".encode()
