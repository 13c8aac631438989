"""Metrics of every call, recorded before sampling: exact, whatever is kept of the traces.

Labels come from an allow-list; user and session never are one. Each label has a limited number of values, after
which the rest is `other`: a loop over invented model names must not fill a Prometheus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.metrics import Meter
from opentelemetry.trace import NonRecordingSpan
from opentelemetry.util.types import AnyValue

from spanwise.core.recorder import SCOPE
from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.instruments import Instruments
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import (
    ATTEMPTS,
    CALLS,
    COST,
    ESTIMATED,
    PROFILES,
    SCREENED,
    UNPRICED,
    Metric,
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
_MEASURED_BY_OTHERS = ("opentelemetry.instrumentation.genai", "opentelemetry.util.genai")
"""Scopes of instrumentors that record the conventions' own metrics themselves."""


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
        self._labels = (*_LABELS, *settings.labels)
        self._max_values = settings.max_values
        self._values: dict[str, set[str]] = {name: set() for name in self._labels}

    def __call__(self, span: SpanView) -> None:
        """Record the metrics of a call to a model; other spans have none."""
        if not span.is_client_call:
            return
        labels = self._labels_of(span.attributes)
        context = trace.set_span_in_context(NonRecordingSpan(span.context), Context())
        if span.attributes.get(names.USAGE_ESTIMATED):
            self._instruments.record(ESTIMATED, 1, labels, context)
        self._record_call(span, labels, context)
        if not (span.scope.startswith(_MEASURED_BY_OTHERS) and span.scope != SCOPE):
            self._record_conventions(span, labels, context)

    def _record_conventions(self, span: SpanView, labels: Mapping[str, str], context: Context) -> None:
        profile, attributes = self._profile, span.attributes
        embeddings = attributes.get(names.OPERATION_NAME) == "embeddings"
        self._add(profile.embeddings_duration if embeddings else profile.duration, span.duration_s, labels, context)
        first = attributes.get(names.RESPONSE_TIME_TO_FIRST_CHUNK)
        if isinstance(first, (int, float)):
            self._add(profile.time_to_first_chunk, first, labels, context)
        if span.chunk_gap is not None:
            self._add(profile.time_per_output_chunk, span.chunk_gap, labels, context)
        self._record_tokens(attributes, labels, context)

    def _record_tokens(self, attributes: Mapping[str, AnyValue], labels: Mapping[str, str], context: Context) -> None:
        profile, labels = self._profile, _told_estimated(attributes, labels)
        for kind, name, counter in (
            ("input", names.USAGE_INPUT_TOKENS, profile.input_tokens),
            ("output", names.USAGE_OUTPUT_TOKENS, profile.output_tokens),
        ):
            if (count := _count(attributes, name)) is None:
                continue
            if profile.token_usage is not None:
                self._add(profile.token_usage, count, {**labels, "gen_ai.token.type": kind}, context)
            if counter is not None:
                self._add(counter, count, {**labels, "gen_ai.token.modality": "unknown"}, context)

    def _record_subsets(self, attributes: Mapping[str, AnyValue], labels: Mapping[str, str], context: Context) -> None:
        profile, labels = self._profile, _told_estimated(attributes, labels)
        for metric, name in (
            (profile.cache_read_tokens, names.USAGE_CACHE_READ_TOKENS),
            (profile.cache_write_tokens, names.USAGE_CACHE_WRITE_TOKENS),
            (profile.reasoning_tokens, names.USAGE_REASONING_TOKENS),
        ):
            if count := _count(attributes, name):
                self._add(metric, count, labels, context)

    def _record_call(self, span: SpanView, labels: Mapping[str, str], context: Context) -> None:
        attributes = span.attributes
        self._add(CALLS, 1, labels, context)
        self._record_subsets(attributes, labels, context)
        self._record_cost(attributes, labels, context)
        if (attempts := _count(attributes, names.ATTEMPTS)) and attempts > 1:
            self._add(ATTEMPTS, attempts - 1, labels, context)
        if attributes.get(names.SCREEN_FLAGGED):
            category = str(attributes.get(names.SCREEN_CATEGORY, _OTHER))
            self._add(SCREENED, 1, {**labels, names.SCREEN_CATEGORY: category}, context)
        if attributes.get(names.SCREEN_LEAK):
            self._add(SCREENED, 1, {**labels, names.SCREEN_CATEGORY: "system_prompt_leak"}, context)

    def _record_cost(self, attributes: Mapping[str, AnyValue], labels: Mapping[str, str], context: Context) -> None:
        cost = attributes.get(names.COST_AMOUNT)
        if isinstance(cost, (int, float)):
            self._add(COST, cost, labels, context)
        elif reason := attributes.get(names.COST_UNPRICED):
            self._add(UNPRICED, 1, {**labels, names.COST_UNPRICED: str(reason)}, context)

    def _add(self, metric: Metric, value: float, labels: Mapping[str, str], context: Context) -> None:
        if value >= 0:
            self._instruments.record(metric, value, labels, context)

    def _labels_of(self, attributes: Mapping[str, AnyValue]) -> dict[str, str]:
        return {
            name: self._bounded(name, value) for name in self._labels if (value := attributes.get(name)) is not None
        }

    def _bounded(self, name: str, value: AnyValue) -> str:
        text, known = str(value), self._values[name]
        if text in known:
            return text
        if len(known) >= self._max_values:
            return _OTHER
        known.add(text)
        return text


def _told_estimated(attributes: Mapping[str, AnyValue], labels: Mapping[str, str]) -> Mapping[str, str]:
    """Estimated tokens are a series of their own: what providers reported stays exact."""
    return {**labels, names.USAGE_ESTIMATED: "true"} if attributes.get(names.USAGE_ESTIMATED) else labels


def _count(attributes: Mapping[str, AnyValue], name: str) -> int | None:
    value = attributes.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
