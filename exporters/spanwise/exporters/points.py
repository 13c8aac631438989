"""Metric data points as rows: cumulative sums, gauges and histograms, one series per process and label set."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    ExponentialHistogramDataPoint,
    Gauge,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    Sum,
)

from spanwise.exporters.encoding import encode, encode_sorted, storable_text
from spanwise.exporters.rows import Origins

__all__ = ["Point", "points"]

DataPoint = NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint


class Point(NamedTuple):
    """The state of one series. `value` is a histogram's sum, `measured` its count; both lists are JSON."""

    resource_id: int
    scope: str
    name: str
    kind: str
    unit: str | None
    attributes: str
    bounds: str | None
    start_ns: int
    time_ns: int
    value: float
    measured: int | None
    buckets: str | None
    minimum: float | None
    maximum: float | None

    @property
    def series(self) -> tuple[str, str, str]:
        """What tells this series from the others of its process."""
        return (self.scope, self.name, self.attributes)


def points(data: MetricsData, origins: Origins) -> Iterator[Point]:
    """Every cumulative point of a collection. Delta points are left out: the exporter never asks for them."""
    for resource_metrics in data.resource_metrics:
        resource_id = origins.resource_id(resource_metrics.resource)
        for scope_metrics in resource_metrics.scope_metrics:
            scope = storable_text(scope_metrics.scope.name)
            for metric in scope_metrics.metrics:
                yield from _metric_points(metric, resource_id, scope)


def _metric_points(metric: Metric, resource_id: int, scope: str) -> Iterator[Point]:
    data = metric.data
    if not isinstance(data, Gauge) and data.aggregation_temporality is not AggregationTemporality.CUMULATIVE:
        return
    kind = "histogram"
    if isinstance(data, Gauge):
        kind = "gauge"
    elif isinstance(data, Sum):
        kind = "sum" if data.is_monotonic else "gauge"
    for point in data.data_points:
        start = point.start_time_unix_nano or point.time_unix_nano  # a gauge has no start
        yield Point(
            resource_id,
            scope,
            storable_text(metric.name),
            kind,
            metric.unit,
            encode_sorted(point.attributes or {}),
            *_shape(point, start),
        )


def _shape(
    point: DataPoint, start: int
) -> tuple[str | None, int, int, float, int | None, str | None, float | None, float | None]:
    if isinstance(point, NumberDataPoint):
        return (None, start, point.time_unix_nano, float(point.value), None, None, None, None)
    bounds, buckets = _buckets(point)
    return (
        encode(list(bounds)),
        start,
        point.time_unix_nano,
        float(point.sum),
        point.count,
        encode(list(buckets)),
        point.min if math.isfinite(point.min) else None,
        point.max if math.isfinite(point.max) else None,
    )


def _buckets(point: HistogramDataPoint | ExponentialHistogramDataPoint) -> tuple[Sequence[float], Sequence[int]]:
    if isinstance(point, HistogramDataPoint):
        return point.explicit_bounds, point.bucket_counts
    return _explicit(point)


def _explicit(point: ExponentialHistogramDataPoint) -> tuple[list[float], list[int]]:
    """An exponential histogram's positive buckets with explicit bounds; everything not above zero is in the first."""
    base = 2.0 ** (2.0**-point.scale)
    offset, counts = point.positive.offset, list(point.positive.bucket_counts)
    below = point.count - sum(counts)
    bounds = [base ** (offset + index) for index in range(len(counts) + 1)]
    return bounds, [below, *counts, 0]
