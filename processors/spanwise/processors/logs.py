"""Log records: redacted in front of every exporter, and told who they are about."""

from __future__ import annotations

from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from spanwise.core import context as user_context
from spanwise.core.guard import guarded
from spanwise.processors.surface import Surface, empty

__all__ = ["LogPipeline"]


class LogPipeline(LogRecordProcessor):
    """Stands in front of the provider's other processors; works on the caller's thread, because batching
    processors copy a record as soon as they see it."""

    def __init__(self, surface: Surface) -> None:
        self.downstream: tuple[LogRecordProcessor, ...] = ()
        self._surface = surface

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Redact the record in place and hand it on; a record that could not be redacted goes on empty."""
        if not self._prepare(log_record):
            empty(log_record.log_record)
        for processor in self.downstream:
            processor.on_emit(log_record)

    @guarded("logs.prepare", False)
    def _prepare(self, log_record: ReadWriteLogRecord) -> bool:
        record = log_record.log_record
        if user := user_context.current(record.context):
            record.attributes = {**(record.attributes or {}), **user}
        self._surface.log_record(record)
        if log_record.resource is not None:
            log_record.resource = self._surface.resource(log_record.resource)
        log_record.instrumentation_scope = self._surface.scope(log_record.instrumentation_scope)
        return True

    def enabled(
        self,
        *,
        context: Context | None = None,
        instrumentation_scope: InstrumentationScope | None = None,
        severity_number: object = None,
        event_name: str | None = None,
    ) -> bool:
        """As the processors behind it say."""
        return any(
            processor.enabled(
                context=context,
                instrumentation_scope=instrumentation_scope,
                severity_number=severity_number,  # type: ignore[arg-type]  # pyright: ignore
                event_name=event_name,
            )
            for processor in self.downstream
        )

    def shutdown(self) -> None:
        for processor in self.downstream:
            processor.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        flushed = [processor.force_flush(timeout_millis) for processor in self.downstream]  # each, even after a failure
        return all(flushed)
