"""Whether the service level holds, how fast the error budget is spent, and on what."""

from __future__ import annotations

from catalogue.dashboard import Dashboard, Row
from catalogue.drill_down import spans, traces, traces_of_series
from catalogue.palette import OUTCOMES
from catalogue.panels import About, Limits, bars, lines, number, ranking
from catalogue.promql import FAILED, MODEL, any_of
from catalogue.slo import OBJECTIVES, WINDOWS
from catalogue.tables import Column, rows
from catalogue.target import PromQL

_ON = "on (service_name, deployment_environment_name, sloth_slo)"
_WHO = "service_name, deployment_environment_name, sloth_slo"
_BURNS = Limits(1, 6)
_LEFT_FROM = Limits(0.25, 0, falling=True)
_AVAILABILITY, _LATENCY = (f'sloth_slo="{objective.name}"' for objective in OBJECTIVES)
_FAILED = traces("Traces of failed calls", spans(f'span.spanwise.outcome=~"{any_of(FAILED)}"'))
_SLOW = traces("Traces slower than 10.24 s", spans("span.gen_ai.provider.name != nil", "duration > 10240ms"))
_ALL_WINDOWS = tuple(window for window in WINDOWS if window != "30d")


def _burn(window: str, slo: str = "") -> str:
    """How many times faster than allowed the budget is spent over a window."""
    matchers = f"{{{slo}}}" if slo else ""
    return f"slo:sli_error:ratio_rate{window}{matchers} / {_ON} slo:error_budget:ratio{matchers}"


