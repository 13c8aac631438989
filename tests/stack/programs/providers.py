"""An application whose providers are not all there, or not the SDK's, when Spanwise comes; prints what was exported.

`late`: all of them are set after; `mixed`: only the tracer provider before; `foreign`: the tracer provider is not the
SDK's; `unknown`: the SDK's internals look different.
"""

import sys
from typing import Any

import httpx
from opentelemetry import metrics, trace
from opentelemetry._logs import LogRecord, get_logger, set_logger_provider
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from spanwise.core.context import use
from spanwise.distro import install

spans, logs, reader = InMemorySpanExporter(), InMemoryLogRecordExporter(), InMemoryMetricReader()
real = TracerProvider()
real.add_span_processor(SimpleSpanProcessor(spans))


class ForeignProvider(trace.TracerProvider):
    """Of a vendor."""

    def get_tracer(self, *given: Any, **named: Any) -> trace.Tracer:
        return real.get_tracer(*given, **named)


def set_others() -> None:
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(logs))
    set_logger_provider(provider)
    metrics.set_meter_provider(MeterProvider([reader]))


def start(case: str) -> None:
    if case == "foreign":
        trace.set_tracer_provider(ForeignProvider())
    elif case != "late":
        trace.set_tracer_provider(real)
    if case == "unknown":
        real._active_span_processor._span_processors = list(real._active_span_processor._span_processors)  # type: ignore[assignment]
    install.install()
    if case == "late":
        trace.set_tracer_provider(real)
    set_others()


def ask() -> None:
    """Each place has an address of its own."""

    def refuse(_: httpx.Request) -> httpx.Response:
        error = {"message": "bad jane1@example.org", "type": "jane2@example.org", "code": "jane3@example.org"}
        return httpx.Response(400, json={"error": error})

    request = {
        "model": "model-jane4@example.org",
        "messages": [{"role": "user", "content": "jane5@example.org"}],
        "stop": ["jane6@example.org"],
        "user": "jane7@example.org",
        "metadata": {"customer": "jane8@example.org"},
    }
    client = httpx.Client(transport=httpx.MockTransport(refuse))
    with client, use(user="jane9@example.org", wish="jane10@example.org"):
        client.post("https://api.openai.com/v1/chat/completions", json=request)


def main() -> None:
    start(sys.argv[1])
    ask()
    if sys.argv[1] in ("late", "mixed"):
        trace.get_tracer("shop").start_span("jane11@example.org").end()
    get_logger("shop").emit(LogRecord(body="jane12@example.org"))
    metrics.get_meter("shop").create_counter("orders").add(1, {"customer": "jane13@example.org"})
    real.force_flush()
    collected = reader.get_metrics_data()
    print([span.to_json() for span in spans.get_finished_spans()])
    print([log.to_json() for log in logs.get_finished_logs()])
    print(collected.to_json() if collected else "")


main()
