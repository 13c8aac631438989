"""The budget of an objective is spent too fast."""

from __future__ import annotations

from catalogue.alert import Alert, Case, Priority
from catalogue.promql import ON_SERVICE
from catalogue.scenes import SERVICE_LABELS, calls, cases, durations, ended
from catalogue.wording import RATE, WHO

__all__ = ["ALERTS"]

_LABELS = "service_name, deployment_environment_name, sloth_slo"
_HOURS = {"1h": 1, "6h": 6, "1d": 24, "3d": 72}
_FEWEST = 10
"""Bad calls in the long window: fewer must not wake anybody, whatever their share is."""


def _burn(window: str) -> str:
    return f"slo:sli_error:ratio_rate{window} / on ({_LABELS}) slo:error_budget:ratio"


def _alert(
    name: str,
    factor: float,
    long: str,
    short: str,
    priority: Priority,
    hold: str,
    gone: str,
    told: tuple[Case, ...],
) -> Alert:
    """Both windows burn so fast: the long one says that it matters, the short one that it still goes on."""
    made = f"avg_over_time(genai:service:calls:rate5m[{long}]) * {_HOURS[long] * 3600}"
    bad = f"slo:sli_error:ratio_rate{long} * {ON_SERVICE} group_left () ({made})"
    return Alert(
        name=name,
        expr=f"({_burn(long)} > {factor:g} and {_burn(short)} > {factor:g}) and on ({_LABELS}) ({bad} > {_FEWEST})",
        summary=f"{WHO} spends the error budget of {{{{ .Labels.sloth_slo }}}} {RATE} times too fast",
        description=f"At the pace of the last {long} the budget of 30 days is gone within {gone}; the last {short} "
        "are no better.",
        priority=priority,
        category="reliability",
        owner="application",
        dashboard="spanwise-slo",
        panel="Burn rate",
        cases=told,
        hold=hold,
    )


def _told(*, bad: float, almost: float, within: int, gone: int, burn: str, lead: int = 60) -> tuple[Case, ...]:
    """Calls that fail, of 60 in a minute."""
    said = f"shop (production) spends the error budget of requests-availability {burn} times too fast"
    labels = (*SERVICE_LABELS, ("sloth_slo", "requests-availability"))
    levels = {"good": 0.0, "bad": bad, "almost": almost}
    scene = ended("unavailable")
    return cases(scene, **levels, labels=labels, summary=said, lead=lead, within=within, gone=gone)


_FAST = _told(bad=30, almost=6, within=80, gone=40, burn="50.00")
_SELDOM = [(1.0, 1), (0.0, 6)]
_LATE = (
    Case(
        "fires",
        "all calls take twenty seconds",
        durations()([(0.5, 60), (20, 80)]),
        fires=(130,),
        silent=(60,),
        labels=(*SERVICE_LABELS, ("sloth_slo", "requests-latency")),
    ),
    Case("silent", "nine calls in an hour, all fail", calls("error")([(0, 60), *_SELDOM * 9]), silent=(90, 120)),
)

ALERTS: tuple[Alert, ...] = (
    _alert("GenAIErrorBudgetBurnCritical", 14.4, "1h", "5m", "P0", "2m", "two days", (*_FAST, *_LATE)),
    _alert(
        "GenAIErrorBudgetBurnHigh",
        6,
        "6h",
        "30m",
        "P1",
        "5m",
        "five days",
        _told(bad=6, almost=3, within=370, gone=60, burn="10.00"),
    ),
    _alert(
        "GenAIErrorBudgetBurnElevated",
        3,
        "1d",
        "2h",
        "P2",
        "15m",
        "ten days",
        _told(bad=3, almost=1.5, within=1500, gone=120, burn="5.00"),
    ),
    _alert(
        "GenAIErrorBudgetBurnSlow",
        1,
        "3d",
        "6h",
        "P3",
        "1h",
        "the period",
        _told(bad=1.2, almost=0.5, within=720, gone=360, burn="1.96", lead=16),
    ),
)
