"""Standing in front of the SDK's processors and metric readers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricsData
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider

from spanwise.core import guard
from spanwise.distro.front import before_collection, spans_in_front


@dataclass
class Front(SpanProcessor):
    """Hands on what it gets, marked."""

    downstream: tuple[SpanProcessor, ...] = ()

    def on_end(self, span: ReadableSpan) -> None:
        for processor in self.downstream:
            processor.on_end(span)


@dataclass
class Keeping(SpanProcessor):
    """Keeps the names of spans."""

    names: list[str] = field(default_factory=list[str])

    def on_end(self, span: ReadableSpan) -> None:
        self.names.append(span.name)


def in_front(provider: TracerProvider, front: Front) -> bool:
    composite = provider._active_span_processor  # pyright: ignore[reportPrivateUsage]
    return spans_in_front(composite, "_span_processors", "add_span_processor", front)


def test_earlier_and_later_processors_stand_behind() -> None:
    provider, front = TracerProvider(shutdown_on_exit=False), Front()
    earlier, later = Keeping(), Keeping()
    provider.add_span_processor(earlier)
    assert in_front(provider, front)
    provider.add_span_processor(later)
    provider.get_tracer("x").start_span("work").end()
    assert front.downstream == (earlier, later)
    assert (earlier.names, later.names) == (["work"], ["work"])


def test_tracers_that_were_made_before_are_covered() -> None:
    provider, keeping = TracerProvider(shutdown_on_exit=False), Keeping()
    tracer = provider.get_tracer("x")
    assert in_front(provider, Front())
    provider.add_span_processor(keeping)
    tracer.start_span("work").end()
    assert keeping.names == ["work"]


def test_unknown_multi_processor_is_left_alone() -> None:
    assert not spans_in_front(object(), "_span_processors", "add_span_processor", Front())


def nothing_added(data: MetricsData) -> MetricsData:
    return data


def test_collection_is_prepared_and_changed_for_every_reader() -> None:
    calls: list[str] = []
    first, second = InMemoryMetricReader(), InMemoryMetricReader()
    provider = MeterProvider([first], shutdown_on_exit=False)

    def change(data: MetricsData) -> MetricsData:
        calls.append("change")
        return data

    assert before_collection(provider, lambda: calls.append("prepare"), change)
    provider.get_meter("x").create_counter("orders").add(1)
    assert first.get_metrics_data()
    provider.add_metric_reader(second)
    provider.get_meter("x").create_counter("orders").add(1)
    assert second.get_metrics_data()
    assert calls == ["prepare", "change"] * 2


def test_what_is_measured_while_preparing_is_in_the_same_collection() -> None:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    counter = provider.get_meter("x").create_counter("orders")
    assert before_collection(provider, lambda: counter.add(1), nothing_added)
    assert reader.get_metrics_data() is not None


@pytest.mark.usefixtures("swallowed_faults")
def test_collection_goes_on_when_preparing_fails() -> None:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)

    def fail() -> None:
        raise RuntimeError("no")

    assert before_collection(provider, fail, nothing_added)
    provider.get_meter("x").create_counter("orders").add(1)
    assert reader.get_metrics_data() is not None
    assert guard.failures["metrics.prepare"] == 1
