"""The PromQL and TraceQL behind each symptom and figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spanwise.core.view import CLIENT_OPERATIONS
from spanwise.distro.incident.prometheus import matcher, quoted
from spanwise.distro.incident.source import CALL_DIMENSIONS, Bound
from spanwise.distro.incident.symptom import FAILED, Counted
from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import (
    AUDIT_LOST,
    JUDGE_SKIPPED,
    PIPELINE_BLANKED,
    PIPELINE_DROPPED,
    PIPELINE_ERRORS,
    PIPELINE_INLINE,
    PIPELINE_UNPARSED,
    Metric,
)

__all__ = ["Part", "figures", "increase", "label", "parts", "slow_bound", "trace_filter", "trace_scope", "trace_sums"]

_OUTCOME = names.OUTCOME
_RESOURCE = ("service.name", "service.version", "deployment.environment.name")
_STEP_S = 30
"""How often recording rules of rates are evaluated."""


@dataclass(frozen=True, slots=True)
class Part:
    """A counter, or a rate where `rate`, that adds to what is bad (`bad` times) or to all (`all` times)."""

    series: str
    dimensions: tuple[str, ...]
    bad: float = 0.0
    all: float = 0.0
    rate: bool = False


def label(attribute: str) -> str:
    """`gen_ai.request.model` → `gen_ai_request_model`."""
    return attribute.replace(".", "_")


def increase(part: Part, scope: Mapping[str, str], seconds: float) -> str:
    """What a part grew by over the last `seconds`, by its dimensions.

    `increase()` does not see the first value of a series that begins: the first failure of a kind would not count. So
    a series that was not there before counts with what it has.
    """
    series = _within(part.series, scope)
    window = f"{max(1, round(seconds))}s"
    if part.rate:
        grown = f"sum_over_time({series}[{window}:{_STEP_S}s]) * {_STEP_S}"
    else:
        born = f"last_over_time({series}[{window}]) unless last_over_time({series}[1h] offset {window})"
        grown = f"({born}) or increase({series}[{window}])"
    return f"sum by ({', '.join(map(label, part.dimensions))}) ({grown})"


def parts(bound: Bound, le: str = "") -> tuple[Part, ...]:
    """What to add up for a symptom. `le` is the bucket's bound above which a call is slow."""
    symptom = bound.symptom
    if symptom.counted in ("slow_calls", "slow_first_chunks"):
        return tuple(_slow("duration" if symptom.counted == "slow_calls" else "first_chunk", le))
    bad = _bad(symptom.counted, symptom.outcomes, symptom.own)
    if symptom.per == "calls":
        return (*bad, Part("genai:calls:total", CALL_DIMENSIONS, all=1))
    if symptom.per == "input_tokens":
        return (*bad, Part('genai:tokens:total{direction="input"}', CALL_DIMENSIONS, all=1))
    return bad


def slow_bound(bound: Bound, scope: Mapping[str, str], seconds: float) -> str:
    """Counts by the upper bound of each bucket."""
    name = "duration" if bound.symptom.counted == "slow_calls" else "first_chunk"
    part = Part(f"genai:{name}_seconds_bucket:rate5m", ("le",), rate=True)
    return increase(part, scope, seconds)


def figures(scope: Mapping[str, str], seconds: float) -> Mapping[str, str]:
    """A query for each key of `report.FIGURES` and for what is divided by."""

    def grown(series: str) -> str:
        return increase(Part(series, ()), scope, seconds)

    def buckets(name: str, q: float) -> str:
        part = Part(f"genai:{name}_seconds_bucket:rate5m", ("le",), rate=True)
        return f"histogram_quantile({q}, {increase(part, scope, seconds)})"

    return {
        "calls": grown("genai:calls:total"),
        "failed": grown(f'genai:calls:total{{{label(_OUTCOME)}=~"{"|".join(FAILED)}"}}'),
        "p50": buckets("duration", 0.5),
        "p95": buckets("duration", 0.95),
        "p99": buckets("duration", 0.99),
        "first_chunk_p95": buckets("first_chunk", 0.95),
        "cost": grown("genai:cost_usd:total"),
        "input_tokens": grown('genai:tokens:total{direction="input"}'),
        "output_tokens": grown('genai:tokens:total{direction="output"}'),
        "cache_read_tokens": grown('genai:tokens:total{direction="cache_read"}'),
        "retries": grown("genai:retries:total"),
        "flagged": grown("genai:flagged:total"),
        "unpriced": grown("genai:unpriced:total"),
    }


