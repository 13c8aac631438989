"""The pipeline's own health as metrics: nothing that is lost, cut or unread goes uncounted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from opentelemetry.metrics import CallbackOptions, Meter, Observation

from spanwise.core import guard
from spanwise.processors.pipeline import Pipeline
from spanwise.processors.sample import Sampler
from spanwise.processors.surface import Surface
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from spanwise.semconv.metrics import Metric

if TYPE_CHECKING:
    from spanwise.exporters.audit.log import AuditLog
    from spanwise.processors.judge.judge import Judge

__all__ = ["observe", "observe_audit", "observe_judge"]

_PIPELINE = (
    (metrics.PIPELINE_SPANS, ""),
    (metrics.PIPELINE_EXPORTED, ""),
    (metrics.PIPELINE_MERGED, ""),
    (metrics.PIPELINE_BLANKED, ""),
    (metrics.PIPELINE_UNPARSED, "part"),
    (metrics.PIPELINE_SAMPLED_OUT, ""),
    (metrics.PIPELINE_KEPT, "spanwise.sampling.reason"),
)

Rows = Iterable[tuple[int, dict[str, str]]]


def observe(meter: Meter, pipeline: Pipeline, surface: Surface, sampler: Sampler) -> None:
    """Register the observable instruments; they read counters that the pipeline keeps anyway."""
    for metric, label in _PIPELINE:
        name = metric.name.rpartition(".")[2]
        _counter(meter, metric, partial(_rows, pipeline, sampler, name, label))
    _counter(meter, metrics.PIPELINE_DROPPED, lambda: _labelled(pipeline.worker.dropped.items(), "reason"))
    _counter(meter, metrics.PIPELINE_INLINE, lambda: [(pipeline.worker.inline, {})])
    _counter(meter, metrics.PIPELINE_TRUNCATED, lambda: [(_truncated(pipeline, surface), {})])
    _counter(meter, metrics.PIPELINE_ERRORS, lambda: _labelled(guard.failures.items(), "site"))
    _counter(meter, metrics.REDACTED, lambda: _labelled(surface.findings.items(), "spanwise.redaction.type"))
    _gauge(meter, metrics.PIPELINE_QUEUE, lambda: [(len(pipeline.worker), {})])


def observe_audit(meter: Meter, log: AuditLog) -> None:
    """Register what the audit log counts."""
    _counter(meter, metrics.AUDIT_RECORDS, lambda: [(log.written, {})])
    _counter(meter, metrics.AUDIT_LOST, lambda: [(log.lost, {})])
    _gauge(meter, metrics.AUDIT_WAITING, lambda: [(log.waiting, {})])


def observe_judge(meter: Meter, judge: Judge) -> None:
    """Register what the judge left out."""
    _counter(meter, metrics.JUDGE_SKIPPED, lambda: _labelled(judge.skipped.items(), names.JUDGE_SKIPPED))


def _rows(pipeline: Pipeline, sampler: Sampler, name: str, label: str) -> Rows:
    counts = {**pipeline.counts, **sampler.counts}
    found = [(value, {label: kind} if label else {}) for (metric, kind), value in counts.items() if metric == name]
    return found or ([] if label else [(0, {})])


def _truncated(pipeline: Pipeline, surface: Surface) -> int:
    return surface.truncated + pipeline.counts["truncated", "attributes"]


def _labelled(items: Iterable[tuple[str, int]], label: str) -> Rows:
    return [(value, {label: kind}) for kind, value in list(items)]


def _counter(meter: Meter, metric: Metric, read: Callable[[], Rows]) -> None:
    meter.create_observable_counter(metric.name, [_callback(read)], metric.unit, metric.description)


def _gauge(meter: Meter, metric: Metric, read: Callable[[], Rows]) -> None:
    meter.create_observable_gauge(metric.name, [_callback(read)], metric.unit, metric.description)


def _callback(read: Callable[[], Rows]) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observations(_: CallbackOptions) -> Iterator[Observation]:
        for value, labels in read():
            yield Observation(value, labels)

    return observations
