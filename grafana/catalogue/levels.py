"""What one looks at first: one number per service, now."""

from __future__ import annotations

from collections.abc import Iterator

from catalogue.promql import MODEL, OUTCOME, SERVICE, sum_by
from catalogue.rule import Rule

__all__ = ["FAST_S", "day_rules", "level_rules", "model_rules"]

FAST_S = 10.24
"""A call that takes at most so many seconds is fast; a bound of the histogram's buckets."""

_READ = 'genai:tokens:rate5m{direction="cache_read"}'
_INPUT = 'genai:tokens:rate5m{direction="input"}'
_OUTPUT = 'genai:tokens:rate5m{direction="output"}'


def _ratio(part: str, whole: str) -> str:
    return f"{part} / ({whole} > 0)"


def _quantile(q: float, histogram: str) -> str:
    """Without calls a quantile is NaN, which is no level: such a series is left out."""
    buckets = sum_by((*SERVICE, "le"), f"genai:{histogram}_seconds_bucket:rate5m")
    return f"histogram_quantile({q}, {buckets}) >= 0"


_LEVELS: tuple[tuple[str, str, str], ...] = (
    ("calls:rate5m", sum_by(SERVICE, "genai:calls:rate5m"), "Calls per second."),
    (
        "errors:rate5m",
        f"{sum_by(SERVICE, 'genai:errors:rate5m')} or 0 * genai:service:calls:rate5m",
        "Calls per second that brought no answer; 0 where all did.",
    ),
    (
        "answers:rate5m",
        "genai:service:calls:rate5m - genai:service:errors:rate5m",
        "Calls per second that did not fail.",
    ),
    (
        "error_ratio:rate5m",
        _ratio("genai:service:errors:rate5m", "genai:service:calls:rate5m"),
        "Share of calls that brought no answer; nothing without calls.",
    ),
    ("duration_p50:5m", _quantile(0.5, "duration"), "Median duration, in seconds; nothing without calls."),
    ("duration_p95:5m", _quantile(0.95, "duration"), "95th percentile of the duration, in seconds."),
    ("duration_p99:5m", _quantile(0.99, "duration"), "99th percentile of the duration, in seconds."),
    (
        "first_chunk_p95:5m",
        _quantile(0.95, "first_chunk"),
        "95th percentile of the time to the first chunk, in seconds.",
    ),
    (
        "timed:rate5m",
        sum_by(SERVICE, 'genai:duration_seconds_bucket:rate5m{le="+Inf"}'),
        "Calls per second whose duration is known.",
    ),
    (
        "slow:rate5m",
        f"""genai:service:timed:rate5m - {sum_by(SERVICE, f'genai:duration_seconds_bucket:rate5m{{le="{FAST_S}"}}')}""",
        f"Calls per second that took longer than {FAST_S} s.",
    ),
    (
        "cost_usd:per_hour",
        f"3600 * {sum_by(SERVICE, 'genai:cost_usd:rate5m')}",
        "USD per hour at the pace of the last five minutes.",
    ),
    (
        "tokens:per_hour",
        f"""3600 * {sum_by(SERVICE, 'genai:tokens:rate5m{direction=~"input|output"}')}""",
        "Input and output tokens per hour at the pace of the last five minutes.",
    ),
    (
        "output_tokens_per_call:rate5m",
        _ratio(sum_by(SERVICE, _OUTPUT), "genai:service:answers:rate5m"),
        "Output tokens per answered call.",
    ),
    (
        "input_tokens_per_call:rate5m",
        _ratio(sum_by(SERVICE, _INPUT), "genai:service:answers:rate5m"),
        "Input tokens per answered call.",
    ),
    (
        "cache_hit_ratio:rate5m",
        _ratio(sum_by(SERVICE, _READ), sum_by(SERVICE, _INPUT)),
        "Share of input tokens that the provider's prompt cache served; nothing where none ever was.",
    ),
    ("flagged:rate5m", sum_by(SERVICE, "genai:flagged:rate5m"), "Calls per second that screening flagged."),
)


def level_rules() -> Iterator[Rule]:
    """`genai:service:…`, by service and environment."""
    for name, expr, description in _LEVELS:
        yield Rule(f"genai:service:{name}", expr, description)


def model_rules() -> Iterator[Rule]:
    """`genai:model:…`, by service, environment and model: what is compared with its own day."""
    calls = sum_by((*SERVICE, MODEL, OUTCOME), "genai:calls:rate5m")
    yield Rule("genai:model:calls:rate5m", calls, "Calls per second of a model, by outcome.")
    cost = sum_by((*SERVICE, MODEL), "genai:cost_usd:rate5m")
    yield Rule("genai:model:cost_usd:rate5m", cost, "USD per second that a model costs.")


def day_rules() -> Iterator[Rule]:
    """What is counted over a whole day."""
    spent = sum_by(SERVICE, "increase(genai:cost_usd:total[1d])")
    yield Rule("genai:service:cost_usd:day", spent, "USD spent in the last 24 hours.")
