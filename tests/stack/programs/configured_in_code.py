"""An application that sets telemetry up itself: `nothing` leaves it to us, `given` exports already, `late` not yet."""

import sys

from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

from spanwise.distro import configure
from stack.programs import chat


def configure_with_providers() -> None:
    """One processor before `configure`, one after: both get what the pipeline lets through."""
    traces, metrics, logs = TracerProvider(), MeterProvider([_reader()]), LoggerProvider()
    logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    if sys.argv[1] == "given":
        traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        configure(traces, metrics, logs)
    else:
        configure(traces, metrics, logs)
        traces.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(traces)
    set_logger_provider(logs)


def _reader() -> PeriodicExportingMetricReader:
    return PeriodicExportingMetricReader(OTLPMetricExporter())


if __name__ == "__main__":
    if sys.argv[1] == "nothing":
        configure()
    else:
        configure_with_providers()
    chat.main()
