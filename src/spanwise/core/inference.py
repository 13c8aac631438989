"""What was learnt about one GenAI call: the record that protocols fill and spans are written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from opentelemetry.util.types import AnyValue

__all__ = ["Content", "Inference", "Message", "Outcome", "Part", "Usage"]

Part = dict[str, AnyValue]
"""A message part of the semantic conventions: `{"type": "text", "content": …}`, `tool_call`, `tool_call_response`, …"""
Message = dict[str, AnyValue]
"""`{"role": …, "parts": [Part, …]}`; an output message also has `finish_reason`."""

Outcome = Literal[
    "ok",
    "rate_limit",
    "timeout",
    "unavailable",
    "auth",
    "bad_request",
    "not_found",
    "content_filter",
    "refusal",
    "truncated",
    "malformed_output",
    "empty",
    "abandoned",
    "cancelled",
    "error",
]
"""How a call ended, in one word; `ok` is the only good one. Those from `content_filter` to `empty` are no errors
of HTTP: the span's status stays unset."""


@dataclass(slots=True)
class Usage:
    """Tokens of one call. `input_tokens` includes what the cache served and stored, `output_tokens` includes
    reasoning, as the conventions ask. `None` is not known, which is not zero."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    """The part of `cache_write_tokens` that is stored for an hour (Anthropic prices it higher)."""
    reasoning_tokens: int | None = None
    input_audio_tokens: int | None = None
    output_audio_tokens: int | None = None
    cache_read_audio_tokens: int | None = None
    input_image_tokens: int | None = None
    output_image_tokens: int | None = None
    estimated: bool = False
    """The provider gave no usage; the counts were estimated from the text."""


@dataclass(slots=True)
class Content:
    """Prompts and completions as the conventions' messages. Never leaves the process unredacted."""

    system_instructions: list[Part] = field(default_factory=list)
    input_messages: list[Message] = field(default_factory=list)
    output_messages: list[Message] = field(default_factory=list)
    tool_definitions: list[Mapping[str, AnyValue]] = field(default_factory=list)


@dataclass(slots=True)
class Inference:
    """One GenAI call, read from the wire."""

    operation: str
    provider: str
    request_model: str | None = None
    response_model: str | None = None
    response_id: str | None = None
    finish_reasons: Sequence[str] = ()
    """As the provider spells them, one per choice."""
    stream: bool = False
    usage: Usage = field(default_factory=Usage)
    content: Content = field(default_factory=Content)
    attributes: dict[str, AnyValue] = field(default_factory=dict)
    """Everything else, by its semantic-convention name: request parameters, service tiers, user, prompt."""
    outcome: Outcome = "ok"
    error_type: str | None = None
    error_message: str | None = None
    unparsed: str | None = None
    """Why a part of the exchange could not be read: `request_body`, `response_body`, `stream`, `oversize`."""
