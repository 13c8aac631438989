"""A consistent share of the traces: the trace id alone decides, as in W3C Trace Context level 2."""

from __future__ import annotations

__all__ = ["Share"]

_BITS = 56
_RANDOMNESS = (1 << _BITS) - 1


class Share:
    """The same traces in every process; of two shares the smaller one's are among the larger one's.

    Args:
        share: of all traces, from 0 to 1.
    """

    __slots__ = ("threshold",)

    def __init__(self, share: float) -> None:
        self.threshold = round((1 - share) * (1 << _BITS))
        """The randomness below which traces are left out, as `ot=th:…` in `tracestate` says it."""

    def __contains__(self, trace_id: int) -> bool:
        return trace_id & _RANDOMNESS >= self.threshold
