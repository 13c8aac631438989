"""Twenty calls with an exporter that never returns, on a pipeline with room for eight of them."""

import os
from collections.abc import Sequence
from threading import Event

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

from spanwise.distro import configure
from stack.programs import steady


class HangingExporter(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        Event().wait()
        return SpanExportResult.SUCCESS


if __name__ == "__main__":
    os.environ["SPANWISE_PIPELINE_QUEUE_SIZE"] = "8"
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(HangingExporter()))
    configure(provider)
    steady.main()
