"""Spanwise installed in this process, on providers of its own, for one test."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import httpx2
import pytest
from opentelemetry import _logs, metrics, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, ReadableLogRecord
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    InMemoryLogRecordExporter,
    SimpleLogRecordProcessor,
)
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler
from opentelemetry.trace import Tracer
from opentelemetry.util._once import Once

from spanwise.core.recorder import use_recorder
from spanwise.core.view import CLIENT_OPERATIONS
from spanwise.distro.install import install
from spanwise.instrumentation.transports import httpx as httpx_transport
from spanwise.processors.judge.judge import Judge
from spanwise.processors.judge.step import JudgeStep
from spanwise.processors.pipeline import Pipeline
from spanwise.semconv import attributes as names

__all__ = ["Installation", "Point", "installation"]


@dataclass(frozen=True)
class Point:
    """One collected data point; `value` is the sum of a histogram."""

    name: str
    value: float
    count: int
    labels: Mapping[str, object]
    scope: str
    raw: Any


@dataclass
class Installation:
    """What was installed, and what came out of it."""

    pipeline: Pipeline
    tracer_provider: TracerProvider
    meter_provider: MeterProvider
    logger_provider: LoggerProvider
    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader
    log_exporter: InMemoryLogRecordExporter

    @property
    def tracer(self) -> Tracer:
        """The application's own tracer."""
        return self.tracer_provider.get_tracer("shop", "2.1")

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """All that was exported so far, what still waits included."""
        assert self.tracer_provider.force_flush()
        return self.exporter.get_finished_spans()

    @property
    def calls(self) -> list[ReadableSpan]:
        """The exported spans that stand for a call to a model."""
        return [span for span in self.spans if (span.attributes or {}).get(names.OPERATION_NAME) in CLIENT_OPERATIONS]

    @property
    def call(self) -> ReadableSpan:
        """The only call."""
        calls = self.calls
        assert len(calls) == 1, [(span.name, dict(span.attributes or {})) for span in calls]
        return calls[0]

    @property
    def judge(self) -> Judge:
        """Who judges the calls."""
        (step,) = (step for step in self.pipeline._steps if isinstance(step, JudgeStep))  # pyright: ignore[reportPrivateUsage]
        return step.judge

    def evaluations(self) -> list[ReadableLogRecord]:
        """What was judged, once everything that waited is; nothing is judged any more."""
        assert self.tracer_provider.force_flush()
        self.judge.finish(10)
        return [
            record
            for record in self.log_exporter.get_finished_logs()
            if record.log_record.event_name == names.EVALUATION_RESULT
        ]

    def points(self, reader: InMemoryMetricReader | None = None) -> list[Point]:
        """What one collection gives."""
        data = (reader or self.reader).get_metrics_data()
        return [
            Point(metric.name, _value(point), _count(point), dict(point.attributes or {}), scoped.scope.name, point)
            for resource in (data.resource_metrics if data else ())
            for scoped in resource.scope_metrics
            for metric in scoped.metrics
            for point in metric.data.data_points
        ]

    def total(self, metric: str, **labels: str) -> float:
        """Sum over the series of a metric; labels with `__` for `.`."""
        wanted = {key.replace("__", "."): value for key, value in labels.items()}
        return sum(
            point.value for point in self.points() if point.name == metric and wanted.items() <= point.labels.items()
        )

    def flush(self) -> None:
        """Everything out."""
        assert self.tracer_provider.force_flush()
        assert self.meter_provider.force_flush()
        assert self.logger_provider.force_flush()


def _value(point: Any) -> float:
    value: float = point.sum if hasattr(point, "sum") else point.value
    return value


def _count(point: Any) -> int:
    return int(getattr(point, "count", 1))


@contextmanager
def installation(
    environment: Mapping[str, str] | None = None,
    *,
    endpoint: str = "",
    sampler: Sampler | None = None,
    resource: Resource | None = None,
    views: Sequence[View] = (),
    readers: Sequence[MetricReader] = (),
    limits: SpanLimits | None = None,
    processors: Sequence[SpanProcessor] = (),
    as_global: bool = False,
) -> Generator[Installation]:
    """Install on new providers that keep what they export; with `endpoint`, they also send it there by OTLP/HTTP.

    Args:
        environment: settings, as `SPANWISE_*` and `OTEL_*` variables.
        endpoint: of an OTLP receiver.
        as_global: make the providers the global ones, for libraries that know no other.
    """
    resource = resource or Resource({"service.name": "shop"})
    exporter, reader, log_exporter = InMemorySpanExporter(), InMemoryMetricReader(), InMemoryLogRecordExporter()
    readers = [reader, *readers, *([_periodic(endpoint)] if endpoint else [])]
    tracer_provider = TracerProvider(sampler=sampler, resource=resource, shutdown_on_exit=False, span_limits=limits)
    meter_provider = MeterProvider(readers, resource, shutdown_on_exit=False, views=views)
    logger_provider = LoggerProvider(resource, shutdown_on_exit=False)
    for processor in (SimpleSpanProcessor(exporter), *processors):
        tracer_provider.add_span_processor(processor)
    logger_provider.add_log_record_processor(SimpleLogRecordProcessor(log_exporter))
    if endpoint:
        tracer_provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces")))
        logger_provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(f"{endpoint}/v1/logs")))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        if as_global:
            _make_global(patch, tracer_provider, meter_provider, logger_provider)
        pipeline = install(tracer_provider, meter_provider, logger_provider)
        assert pipeline is not None
        try:
            yield Installation(
                pipeline, tracer_provider, meter_provider, logger_provider, exporter, reader, log_exporter
            )
        finally:
            tracer_provider.shutdown()
            meter_provider.shutdown()
            logger_provider.shutdown()
            _remove()


def _periodic(endpoint: str) -> MetricReader:
    """Collects when it is flushed and at its end."""
    return PeriodicExportingMetricReader(OTLPMetricExporter(f"{endpoint}/v1/metrics"), 3_600_000)


def _make_global(
    patch: pytest.MonkeyPatch, tracers: TracerProvider, meters: MeterProvider, loggers: LoggerProvider
) -> None:
    """The API lets providers be set once per process; a test puts back what was there."""
    for place in ("trace._TRACER", "metrics._internal._METER", "_logs._internal._LOGGER"):
        patch.setattr(f"opentelemetry.{place}_PROVIDER_SET_ONCE", Once())
        patch.setattr(f"opentelemetry.{place}_PROVIDER", None)
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(meters)
    _logs.set_logger_provider(loggers)


def _remove() -> None:
    use_recorder(None)
    for module in (httpx, httpx2):
        httpx_transport.uninstall(module)
