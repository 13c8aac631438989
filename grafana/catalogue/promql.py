"""The words that rules, alerts and dashboards share: series names as Prometheus has them, label groups, expressions."""

from __future__ import annotations

from spanwise.semconv import attributes as names
from spanwise.semconv.metrics import Metric

__all__ = [
    "ANSWERED",
    "DIMENSIONS",
    "ENVIRONMENT",
    "FAILED",
    "FEATURE",
    "MODEL",
    "ON_SERVICE",
    "OPERATION",
    "OUTCOME",
    "PROVIDER",
    "SERVICE",
    "SERVICE_NAME",
    "any_of",
    "comma",
    "grown",
    "label",
    "occurred",
    "series",
    "sum_by",
    "total",
]

_UNITS = {"s": "seconds"}


def label(attribute: str) -> str:
    """The label that an attribute becomes: `gen_ai.request.model` → `gen_ai_request_model`."""
    return attribute.replace(".", "_")


def series(metric: Metric, part: str = "") -> str:
    """The name that Prometheus gives a metric under its default OTLP translation.

    `part` is `bucket`, `count` or `sum` of a histogram. Units in braces are annotations and add nothing.
    """
    unit = _UNITS.get(metric.unit)
    suffixes = (unit, "total" if metric.instrument == "counter" else None, part or None)
    return "_".join([label(metric.name), *(suffix for suffix in suffixes if suffix)])


SERVICE_NAME = "service_name"
ENVIRONMENT = "deployment_environment_name"
OPERATION = label(names.OPERATION_NAME)
PROVIDER = label(names.PROVIDER_NAME)
MODEL = label(names.REQUEST_MODEL)
FEATURE = label(names.FEATURE)
OUTCOME = label(names.OUTCOME)

SERVICE = (SERVICE_NAME, ENVIRONMENT)
"""Whom an alert is about."""

ON_SERVICE = "on (service_name, deployment_environment_name)"
"""Joins what two series say of one service."""

DIMENSIONS = (*SERVICE, "service_version", OPERATION, PROVIDER, MODEL, FEATURE)
"""What the rates by call keep; what a dashboard can be narrowed to."""

FAILED = ("auth", "bad_request", "error", "not_found", "rate_limit", "timeout", "unavailable")
"""Outcomes of calls that brought no answer. A caller that went away is no failure, nor is a poor answer."""

ANSWERED = ("content_filter", "empty", "malformed_output", "ok", "refusal", "truncated")
"""Outcomes of calls that brought an answer, good or poor."""


def comma(labels: tuple[str, ...]) -> str:
    """Label names as they stand in `by (…)` and `on (…)`."""
    return ", ".join(labels)


def any_of(values: tuple[str, ...]) -> str:
    """A matcher's regular expression for these values; they hold no special characters."""
    return "|".join(values)


def sum_by(labels: tuple[str, ...], expr: str) -> str:
    """`sum by (labels) (expr)`."""
    return f"sum by ({comma(labels)}) ({expr})"


def total(labels: tuple[str, ...], *exprs: str) -> str:
    """The sum over several vectors, exact also where two hold series of equal labels: `or` alone would hide one."""
    different = tuple(dict.fromkeys(exprs))
    if len(different) == 1:
        return sum_by(labels, different[0])
    marked = (f'label_replace({expr}, "source", "{n}", "", "")' for n, expr in enumerate(different))
    return sum_by(labels, " or ".join(marked))


def grown(counter: str, window: str, past: str) -> str:
    """How much counters grew over a window, each series for itself.

    One that appears in it has grown by all that it shows, which `increase` alone misses. `past`: how long before the
    window nothing may have been seen of it for that; a scrape that failed is no birth.
    """
    before = f"max_over_time({counter}[{past}] offset {window})"
    return f"(last_over_time({counter}[{window}]) unless {before}) or increase({counter}[{window}])"


def occurred(counter: str) -> str:
    """How often something happened in the last ten minutes, by service; nothing where it did not.

    A counter that appears with its first event counts as well, which `increase` alone misses.
    """
    born = f"({counter} unless max_over_time({counter}[1d] offset 10m)) > 0"
    return f"{sum_by(SERVICE, f'{born} or increase({counter}[10m]) > 0')} > 0"
