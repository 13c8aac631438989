"""One mutable view of a span, the same for SDK spans, for light spans and for spans that came over OTLP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.trace import SpanContext, SpanKind, StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Inference
from spanwise.semconv import attributes as names

__all__ = ["CLIENT_OPERATIONS", "EventView", "LinkView", "SpanView", "stands_for_call"]

CLIENT_OPERATIONS = frozenset(
    {"chat", "generate_content", "text_completion", "embeddings", "rerank", "completion", "message", "embedding"}
)
"""Values of `gen_ai.operation.name` that stand for one call to a model, older spellings included."""


_NOTHING: Mapping[str, Any] = {}
_CALL_MARKS: Mapping[str, frozenset[str]] = {
    names.OPERATION_NAME: CLIENT_OPERATIONS,
    "openinference.span.kind": frozenset({"LLM", "EMBEDDING"}),
    "langfuse.observation.type": frozenset({"generation", "embedding"}),
    "llm.request.type": frozenset({"chat", "completion", "embedding"}),
}
"""What emitters that are still at work say at the start of a span that stands for a call."""


def stands_for_call(attributes: Mapping[str, AnyValue]) -> bool:
    """Whether a span with these attributes stands for one call to a model, whoever made it."""
    said = ((attributes[name], values) for name, values in _CALL_MARKS.items() if name in attributes)
    return any(isinstance(word, str) and word in values for word, values in said)


@dataclass(slots=True)
class EventView:
    """A span event; `timestamp` in nanoseconds since the epoch."""

    name: str
    timestamp: int
    attributes: dict[str, AnyValue]


@dataclass(slots=True)
class LinkView:
    """A span link."""

    context: SpanContext
    attributes: dict[str, AnyValue]


@dataclass(slots=True)
class SpanView:
    """What the steps of the pipeline read and write. Times in nanoseconds since the epoch.

    `inference` is set where the wire was read; a step that needs facts about a call asks it first and the
    attributes second.
    """

    name: str
    context: SpanContext
    parent: SpanContext | None
    kind: SpanKind
    start_ns: int
    end_ns: int
    attributes: dict[str, AnyValue]
    events: list[EventView]
    links: list[LinkView]
    status: StatusCode
    status_description: str | None
    scope: str
    resource: Mapping[str, AnyValue] = field(default_factory=lambda: _NOTHING)
    inference: Inference | None = None
    local_root: bool = True
    """No recording span of this process is its parent."""
    measured: bool = False
    """Somebody else recorded the conventions' own metrics of this call, though their span was not sampled."""
    redactions: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    """Values that were redacted, by type; filled by redaction."""
    key_hash: int | None = None
    """Of the API key that the request bore (`core.abuse.subject_hash`); the key itself is nowhere."""
    screened: bool = False
    """Its texts were screened, whatever was found."""
    chunk_gap: float | None = None
    """Of a stream: mean time between chunks, in seconds."""

    @property
    def is_client_call(self) -> bool:
        """One call to a model, as opposed to an agent, a tool, a chain or anything else."""
        operation = self.attributes.get(names.OPERATION_NAME)
        return isinstance(operation, str) and operation in CLIENT_OPERATIONS

    @property
    def duration_s(self) -> float:
        """Length of the span in seconds."""
        return max(0, self.end_ns - self.start_ns) / 1e9
