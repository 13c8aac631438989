"""The subjects seen last, exactly; of all others what is left of their hour and day, nearly."""

from __future__ import annotations

from collections import OrderedDict

from spanwise.processors.abuse.sketch import Sketch, places
from spanwise.processors.abuse.usage import COST, INJECTIONS, TOKENS, Moment, Usage

__all__ = ["Table"]

_WRITTEN_DOWN = (INJECTIONS, TOKENS, COST)
"""Measures with windows so long that a subject may be pushed out between two calls of a heavy use."""


class Table:
    """Usage by 64-bit hash of the subject.

    Args:
        size: subjects that are held. One more pushes out the one that was seen longest ago; what it used since the
            present hour (day, for cost) of the clock began is written to sketches, and counted on when it returns.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[int, Usage] = OrderedDict()
        self._sketches = {measure: Sketch() for measure in _WRITTEN_DOWN}

    def __len__(self) -> int:
        return len(self._held)

    def seen(self, key: int, moment: Moment) -> Usage:
        """The usage of a subject that makes a call now."""
        usage = self._held.get(key)
        if usage is None:
            return self._admit(key, moment)
        self._held.move_to_end(key)
        return usage

    def peek(self, key: int, moment: Moment) -> Usage | None:
        """A copy of a subject's usage, as it stands now; may be asked from any thread."""
        usage = self._held.get(key)
        return usage.at(moment) if usage is not None else self._written(key, moment)

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._sketches = {measure: Sketch() for measure in _WRITTEN_DOWN}

    def _admit(self, key: int, moment: Moment) -> Usage:
        usage = self._held[key] = self._written(key, moment) or Usage(moment)
        if len(self._held) > self._size:
            self._write_down(*self._held.popitem(last=False), moment)
        return usage

    def _write_down(self, key: int, usage: Usage, moment: Moment) -> None:
        where = places(key)
        for measure, sketch in self._sketches.items():
            period = moment.clock(measure)
            if usage.moment.clock(measure) == period and (used := usage.since_clock(measure)):
                sketch.note(where, period, used)

    def _written(self, key: int, moment: Moment) -> Usage | None:
        where = places(key)
        found = [
            (measure, used)
            for measure, sketch in self._sketches.items()
            if (used := sketch.total(where, moment.clock(measure)))
        ]
        if not found:
            return None
        usage = Usage(moment)
        for measure, used in found:
            usage.restore(measure, used)
        return usage
