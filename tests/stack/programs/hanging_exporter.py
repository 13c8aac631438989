"""Twenty calls while an exporter never returns from its second span, on a pipeline with room for four of them."""

import os
from collections.abc import Sequence
from threading import Event

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

from spanwise.distro import configure
from stack.programs import steady


class HangingExporter(SpanExporter):
    exported = 0
    hangs = Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.exported += 1
        if self.exported > 1:
            self.hangs.set()
            Event().wait()
        return SpanExportResult.SUCCESS


if __name__ == "__main__":
    os.environ["SPANWISE_PIPELINE_QUEUE_SIZE"] = "4"
    provider = TracerProvider()
    exporter = HangingExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    configure(provider)
    for _ in range(2):
        provider.get_tracer("shop").start_span("open").end()
    exporter.hangs.wait()
    steady.main()
