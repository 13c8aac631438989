"""What explains a change: shares of it that each value of a dimension accounts for. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["UNSET", "Cell", "Factor", "Tally", "Tie", "by_value", "factors", "rank", "tally", "tie"]

UNSET = "(not set)"
_NOTHING = 1e-12
_LEAST_EXCESS = 0.05
"""A factor explains at least so much more of the change than its usual part of the calls."""
_TIED = 0.95
"""Two factors are tied if so much of what either covers is covered by both."""


Tie = Literal["both", "one", "other", "same"]
"""What was affected: what has both values, not what has one of them alone; the first (whatever has it, also has the
second, and what has the second alone was spared); the second likewise; or the data cannot tell."""
_TIES: Mapping[tuple[bool, bool], Tie] = {
    (True, True): "both",
    (False, True): "one",
    (True, False): "other",
    (False, False): "same",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """`bad` of `all`: failed calls of all calls. Where a sum is meant (cost), `all` is the seconds, without parts."""

    bad: float = 0.0
    all: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.bad + other.bad, self.all + other.all)

    @property
    def ratio(self) -> float | None:
        """`bad` by `all`; `None` where there was nothing."""
        return self.bad / self.all if self.all > 0 else None


@dataclass(frozen=True, slots=True)
class Cell:
    """What was counted for one combination of attribute values."""

    labels: Mapping[str, str]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Factor:
    """One value of a dimension, and what it has to do with the change.

    Attributes:
        before, after: what was counted for it.
        explained: its share of the change; all values of a dimension add up to 1.
        expected: its share if all values had changed alike.
        new: there was none of it before.
    """

    dimension: str
    value: str
    before: Tally
    after: Tally
    explained: float
    expected: float
    new: bool

    @property
    def excess(self) -> float:
        """How much more it explains than if all values had changed alike."""
        return self.explained - self.expected


def tally(cells: Iterable[Cell]) -> Tally:
    """Everything together."""
    return sum((cell.tally for cell in cells), Tally())


def by_value(cells: Iterable[Cell], dimension: str) -> dict[str, Tally]:
    """Sums by the value of a dimension; `UNSET` is what has none."""
    found: dict[str, Tally] = {}
    for cell in cells:
        value = cell.labels.get(dimension) or UNSET
        found[value] = found.get(value, Tally()) + cell.tally
    return found


def factors(
    dimension: str, before: Sequence[Cell], after: Sequence[Cell], seconds: tuple[float, float] | None = None
) -> list[Factor]:
    """What each value of a dimension adds to the change of `bad / all`, or of `bad` per second with `seconds`.

    A ratio changes by R₁ - R₀, R = Σ bad / Σ all. A value counts with what is bad in it beyond the usual ratio R₀, now
    less before:  (bad₁ - all₁·R₀)/All₁ - (bad₀ - all₀·R₀)/All₀. So traffic that moves to a worse value counts for that
    value. A sum changes by bad₁/seconds₁ - bad₀/seconds₀. Either way the values of a dimension add up to the change.

    Args:
        seconds: the lengths of both windows, where a sum is meant.

    Returns:
        Nothing where there is no change, or nothing to compare with.
    """
    usual, sizes = 0.0, seconds or (tally(before).all, tally(after).all)
    if min(sizes) <= 0:
        return []
    if not seconds:
        usual = tally(before).bad / sizes[0]
    change = tally(after).bad / sizes[1] - tally(before).bad / sizes[0]
    if abs(change) < _NOTHING:
        return []
    old, new = by_value(before, dimension), by_value(after, dimension)
    found: list[Factor] = []
    for value in sorted({*old, *new}):
        was, now = old.get(value, Tally()), new.get(value, Tally())
        added = (now.bad - now.all * usual) / sizes[1] - (was.bad - was.all * usual) / sizes[0]
        found.append(
            Factor(dimension, value, was, now, added / change, _expected(value, old, bool(seconds)), was == Tally())
        )
    return found


def rank(found: Iterable[Factor], least: float = _LEAST_EXCESS) -> list[Factor]:
    """Those that explain clearly more than their usual part, the most telling first; `UNSET` tells nothing."""
    telling = [factor for factor in found if factor.excess >= least and factor.value != UNSET]
    return sorted(telling, key=lambda factor: (-factor.excess, factor.dimension, factor.value))


def tie(one: Factor, other: Factor, cells: Iterable[Cell]) -> Tie | None:
    """How two factors belong together, where whatever was bad in one was bad in the other; else `None`."""
    only_one, only_other, both = Tally(), Tally(), Tally()
    for cell in cells:
        in_one = cell.labels.get(one.dimension) == one.value
        in_other = cell.labels.get(other.dimension) == other.value
        if in_one and in_other:
            both += cell.tally
        elif in_one:
            only_one += cell.tally
        elif in_other:
            only_other += cell.tally
    apart = max(only_one.bad, only_other.bad)
    if one.dimension == other.dimension or both.bad <= 0 or both.bad < _TIED * (both.bad + apart):
        return None
    spared = tuple(alone.all > (1 - _TIED) * both.all for alone in (only_one, only_other))
    return _TIES[spared[0], spared[1]]


def _expected(value: str, old: Mapping[str, Tally], of_sum: bool) -> float:
    """The part that a value had before: of the calls, or of what was bad where the dimension does not divide calls."""
    divides = not of_sum and any(found.all for name, found in old.items() if name != UNSET)
    parts = {name: found.all if divides else found.bad for name, found in old.items()}
    whole = sum(parts.values())
    return parts.get(value, 0.0) / whole if whole > 0 else 0.0
