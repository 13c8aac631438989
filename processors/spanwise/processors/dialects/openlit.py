"""OpenLIT: current names, with its own for timing and totals, and Anthropic's input without what the cache served."""

from __future__ import annotations

from opentelemetry.util.types import AnyValue

from spanwise.core.json_text import to_json
from spanwise.core.view import CLIENT_OPERATIONS, SpanView
from spanwise.processors.dialects.conventions import ROWS as EARLIER_NAMES
from spanwise.processors.dialects.dialect import TOTAL_TOKENS, Dialect, Row, rename
from spanwise.processors.dialects.messages import INSTRUCTING, messages_in, parts_of
from spanwise.processors.dialects.outcome import note_cancelled
from spanwise.processors.dialects.usage import add_cached
from spanwise.processors.dialects.values import count, is_sequence, number, parsed
from spanwise.semconv import attributes as names

__all__ = ["DIALECT", "ROWS", "STREAM_ROWS"]

_SCOPE = "openlit.instrumentation."
_TOTAL = "gen_ai.client.token.usage"
_PACE = "gen_ai.server.time_per_output_token"

ROWS = (Row(_TOTAL, TOTAL_TOKENS, count),)
STREAM_ROWS = (Row("gen_ai.server.time_to_first_token", names.RESPONSE_TIME_TO_FIRST_CHUNK, number),)
"""Of a call that is no stream the same attribute is the whole duration."""


def _read(span: SpanView) -> None:
    attributes = span.attributes
    if names.OPERATION_NAME not in attributes:
        _read_bare(span)
    if span.is_client_call:
        note_cancelled(span)
    if attributes.get(names.REQUEST_STREAM) is True:
        _read_timing(span)
    if _TOTAL in attributes:
        _read_usage(attributes)
    _tell_once(attributes)


def _read_bare(span: SpanView) -> None:
    """A failed call may have no attribute at all; scope and name say what it was."""
    operation, _, model = span.name.partition(" ")
    if operation in CLIENT_OPERATIONS and model:
        span.attributes[names.OPERATION_NAME] = operation
        span.attributes.setdefault(names.REQUEST_MODEL, model)
        span.attributes.setdefault(names.PROVIDER_NAME, span.scope.rpartition(".")[2])


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
    """System instructions stand among the messages as well: they stay in one place."""
    if names.SYSTEM_INSTRUCTIONS not in attributes or names.INPUT_MESSAGES not in attributes:
        return
    said = messages_in(attributes[names.INPUT_MESSAGES], "user")
    told = parsed(attributes[names.SYSTEM_INSTRUCTIONS])
    repeated = [message for message in said if message.get("role") in INSTRUCTING]
    if is_sequence(told) and repeated and all(part in told for message in repeated for part in parts_of(message)):
        attributes[names.INPUT_MESSAGES] = to_json([message for message in said if message not in repeated])


DIALECT = Dialect("openlit", frozenset({_TOTAL}), _read, scope=_SCOPE)
