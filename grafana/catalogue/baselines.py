"""Baselines: what a level would be now if today were like the days before.

The season is what the level was at this hour one, two, three and seven days ago: the median of the hour around it. So
the present is not in its own baseline, and a short spike changes none. The width is what the level usually differs from
that by: the median difference of a day (MAD) that ended six hours ago. A share and a floor are added, so that a quiet
series has a band too. Weekends differ from weekdays: the band covers both the days before and the same weekday of last
week. There is no band before a level has a day of history; until it has a week, the range of the days before stands in
for last week.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.promql import SERVICE, comma
from catalogue.rule import Rule

__all__ = ["LEVELS", "Level", "baseline_rules"]


@dataclass(frozen=True)
class Level:
    """What has a baseline.

    Attributes:
        name: `genai:baseline:<name>:…`.
        series: the level itself.
        share, floor: half of the band's least width: a share of the expected value, and an amount in the level's unit.
    """

    name: str
    series: str
    share: float
    floor: float


LEVELS: tuple[Level, ...] = (
    Level("calls", "genai:service:calls:rate5m", share=0.5, floor=0.05),
    Level("error_ratio", "genai:service:error_ratio:rate5m", share=0.5, floor=0.02),
    Level("duration_p95", "genai:service:duration_p95:5m", share=0.5, floor=0.5),
    Level("cost_per_hour", "genai:service:cost_usd:per_hour", share=0.5, floor=1.0),
    Level("cache_hit_ratio", "genai:service:cache_hit_ratio:rate5m", share=0.3, floor=0.05),
    Level("output_tokens_per_call", "genai:service:output_tokens_per_call:rate5m", share=0.5, floor=20.0),
)

_LAGS: dict[str, str] = {"1d": "23h30m", "2d": "47h30m", "3d": "71h30m", "7d": "167h30m"}
"""How many days ago → where the hour around that time ends."""

_WIDTH = 3 * 1.4826
"""Three standard deviations of a normal distribution, in MADs."""

_BY = f"by ({comma(SERVICE)})"
_ON = f"on ({comma(SERVICE)})"


def baseline_rules() -> Iterator[Rule]:
    """Season, median, usual difference and band of each level."""
    for level in LEVELS:
        yield from _season(level)
        yield from _spread(level)
        yield _edge(level, "upper", "max", "+", 0.95)
        yield _edge(level, "lower", "min", "-", 0.05)


def _season(level: Level) -> Iterator[Rule]:
    name = f"genai:baseline:{level.name}"
    for lag, offset in _LAGS.items():
        expr = f"quantile_over_time(0.5, {level.series}[1h] offset {offset})"
        yield Rule(
            f"{name}:season",
            expr,
            f"Median of `{level.series}` over the hour around this time of day, `lag` ago.",
            (("lag", lag),),
        )
    yield Rule(
        f"{name}:median", f"quantile {_BY} (0.5, {name}:season)", f"What `{level.series}` is expected to be now."
    )


def _spread(level: Level) -> Iterator[Rule]:
    name = f"genai:baseline:{level.name}"
    difference = f"abs({level.series} - {name}:median)"
    yield Rule(f"{name}:residual", difference, f"How far `{level.series}` is from what was expected.")
    usual = f"quantile_over_time(0.5, {name}:residual[1d] offset 6h) and {name}:residual offset 18h"
    yield Rule(f"{name}:mad", usual, f"How far `{level.series}` usually is from what is expected: the median of a day.")


def _edge(level: Level, edge: str, most: str, sign: str, q: float) -> Rule:
    name = f"genai:baseline:{level.name}"
    days = f'label_replace(quantile {_BY} (0.5, {name}:season{{lag!="7d"}}), "of", "days", "", "")'
    week = f'label_replace({name}:season{{lag="7d"}}, "of", "week", "", "")'
    reach = f"quantile_over_time({q}, {level.series}[3d] offset 1d) and {_ON} {name}:median"
    early = f'label_replace({reach} unless {_ON} {name}:season{{lag="7d"}}, "of", "reach", "", "")'
    center = f"{most} {_BY} ({days} or {week} or {early})"
    width = f"{_WIDTH:.4f} * {name}:mad or 0 * {name}:median"
    factor = 1 + level.share if sign == "+" else 1 - level.share
    expr = f"{factor:g} * {center} {sign} {level.floor:g} {sign} ({width})"
    if edge == "lower":
        expr = f"clamp_min({expr}, 0)"
    return Rule(f"{name}:{edge}", expr, f"The {edge} edge of what is usual for `{level.series}` now.")
