"""Puts a report together: asks a source, compares with the baselines, ranks what explains the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from spanwise.distro.incident.cells import UNSET, Factor, Tally, Tie, factors, rank, tally, tie
from spanwise.distro.incident.course import Course, course_of, step_of
from spanwise.distro.incident.prevention import advise
from spanwise.distro.incident.report import FIGURES, Alert, Event, FigureLine, Incident, PastIncident
from spanwise.distro.incident.source import Bound, Source, Table
from spanwise.distro.incident.symptom import Symptom
from spanwise.distro.incident.window import Baseline, Window, baselines

__all__ = ["investigate"]

_MOST_FACTORS = 8
_MOST_TIED = 4
_EXPLAINED_EXAMPLES = 3
_FEW_CALLS = 30
_AFTER_S = 1800.0
"""How long after the incident its end is looked for."""


@dataclass(frozen=True, slots=True)
class _Division:
    """How the change divides: every value of every dimension, and what of it is telling."""

    compared: Baseline | None
    now: Tally
    usual: Tally
    divided: Mapping[str, tuple[Factor, ...]]
    ranked: tuple[Factor, ...]
    kinds: tuple[Factor, ...]
    ties: tuple[tuple[Factor, Factor, Tie], ...]
    estimated: frozenset[str]


def investigate(
    source: Source, alert: Alert, symptom: Symptom, window: Window, until: float, similar: Sequence[PastIncident] = ()
) -> Incident:
    """Compare a window with its baselines and say what explains the difference. There is telemetry `until` a time."""
    compared = baselines(window)
    usual = [source.figures(baseline.window) for baseline in compared]
    known = next((baseline for baseline, found in zip(compared, usual, strict=True) if found), None)
    slow = symptom.counted.startswith("slow") and known is not None
    bound = Bound(symptom, source.slow_from(symptom, known.window) if slow and known else None)
    division = _divide(source, bound, window, known)
    step = step_of(window)
    seen = Window(window.start, max(window.end, min(until, window.end + _AFTER_S)))
    course = _course(source, bound, seen, division.compared, step)
    return Incident(
        alert=alert,
        symptom=symptom,
        threshold_s=bound.threshold_s,
        scope=source.scope(),
        window=window,
        baselines=compared,
        compared=division.compared.name if division.compared else "",
        now=division.now,
        usual=division.usual,
        figures=_figures(source.figures(window), usual),
        factors=division.ranked,
        kinds=division.kinds,
        ties=division.ties,
        divided=division.divided,
        users=source.users(bound, window),
        estimated=division.estimated,
        examples=tuple(source.examples(bound, window, division.ranked[:_EXPLAINED_EXAMPLES])),
        timeline=_timeline(alert, course, source.events(window, compared[0].window, alert.name)),
        similar=tuple(similar),
        prevention=tuple(advise(symptom, division.ranked)),
        questions=tuple(_questions(symptom, division, compared, course)),
        source=source.describe(),
        gaps=tuple(dict.fromkeys(source.gaps)),
    )


def _divide(source: Source, bound: Bound, window: Window, baseline: Baseline | None) -> _Division:
    """Against the baseline, if there is one with data."""
    after = source.tables(bound, window)
    if baseline is None:
        return _Division(None, tally(after[0].cells), Tally(), {}, (), (), (), frozenset())
    return _division(bound.symptom, window, baseline, source.tables(bound, baseline.window), after)


def _division(
    symptom: Symptom, window: Window, baseline: Baseline, before: Sequence[Table], after: Sequence[Table]
) -> _Division:
    seconds = None if symptom.per else (baseline.window.seconds, window.seconds)
    divided: dict[str, tuple[Factor, ...]] = {}
    for old, new in zip(before, after, strict=True):
        for dimension in new.dimensions:
            divided[dimension] = tuple(factors(dimension, old.cells, new.cells, seconds))
    found = rank(factor for values in divided.values() if len(_named(values)) > 1 for factor in values)
    kinds = tuple(factor for factor in found if factor.dimension in symptom.own)
    ranked = tuple(factor for factor in found if factor.dimension not in symptom.own)[:_MOST_FACTORS]
    estimated = frozenset(name for table in after if table.estimated for name in table.dimensions)
    usual, now = tally(before[0].cells), tally(after[0].cells)
    return _Division(baseline, now, usual, divided, ranked, kinds, tuple(_ties(ranked, after)), estimated)


def _ties(ranked: Sequence[Factor], tables: Sequence[Table]) -> Iterator[tuple[Factor, Factor, Tie]]:
    for one, other in combinations(ranked[:_MOST_TIED], 2):
        for table in tables:
            if {one.dimension, other.dimension} <= {*table.dimensions}:
                found = tie(one, other, table.cells)
                if found:
                    yield one, other, found


def _named(values: Sequence[Factor]) -> list[Factor]:
    """Values that divide anything: where all calls have one model, the model explains nothing."""
    return [factor for factor in values if factor.before != Tally() or factor.after != Tally()]


def _figures(now: Mapping[str, float | None], usual: Sequence[Mapping[str, float | None]]) -> tuple[FigureLine, ...]:
    lines = (
        FigureLine(figure, now.get(figure.key), tuple(found.get(figure.key) for found in usual)) for figure in FIGURES
    )
    return tuple(line for line in lines if line.now or any(line.usual))


def _course(source: Source, bound: Bound, window: Window, compared: Baseline | None, step: float) -> Course | None:
    if compared is None:
        return None
    before = source.course(bound, compared.window, step)
    return course_of(before, source.course(bound, window, step), step, bound.symptom.per is not None)


def _timeline(alert: Alert, course: Course | None, events: Sequence[Event]) -> tuple[Event, ...]:
    found = list(events)
    if course and course.onset is not None:
        found.append(Event(course.onset, "beyond everything in the baseline"))
        found.append(Event(course.peak, "farthest from the baseline"))
        if course.recovery is not None:
            found.append(Event(course.recovery, "back within the range of the baseline"))
    if alert.fired:
        found.append(Event(alert.fired.start, f"{alert.name} fires"))
        if not alert.still_firing:
            found.append(Event(alert.fired.end, f"{alert.name} is resolved"))
    return tuple(sorted(found, key=lambda event: event.time))


def _questions(symptom: Symptom, division: _Division, compared: Sequence[Baseline], course: Course | None) -> list[str]:
    """What the data cannot tell."""
    if division.compared is None:
        return ["There is nothing to compare with: no baseline has data. Was the service new, or not yet observed?"]
    found: list[str] = []
    if division.compared != compared[0]:
        found.append(f"The hours just before have no data; factors are computed against {division.compared.name}.")
    if symptom.per == "calls" and min(division.usual.all, division.now.all) < _FEW_CALLS:
        fewest = min(division.usual.all, division.now.all)
        found.append(f"Only {fewest:.0f} calls on one side of the comparison: shares may be chance.")
    if not division.ranked:
        found.append(
            f"Nothing stands out: {symptom.title} changed alike for every value of every dimension, or not at all."
        )
    found += [
        f"{one.dimension}={one.value} and {other.dimension}={other.value} cannot be told apart: "
        "whatever was affected had both, and there were no calls with one alone."
        for one, other, how in division.ties
        if how == "same"
    ]
    found += [
        f"{factor.explained:.0%} of the change is in calls without {factor.dimension}; which ones is not recorded."
        for values in division.divided.values()
        for factor in values
        if factor.value == UNSET and factor.explained > 0.2 and len(_named(values)) > 1
    ]
    if course and course.onset is None:
        found.append("At no moment was it beyond the range of the baseline: had it already begun before the window?")
    return found
