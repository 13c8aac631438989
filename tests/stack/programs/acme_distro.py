"""A distribution of somebody else, with a configurator that knows nothing of Spanwise."""

from typing import Any

from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.distro import BaseDistro  # type: ignore[attr-defined]
from opentelemetry.metrics import set_meter_provider
from opentelemetry.sdk._configuration import _BaseConfigurator  # pyright: ignore[reportPrivateUsage]
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


class AcmeDistro(BaseDistro):  # type: ignore[misc]
    def _configure(self, **kwargs: Any) -> None:
        pass


class AcmeConfigurator(_BaseConfigurator):
    def _configure(self, **kwargs: Any) -> None:
        resource = Resource.create({"acme": "yes"})
        traces, logs = TracerProvider(resource=resource), LoggerProvider(resource)
        traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        logs.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter()))
        trace.set_tracer_provider(traces)
        set_meter_provider(MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource))
        set_logger_provider(logs)
