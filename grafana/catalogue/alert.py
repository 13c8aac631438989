"""What an alert is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Alert", "Case", "Category", "Priority", "Series"]

Priority = Literal["P0", "P1", "P2", "P3"]
"""P0: somebody is woken. P1: page and chat. P2: chat in working hours. P3: a ticket."""

Category = Literal["reliability", "latency", "cost", "quality", "security", "traffic", "telemetry"]


Series = tuple[str, str]
"""A series of the kind that programs send, and its values minute by minute, in promtool's notation: `0+10x60`."""


@dataclass(frozen=True)
class Case:
    """What series do, and when the alert fires then; run through promtool.

    Attributes:
        kind: `fires`, `silent`, `resolves`, or `missing`: the data stop, or never were there.
        name: a sentence.
        series: what programs send.
        fires: minutes at which the alert is firing. silent: minutes at which it is not.
        labels: of the alert that fires, without those that the rule sets.
        summary: what it says at the first minute of `fires`; empty: not looked at.
    """

    kind: Literal["fires", "silent", "resolves", "missing"]
    name: str
    series: tuple[Series, ...]
    fires: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    summary: str = ""


@dataclass(frozen=True)
class Alert:
    """One alert, in Prometheus and in Grafana.

    Attributes:
        name: CamelCase; the runbook is `grafana/runbooks/<name>.md`.
        expr: PromQL; a series that it returns is an alert. Reads `genai:` rules where it is about calls.
        summary: what is wrong, for whom, how much. Go template with `.Labels.x`; `VALUE` is the number.
        description: when it fires, and what that means. Plain text.
        hold: how long it has to be true (`for`). keep: how long it stays after that (`keep_firing_for`).
        owner: who is asked: `application`, `platform`, `security`, `finance`.
        dashboard: its uid. panel: the title of the panel that shows it.
        cases: at least one of each kind.
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
