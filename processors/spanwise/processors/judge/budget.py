"""What judging may still cost, and how often it may happen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

__all__ = ["Budget"]

_DAY_S = 86_400
_MINUTE_S = 60.0


class Budget:
    """US dollars of a day and calls of a minute, for one thread.

    Money is set aside before a call and put right after it, so that the budget is never exceeded by more than what
    one call costs above its estimate.

    Args:
        dollars: for each day (UTC).
        rate: calls in any sixty seconds.
        clock: seconds since the epoch.
    """

    def __init__(self, dollars: float, rate: int, clock: Callable[[], float]) -> None:
        self._dollars = dollars
        self._recent: deque[float] = deque(maxlen=rate)
        self._clock = clock
        self._day = 0
        self._spent = 0.0

    def reserve(self, dollars: float) -> Literal["budget", "rate"] | None:
        """Set money aside for one call; why there may be none, if so."""
        reason = self.refusal(dollars)
        if reason is None:
            self._recent.append(self._clock())
            self._spent += dollars
        return reason

    def refusal(self, dollars: float) -> Literal["budget", "rate"] | None:
        """Why there may be no call that costs this much, if so."""
        now = self._clock()
        if now // _DAY_S != self._day:
            self._day, self._spent = int(now // _DAY_S), 0.0
        if self._spent + dollars > self._dollars:
            return "budget"
        if len(self._recent) == self._recent.maxlen and now - self._recent[0] < _MINUTE_S:
            return "rate"
        return None

    def settle(self, reserved: float, dollars: float) -> None:
        """Replace what was set aside by what the call cost."""
        self._spent += dollars - reserved
