"""Metrics of every call, recorded before sampling: exact, whatever is kept of the traces.

Labels come from an allow-list; user and session never are one. Each label has a limited number of values, after
which the rest is `other`: a loop over invented model names must not fill a Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.metrics import Meter
from opentelemetry.trace import NonRecordingSpan
from opentelemetry.util.types import AnyValue

from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.instruments import Instruments, LabelSet
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import (
    ATTEMPTS,
    CALLS,
    COST,
    ESTIMATED,
    MEASURING_SCOPES,
    PROFILES,
    SCREENED,
    UNPRICED,
)

__all__ = ["MeasureSettings", "MeasureStep"]

_LABELS = (
    names.OPERATION_NAME,
    names.PROVIDER_NAME,
    names.REQUEST_MODEL,
    names.RESPONSE_MODEL,
    names.OUTCOME,
    names.ERROR_TYPE,
)
_OTHER = "other"
_MOST_SETS = 4096
_EMPTY = Context()
_INPUT = ("gen_ai.token.type", "input")
_OUTPUT = ("gen_ai.token.type", "output")
_MODALITY = ("gen_ai.token.modality", "unknown")
_FREE = "failed_call"
"""Why a call has no price although nothing is wrong with the price table."""


@dataclass(frozen=True)
class MeasureSettings:
    """Area `measure`."""

    profile: Literal["v1.41", "main"] = setting(
        "v1.41", "Which generation of the conventions' metric names to emit: what libraries emit today, or `main`."
    )
    labels: tuple[str, ...] = setting(
        (names.FEATURE,),
        "Further span attributes that become metric labels, such as `spanwise.tenant`. Never users or sessions.",
        check=lambda given: not {names.USER_ID, names.SESSION_ID, names.CONVERSATION_ID} & set(given),
        expects="a list without user, session and conversation ids",
    )
    max_values: int = setting(
        200, "Distinct values of one label; later ones are `other`.", check=lambda n: n > 0, expects="above 0"
    )
    bound: bool = setting(
        True, "Record through the SDK's aggregations directly where a probe allows it: ten times faster."
    )


class MeasureStep:
    """Records what a finished call says: calls, duration, first chunk, pace, tokens, cost, flags."""

    def __init__(self, meter: Meter, settings: MeasureSettings) -> None:
        self._profile = PROFILES[settings.profile]
        self._instruments = Instruments(meter, bound=settings.bound)
        self._names = (*_LABELS, *settings.labels)
        self._max_values = settings.max_values
        self._values: dict[str, set[str]] = {name: set() for name in self._names}
        self._sets: dict[tuple[object, ...], LabelSet] = {}

    def __call__(self, span: SpanView) -> None:
        """Record the metrics of a call to a model; other spans have none."""
        if not span.is_client_call:
            return
        attributes = span.attributes
        labels = self._label_set(attributes)
        context = trace.set_span_in_context(NonRecordingSpan(span.context), _EMPTY)
        estimated = attributes.get(names.USAGE_ESTIMATED)
        told = self._label_set(attributes, estimated=True) if estimated else labels
        self._record_call(span, labels, context)
        self._record_subsets(attributes, told, context)
        if not span.measured and not span.scope.startswith(MEASURING_SCOPES):
            self._record_conventions(span, labels, context)
            self._record_tokens(attributes, told, context)

    def _record_conventions(self, span: SpanView, labels: LabelSet, context: Context) -> None:
        profile, attributes = self._profile, span.attributes
        embeddings = attributes.get(names.OPERATION_NAME) == "embeddings"
        labels.record(profile.embeddings_duration if embeddings else profile.duration, span.duration_s, context)
        first = attributes.get(names.RESPONSE_TIME_TO_FIRST_CHUNK)
        if isinstance(first, (int, float)) and first >= 0:
            labels.record(profile.time_to_first_chunk, first, context)
        if span.chunk_gap is not None and span.chunk_gap >= 0:
            labels.record(profile.time_per_output_chunk, span.chunk_gap, context)

    def _record_tokens(self, attributes: Mapping[str, AnyValue], labels: LabelSet, context: Context) -> None:
        profile = self._profile
        for extra, name, counter in (
            (_INPUT, names.USAGE_INPUT_TOKENS, profile.input_tokens),
            (_OUTPUT, names.USAGE_OUTPUT_TOKENS, profile.output_tokens),
        ):
            count = _count(attributes, name)
            if count is not None and profile.token_usage is not None:
                labels.record(profile.token_usage, count, context, extra)
            if count is not None and counter is not None:
                labels.record(counter, count, context, _MODALITY)

    def _record_subsets(self, attributes: Mapping[str, AnyValue], labels: LabelSet, context: Context) -> None:
        profile = self._profile
        for metric, name in (
            (profile.cache_read_tokens, names.USAGE_CACHE_READ_TOKENS),
            (profile.cache_write_tokens, names.USAGE_CACHE_WRITE_TOKENS),
            (profile.reasoning_tokens, names.USAGE_REASONING_TOKENS),
        ):
            if count := _count(attributes, name):
                labels.record(metric, count, context)

    def _record_call(self, span: SpanView, labels: LabelSet, context: Context) -> None:
        attributes = span.attributes
        labels.record(CALLS, 1, context)
        cost = attributes.get(names.COST_AMOUNT)
        if isinstance(cost, (int, float)) and cost >= 0:
            labels.record(COST, cost, context)
        elif (reason := attributes.get(names.COST_UNPRICED)) and reason != _FREE:
            labels.record(UNPRICED, 1, context, (names.COST_UNPRICED, str(reason)))
        if attributes.get(names.USAGE_ESTIMATED):
            labels.record(ESTIMATED, 1, context)
        if (attempts := _count(attributes, names.ATTEMPTS)) and attempts > 1:
            labels.record(ATTEMPTS, attempts - 1, context)
        for category in _screened(attributes):
            labels.record(SCREENED, 1, context, (names.SCREEN_CATEGORY, category))

    def _label_set(self, attributes: Mapping[str, AnyValue], *, estimated: bool = False) -> LabelSet:
        """The label set of a call. Estimated tokens have one of their own: what providers reported stays exact."""
        values = map(attributes.get, self._names)
        key = (estimated, *[value if value is None or type(value) is str else str(value) for value in values])
        known = self._sets.get(key)
        if known is None:
            if len(self._sets) >= _MOST_SETS:
                self._sets.clear()
            labels = self.labels(attributes)
            if estimated:
                labels[names.USAGE_ESTIMATED] = "true"
            known = self._sets[key] = self._instruments.labelled(labels)
        return known

    def labels(self, attributes: Mapping[str, AnyValue]) -> dict[str, str]:
        """The metric labels of a call."""
        return {
            name: self._bounded_value(name, str(value))
            for name in self._names
            if (value := attributes.get(name)) is not None
        }

    def _bounded_value(self, name: str, text: str) -> str:
        known = self._values[name]
        if text not in known and len(known) >= self._max_values:
            return _OTHER
        known.add(text)
        return text


def _screened(attributes: Mapping[str, AnyValue]) -> Iterator[str]:
    """Everything that screening found in a call: the worst attack, what leaked, each kind of harm."""
    if attributes.get(names.SCREEN_FLAGGED):
        yield str(attributes.get(names.SCREEN_CATEGORY, _OTHER))
    if attributes.get(names.SCREEN_LEAK):
        for leaked in _texts(attributes.get(names.SCREEN_LEAKED)) or ("system_prompt",):
            yield f"{leaked}_leak"
    for harm in _texts(attributes.get(names.SCREEN_HARM)):
        yield f"harm.{harm}"


def _texts(value: AnyValue) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, (list, tuple)) else ()


def _count(attributes: Mapping[str, AnyValue], name: str) -> int | None:
    value = attributes.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
