"""Expressions that several dashboards share: shares, quantiles, levels against what is usual."""

from __future__ import annotations

from catalogue.promql import grown, series
from catalogue.target import PromQL
from spanwise.semconv.metrics import PROFILES, Metric

__all__ = [
    "BASELINE_BAND",
    "against_baseline",
    "counted",
    "exemplar_quantile",
    "increase_of",
    "named",
    "noticed",
    "noticed_by",
    "noticed_each",
    "noticed_of",
    "of_usual",
    "or_zero",
    "per_hour",
    "quantile",
    "rate_of",
    "ratio",
]

BASELINE_BAND = ("usual, from", "usual, to")
"""Names of the two series between which a level usually is."""

_PAST = "1h"


def ratio(part: str, whole: str) -> str:
    """`part / whole`: 0 where there is a whole and no part, nothing where there is no whole."""
    return f"({part} or 0 * {whole}) / ({whole} > 0)"


def quantile(q: float, histogram: str, by: str = "") -> str:
    """A quantile over the last five minutes of `genai:<histogram>_seconds`; nothing without calls."""
    grouping = f"{by}, le" if by else "le"
    return f"histogram_quantile({q}, sum by ({grouping}) (genai:{histogram}_seconds_bucket:rate5m)) >= 0"


def exemplar_quantile(q: float, field: str, legend: str) -> PromQL:
    """A quantile straight from the applications' histograms, whatever generation of names they emit: only these have
    exemplars, the points that lead to single traces."""
    metrics = (getattr(profile, field) for profile in PROFILES.values())
    names = dict.fromkeys(series(metric, "bucket") for metric in metrics if isinstance(metric, Metric))
    rates = " or ".join(f"rate({name}[$__rate_interval])" for name in names)
    return PromQL(f"histogram_quantile({q}, sum by (le) ({rates})) >= 0", legend, exemplar=True)


def counted(total: str, by: str = "", where: str = "", window: str = "$__range", ago: str = "") -> str:
    """How much a `genai:<total>:total` grew over the time shown, or over a window that ended `ago`."""
    grouping = f" by ({by})" if by else ""
    matchers = f"{{{where}}}" if where else ""
    past = f" offset {ago}" if ago else ""
    return f"sum{grouping} (increase(genai:{total}:total{matchers}[{window}]{past}))"


def noticed(total: str, where: str = "") -> str:
    """How often something rare happened in the time shown; 0 where it did not."""
    return noticed_of(f"genai:{total}:total{{{where}}}" if where else f"genai:{total}:total")


def noticed_of(counter: str) -> str:
    """As `noticed`, of a raw counter.

    A counter that appears with its first event has grown by that event; `increase` alone would say 0 of the one leak of
    a process.
    """
    return f"sum ({grown(counter, '$__range', _PAST)}) or vector(0)"


def noticed_by(total: str, by: str, where: str = "") -> str:
    """Rare events per minute, by label."""
    name = f"genai:{total}:total{{{where}}}" if where else f"genai:{total}:total"
    return f"sum by ({by}) ({grown(name, '5m', _PAST)}) / 5"


def noticed_each(total: str, by: str, where: str = "") -> str:
    """As `noticed`, by label; nothing where it did not happen."""
    name = f"genai:{total}:total{{{where}}}" if where else f"genai:{total}:total"
    return f"sum by ({by}) ({grown(name, '$__range', _PAST)})"


def per_hour(rate: str, by: str = "") -> str:
    """A rate per second, summed, as a pace per hour."""
    grouping = f" by ({by})" if by else ""
    return f"3600 * sum{grouping} ({rate})"


def named(expr: str, label: str, fallback: str) -> str:
    """`expr` with a word where the label is empty: a series without a name is no legend."""
    return f'label_replace({expr}, "{label}", "{fallback}", "{label}", "")'


def against_baseline(
    series_name: str, level: str, legend: str, over: str = "sum"
) -> tuple[PromQL, PromQL, PromQL, PromQL]:
    """A level of the chosen services, and what is usual at this time of day; that needs a day of history.

    Where some services have a past and others have none, like is compared with like: the line is of those that have.

    `over`: how services are put together; what is no amount has no sum.
    """
    lower, upper = BASELINE_BAND
    usual = f"genai:baseline:{level}"
    past = f"{usual}:median"
    return (
        PromQL(f"{over} ({usual}:lower)", lower),
        PromQL(f"{over} ({usual}:upper)", upper),
        PromQL(f"{over} ({past})", "expected"),
        PromQL(f"{over} ({series_name} and {past}) or ({over} ({series_name}) unless {over} ({past}))", legend),
    )


def of_usual(series_name: str, level: str) -> PromQL:
    """A level as a share of what is expected now, over the services that have a baseline."""
    expected = f"genai:baseline:{level}:median"
    return PromQL(f"sum ({series_name} and {expected}) / sum ({expected})", "of usual")


def or_zero(expr: str, label: str, zero: str = "vector(0)") -> str:
    """`expr`, or a zero called `none` where it has no series: nothing lost has to look different from nothing known.

    `zero`: one that is there only while something is known.
    """
    return f'{expr} or label_replace({zero}, "{label}", "none", "", "") unless on () ({expr})'


def rate_of(counter: str) -> str:
    """The rate per second of a raw counter, over what fits the width of the graph."""
    return _of("rate", counter, "$__rate_interval")


def increase_of(counter: str) -> str:
    """How much a raw counter grew over the time shown."""
    return _of("increase", counter, "$__range")


def _of(function: str, counter: str, window: str) -> str:
    """The Collector's own counters end in `_total` or not, as its version and its exporter have it."""
    said = f"{function}({counter}[{window}])"
    return f"({said} or {function}({counter}_total[{window}]))" if counter.startswith("otelcol_") else said
