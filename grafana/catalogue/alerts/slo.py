"""The budget of an objective is spent too fast."""

from __future__ import annotations

from typing import Literal

from catalogue.alert import Alert
from catalogue.promql import ON_SERVICE
from catalogue.wording import NUMBER, WHO

__all__ = ["ALERTS"]

_LABELS = "service_name, deployment_environment_name, sloth_slo"
_HOURS = {"1h": 1, "6h": 6, "1d": 24, "3d": 72}
_FEWEST = 50
"""Calls in the long window: below that a handful of errors would wake somebody."""


def _burn(window: str) -> str:
    return f"slo:sli_error:ratio_rate{window} / on ({_LABELS}) slo:error_budget:ratio"


def _alert(
    name: str, factor: float, long: str, short: str, priority: Literal["P0", "P1", "P2", "P3"], hold: str, gone: str
) -> Alert:
    """Both windows burn so fast: the long one says that it matters, the short one that it still goes on."""
    enough = f"avg_over_time(genai:service:calls:rate5m[{long}]) * {_HOURS[long] * 3600} > {_FEWEST}"
    return Alert(
        name=name,
        expr=f"({_burn(long)} > {factor:g} and {_burn(short)} > {factor:g}) and {ON_SERVICE} ({enough})",
        summary=f"{WHO} spends the error budget of {{{{ .Labels.sloth_slo }}}} {NUMBER} times too fast",
        description=f"At the pace of the last {long} the budget of 30 days is gone within {gone}; the last {short} "
        "are no better.",
        priority=priority,
        category="reliability",
        owner="application",
        dashboard="spanwise-slo",
        panel="Burn rate",
        cases=(),
        hold=hold,
    )


ALERTS: tuple[Alert, ...] = (
    _alert("GenAIErrorBudgetBurnCritical", 14.4, "1h", "5m", "P0", "2m", "two days"),
    _alert("GenAIErrorBudgetBurnHigh", 6, "6h", "30m", "P1", "5m", "five days"),
    _alert("GenAIErrorBudgetBurnElevated", 3, "1d", "2h", "P2", "15m", "ten days"),
    _alert("GenAIErrorBudgetBurnSlow", 1, "3d", "6h", "P3", "1h", "the period"),
)
