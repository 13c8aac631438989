"""What an incident report says, before it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from spanwise.distro.incident.cells import Factor, Tally, Tie
from spanwise.distro.incident.symptom import Symptom
from spanwise.distro.incident.window import Baseline, Window

__all__ = ["FIGURES", "Alert", "Event", "Example", "Figure", "FigureLine", "Incident", "PastIncident"]

Unit = Literal["count", "share", "seconds", "usd"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is compared with the baselines; those of `per_time` are compared per hour."""

    key: str
    title: str
    unit: Unit
    per_time: bool = False


FIGURES: tuple[Figure, ...] = (
    Figure("calls", "calls per hour", "count", per_time=True),
    Figure("failed", "failed calls", "share"),
    Figure("p50", "duration, median", "seconds"),
    Figure("p95", "duration, 95th percentile", "seconds"),
    Figure("p99", "duration, 99th percentile", "seconds"),
    Figure("first_chunk_p95", "first chunk, 95th percentile", "seconds"),
    Figure("cost", "cost per hour", "usd", per_time=True),
    Figure("cost_per_call", "cost of a call", "usd"),
    Figure("input_tokens", "input tokens of a call", "count"),
    Figure("output_tokens", "output tokens of a call", "count"),
    Figure("cache_hits", "input served from the cache", "share"),
    Figure("retries", "attempts tried again per hour", "count", per_time=True),
    Figure("flagged", "calls flagged by screening per hour", "count", per_time=True),
    Figure("unpriced", "calls without a price", "share"),
)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure in the incident and in each baseline; `None` is not known, which is not zero."""

    figure: Figure
    now: float | None
    usual: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """The alert, as far as it is known. Times in seconds; `None` where nobody says."""

    name: str
    expression: str = ""
    hold_s: float | None = None
    keep_s: float | None = None
    labels: tuple[Mapping[str, str], ...] = ()
    """Of each series that fired."""
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    fired: Window | None = None
    """From the first to the last moment it fired."""
    still_firing: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A trace that shows it."""

    trace_id: str
    name: str
    start: float
    seconds: float
    shows: str
    """What it is an example of."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something at a moment of the timeline, in seconds of the epoch."""

    time: float
    text: str


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An earlier report that resembles this one; `likeness` from 0 to 1."""

    file: str
    alert: str
    start: str
    likeness: float
    shared: tuple[str, ...]
    resolution: str


@dataclass(frozen=True)
class Incident:
    """The whole report."""

    alert: Alert
    symptom: Symptom
    threshold_s: float | None
    """Above which a call counts as slow, where that is the symptom."""
    scope: Mapping[str, str]
    window: Window
    baselines: tuple[Baseline, ...]
    compared: str
    """The baseline that factors are computed against; empty if none has data."""
    source: str
    now: Tally
    usual: Tally
    figures: tuple[FigureLine, ...]
    factors: tuple[Factor, ...]
    """The ranked ones, without those that only say what kind it was."""
    kinds: tuple[Factor, ...]
    """The ranked ones of the symptom's own dimensions: outcome, type of error, category."""
    ties: tuple[tuple[Factor, Factor, Tie], ...]
    divided: Mapping[str, tuple[Factor, ...]]
    """All values of each dimension."""
    users: int | None
    """Different users with affected calls."""
    estimated: frozenset[str]
    """Dimensions that come from kept traces, not from exact counts."""
    examples: tuple[Example, ...]
    timeline: tuple[Event, ...]
    similar: tuple[PastIncident, ...]
    prevention: tuple[str, ...]
    questions: tuple[str, ...]
    gaps: tuple[str, ...]
    """Queries that had no answer, and why."""
