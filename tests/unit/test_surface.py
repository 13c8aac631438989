"""The surface itself: what it keeps, what it counts, what it never writes to."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from spanwise.core.inference import Content, Inference
from spanwise.processors.redact import Redactor, RedactSettings
from spanwise.processors.surface import CaptureSettings, Surface
from spanwise.semconv import attributes as names
from unit.views import call_view

MAIL = "Mail jane@example.org"


def surface(**capture: object) -> Surface:
    return Surface(Redactor(), CaptureSettings(**capture))  # type: ignore[arg-type]


def test_every_span_tells_by_which_policy_it_was_redacted() -> None:
    view = call_view()
    assert surface().span(view)
    assert view.attributes[names.REDACTION_POLICY] == Redactor().policy
    assert not {names.REDACTION_COUNT, names.REDACTION_TYPES} & view.attributes.keys()


def test_span_tells_how_many_values_of_which_types_went() -> None:
    view = call_view(attributes={"a": MAIL, "b": f"{MAIL}, card 4539 1488 0343 6467"})
    assert surface().span(view)
    assert view.attributes[names.REDACTION_COUNT] == 3
    assert view.attributes[names.REDACTION_TYPES] == ("CREDIT_CARD", "EMAIL")
    assert view.attributes[names.REDACTION_POLICY] == Redactor().policy


def test_value_that_comes_again_is_redacted_again() -> None:
    """What was clean is remembered, what was not never is."""
    one = surface()
    for _ in range(3):
        view = call_view(attributes={"note": MAIL, "other": "fine"})
        one.span(view)
        assert (view.attributes["note"], view.attributes["other"]) == ("Mail [EMAIL]", "fine")
    assert one.findings == {"EMAIL": 3}


def test_value_that_is_clean_under_one_name_is_read_again_under_another() -> None:
    one = surface()
    for name, expected in (("order", "536904399"), ("customer.ssn", "[US_SSN]"), ("order", "536904399")):
        view = call_view(attributes={name: "536904399"})
        one.span(view)
        assert view.attributes[name] == expected


def test_remembering_is_bounded() -> None:
    one = surface()
    for number in range(20_000):
        one.span(call_view(attributes={f"key {number}": number, "word": f"value {number}"}))
    view = call_view(attributes={"note": MAIL})
    one.span(view)
    assert view.attributes["note"] == "Mail [EMAIL]"


def content_of(text: str) -> Inference:
    messages = [{"role": "user", "parts": [{"type": "text", "content": text}]}]
    return Inference("chat", "openai", content=Content(input_messages=messages))  # type: ignore[arg-type]


def test_content_is_left_out_unless_asked_for() -> None:
    view = call_view()
    view.inference = content_of("hello")
    surface().span(view)
    assert names.INPUT_MESSAGES not in view.attributes


def test_long_text_keeps_its_head_and_its_end() -> None:
    view = call_view()
    view.inference = content_of("The beginning. " + "word " * 1000 + "The end.")
    one = surface(content=True, max_length=200)
    one.span(view)
    text = str(view.attributes[names.INPUT_MESSAGES])
    assert "The beginning." in text and "The end." in text and "characters left out" in text
    assert len(text) < 500
    assert view.attributes[names.CONTENT_TRUNCATED] is True
    assert one.truncated == 1


def test_resource_is_redacted_once_and_stays_one_object() -> None:
    one, resource = surface(), Resource({"note": MAIL})
    first = one.resource(resource)
    assert first.attributes["note"] == "Mail [EMAIL]"
    assert one.resource(resource) is first
    assert resource.attributes["note"] == MAIL


def test_resource_without_findings_is_the_same_object() -> None:
    resource = Resource({"service.name": "shop"})
    assert surface().resource(resource) is resource


def test_scope_is_redacted_with_its_attributes() -> None:
    scope = InstrumentationScope("shop", "1.0", attributes={"note": MAIL})
    redacted = surface().scope(scope)
    assert redacted is not None and dict(redacted.attributes or {}) == {"note": "Mail [EMAIL]"}
    assert surface().scope(None) is None


def test_labels_of_the_aggregation_are_not_written_to() -> None:
    one, reader = surface(), InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    counter = provider.get_meter("shop").create_counter("orders")
    for expected in (1, 2):
        counter.add(1, {"note": MAIL})
        data = reader.get_metrics_data()
        assert data is not None
        (point,) = one.metrics(data).resource_metrics[0].scope_metrics[0].metrics[0].data.data_points
        assert dict(point.attributes or {}) == {"note": "Mail [EMAIL]"}
        assert getattr(point, "value", None) == expected


@pytest.mark.usefixtures("swallowed_faults")
def test_metric_of_which_no_point_can_be_redacted_is_left_out_and_counted() -> None:
    """An empty one would have the backend refuse all the others."""
    unreadable = Redactor(RedactSettings(model="no_such_model", model_places=("metric",)))
    one, reader = Surface(unreadable, CaptureSettings()), InMemoryMetricReader()
    meter = MeterProvider([reader], shutdown_on_exit=False).get_meter("shop")
    meter.create_counter("orders").add(1, {"note": "of two words"})
    meter.create_counter("visits").add(1)
    data = reader.get_metrics_data()
    assert data is not None
    assert [metric.name for metric in one.metrics(data).resource_metrics[0].scope_metrics[0].metrics] == ["visits"]
    assert one.failures["metrics"] == 1


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns a thousand times as often, so that races happen."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_findings_of_many_threads_are_counted_exactly() -> None:
    one = surface()

    def log() -> None:
        for _ in range(300):
            one.log_record(LogRecord(body=MAIL, attributes={}))

    threads = [threading.Thread(target=log) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert one.findings == {"EMAIL": 2400}
