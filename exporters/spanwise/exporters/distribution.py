"""Histograms as they are read back: added up over processes, taken apart over time, asked for quantiles."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["EMPTY", "Distribution"]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Counts per bucket: `bounds` are the inclusive upper ends, and one more bucket is open above.

    `minimum` and `maximum` are of all that was ever measured, where known; they sharpen the outermost buckets.
    """

    bounds: tuple[float, ...] = ()
    counts: tuple[float, ...] = ()
    total: float = 0.0
    minimum: float | None = None
    maximum: float | None = None

    @property
    def count(self) -> float:
        """How many values were measured."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """The mean of the values; `None` without any."""
        return self.total / self.count if self.count else None

    def __add__(self, other: Distribution) -> Distribution:
        if not other.counts:
            return self
        if not self.counts:
            return other
        bounds = self.bounds if self.bounds == other.bounds else tuple(sorted({*self.bounds, *other.bounds}))
        counts = zip(self._counts_within(bounds), other._counts_within(bounds), strict=True)
        return Distribution(
            bounds,
            tuple(mine + theirs for mine, theirs in counts),
            self.total + other.total,
            min((m for m in (self.minimum, other.minimum) if m is not None), default=None),
            max((m for m in (self.maximum, other.maximum) if m is not None), default=None),
        )

    def since(self, base: Distribution) -> Distribution:
        """What came after `base`, an earlier state of the same histogram; all of it where that has other buckets."""
        if base.bounds != self.bounds or base.count > self.count:
            return self
        counts = tuple(max(0.0, now - then) for now, then in zip(self.counts, base.counts, strict=True))
        return Distribution(self.bounds, counts, self.total - base.total, self.minimum, self.maximum)

    def quantile(self, share: float) -> float | None:
        """The value below which a share of the values lies, interpolated within its bucket; `None` without values."""
        wanted = share * self.count
        if not self.count:
            return None
        passed = 0.0
        for index, count in enumerate(self.counts):
            if count and passed + count >= wanted:
                low, high = self._ends(index)
                return low + (high - low) * max(0.0, wanted - passed) / count
            passed += count
        return self.maximum

    def _ends(self, index: int) -> tuple[float, float]:
        """The ends of a bucket, narrowed by the extremes. An open bucket without a maximum is its lower end."""
        low = self.bounds[index - 1] if index else min(0.0, self.minimum or 0.0)
        high = self.bounds[index] if index < len(self.bounds) else (self.maximum if self.maximum is not None else low)
        if self.minimum is not None and low < self.minimum <= high:
            low = self.minimum
        if self.maximum is not None and low <= self.maximum < high:
            high = self.maximum
        return low, max(low, high)

    def _counts_within(self, bounds: Sequence[float]) -> list[float]:
        """The counts spread over finer buckets, evenly within each of the old ones."""
        if tuple(bounds) == self.bounds:
            return list(self.counts)
        spread = [0.0] * (len(bounds) + 1)
        for index, count in enumerate(self.counts):
            first = bisect_left(bounds, self.bounds[index - 1]) + 1 if index else 0
            last = bisect_left(bounds, self.bounds[index]) if index < len(self.bounds) else len(bounds)
            for part in range(first, last + 1):
                spread[part] += count / (last - first + 1)
        return spread


EMPTY = Distribution()
