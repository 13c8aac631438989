"""OpenLIT: current names, with its own for timing and totals, and Anthropic's input without what the cache served."""

from __future__ import annotations

from opentelemetry.util.types import AnyValue

from spanwise.core.view import SpanView
from spanwise.processors.dialects.conventions import ROWS as EARLIER_NAMES
from spanwise.processors.dialects.dialect import TOTAL_TOKENS, Dialect, Row, rename
from spanwise.processors.dialects.messages import INSTRUCTING, messages_in
from spanwise.processors.dialects.usage import add_cached
from spanwise.processors.dialects.values import count, number, to_json
from spanwise.semconv import attributes as names

__all__ = ["DIALECT", "ROWS", "STREAM_ROWS"]

_TOTAL = "gen_ai.client.token.usage"
_PACE = "gen_ai.server.time_per_output_token"

ROWS = (Row(_TOTAL, TOTAL_TOKENS, count),)
STREAM_ROWS = (Row("gen_ai.server.time_to_first_token", names.RESPONSE_TIME_TO_FIRST_CHUNK, number),)
"""Of a call that is no stream the same attribute is the whole duration."""


def _read(span: SpanView) -> None:
    attributes = span.attributes
    if not span.scope.startswith("openlit"):
        return
    if attributes.get(names.REQUEST_STREAM) is True:
        _read_timing(span)
    if _TOTAL in attributes:
        _read_usage(attributes)
    _tell_once(attributes)


def _read_timing(span: SpanView) -> None:
    """What OpenLIT calls time per token is the mean time between chunks."""
    rename(span.attributes, STREAM_ROWS)
    gap = number(span.attributes.get(_PACE))
    if gap is not None:
        del span.attributes[_PACE]
        span.chunk_gap = span.chunk_gap or gap or None


def _read_usage(attributes: dict[str, AnyValue]) -> None:
    rename(attributes, (*EARLIER_NAMES, *ROWS))
    asked, said = count(attributes.get(names.USAGE_INPUT_TOKENS)), count(attributes.get(names.USAGE_OUTPUT_TOKENS))
    total = count(attributes.get(TOTAL_TOKENS))
    if attributes.get(names.PROVIDER_NAME) == "anthropic" and total == (asked or 0) + (said or 0):
        add_cached(attributes)
        del attributes[TOTAL_TOKENS]


def _tell_once(attributes: dict[str, AnyValue]) -> None:
    """System instructions stand in the messages as well: they stay in one place."""
    if names.SYSTEM_INSTRUCTIONS not in attributes or names.INPUT_MESSAGES not in attributes:
        return
    said = messages_in(attributes[names.INPUT_MESSAGES], "user")
    told = messages_in(attributes[names.SYSTEM_INSTRUCTIONS], "system")
    kept = [message for message in said if message.get("role") not in INSTRUCTING]
    if told and len(kept) < len(said):
        attributes[names.INPUT_MESSAGES] = to_json(kept)


DIALECT = Dialect(
    "openlit", frozenset({_TOTAL, _PACE, "gen_ai.server.time_to_first_token", "telemetry.sdk.name"}), _read
)
