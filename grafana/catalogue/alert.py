"""What an alert is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Alert", "Case", "Category", "Priority"]

Priority = Literal["P0", "P1", "P2", "P3"]
"""P0: somebody is woken. P1: page and chat. P2: chat in working hours. P3: a ticket."""

Category = Literal["reliability", "latency", "cost", "quality", "security", "traffic", "telemetry"]


@dataclass(frozen=True)
class Case:
    """What series do, and what the alert does then; run through promtool.

    Attributes:
        name: a sentence.
        series: PromQL series selector → promtool's value notation, e.g. `0+10x60`.
        at: when to look, e.g. `30m`.
        fires: labels of each alert that fires then, without those the rule sets; empty: it stays silent.
    """

    name: str
    series: tuple[tuple[str, str], ...]
    at: str
    fires: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class Alert:
    """One alert, in Prometheus and in Grafana.

    Attributes:
        name: CamelCase; the runbook is `grafana/runbooks/<name>.md`.
        expr: PromQL; a series that it returns is an alert. Reads `genai:` rules.
        summary, description: what is wrong, for whom, how much. Go template with `.Labels.x`; `VALUE` is the number.
        hold: how long it has to be true (`for`). keep: how long it stays after that (`keep_firing_for`).
        owner: who is asked: `application`, `platform`, `security`, `finance`.
        dashboard: its uid. panel: the title of the panel that shows it.
        cases: fires, stays silent, resolves, misses data.
    """

    name: str
    expr: str
    summary: str
    description: str
    priority: Priority
    category: Category
    owner: Literal["application", "platform", "security", "finance"]
    dashboard: str
    panel: str
    cases: tuple[Case, ...]
    hold: str = "5m"
    keep: str = "10m"
