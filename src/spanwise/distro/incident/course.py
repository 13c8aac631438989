"""When it began, was worst and was over, from what was counted step by step. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spanwise.distro.incident.cells import Tally
from spanwise.distro.incident.source import Moment
from spanwise.distro.incident.window import Window

__all__ = ["Course", "course_of", "step_of", "worst_stretch"]

_STEPS = 60
_SHORTEST_STEP_S = 30.0
_SUSTAINED = 2
"""Steps in a row until something is more than one odd step."""


@dataclass(frozen=True, slots=True)
class Course:
    """Times in seconds of the epoch; `None` where it never was beyond its usual range, or has not come back."""

    limit: float
    onset: float | None
    peak: float
    peak_level: float
    recovery: float | None


def step_of(window: Window) -> float:
    """Seconds of a step: about sixty in a window."""
    return max(_SHORTEST_STEP_S, window.seconds / _STEPS)


def course_of(before: Sequence[Moment], after: Sequence[Moment], step: float, ratio: bool) -> Course | None:
    """How what was counted went beyond the highest level (or the lowest, for what fell) that it had before.

    Args:
        ratio: compare `bad / all`; else `bad` per second.
    """
    usual = [level for level in (_level(moment.tally, step, ratio) for moment in before) if level is not None]
    levels = [(moment.time, _level(moment.tally, step, ratio)) for moment in after]
    known = [(time, level) for time, level in levels if level is not None]
    if not usual or not known:
        return None
    middle = _median(usual)
    peak, peak_level = max(known, key=lambda found: (abs(found[1] - middle), -found[0]))
    sign = 1.0 if peak_level >= middle else -1.0
    limit = max(usual, key=lambda level: sign * level)
    beyond = [(time, sign * level > sign * limit) for time, level in known]
    onset = _first_run(beyond)
    return Course(limit, onset, peak, peak_level, _recovery(beyond, onset))


def worst_stretch(moments: Sequence[Moment], step: float, ratio: bool) -> Window | None:
    """The longest stretch well above the usual level (median and three times the usual deviation from it).

    `None` where nothing stands out, or there are too few moments to say what is usual.
    """
    levels = [(moment.time, _level(moment.tally, step, ratio) or 0.0) for moment in moments]
    if len(levels) < 6:
        return None
    middle = _median([level for _, level in levels])
    deviation = _median([abs(level - middle) for _, level in levels])
    limit = middle + max(3 * 1.4826 * deviation, 0.1 * middle, 1e-9)
    best: tuple[float, float, float] | None = None
    for start, end in _runs([(time, level > limit) for time, level in levels]):
        excess = sum(level - limit for time, level in levels if start <= time <= end)
        best = max(best or (excess, start, end), (excess, start, end))
    return Window(best[1], best[2] + step) if best else None


def _level(tally: Tally, step: float, ratio: bool) -> float | None:
    return tally.ratio if ratio else tally.bad / step


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _first_run(beyond: Sequence[tuple[float, bool]]) -> float | None:
    """When it first was beyond for some steps in a row, or for all that there are."""
    for index, (time, _) in enumerate(beyond):
        run = beyond[index : index + _SUSTAINED]
        if all(is_beyond for _, is_beyond in run):
            return time
    return None


def _recovery(beyond: Sequence[tuple[float, bool]], onset: float | None) -> float | None:
    """The first moment after the last one that was beyond; `None` if there is none."""
    if onset is None:
        return None
    last = max(time for time, is_beyond in beyond if is_beyond)
    return next((time for time, _ in beyond if time > last), None)


def _runs(beyond: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """First and last time of each stretch without a break."""
    found: list[tuple[float, float]] = []
    inside = False
    for time, is_beyond in beyond:
        if is_beyond:
            found = [*found[:-1], (found[-1][0], time)] if inside else [*found, (time, time)]
        inside = is_beyond
    return found
