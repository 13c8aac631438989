"""What one subject used lately: sums over the last minute, hour and day, in a few hundred bytes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

__all__ = ["CALLS", "COST", "ERRORS", "INJECTIONS", "MEASURES", "REQUESTS", "TOKENS", "Amount", "Moment", "Usage"]

REQUESTS, CALLS, ERRORS, INJECTIONS, TOKENS, COST = range(6)
"""Measures: calls of a minute; calls, failed ones, flagged ones and tokens of an hour; US dollars of a day."""
MEASURES = 6

_CELLS = 6
"""Parts of a window: a sum covers between five sixths of the window and all of it, and is never too large."""
_STEPS_S = (10, 600, 14_400)
_PERIOD = (0, 1, 1, 1, 1, 2)
"""Which of the three windows each measure has."""
_MEASURES = tuple(tuple(m for m in range(MEASURES) if _PERIOD[m] == period) for period in range(len(_STEPS_S)))
_NOTHING = array("f", [0.0] * _CELLS)
_LEARNING = 0.1
_ZEROS = array("f", [0.0] * _CELLS * MEASURES)

Amount = tuple[int, int, float]
"""Measure, cell and value of what a call used; see `Moment.amount`."""


class Moment:
    """A time as numbers of steps of ten seconds, ten minutes and four hours since the epoch.

    Args:
        seconds: since the epoch.
    """

    __slots__ = ("began", "cells", "ends", "minute", "steps")

    def __init__(self, seconds: int) -> None:
        self.minute = seconds // 60
        self.began = seconds // _STEPS_S[0] * _STEPS_S[0]
        self.ends = self.began + _STEPS_S[0]
        self.steps = tuple(seconds // step for step in _STEPS_S)
        self.cells = tuple(measure * _CELLS + self.steps[period] % _CELLS for measure, period in enumerate(_PERIOD))
        """Where amounts of this moment are added, by measure."""

    def clock(self, measure: int) -> int:
        """The hour or day of the clock (UTC), as a number since the epoch, that the window of a measure spans."""
        return self.steps[_PERIOD[measure]] // _CELLS

    def amount(self, measure: int, value: float) -> Amount:
        """Something that was used at this moment."""
        return measure, self.cells[measure], value


class Usage:
    """One subject's sums.

    Attributes:
        totals: sums over the windows, by measure.
        usual_calls, usual_tokens: what ten minutes hold on average in which the subject is active at all; recent
            ones count more.
        active: how many such ten minutes there were, the present ones left out.
        over: the limits that were exceeded at the last call.
    """

    __slots__ = ("_cells", "active", "moment", "over", "totals", "usual_calls", "usual_tokens")

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self.totals = [0.0] * MEASURES
        self.usual_calls = self.usual_tokens = 0.0
        self.active = 0
        self.over: tuple[str, ...] = ()
        self._cells = _ZEROS[:]

    def add(self, moment: Moment, amounts: Sequence[Amount]) -> None:
        """Count a call; one that is reported late counts as made at the time of the latest one."""
        if moment is not self.moment and moment.steps > self.moment.steps:
            self.advance(moment)
        cells, totals = self._cells, self.totals
        for measure, cell, value in amounts:
            cells[cell] += value
            totals[measure] += value

    def advance(self, moment: Moment) -> None:
        """Forget what has left the windows."""
        steps, before = moment.steps, self.moment.steps
        if steps[1] > before[1]:
            self._learn()
        for period, measures in enumerate(_MEASURES):
            if steps[period] > before[period]:
                for measure in measures:
                    self._expire(measure, before[period], steps[period])
        self.moment = moment

    def at(self, moment: Moment) -> Usage:
        """A copy as it will stand at a moment, if nothing is used until then; safe while another thread adds."""
        copy = Usage(self.moment)
        copy.totals = list(self.totals)
        copy.usual_calls, copy.usual_tokens, copy.active = self.usual_calls, self.usual_tokens, self.active
        copy._cells = self._cells[:]
        if moment.steps > copy.moment.steps:
            copy.advance(moment)
        return copy

    def step(self, measure: int) -> float:
        """The sum of the present step alone: ten seconds, ten minutes or four hours."""
        return self._cells[self.moment.cells[measure]]

    def since_clock(self, measure: int) -> float:
        """The sum since the present hour or day of the clock (UTC) began."""
        return sum(self._cells[measure * _CELLS : self.moment.cells[measure] + 1])

    def restore(self, measure: int, value: float) -> None:
        """Count what was used since the present hour or day began, and was written down elsewhere."""
        self._cells[measure * _CELLS] += value
        self.totals[measure] += value

    def _expire(self, measure: int, before: int, step: int) -> None:
        """Empty the cells of the steps since the one before."""
        if not self.totals[measure]:
            return
        start, cells = measure * _CELLS, self._cells
        if step - before >= _CELLS:
            cells[start : start + _CELLS] = _NOTHING
            self.totals[measure] = 0.0
            return
        for number in range(before + 1, step + 1):
            cells[start + number % _CELLS] = 0.0
        self.totals[measure] = sum(cells[start : start + _CELLS])

    def _learn(self) -> None:
        """Take the ten minutes that are over into what is usual."""
        calls = self.step(CALLS)
        if not calls:
            return
        self.active += 1
        share = max(_LEARNING, 1 / self.active)
        self.usual_calls += share * (calls - self.usual_calls)
        self.usual_tokens += share * (self.step(TOKENS) - self.usual_tokens)
