"""Service level objectives, as series of the names that Sloth gives them: its dashboards and Pyrra's can read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.promql import SERVICE_NAME
from catalogue.rule import Rule

__all__ = ["OBJECTIVES", "WINDOWS", "Objective", "objective_rules", "window_rules"]


@dataclass(frozen=True)
class Objective:
    """How many of all events have to be good, over 30 days. `bad` and `all` are rates per second, by service."""

    name: str
    objective: float
    bad: str
    all: str


OBJECTIVES: tuple[Objective, ...] = (
    Objective("requests-availability", 0.99, "genai:service:errors:rate5m", "genai:service:calls:rate5m"),
    Objective("requests-latency", 0.95, "genai:service:slow:rate5m", "genai:service:timed:rate5m"),
)

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")
_FAST = ("5m", "30m", "1h")
_PERIOD = "30d"


def objective_rules() -> Iterator[Rule]:
    """The objectives, and the windows that change fast."""
    for slo in OBJECTIVES:
        budget = 1 - slo.objective
        yield _rule(
            slo, "objective:ratio", f"0 * {slo.all} + {slo.objective:g}", "Share of events that has to be good."
        )
        yield _rule(slo, "error_budget:ratio", f"0 * {slo.all} + {budget:g}", "Share of events that may be bad.")
        yield from (_window(slo, window) for window in _FAST)
        burn = f"{slo.bad} / ({slo.all} > 0) / {budget:g}"
        yield _rule(slo, "current_burn_rate:ratio", burn, "How many times faster than allowed the budget is spent now.")


def window_rules() -> Iterator[Rule]:
    """The long windows, and what is left of the budget of 30 days."""
    for slo in OBJECTIVES:
        yield from (_window(slo, window) for window in WINDOWS if window not in _FAST)
        left = f"1 - {_ratio(slo, _PERIOD)} / {1 - slo.objective:g}"
        yield _rule(slo, "period_error_budget_remaining:ratio", left, "Share of the budget of 30 days that is left.")


def _window(slo: Objective, window: str) -> Rule:
    description = f"Share of the events of the last {window} that were bad."
    return _rule(slo, f"sli_error:ratio_rate{window}", _ratio(slo, window), description, window)


def _ratio(slo: Objective, window: str) -> str:
    """Of sums: a quiet minute must not weigh as much as a busy one."""
    return f"sum_over_time({slo.bad}[{window}]) / (sum_over_time({slo.all}[{window}]) > 0)"


def _rule(slo: Objective, name: str, expr: str, description: str, window: str = "") -> Rule:
    owned = f'label_replace({expr}, "sloth_service", "$1", "{SERVICE_NAME}", "(.*)")'
    identified = f'label_replace({owned}, "sloth_id", "$1-{slo.name}", "{SERVICE_NAME}", "(.*)")'
    labels = (("sloth_slo", slo.name), *((("sloth_window", window),) if window else ()))
    return Rule(f"slo:{name}", identified, description, labels)
