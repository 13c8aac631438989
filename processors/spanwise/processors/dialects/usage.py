"""Token counts: as providers answer them, and whether the input includes what the cache served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opentelemetry.util.types import AnyValue

from spanwise.processors.dialects.dialect import TOTAL_TOKENS
from spanwise.processors.dialects.values import count, mapping
from spanwise.semconv import attributes as names

__all__ = ["add_cached", "include_cached", "provider_usage", "put_usage"]

_PATHS: tuple[tuple[str, str], ...] = (
    ("input_tokens", names.USAGE_INPUT_TOKENS),
    ("prompt_tokens", names.USAGE_INPUT_TOKENS),
    ("output_tokens", names.USAGE_OUTPUT_TOKENS),
    ("completion_tokens", names.USAGE_OUTPUT_TOKENS),
    ("cache_read_input_tokens", names.USAGE_CACHE_READ_TOKENS),
    ("input_tokens_details.cached_tokens", names.USAGE_CACHE_READ_TOKENS),
    ("prompt_tokens_details.cached_tokens", names.USAGE_CACHE_READ_TOKENS),
    ("cache_creation_input_tokens", names.USAGE_CACHE_WRITE_TOKENS),
    ("cache_creation.ephemeral_1h_input_tokens", names.USAGE_CACHE_WRITE_1H_TOKENS),
    ("output_tokens_details.reasoning_tokens", names.USAGE_REASONING_TOKENS),
    ("completion_tokens_details.reasoning_tokens", names.USAGE_REASONING_TOKENS),
    ("prompt_tokens_details.audio_tokens", names.USAGE_INPUT_AUDIO_TOKENS),
    ("completion_tokens_details.audio_tokens", names.USAGE_OUTPUT_AUDIO_TOKENS),
)


def provider_usage(raw: Mapping[str, object]) -> dict[str, int]:
    """The `usage` object of an answer of OpenAI or Anthropic, by current names, the input inclusive."""
    found: dict[str, int] = {}
    for name, tokens in _counts(raw):
        found.setdefault(name, tokens)
    cached = sum(count(raw.get(key)) or 0 for key in ("cache_read_input_tokens", "cache_creation_input_tokens"))
    if "input_tokens" in raw and names.USAGE_INPUT_TOKENS in found:
        found[names.USAGE_INPUT_TOKENS] += cached
    return found


def _counts(raw: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    for path, name in _PATHS:
        outer, _, inner = path.partition(".")
        tokens = count(mapping(raw.get(outer)).get(inner) if inner else raw.get(outer))
        if tokens is not None:
            yield name, tokens


def put_usage(attributes: dict[str, AnyValue], raw: Mapping[str, object]) -> bool:
    """Write what an answer's `usage` says and the span does not; False where it says nothing."""
    found = provider_usage(raw)
    for name, tokens in found.items():
        attributes.setdefault(name, tokens)
    return bool(found)


def include_cached(attributes: dict[str, AnyValue]) -> None:
    """Make the input inclusive where the numbers prove that it is not.

    An input smaller than its own cached part cannot include it; nor does one that needs it added to make the total.
    """
    asked, cached = count(attributes.get(names.USAGE_INPUT_TOKENS)), _cached(attributes)
    if asked is None:
        return
    said = count(attributes.get(names.USAGE_OUTPUT_TOKENS)) or 0
    total = count(attributes.pop(TOTAL_TOKENS, None))
    if asked < cached or (cached and total == asked + cached + said):
        add_cached(attributes)


def add_cached(attributes: dict[str, AnyValue]) -> None:
    """Add what the cache served and stored to an input that is known to leave it out."""
    asked = count(attributes.get(names.USAGE_INPUT_TOKENS))
    if asked is not None:
        attributes[names.USAGE_INPUT_TOKENS] = asked + _cached(attributes)


def _cached(attributes: Mapping[str, AnyValue]) -> int:
    parts = (names.USAGE_CACHE_READ_TOKENS, names.USAGE_CACHE_WRITE_TOKENS)
    return sum(count(attributes.get(name)) or 0 for name in parts)
