"""What the analysis asks of a source of telemetry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from spanwise.distro.incident.cells import Cell, Factor, Tally
from spanwise.distro.incident.report import Event, Example
from spanwise.distro.incident.symptom import Symptom
from spanwise.distro.incident.window import Window
from spanwise.semconv import attributes as names

__all__ = ["CALL_DIMENSIONS", "TRACE_DIMENSIONS", "Bound", "Moment", "Source", "Table"]

CALL_DIMENSIONS = (
    "service.name",
    "deployment.environment.name",
    "service.version",
    names.OPERATION_NAME,
    names.PROVIDER_NAME,
    names.REQUEST_MODEL,
    names.FEATURE,
)
"""By which calls are counted exactly."""

TRACE_DIMENSIONS = (names.USER_ID, names.TENANT, names.ENDPOINT, names.PROMPT_VERSION, names.VARIANT)
"""What only spans carry."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A symptom with the seconds above which a call is slow, where that matters."""

    symptom: Symptom
    threshold_s: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Cells that are divided by some dimensions at once; `estimated` if they come from kept traces."""

    dimensions: tuple[str, ...]
    cells: Sequence[Cell]
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """What was counted in the step that begins at `time` (seconds of the epoch)."""

    time: float
    tally: Tally


class Source(Protocol):
    """Answers for a window; what it cannot answer is a line in `gaps`, once, and `None` or nothing here."""

    gaps: list[str]

    def describe(self) -> str:
        """Where the numbers are from, in one line."""
        ...

    def scope(self) -> Mapping[str, str]:
        """What the numbers are narrowed to, by attribute."""
        ...

    def figures(self, window: Window) -> Mapping[str, float | None]:
        """Values by the key of `report.FIGURES`; those over time per hour."""
        ...

    def slow_from(self, symptom: Symptom, usual: Window) -> float | None:
        """Seconds that 95 of 100 calls did not exceed then; `None` where nothing was measured."""
        ...

    def tables(self, bound: Bound, window: Window) -> Sequence[Table]:
        """What was counted, divided. Tables come in the same order for each window."""
        ...

    def course(self, bound: Bound, window: Window, step: float) -> Sequence[Moment]:
        """What was counted, step by step."""
        ...

    def users(self, bound: Bound, window: Window) -> int | None:
        """Different users with affected calls."""
        ...

    def examples(self, bound: Bound, window: Window, factors: Sequence[Factor]) -> Sequence[Example]:
        """Traces that show the symptom, first those of the given factors."""
        ...

    def events(self, window: Window, before: Window, alert: str) -> Sequence[Event]:
        """What else happened in the window: other alerts; versions and models that had no calls before."""
        ...
