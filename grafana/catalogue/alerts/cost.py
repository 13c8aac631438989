"""Money goes faster than it should, or nobody knows how much."""

from __future__ import annotations

from catalogue.alert import Alert
from catalogue.promql import MODEL, ON_SERVICE, SERVICE, comma, sum_by
from catalogue.wording import NUMBER, PERCENT, WHO

__all__ = ["ALERTS"]

_HOUR_LIMIT_USD = 100
_DAY_BUDGET_USD = 500
_LEAST_USD = 1
"""Per hour: a spike that costs less is not worth a message."""

_PER_HOUR = "genai:service:cost_usd:per_hour"
_DAY = "genai:service:cost_usd:day"
_BY_MODEL = (*SERVICE, MODEL)


def _per_call(window: str) -> str:
    """USD per call of a model, over a window: a ratio of sums."""
    cost = f"sum_over_time(genai:model:cost_usd:rate5m[{window})"
    calls = sum_by(_BY_MODEL, f"sum_over_time(genai:model:calls:rate5m[{window})")
    return f"{cost} / ({calls} > 0)"


ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAICostSpike",
        expr=f"(avg_over_time({_PER_HOUR}[30m]) > 1.5 * avg_over_time({_PER_HOUR}[1d] offset 1h) "
        f"and {_PER_HOUR} > genai:baseline:cost_per_hour:upper) and {_PER_HOUR} > {_LEAST_USD}",
        summary=f"{WHO} spends {NUMBER} USD per hour, over 150 % of the day's average",
        description="The cost per hour is above 150 % of the average of the last day, and above what this hour of "
        "the days before had.",
        priority="P2",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per hour",
        cases=(),
        hold="10m",
    ),
    Alert(
        name="GenAICostPerHourHigh",
        expr=f"avg_over_time({_PER_HOUR}[15m]) > {_HOUR_LIMIT_USD}",
        summary=f"{WHO} spends {NUMBER} USD per hour",
        description=f"The fixed limit is {_HOUR_LIMIT_USD} USD per hour, whatever is usual.",
        priority="P1",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per hour",
        cases=(),
    ),
    Alert(
        name="GenAIDailyCostHigh",
        expr=f"{_DAY} > 1.2 * avg_over_time({_DAY}[6d] offset 1d) "
        f"and {_DAY} > 1.2 * ({_DAY} offset 7d or max_over_time({_DAY}[6d] offset 1d)) and {_DAY} > 24 * {_LEAST_USD}",
        summary=f"{WHO} spent {NUMBER} USD in a day, 20 % more than usual",
        description="The cost of 24 hours is over 20 % above the average of the days before, and as much above the "
        "same weekday of last week.",
        priority="P3",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per day",
        cases=(),
        hold="30m",
        keep="1h",
    ),
    Alert(
        name="GenAIDailyBudgetExceeded",
        expr=f"{_DAY} > {_DAY_BUDGET_USD}",
        summary=f"{WHO} spent {NUMBER} USD in 24 hours, over its budget",
        description=f"The budget of a service is {_DAY_BUDGET_USD} USD in 24 hours.",
        priority="P1",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per day",
        cases=(),
        keep="30m",
    ),
    Alert(
        name="GenAICostPerCallJump",
        expr=f"({_per_call('30m]')} > 2 * ({_per_call('1d] offset 1h')})) and on ({comma(_BY_MODEL)}) "
        f"({sum_by(_BY_MODEL, 'sum_over_time(genai:model:calls:rate5m[30m])')} > 1)",
        summary=f"A call of {WHO} to {{{{ .Labels.gen_ai_request_model }}}} costs {NUMBER} USD, twice what it did",
        description="The cost per call of the last half hour is over twice that of the last day: longer prompts or "
        "answers, a lost prompt cache, another price.",
        priority="P2",
        category="cost",
        owner="application",
        dashboard="spanwise-cost",
        panel="Cost per call",
        cases=(),
        hold="10m",
    ),
    Alert(
        name="GenAITokenExplosion",
        expr="genai:service:output_tokens_per_call:rate5m > genai:baseline:output_tokens_per_call:upper",
        summary=f"A call of {WHO} uses {NUMBER} tokens",
        description="Far more tokens per call than usual: a prompt that grows with each turn, or endless answers.",
        priority="P2",
        category="cost",
        owner="application",
        dashboard="spanwise-cost",
        panel="Tokens per call",
        cases=(),
        hold="10m",
    ),
    Alert(
        name="GenAIUnpricedShareHigh",
        expr=f"{sum_by(SERVICE, 'genai:unpriced:rate5m')} / (genai:service:calls:rate5m > 10 / 300) > 0.05",
        summary=f"The cost of {PERCENT} of the calls of {WHO} is not known",
        description="Models or usage without a price: what the dashboards show as cost is too low.",
        priority="P3",
        category="cost",
        owner="platform",
        dashboard="spanwise-cost",
        panel="Unpriced calls",
        cases=(),
        hold="30m",
    ),
    Alert(
        name="GenAICacheHitCollapse",
        expr="genai:service:cache_hit_ratio:rate5m < genai:baseline:cache_hit_ratio:lower "
        "and genai:service:cache_hit_ratio:rate5m < 0.5 * genai:baseline:cache_hit_ratio:median "
        f"and {ON_SERVICE} (genai:service:answers:rate5m > 20 / 300)",
        summary=f"The prompt cache of {WHO} serves only {PERCENT} of the input",
        description="Less than half of what this hour usually has: a prompt whose beginning changes cannot be cached.",
        priority="P3",
        category="cost",
        owner="application",
        dashboard="spanwise-cost",
        panel="Cache hit rate",
        cases=(),
        hold="15m",
    ),
)
