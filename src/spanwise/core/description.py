"""From an inference record and an exchange to the attributes of a span."""

from __future__ import annotations

from operator import sub

from opentelemetry.util.types import AnyValue

from spanwise.core.exchange import Exchange
from spanwise.core.inference import Content, Inference
from spanwise.semconv import attributes as names

__all__ = ["content_attributes", "describe", "describe_timing"]

_FACTS = (
    (names.REQUEST_MODEL, "request_model"),
    (names.RESPONSE_MODEL, "response_model"),
    (names.RESPONSE_ID, "response_id"),
    (names.ERROR_TYPE, "error_type"),
    (names.UNPARSED, "unparsed"),
)
_USAGE = (
    (names.USAGE_INPUT_TOKENS, "input_tokens"),
    (names.USAGE_OUTPUT_TOKENS, "output_tokens"),
    (names.USAGE_CACHE_READ_TOKENS, "cache_read_tokens"),
    (names.USAGE_CACHE_WRITE_TOKENS, "cache_write_tokens"),
    (names.USAGE_CACHE_WRITE_1H_TOKENS, "cache_write_1h_tokens"),
    (names.USAGE_REASONING_TOKENS, "reasoning_tokens"),
    (names.USAGE_INPUT_AUDIO_TOKENS, "input_audio_tokens"),
    (names.USAGE_OUTPUT_AUDIO_TOKENS, "output_audio_tokens"),
    (names.USAGE_CACHE_READ_AUDIO_TOKENS, "cache_read_audio_tokens"),
    (names.USAGE_INPUT_IMAGE_TOKENS, "input_image_tokens"),
    (names.USAGE_OUTPUT_IMAGE_TOKENS, "output_image_tokens"),
)


def describe(inference: Inference) -> dict[str, AnyValue]:
    """The attributes of a call, content left out; unknown facts have no attribute."""
    found: dict[str, AnyValue] = {names.OPERATION_NAME: inference.operation, names.PROVIDER_NAME: inference.provider}
    for name, field in _FACTS:
        if (fact := getattr(inference, field)) is not None:
            found[name] = fact
    found.update(inference.attributes)
    for name, field in _USAGE:
        if (count := getattr(inference.usage, field)) is not None:
            found[name] = count
    found[names.OUTCOME] = inference.outcome
    if inference.finish_reasons:
        found[names.RESPONSE_FINISH_REASONS] = tuple(inference.finish_reasons)
    if inference.stream:
        found[names.REQUEST_STREAM] = True
    if inference.usage.estimated:
        found[names.USAGE_ESTIMATED] = True
    return found


def describe_timing(exchange: Exchange, inference: Inference) -> dict[str, AnyValue]:
    """What only the wire knows: first chunk, pace and end of a stream, attempts, the server."""
    found: dict[str, AnyValue] = {names.SERVER_ADDRESS: exchange.host}
    if exchange.port is not None:
        found[names.SERVER_PORT] = exchange.port
    if exchange.attempts:
        found[names.ATTEMPTS] = len(exchange.attempts) + 1
    if inference.stream and exchange.chunk_times_ns:
        found.update(_stream_timing(exchange, inference))
    return found


def _stream_timing(exchange: Exchange, inference: Inference) -> dict[str, AnyValue]:
    times = exchange.chunk_times_ns
    found: dict[str, AnyValue] = {
        names.RESPONSE_TIME_TO_FIRST_CHUNK: (times[0] - exchange.start_ns) / 1e9,
        names.STREAM_CHUNKS: exchange.chunk_count,
        names.STREAM_END: _stream_end(exchange, inference),
    }
    if len(times) > 1:
        found[names.STREAM_MAX_GAP] = max(map(sub, times[1:], times)) / 1e9
    tokens, seconds = inference.usage.output_tokens, (times[-1] - times[0]) / 1e9
    if tokens and tokens > 1 and seconds > 0:
        found[names.TIME_PER_OUTPUT_TOKEN] = seconds / (tokens - 1)
        found[names.TOKENS_PER_SECOND] = (tokens - 1) / seconds
    return found


def _stream_end(exchange: Exchange, inference: Inference) -> str:
    """A client that has read a stream's last word may leave it without reading on: nothing was abandoned."""
    left = exchange.stream_end in ("abandoned", "shutdown")
    said_all = inference.outcome not in ("abandoned", "cancelled") and inference.error_type is None
    return "complete" if left and said_all else exchange.stream_end or "complete"


def content_attributes(content: Content) -> dict[str, AnyValue]:
    """Prompts and completions by attribute, raw; to be redacted, and written as JSON, which every backend takes."""
    parts: dict[str, AnyValue] = {
        names.SYSTEM_INSTRUCTIONS: content.system_instructions,
        names.INPUT_MESSAGES: content.input_messages,
        names.OUTPUT_MESSAGES: content.output_messages,
        names.TOOL_DEFINITIONS: content.tool_definitions,
    }
    return {name: part for name, part in parts.items() if part}
