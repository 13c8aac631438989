"""What is compared: each variant can be switched on and off in one process, so that only its own cost differs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    MetricExporter,
    MetricExportResult,
    MetricsData,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AnyValue

from performance.workload import Workload
from spanwise.core.recorder import Recorder, recorder, use_recorder
from spanwise.distro.install import install
from spanwise.instrumentation.transports import httpx as transport

__all__ = ["ALWAYS_OFF", "CountingExporter", "Variant", "bare", "floor", "over_otlp", "spanwise"]


class CountingExporter(SpanExporter):
    """Counts and drops: what export costs beyond this is the exporter's."""

    def __init__(self) -> None:
        self.count = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.count += len(spans)
        return SpanExportResult.SUCCESS


class DroppingMetricExporter(MetricExporter):
    """Takes metrics and forgets them."""

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> MetricExportResult:
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        return True

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        return None


def _nothing() -> None:
    return None


@dataclass
class Variant:
    """`on` and `off` surround a block of calls; `flush` finishes what they left to do; `close` is the end."""

    name: str
    on: Callable[[], None] = _nothing
    off: Callable[[], None] = _nothing
    flush: Callable[[], None] = _nothing
    close: Callable[[], None] = _nothing
    wrap: Callable[[Workload], Workload] = field(default=lambda call: call)


def bare(name: str) -> Variant:
    """The SDK alone; a second one is the A/A row, which shows the noise."""
    return Variant(name)


def floor(exporter: SpanExporter | None = None) -> Variant:
    """One hand-written span with a dozen attributes around the call."""
    provider = TracerProvider(sampler=ALWAYS_ON, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter or CountingExporter()))
    tracer = provider.get_tracer("by-hand")
    attributes: dict[str, AnyValue] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
        "gen_ai.response.id": "chatcmpl-B1",
        "gen_ai.usage.input_tokens": 1200,
        "gen_ai.usage.output_tokens": 340,
        "gen_ai.request.temperature": 0.2,
        "gen_ai.request.max_tokens": 500,
        "server.address": "bench",
        "server.port": 80,
        "gen_ai.response.finish_reasons": ("stop",),
    }

    def wrap(call: Workload) -> Workload:
        def traced() -> None:
            with tracer.start_as_current_span("chat gpt-4o-mini", kind=SpanKind.CLIENT, attributes=attributes):
                call()

        return traced

    return Variant("one hand-written span", flush=lambda: _flush(provider), wrap=wrap)


def spanwise(
    name: str,
    *,
    content: bool = False,
    screen: bool = False,
    sampler: Sampler = ALWAYS_ON,
    exporter: SpanExporter | None = None,
    metric_exporter: MetricExporter | None = None,
    **environment: str,
) -> Variant:
    """The product, with its own providers: priced and measured always, the rest as told."""
    settings = {"CAPTURE_CONTENT": str(content), "SCREEN_ENABLED": str(screen), **environment}
    provider, meter_provider, calls = _installed(settings, sampler, exporter, metric_exporter)

    def on() -> None:
        use_recorder(calls)
        transport.install()

    def off() -> None:
        transport.uninstall(httpx2)

    def flush() -> None:
        _flush(provider)
        if metric_exporter is not None:
            meter_provider.force_flush()

    def close() -> None:
        provider.shutdown()
        meter_provider.shutdown()

    return Variant(name, on, off, flush, close)


def over_otlp(endpoint: str) -> list[Variant]:
    """The hand-written span and the product, both with real OTLP/HTTP exporters."""
    traces, metrics = f"{endpoint}/v1/traces", f"{endpoint}/v1/metrics"
    return [
        floor(OTLPSpanExporter(traces)),
        spanwise(
            "content off, traces and metrics",
            exporter=OTLPSpanExporter(traces),
            metric_exporter=OTLPMetricExporter(metrics),
        ),
    ]


def _installed(
    settings: dict[str, str], sampler: Sampler, exporter: SpanExporter | None, metric_exporter: MetricExporter | None
) -> tuple[TracerProvider, MeterProvider, Recorder]:
    provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter or CountingExporter()))
    reader = PeriodicExportingMetricReader(metric_exporter or DroppingMetricExporter(), 60_000)
    meter_provider = MeterProvider([reader], shutdown_on_exit=False)
    for key, value in settings.items():
        os.environ[f"SPANWISE_{key}"] = value
    install(provider, meter_provider)
    for key in settings:
        del os.environ[f"SPANWISE_{key}"]
    transport.uninstall(httpx2)
    return provider, meter_provider, recorder()


def _flush(provider: TracerProvider) -> None:
    provider.force_flush()
