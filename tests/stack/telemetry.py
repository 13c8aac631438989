"""What a backend received, flat and easy to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric, NumberDataPoint

from spanwise.core.view import CLIENT_OPERATIONS
from spanwise.semconv import attributes as names

__all__ = ["Log", "Point", "Span", "Telemetry"]

Attributes = dict[str, object]

ERROR = 2
"""The status code of a span that failed."""


@dataclass(frozen=True)
class Span:
    """One exported span."""

    name: str
    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    attributes: Attributes
    events: list[tuple[str, Attributes]]
    status: int
    message: str
    scope: str
    resource: Attributes

    @property
    def is_call(self) -> bool:
        """One call to a model, whoever made the span."""
        return self.attributes.get(names.OPERATION_NAME) in CLIENT_OPERATIONS


@dataclass(frozen=True)
class Point:
    """One exported data point: the value of a sum or gauge, the number of measurements of a histogram."""

    name: str
    value: float
    attributes: Attributes
    resource: Attributes
    start_ns: int
    time_ns: int


@dataclass(frozen=True)
class Log:
    """One exported log record."""

    body: object
    attributes: Attributes
    trace_id: bytes


@dataclass
class Telemetry:
    """All that arrived, in order of arrival; `raw` is what was on the wire, decompressed."""

    spans: list[Span] = field(default_factory=list[Span])
    points: list[Point] = field(default_factory=list[Point])
    logs: list[Log] = field(default_factory=list[Log])
    raw: bytes = b""

    @property
    def calls(self) -> list[Span]:
        """The spans that stand for a call to a model."""
        return [span for span in self.spans if span.is_call]

    def total(self, metric: str, **labels: object) -> float:
        """The last value of each series of a cumulative metric, summed over series and processes.

        Labels are given with `_` for `.`.
        """
        latest: dict[str, Point] = {}
        asked = {key.replace("_", "."): value for key, value in labels.items()}.items()
        for point in self.points:
            if point.name == metric and asked <= point.attributes.items():
                series = repr((sorted(point.attributes.items()), sorted(point.resource.items()), point.start_ns))
                latest[series] = point
        return sum(point.value for point in latest.values())

    def holds(self, text: str) -> bool:
        """Whether a text stands anywhere in what was received."""
        return text.encode() in self.raw

    def add_traces(self, data: bytes) -> None:
        """Take an `ExportTraceServiceRequest`."""
        self.raw += data
        for group in ExportTraceServiceRequest.FromString(data).resource_spans:
            resource = _attributes(group.resource.attributes)
            for scoped in group.scope_spans:
                for span in scoped.spans:
                    self.spans.append(
                        Span(
                            span.name,
                            span.trace_id,
                            span.span_id,
                            span.parent_span_id,
                            _attributes(span.attributes),
                            [(event.name, _attributes(event.attributes)) for event in span.events],
                            span.status.code,
                            span.status.message,
                            scoped.scope.name,
                            resource,
                        )
                    )

    def add_metrics(self, data: bytes) -> None:
        """Take an `ExportMetricsServiceRequest`."""
        self.raw += data
        for group in ExportMetricsServiceRequest.FromString(data).resource_metrics:
            resource = _attributes(group.resource.attributes)
            for scoped in group.scope_metrics:
                for metric in scoped.metrics:
                    self.points += _points(metric, resource)

    def add_logs(self, data: bytes) -> None:
        """Take an `ExportLogsServiceRequest`."""
        self.raw += data
        for group in ExportLogsServiceRequest.FromString(data).resource_logs:
            for scoped in group.scope_logs:
                for record in scoped.log_records:
                    self.logs.append(Log(_value(record.body), _attributes(record.attributes), record.trace_id))


def _points(metric: Metric, resource: Attributes) -> Iterator[Point]:
    numbers: Sequence[NumberDataPoint] = [*metric.sum.data_points, *metric.gauge.data_points]
    for point in numbers:
        value = point.as_double or point.as_int
        yield Point(
            metric.name,
            value,
            _attributes(point.attributes),
            resource,
            point.start_time_unix_nano,
            point.time_unix_nano,
        )
    for histogram in metric.histogram.data_points:
        yield Point(
            metric.name,
            histogram.count,
            _attributes(histogram.attributes),
            resource,
            histogram.start_time_unix_nano,
            histogram.time_unix_nano,
        )


def _attributes(pairs: Iterable[KeyValue]) -> Attributes:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> object:
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return _attributes(value.kvlist_value.values)
    found: object = getattr(value, kind)
    return found
