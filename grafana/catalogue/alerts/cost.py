"""Money goes faster than it should, or nobody knows how much."""

from __future__ import annotations

from catalogue.alert import Alert, Case
from catalogue.promql import MODEL, ON_SERVICE, SERVICE, comma, label, sum_by
from catalogue.scenes import MODEL_LABELS, SERVICE_LABELS, cases, cost, happening, tokens
from catalogue.wording import COUNT, PERCENT, USD, WHO
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

__all__ = ["ALERTS"]

_HOUR_LIMIT_USD = 100
_DAY_BUDGET_USD = 500
_LEAST_USD = 1
"""Per hour: a spike that costs less is not worth a message."""

_PER_HOUR = "genai:service:cost_usd:per_hour"
_SPENT = "genai:service:cost_usd:day"
_LAST_WEEK = f"({_SPENT} offset 7d and {_SPENT} offset 8d) or max_over_time({_SPENT}[6d] offset 1d)"
"""What was spent until this hour a week ago; in the first week the dearest day. A first day is not whole yet."""

_BY_MODEL = (*SERVICE, MODEL)


def _per_call(window: str) -> str:
    """USD per call of a model, over a window: a ratio of sums."""
    cost = f"sum_over_time(genai:model:cost_usd:rate5m[{window})"
    calls = sum_by(_BY_MODEL, f"sum_over_time(genai:model:calls:rate5m[{window})")
    return f"{cost} / ({calls} > 0)"


