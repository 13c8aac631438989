"""What one subject used lately: sums over the last minute, hour and day, in a few hundred bytes."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["CALLS", "COST", "ERRORS", "INJECTIONS", "MEASURES", "REQUESTS", "TOKENS", "Amount", "Moment", "Usage"]

REQUESTS, CALLS, ERRORS, INJECTIONS, TOKENS, COST = range(6)
"""Measures: calls of a minute; calls, failed ones, flagged ones and tokens of an hour; US dollars of a day."""
MEASURES = 6

_CELLS = 6
"""Parts of a window: a sum covers between five sixths of the window and all of it, and is never too large."""
_STEPS_S = (10, 600, 14_400)
_PERIOD = (0, 1, 1, 1, 1, 2)
"""Which of the three windows each measure has."""
_LEARNING = 0.1
_ZEROS = bytes(4 * _CELLS * MEASURES)


class Moment(NamedTuple):
    """A time as numbers of steps of ten seconds, ten minutes and four hours since the epoch."""

    minute: int
    hour: int
    day: int

    @classmethod
    def of(cls, seconds: int) -> Moment:
        """The moment of a time in seconds since the epoch."""
        return cls(*(seconds // step for step in _STEPS_S))

    def clock(self, measure: int) -> int:
        """The hour or day of the clock (UTC), as a number since the epoch, that the window of a measure spans."""
        return self[_PERIOD[measure]] // _CELLS


class Amount(NamedTuple):
    """How much of one measure a call used, and the cell where that belongs."""

    measure: int
    cell: int
    value: float

    @classmethod
    def at(cls, moment: Moment, measure: int, value: float) -> Amount:
        """An amount that was used at a moment."""
        return cls(measure, measure * _CELLS + moment[_PERIOD[measure]] % _CELLS, value)


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
        self._cells = array("f", _ZEROS)

    def add(self, moment: Moment, amounts: Sequence[Amount]) -> None:
        """Count a call; one that is reported late counts as made at the time of the latest one."""
        if moment > self.moment:
            self.advance(moment)
        cells, totals = self._cells, self.totals
        for measure, cell, value in amounts:
            cells[cell] += value
            totals[measure] += value

    def advance(self, moment: Moment) -> None:
        """Forget what has left the windows."""
        if moment.hour > self.moment.hour:
            self._learn()
        for measure, period in enumerate(_PERIOD):
            passed = moment[period] - self.moment[period]
            if passed > 0:
                self._expire(measure, self.moment[period], min(passed, _CELLS))
        self.moment = moment

    def at(self, moment: Moment) -> Usage:
        """A copy as it will stand at a moment, if nothing is used until then; safe while another thread adds."""
        copy = Usage(self.moment)
        copy.totals = list(self.totals)
        copy.usual_calls, copy.usual_tokens, copy.active = self.usual_calls, self.usual_tokens, self.active
        copy._cells = self._cells[:]
        if moment > copy.moment:
            copy.advance(moment)
        return copy

    def step(self, measure: int) -> float:
        """The sum of the present step alone: ten seconds, ten minutes or four hours."""
        return self._cells[measure * _CELLS + self.moment[_PERIOD[measure]] % _CELLS]

    def since_clock(self, measure: int) -> float:
        """The sum since the present hour or day of the clock (UTC) began."""
        start = measure * _CELLS
        return sum(self._cells[start : start + self.moment[_PERIOD[measure]] % _CELLS + 1])

    def restore(self, measure: int, value: float) -> None:
        """Count what was used since the present hour or day began, and was written down elsewhere."""
        self._cells[measure * _CELLS] += value
        self.totals[measure] += value

    def _expire(self, measure: int, step: int, passed: int) -> None:
        start = measure * _CELLS
        for number in range(step + 1, step + passed + 1):
            self._cells[start + number % _CELLS] = 0.0
        self.totals[measure] = sum(self._cells[start : start + _CELLS])

    def _learn(self) -> None:
        """Take the ten minutes that are over into what is usual."""
        calls = self.step(CALLS)
        if not calls:
            return
        self.active += 1
        share = max(_LEARNING, 1 / self.active)
        self.usual_calls += share * (calls - self.usual_calls)
        self.usual_tokens += share * (self.step(TOKENS) - self.usual_tokens)
