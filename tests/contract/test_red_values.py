"""Values of unusual types, in unusual places, or cut in the middle: redacted like any other."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import cast

import pytest
from opentelemetry import trace
from opentelemetry._logs import LogRecord
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState
from opentelemetry.util.types import AnyValue

from contract.installation import Installation, installation
from spanwise.processors.redact import Redactor, RedactSettings
from stack.receivers import HttpReceiver

CARD = 4111111111111111


def only_attributes(installed: Installation) -> dict[str, object]:
    (span,) = installed.spans
    return dict(span.attributes or {})


def test_whole_number_that_is_a_card_is_redacted_on_a_span() -> None:
    with installation() as installed:
        installed.tracer.start_span("work", attributes={"paid.with": CARD, "count": 12}).end()
        found = only_attributes(installed)
        assert (found["paid.with"], found["count"]) == ("[CREDIT_CARD]", 12)


def test_harmless_number_does_not_vouch_for_the_next_one_under_its_name() -> None:
    with installation() as installed:
        for number in (7, 1763724163, CARD):
            installed.tracer.start_span("work", attributes={"reference": number}).end()
        found = [dict(span.attributes or {})["reference"] for span in installed.spans]
        assert found == [7, 1763724163, "[CREDIT_CARD]"]


def test_whole_number_that_is_a_card_is_redacted_in_logs_and_metrics(receiver: HttpReceiver) -> None:
    with installation(endpoint=receiver.url) as installed:
        record = LogRecord(body={"card": CARD, "total": 12}, attributes={"ssn": 536904399})
        installed.logger_provider.get_logger("shop").emit(record)
        installed.meter_provider.get_meter("shop").create_counter("orders").add(1, {"card": CARD, "shelf": 12})
        installed.flush()
    (log,) = receiver.received.logs
    point = next(point for point in receiver.received.points if point.name == "orders")
    assert log.body == {"card": "[CREDIT_CARD]", "total": 12}
    assert log.attributes == {"ssn": "[US_SSN]"}
    assert point.attributes == {"card": "[CREDIT_CARD]", "shelf": 12}


@pytest.mark.parametrize("body", [ValueError("Mail jane@example.org"), {1: "Mail jane@example.org"}])
def test_log_body_of_any_type_arrives_redacted(body: object, receiver: HttpReceiver) -> None:
    with installation(endpoint=receiver.url) as installed:
        installed.logger_provider.get_logger("shop").emit(LogRecord(body=cast("AnyValue", body)))
        installed.flush()
    (log,) = receiver.received.logs
    assert log.body in ("Mail [EMAIL]", {"1": "Mail [EMAIL]"})


def test_versions_and_schemas_of_scopes_and_units_are_redacted(receiver: HttpReceiver) -> None:
    version, schema = "for jane@example.org", "https://schemas.example/jane@example.org"
    with installation(endpoint=receiver.url) as installed:
        installed.tracer_provider.get_tracer("shop", version, schema).start_span("work").end()
        installed.logger_provider.get_logger("shop", version, schema).emit(LogRecord(body="said"))
        meter = installed.meter_provider.get_meter("shop", version, schema)
        meter.create_counter("orders", unit="jane@example.org").add(1)
        installed.flush()
    assert receiver.received.spans and receiver.received.logs and receiver.received.points
    assert not receiver.received.holds("jane")


class Address(str, Enum):
    """A text that is formatted as `Address.JANE`."""

    JANE = "jane@example.org"


class Number(IntEnum):
    CARD = CARD


def test_members_of_enumerations_are_redacted_by_what_is_sent(receiver: HttpReceiver) -> None:
    held: dict[str, AnyValue] = {"to": Address.JANE, Address.JANE: 1, "all": [Address.JANE], "with": Number.CARD}
    with installation(endpoint=receiver.url) as installed:
        installed.tracer.start_span("work", attributes=held).end()
        installed.logger_provider.get_logger("shop").emit(LogRecord(body=held))
        installed.meter_provider.get_meter("shop").create_counter("orders").add(1, held)
        installed.flush()
    expected = {"to": "[EMAIL]", "[EMAIL]": 1, "all": ["[EMAIL]"], "with": "[CREDIT_CARD]"}
    found = next(point for point in receiver.received.points if point.name == "orders")
    assert receiver.received.spans[0].attributes.items() >= {**expected}.items()
    assert [receiver.received.logs[0].body, found.attributes] == [expected, expected]
    assert not receiver.received.holds("jane")


def test_key_in_tracestate_is_redacted() -> None:
    state = TraceState([("4111111111111111@shop", "x"), ("vendor", "kept")])
    remote = NonRecordingSpan(SpanContext(1, 2, True, TraceFlags(1), state))
    with installation() as installed:
        installed.tracer.start_span("work", trace.set_span_in_context(remote)).end()
        (span,) = installed.spans
        assert span.context is not None and dict(span.context.trace_state) == {"vendor": "kept"}


@pytest.mark.parametrize("before", range(940, 1000, 4))
def test_secret_of_several_words_at_the_cut_is_not_left_in_half(before: int) -> None:
    redactor = Redactor(RedactSettings(max_length=1000))
    text = ("word " * 200)[:before] + " 4111 1111 1111 1111" + " word" * 200
    redacted = redactor.text(text, {})
    assert "4111" not in redacted and len(redacted) <= 1000
    assert redactor.text(redacted, {}) == redacted