_PRICE = '{{ VALUE | printf "%.4f" }} USD'
_DAY = 24 * 60
_HISTORY = _DAY + 120
_GROWN = (
    "genai:service:input_tokens_per_call:rate5m > 3 * "
    "avg_over_time(genai:service:input_tokens_per_call:rate5m[1d] offset 1h) "
    "and genai:service:input_tokens_per_call:rate5m > 1000"
)
"""Prompts that grow, as they do where an agent goes round in circles."""

ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAICostSpike",
        expr=f"(avg_over_time({_PER_HOUR}[30m]) > 1.5 * avg_over_time({_PER_HOUR}[1d] offset 1h) "
        f"and {_PER_HOUR} > genai:baseline:cost_per_hour:upper) and {_PER_HOUR} > {_LEAST_USD}",
        summary=f"{WHO} spends {USD} per hour, over 150 % of the day's average",
        description="The cost per hour is above 150 % of the average of the last day, and above what this hour of "
        "the days before had.",
        priority="P2",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per hour",
        cases=(
            *cases(
                cost,
                good=5,
                bad=20,
                almost=7,
                labels=SERVICE_LABELS,
                summary="shop (production) spends 20.00 USD per hour, over 150 % of the day's average",
                lead=_HISTORY,
                within=44,
                gone=60,
            ),
            Case(
                "fires",
                "the spike lasts, and does not become usual",
                cost([(5, _HISTORY), (20, 360)]),
                fires=(_HISTORY + 60, _HISTORY + 360),
                labels=SERVICE_LABELS,
            ),
            Case("silent", "no history", cost([(5, 60), (20, 120)]), silent=(100, 180)),
            Case("silent", "cents", cost([(0.01, _HISTORY), (0.5, 120)]), silent=(_HISTORY + 60, _HISTORY + 120)),
        ),
        hold="10m",
    ),
    Alert(
        name="GenAICostPerHourHigh",
        expr=f"avg_over_time({_PER_HOUR}[15m]) > {_HOUR_LIMIT_USD}",
        summary=f"{WHO} spends {USD} per hour",
        description=f"The fixed limit is {_HOUR_LIMIT_USD} USD per hour, whatever is usual.",
        priority="P1",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per hour",
        cases=cases(
            cost,
            good=20,
            bad=150,
            almost=90,
            labels=SERVICE_LABELS,
            summary="shop (production) spends 150.00 USD per hour",
            within=30,
        ),
    ),
    Alert(
        name="GenAIDailyCostHigh",
        expr=f"({_SPENT} > 1.2 * avg_over_time({_SPENT}[6d] offset 1d) and {_SPENT} > 1.2 * ({_LAST_WEEK})) "
        f"and {_SPENT} offset 2d and {_SPENT} > 24 * {_LEAST_USD}",
        summary=f"{WHO} spent {USD} in a day, 20 % more than usual",
        description="The cost of 24 hours is over 20 % above the average of the days before, and as much above the "
        "same weekday of last week.",
        priority="P3",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per day",
        cases=(
            *cases(
                cost,
                good=5,
                bad=8,
                almost=5.8,
                labels=SERVICE_LABELS,
                summary="shop (production) spent 150.08 USD in a day, 20 % more than usual",
                lead=3 * _DAY,
                within=600,
                gone=1800,
            ),
            Case(
                "silent",
                "the first days: what was spent is still growing",
                cost([(5, 3 * _DAY)]),
                silent=tuple(range(600, 3 * _DAY, 240)),
            ),
        ),
        hold="30m",
        keep="1h",
    ),
    Alert(
        name="GenAIDailyBudgetExceeded",
        expr=f"{_SPENT} > {_DAY_BUDGET_USD}",
        summary=f"{WHO} spent {USD} in 24 hours, over its budget",
        description=f"The budget of a service is {_DAY_BUDGET_USD} USD in 24 hours.",
        priority="P1",
        category="cost",
        owner="finance",
        dashboard="spanwise-cost",
        panel="Spend per day",
        cases=cases(
            cost,
            good=5,
            bad=100,
            almost=15,
            labels=SERVICE_LABELS,
            summary="shop (production) spent 669.17 USD in 24 hours, over its budget",
            within=400,
            gone=1600,
        ),
        keep="30m",
    ),
    Alert(
        name="GenAICostPerCallJump",
        expr=f"({_per_call('30m]')} > 2 * ({_per_call('1d] offset 1h')})) and on ({comma(_BY_MODEL)}) "
        f"({sum_by(_BY_MODEL, 'avg_over_time(genai:model:calls:rate5m[30m])')} > 20 / 1800)",
        summary=f"A call of {WHO} to {{{{ .Labels.gen_ai_request_model }}}} costs {_PRICE}, twice what it did",
        description="The cost per call of the last half hour is over twice that of the last day: longer prompts or "
        "answers, a lost prompt cache, another price.",
        priority="P2",
        category="cost",
        owner="application",
        dashboard="spanwise-cost",
        panel="Cost per call",
        cases=cases(
            cost,
            good=36,
            bad=108,
            almost=60,
            labels=MODEL_LABELS,
            summary="A call of shop (production) to gpt-5 costs 0.0300 USD, twice what it did",
            lead=180,
            within=60,
            gone=60,
        ),
        hold="10m",
    ),
    Alert(
        name="GenAITokenExplosion",
        expr="((genai:service:output_tokens_per_call:rate5m > genai:baseline:output_tokens_per_call:upper "
        f"and genai:service:output_tokens_per_call:rate5m > 100) or ({_GROWN})) "
        f"and {ON_SERVICE} (genai:service:answers:rate5m > 20 / 300)",
        summary=f"A call of {WHO} uses {COUNT} tokens",
        description="Far more tokens per call than usual: a prompt that grows with each turn, or endless answers.",
        priority="P2",
        category="cost",
        owner="application",
        dashboard="spanwise-cost",
        panel="Tokens per call",
        cases=(
            *cases(
                tokens("output"),
                good=200,
                bad=900,
                almost=300,
                labels=SERVICE_LABELS,
                summary="A call of shop (production) uses 900 tokens",
                lead=_HISTORY,
                within=24,
            ),
            Case(
                "fires",
                "prompts grow",
                tokens("input")([(1000, 180), (5000, 30)]),
                fires=(205,),
                silent=(180,),
                labels=SERVICE_LABELS,
            ),
        ),
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
        cases=cases(
            happening(metrics.UNPRICED, (label(names.COST_UNPRICED), "unknown_model")),
            good=0,
            bad=12,
            almost=2,
            labels=SERVICE_LABELS,
            summary="The cost of 20% of the calls of shop (production) is not known",
            within=50,
        ),
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
        cases=cases(
            tokens("cache_read"),
            good=600,
            bad=100,
            almost=350,
            labels=SERVICE_LABELS,
            summary="The prompt cache of shop (production) serves only 10% of the input",
            lead=_HISTORY,
            within=32,
        ),
        hold="15m",
    ),
)
