"""Standing in front: the provider's processors become the pipeline's downstream, those added later too.

The SDK has no public way to put a processor first, and one that is merely appended races the batch processor:
spans would be exported before they are redacted. `in_front` is False where the SDK's internals look different.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricsData

from spanwise.core.guard import guarded

__all__ = ["before_collection", "forget_collected", "spans_in_front"]


def spans_in_front(composite: Any, field: str, add: str, front: Any) -> bool:
    """Put `front` before the processors of an SDK multi-processor, and route later ones behind it.

    Args:
        composite: the provider's `SynchronousMultiSpanProcessor` or its sibling for log records.
        field: the attribute that holds the tuple of processors.
        add: the method that appends one.
        front: gets the others as `downstream`.
    """
    held = getattr(composite, field, None)
    lock = getattr(composite, "_lock", None)
    if not isinstance(held, tuple) or lock is None:
        return False

    def append(processor: Any) -> None:
        with lock:
            front.downstream = (*front.downstream, processor)

    with lock:
        front.downstream = held
        setattr(composite, field, (front,))
        setattr(composite, add, append)
    return True


def before_collection(
    provider: MeterProvider,
    prepare: Callable[[], object] | None = None,
    change: Callable[[MetricsData], MetricsData] | None = None,
) -> bool:
    """Run `prepare` before each collection of metrics, and `change` over what was collected.

    This is also what keeps the last calls in the metrics: the SDK shuts the meter provider down before the tracer
    provider, and a shutdown collects once more.
    """
    consumer: Any = getattr(provider, "_measurement_consumer", None)
    original = getattr(consumer, "collect", None)
    readers = list(getattr(consumer, "_reader_storages", ()))
    if original is None:
        return False

    def collect(reader: Any, timeout_millis: float = 10_000) -> MetricsData | None:
        if prepare is not None:
            _prepare(prepare)
        data: MetricsData | None = original(reader, timeout_millis=timeout_millis)
        return change(data) if data is not None and change is not None else data

    consumer.collect = collect
    for reader in readers:
        reader._set_collect_callback(collect)
    return True


@guarded("metrics.forget", None)
def forget_collected(provider: Any, scopes: str) -> None:
    """In a forked child: start the metrics of the scopes that begin with `scopes` at zero.

    The SDK goes on with the parent's sums under the child's own instance id, so that they would count twice.
    """
    consumer: Any = getattr(provider, "_measurement_consumer", None)
    storages = dict(getattr(consumer, "_reader_storages", {}))
    for storage in storages.values():
        for instrument, matches in storage._instrument_view_instrument_matches.items():
            if instrument.instrumentation_scope.name.startswith(scopes):
                for match in matches:
                    match._attributes_aggregation.clear()
                    match._lock = Lock()  # a thread that the child does not have may have held it
    if storages:
        consumer._reader_storages = storages  # whoever remembers what was in the former ones looks again


@guarded("metrics.prepare", None)
def _prepare(prepare: Callable[[], object]) -> None:
    prepare()
