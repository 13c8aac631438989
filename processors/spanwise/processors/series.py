"""Data points whose labels redaction made equal are one series: of two, a backend refuses or loses one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from opentelemetry.sdk.metrics.export import ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint

__all__ = ["merged"]

Point = NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint


def merged(points: Iterable[Point], *, add: bool) -> list[Point]:
    """The points with those of equal labels put together.

    Numbers are added where `add` says that they are sums; of others one of the newest stays. Exponential histograms,
    and histograms of different buckets, stay as they are.
    """
    series: dict[object, Point] = {}
    for index, point in enumerate(points):
        labels = repr(sorted((point.attributes or {}).items()))
        both = _both(series[labels], point, add) if labels in series else point
        series[index if both is None else labels] = both or point
    return list(series.values())


def _both(first: Point, second: Point, add: bool) -> Point | None:
    if isinstance(first, NumberDataPoint) and isinstance(second, NumberDataPoint):
        return _sum(first, second) if add else max(first, second, key=lambda point: point.time_unix_nano)
    if isinstance(first, HistogramDataPoint) and isinstance(second, HistogramDataPoint):
        return _both_histograms(first, second) if first.explicit_bounds == second.explicit_bounds else None
    return None


def _sum(first: NumberDataPoint, second: NumberDataPoint) -> NumberDataPoint:
    return replace(
        second,
        start_time_unix_nano=min(first.start_time_unix_nano, second.start_time_unix_nano),
        value=first.value + second.value,
        exemplars=[*first.exemplars, *second.exemplars],
    )


def _both_histograms(first: HistogramDataPoint, second: HistogramDataPoint) -> HistogramDataPoint:
    return replace(
        second,
        start_time_unix_nano=min(first.start_time_unix_nano, second.start_time_unix_nano),
        count=first.count + second.count,
        sum=first.sum + second.sum,
        bucket_counts=_sums(first.bucket_counts, second.bucket_counts),
        min=min(first.min, second.min),
        max=max(first.max, second.max),
        exemplars=[*first.exemplars, *second.exemplars],
    )


def _sums(first: Sequence[int], second: Sequence[int]) -> list[int]:
    return [one + other for one, other in zip(first, second, strict=True)]
