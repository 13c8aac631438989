"""Recording rules: one set of `genai:` series, whichever generation of the conventions' names an application emits.

Dashboards and alerts read these, so that a rename of the conventions never breaks them. Where a process emits one
name for some calls and the other name for others, both count.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalogue.baselines import baseline_rules
from catalogue.judging import judge_copies, judge_rates
from catalogue.levels import day_rules, level_rules, model_rules
from catalogue.promql import DIMENSIONS, FAILED, FEATURE, MODEL, OUTCOME, SERVICE, any_of, label, series, total
from catalogue.rule import Group, Rule
from catalogue.slo import objective_rules, window_rules
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from spanwise.semconv.metrics import PROFILES, Metric

__all__ = ["GROUPS", "RULES"]

_OLD, _NEW = PROFILES["v1.41"], PROFILES["main"]
_TYPE = "spanwise_redaction_type"
_CATEGORY = label(names.SCREEN_CATEGORY)
_UNPRICED = label(names.COST_UNPRICED)


def _metrics(field: str) -> tuple[Metric, ...]:
    """What both generations call one thing."""
    found = (getattr(profile, field) for profile in (_OLD, _NEW))
    return tuple(metric for metric in found if isinstance(metric, Metric))


def _tokens(direction: str) -> tuple[str, ...]:
    """The counters of one kind of token, un-aggregated."""
    counters = tuple(series(metric) for metric in _metrics(f"{direction}_tokens"))
    if _OLD.token_usage is None or direction not in ("input", "output"):
        return counters
    return (f'{series(_OLD.token_usage, "sum")}{{gen_ai_token_type="{direction}"}}', *counters)


_DIRECTIONS: dict[str, str] = {
    "input": "Input tokens, cached ones included",
    "output": "Output tokens, reasoning included",
    "cache_read": "Input tokens served from the provider's prompt cache",
    "cache_write": "Input tokens stored in the provider's prompt cache",
    "reasoning": "Output tokens spent on reasoning",
}
_COUNTERS: tuple[tuple[str, Metric, str], ...] = (
    ("calls", metrics.CALLS, "Calls to models, by outcome and type of error"),
    ("cost_usd", metrics.COST, "Cost of calls whose price is known, in USD"),
    ("retries", metrics.ATTEMPTS, "Attempts that failed and were tried again"),
    ("unpriced", metrics.UNPRICED, "Calls whose price is not known, by reason"),
    ("estimated", metrics.ESTIMATED, "Calls whose tokens were estimated because the provider gave none"),
    ("flagged", metrics.SCREENED, "Calls that screening flagged, by category"),
    ("redacted", metrics.REDACTED, "Values redacted before export, by type"),
    ("abuse", metrics.ABUSE_FLAGS, "Times that a user, a tenant or a key went over a limit, by limit and subject"),
)


def _copies() -> Iterator[Rule]:
    """Counters as they are, for `increase(…[$__range])`: a sum over instances cannot tell a restart from a fall."""
    for name, metric, description in _COUNTERS:
        yield Rule(f"genai:{name}:total", series(metric), f"{description}; per instance, since its start.")
    for direction, description in _DIRECTIONS.items():
        yield Rule(
            "genai:tokens:total",
            " or ".join(_tokens(direction)),
            f"{description}; per instance, since its start.",
            (("direction", direction),),
        )


def _rate(*counters: str) -> list[str]:
    return [f"rate({counter}[5m])" for counter in counters]


_RATES: tuple[tuple[str, Metric, tuple[str, ...]], ...] = (
    ("calls", metrics.CALLS, (*DIMENSIONS, OUTCOME)),
    ("cost_usd", metrics.COST, DIMENSIONS),
    ("retries", metrics.ATTEMPTS, DIMENSIONS),
    ("unpriced", metrics.UNPRICED, (*DIMENSIONS, _UNPRICED)),
    ("estimated", metrics.ESTIMATED, DIMENSIONS),
    ("flagged", metrics.SCREENED, (*SERVICE, MODEL, FEATURE, _CATEGORY)),
    ("redacted", metrics.REDACTED, (*SERVICE, _TYPE)),
    ("abuse", metrics.ABUSE_FLAGS, (*SERVICE, "spanwise_abuse_reason", "spanwise_abuse_subject")),
)


def _rates() -> Iterator[Rule]:
    said = {name: description for name, _, description in _COUNTERS}
    for name, metric, labels in _RATES:
        yield Rule(f"genai:{name}:rate5m", total(labels, *_rate(series(metric))), f"{said[name]}; per second.")
    failed = f'genai:calls:rate5m{{{OUTCOME}=~"{any_of(FAILED)}"}}'
    yield Rule("genai:errors:rate5m", failed, "Calls that brought no answer, by outcome; per second.")
    for direction, description in _DIRECTIONS.items():
        expr = total(DIMENSIONS, *_rate(*_tokens(direction)))
        yield Rule("genai:tokens:rate5m", expr, f"{description}; per second.", (("direction", direction),))


_HISTOGRAMS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    ("duration", ("duration", "embeddings_duration"), ("bucket", "count", "sum"), "Duration of calls"),
    ("first_chunk", ("time_to_first_chunk",), ("bucket",), "Time to the first chunk of a streamed answer"),
    ("chunk_gap", ("time_per_output_chunk",), ("bucket",), "Mean time between the chunks of a streamed answer"),
)


def _histograms() -> Iterator[Rule]:
    for name, fields, parts, description in _HISTOGRAMS:
        for part in parts:
            counters = (series(metric, part) for field in fields for metric in _metrics(field))
            labels = (*DIMENSIONS, "le") if part == "bucket" else DIMENSIONS
            expr = total(labels, *_rate(*counters))
            yield Rule(
                f"genai:{name}_seconds_{part}:rate5m", expr, f"{description}, {part} of the histogram; per second."
            )


GROUPS: tuple[Group, ...] = (
    Group("genai-counters", "30s", (*_copies(), *judge_copies())),
    Group("genai-rates", "30s", (*_rates(), *_histograms(), *level_rules(), *model_rules(), *judge_rates())),
    Group("genai-days", "2m", tuple(day_rules())),
    Group("genai-baselines", "2m", tuple(baseline_rules())),
    Group("genai-slo", "30s", tuple(objective_rules())),
    Group("genai-slo-windows", "2m", tuple(window_rules())),
)
"""All recording rules. No interval is above 2 m: a query finds no sample that is five minutes old."""

RULES: tuple[Rule, ...] = tuple(rule for group in GROUPS for rule in group.rules)
