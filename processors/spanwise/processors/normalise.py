"""The normalise step: other people's GenAI spans brought to the current conventions.

Each dialect is one module of `spanwise.processors.dialects`; what each emitter carries is in docs/dialects.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AnyValue

from spanwise.core.description import describe
from spanwise.core.inference import Content, Inference, Part
from spanwise.core.recorder import SCOPE
from spanwise.core.view import SpanView
from spanwise.processors.dialects import DIALECTS, conventions
from spanwise.processors.dialects.messages import INSTRUCTING, messages_in, part, parts_of, tools
from spanwise.processors.dialects.outcome import put_error_type, put_outcome
from spanwise.processors.dialects.usage import include_cached
from spanwise.processors.dialects.values import any_value, is_mapping, is_sequence, parsed
from spanwise.semconv import attributes as names

__all__ = ["GENAI_MARKS", "NormaliseStep", "content_of"]

GENAI_MARKS = frozenset(
    {
        names.OPERATION_NAME,
        names.PROVIDER_NAME,
        names.REQUEST_MODEL,
        "gen_ai.system",
        "ai.operationId",
        "langfuse.observation.type",
        "llm.request.type",
        "openinference.span.kind",
        "traceloop.span.kind",
    }
)
"""Attributes of which every GenAI span has one, whoever made it."""

_MARKS = frozenset(mark for dialect in DIALECTS for mark in dialect.marks)
_GENAI_SCOPES = tuple(dialect.scope for dialect in DIALECTS if dialect.scope is not None)
_COUNTS = ("gen_ai.usage.", "spanwise.usage.")


class NormaliseStep:
    """Brings the spans of other emitters to the names, types and meanings that the steps after it read.

    What was mapped is removed, so that nothing is on a span twice; what is not known stays. Reading a span a second
    time changes nothing. Values of a wrong type are left as they are.
    """

    def __call__(self, span: SpanView) -> None:
        """Normalise one span, in place; one that is no GenAI span costs a few look-ups."""
        if GENAI_MARKS.isdisjoint(span.attributes) and not span.scope.startswith(_GENAI_SCOPES):
            return
        if span.scope == SCOPE or not isinstance(span.attributes.get(names.OPERATION_NAME, ""), str):
            return
        marks = _MARKS.intersection(span.attributes)
        for dialect in DIALECTS:
            if dialect.speaks(marks, span.scope):
                dialect.read(span)
        conventions.read(span)
        if span.is_client_call:
            _finish_call(span)
        put_error_type(span)
        put_outcome(span)


def _finish_call(span: SpanView) -> None:
    include_cached(span.attributes)
    if span.inference is not None:
        _trust_wire(span.attributes, span.inference)
    if span.kind is SpanKind.INTERNAL:
        span.kind = SpanKind.CLIENT


def _trust_wire(attributes: dict[str, AnyValue], inference: Inference) -> None:
    """Counts that the provider itself answered replace those that an emitter made of them."""
    usage = inference.usage
    if usage.estimated or (usage.input_tokens is None and usage.output_tokens is None):
        return
    attributes.update({name: value for name, value in describe(inference).items() if name.startswith(_COUNTS)})


def content_of(span: SpanView) -> Content:
    """Prompt and completion of a normalised span: what was read from the wire, or else what its attributes hold.

    There they are JSON strings or structures; what cannot be read is left out. Messages of the system become system
    instructions, as in what is read from the wire.
    """
    if span.inference is not None:
        return span.inference.content
    attributes = span.attributes
    asked = messages_in(attributes.get(names.INPUT_MESSAGES), "user")
    told = _parts(attributes.get(names.SYSTEM_INSTRUCTIONS))
    for message in asked:
        if message.get("role") in INSTRUCTING:
            told += [_part(item) for item in parts_of(message) if item not in told]
    return Content(
        system_instructions=told,
        input_messages=[message for message in asked if message.get("role") not in INSTRUCTING],
        output_messages=messages_in(attributes.get(names.OUTPUT_MESSAGES), "assistant"),
        tool_definitions=_definitions(attributes.get(names.TOOL_DEFINITIONS)),
    )


def _parts(value: object) -> list[Part]:
    """Parts, messages whose parts are meant, or plain text."""
    structure = parsed(value)
    if is_mapping(structure):
        structure = (structure,)
    if not is_sequence(structure):
        return [part(value)] if isinstance(value, str) and value else []
    found: list[Part] = []
    for item in structure:
        if is_mapping(item) and "role" in item:
            found += [_part(inner) for message in messages_in(item, "system") for inner in parts_of(message)]
        else:
            found.append(part(item))
    return found


def _part(item: AnyValue) -> Part:
    return item if isinstance(item, dict) else part(item)


def _definitions(value: object) -> list[Mapping[str, AnyValue]]:
    return [{key: any_value(inner) for key, inner in tool.items()} for tool in tools(parsed(value))]