_BUDGET = number(
    "Availability budget left",
    "percentunit",
    About(
        "Share of the 30 days' error budget that is left, of the service with the least.",
        "It is how many more failed calls the promise of 99 % bears.",
        "Below a quarter: no risky changes. Used up: repair before you build.",
    ),
    PromQL(f"min (slo:period_error_budget_remaining:ratio{{{_AVAILABILITY}}})", "left"),
    limits=_LEFT_FROM,
    width=6,
    links=(_FAILED,),
)
_SPEED_BUDGET = number(
    "Latency budget left",
    "percentunit",
    About(
        "Share of the 30 days' budget of slow calls that is left, of the service with the least.",
        "It is how many more calls over 10.24 s the promise of 95 % bears.",
        "Below a quarter: see which model is slow on the performance dashboard.",
    ),
    PromQL(f"min (slo:period_error_budget_remaining:ratio{{{_LATENCY}}})", "left"),
    limits=_LEFT_FROM,
    width=6,
    links=(_SLOW,),
)
_NOW = number(
    "Burn rate now",
    "suffix: ×",
    About(
        "How many times faster than allowed the availability budget is spent, over one hour, by the worst service.",
        "At 1 it lasts exactly 30 days, at 14.4 two days.",
        "Above 6 somebody is paged: see errors by kind on the overview.",
    ),
    PromQL(f"max ({_burn('1h', _AVAILABILITY)})", "burn rate"),
    limits=_BURNS,
    decimals=1,
    width=6,
    links=(_FAILED,),
)
_ENDS = number(
    "Budget lasts",
    "d",
    About(
        "Days until the availability budget of the worst service is used up at the pace of the last day.",
        "It turns a ratio into a date to plan with.",
        "Less than 30 days: the budget ends before its period does.",
    ),
    PromQL(
        f"min (30 * clamp_min(slo:period_error_budget_remaining:ratio{{{_AVAILABILITY}}}, 0) / {_ON} "
        f"(({_burn('1d', _AVAILABILITY)}) > 0))",
        "days",
    ),
    limits=Limits(30, 7, falling=True),
    none="Nothing is spent",
    decimals=0,
    width=6,
    links=(_FAILED,),
)
_OBJECTIVES = rows(
    "Objectives",
    About(
        "Each objective: what is promised, the last 30 days, what is left of the budget, and the pace of five minutes.",
        "It is the page for the talk about whether to ship or to repair.",
        "Least budget first. Click a row's service in the variable above to see it alone.",
    ),
    (
        Column("service_name", "Service"),
        Column("deployment_environment_name", "Environment"),
        Column("sloth_slo", "Objective"),
        Column("Value #A", "Promised", "percentunit", decimals=1),
        Column("Value #B", "Last 30 days", "percentunit", decimals=2),
        Column("Value #C", "Budget left", "percentunit", decimals=1, limits=_LEFT_FROM),
        Column("Value #D", "Burn rate, 5m", "suffix: ×", decimals=2, limits=_BURNS),
    ),
    PromQL(f"max by ({_WHO}) (slo:objective:ratio)", shape="rows"),
    PromQL(f"1 - max by ({_WHO}) (slo:sli_error:ratio_rate30d)", shape="rows"),
    PromQL(f"min by ({_WHO}) (slo:period_error_budget_remaining:ratio)", shape="rows"),
    PromQL(f"max by ({_WHO}) (slo:current_burn_rate:ratio)", shape="rows"),
    sort="Budget left",
    descending=False,
    links=(traces("Traces of failed calls", spans(f'span.spanwise.outcome=~"{any_of(FAILED)}"')),),
    height=6,
)
_BURN = lines(
    "Burn rate",
    "suffix: ×",
    About(
        "How many times faster than allowed the budget is spent, over one hour, six hours and three days.",
        "Short windows see an outage, long ones a slow leak. Alerts ask two at once, so that they end soon after.",
        "Dashed: 6 and 14.4, where people are paged. One service is meant: choose it above if there are several.",
    ),
    *(PromQL(f"max by (sloth_slo) ({_burn(window)})", f"{{{{sloth_slo}}}} {window}") for window in ("1h", "6h", "3d")),
    limits=Limits(6, 14.4),
    links=(_FAILED,),
)
_LEFT = lines(
    "Budget left",
    "percentunit",
    About(
        "What is left of the 30 days' budget, by service and objective; 100 % is nothing spent.",
        "Steps are incidents, a slope is the daily loss; it heals as bad days leave the 30 days.",
        "A slope that reaches zero before the period ends has to be flattened: find the most frequent failure.",
    ),
    PromQL(
        "min by (service_name, sloth_slo) (slo:period_error_budget_remaining:ratio)", "{{service_name}} {{sloth_slo}}"
    ),
    most=1,
    below_zero=True,
    links=(_FAILED,),
)
_WINDOWS = rows(
    "Burn rates by window",
    About(
        "How many times faster than allowed the budget is spent, over each window.",
        "High on the left only: it just began. High on the right only: it is over. High everywhere: it goes on.",
        "14.4 over an hour and 5 minutes, or 6 over six hours and 30 minutes, pages; 3 and 1 over days are tickets.",
    ),
    (
        Column("service_name", "Service"),
        Column("sloth_slo", "Objective"),
        *(
            Column(f"Value #{chr(ord('A') + index)}", window, "suffix: ×", decimals=2, limits=_BURNS)
            for index, window in enumerate(_ALL_WINDOWS)
        ),
    ),
    *(PromQL(f"max by (service_name, sloth_slo) ({_burn(window)})", shape="rows") for window in _ALL_WINDOWS),
    links=(_FAILED,),
    height=6,
)
_SPENT = bars(
    "What spends the budget",
    "reqps",
    About(
        "Failed calls per second, by how they ended.",
        "The largest colour is the work that buys most budget back.",
        "Rate limits: quota and concurrency. Unavailable, timeout: another provider. Bad request: your own code.",
    ),
    PromQL("sum by (spanwise_outcome) (genai:errors:rate5m)", "{{spanwise_outcome}}"),
    colours={outcome: OUTCOMES[outcome] for outcome in FAILED},
    none="No errors",
    links=(traces_of_series("spanwise_outcome"),),
)
_MODELS = ranking(
    "Failures by model",
    "short",
    About(
        "Failed calls in the time shown, by model.",
        "One model at the top is a provider's problem, all alike is yours.",
        "Click a bar for its traces.",
    ),
    PromQL(
        f"sort_desc(sum by ({MODEL}) (increase(genai:calls:total"
        f'{{spanwise_outcome=~"{any_of(FAILED)}"}}[$__range])) > 0)',
        f"{{{{{MODEL}}}}}",
        "instant",
    ),
    none="No errors",
    decimals=0,
    width=12,
    links=(traces_of_series(MODEL, where=(f'span.spanwise.outcome=~"{any_of(FAILED)}"',)),),
)

DASHBOARD = Dashboard(
    "GenAI service level",
    "Whether the promises hold: availability and latency objectives, the error budget, how fast it is spent, on what.",
    (
        Row("Do the promises hold?", (_BUDGET, _SPEED_BUDGET, _NOW, _ENDS, _OBJECTIVES)),
        Row("How fast", (_BURN, _LEFT, _WINDOWS)),
        Row("On what", (_SPENT, _MODELS)),
    ),
)