def trace_scope(scope: Mapping[str, str]) -> str:
    """TraceQL conditions for calls to models within the scope."""
    operations = "|".join(sorted(CLIENT_OPERATIONS))
    inside = [f"{traced(name)} = {quoted(value)}" for name, value in scope.items() if value]
    return " && ".join([f'span.{names.OPERATION_NAME} =~ "{operations}"', *inside])


def trace_filter(bound: Bound) -> str:
    """TraceQL condition for an affected call; empty where every call is."""
    symptom = bound.symptom
    if symptom.outcomes:
        return f'span.{_OUTCOME} =~ "{"|".join(symptom.outcomes)}"'
    if symptom.counted == "slow_calls" and bound.threshold_s is not None:
        return f"duration > {bound.threshold_s * 1000:.0f}ms"
    if symptom.counted == "slow_first_chunks" and bound.threshold_s is not None:
        return f"span.{names.RESPONSE_TIME_TO_FIRST_CHUNK} > {bound.threshold_s:g}"
    return _TRACED.get(symptom.counted, "")


def trace_sums(counted: Counted) -> str:
    """What to sum over spans; calls count as many times as each kept one stands for."""
    return {
        "cost": f"span.{names.COST_AMOUNT}",
        "output_tokens": f"span.{names.USAGE_OUTPUT_TOKENS}",
        "tokens": f"span.{names.USAGE_INPUT_TOKENS}",
        "cache_read_tokens": f"span.{names.USAGE_CACHE_READ_TOKENS}",
        "redacted": f"span.{names.REDACTION_COUNT}",
    }.get(counted, f"span.{names.SAMPLING_WEIGHT}")


def traced(attribute: str) -> str:
    """`resource.service.name`, `span.user.id`."""
    return f"{'resource' if attribute in _RESOURCE else 'span'}.{attribute}"


_TRACED: dict[Counted, str] = {
    "cost": f"span.{names.COST_AMOUNT} > 0",
    "unpriced": f"span.{names.COST_UNPRICED} != nil",
    "retries": f"span.{names.ATTEMPTS} > 1",
    "flagged": f"span.{names.SCREEN_FLAGGED} = true",
    "redacted": f"span.{names.REDACTION_COUNT} > 0",
    "cache_read_tokens": f"span.{names.USAGE_CACHE_READ_TOKENS} > 0",
}


def _bad(counted: Counted, outcomes: Sequence[str], own: tuple[str, ...]) -> tuple[Part, ...]:
    dimensions = (*CALL_DIMENSIONS, *own)
    if counted == "calls":
        chosen = f'{{{label(_OUTCOME)}=~"{"|".join(outcomes)}"}}' if outcomes else ""
        return (Part(f"genai:calls:total{chosen}", dimensions, 1),)
    return tuple(Part(series, dimensions, 1) for series in _SERIES[counted])


def _slow(histogram: str, le: str) -> Iterator[Part]:
    """All calls, less those within the bound."""
    bucket = f"genai:{histogram}_seconds_bucket:rate5m"
    yield Part(f'{bucket}{{le="+Inf"}}', CALL_DIMENSIONS, 1, 1, rate=True)
    yield Part(f"{bucket}{{le={quoted(le)}}}", CALL_DIMENSIONS, -1, rate=True)


def _counter(metric: Metric) -> str:
    """The name of a counter in Prometheus."""
    return f"{label(metric.name)}_total"


_FAULTS = (
    *(PIPELINE_DROPPED, PIPELINE_BLANKED, PIPELINE_INLINE, PIPELINE_UNPARSED, PIPELINE_ERRORS),
    *(AUDIT_LOST, JUDGE_SKIPPED),
)
_SERIES: dict[Counted, tuple[str, ...]] = {
    "cost": ("genai:cost_usd:total",),
    "tokens": ('genai:tokens:total{direction=~"input|output"}',),
    "output_tokens": ('genai:tokens:total{direction="output"}',),
    "cache_read_tokens": ('genai:tokens:total{direction="cache_read"}',),
    "unpriced": ("genai:unpriced:total",),
    "retries": ("genai:retries:total",),
    "flagged": ("genai:flagged:total",),
    "redacted": ("genai:redacted:total",),
    "judged": (f'genai:judged:total{{{label(names.EVALUATION_LABEL)}="fail"}}',),
    "faults": tuple(_counter(metric) for metric in _FAULTS),
}


def _within(series: str, scope: Mapping[str, str]) -> str:
    """A selector with the scope's matchers among its own."""
    name, _, own = series.partition("{")
    matchers = ", ".join(part for part in (own.rstrip("}"), matcher({label(k): v for k, v in scope.items()})) if part)
    return f"{name}{{{matchers}}}" if matchers else name
