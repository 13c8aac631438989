"""Where redaction itself fails, telemetry goes out without content, and that is counted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk.metrics.view import View
from opentelemetry.util.types import AttributeValue

from contract.channels import CHANNELS
from contract.channels.wire import chat
from contract.installation import Installation, installation
from contract.values import PERSONAL, spellings
from spanwise.core import guard
from spanwise.processors import policy
from spanwise.processors.redact import Redactor
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from stack.receivers import HttpReceiver

CONTENT = {"SPANWISE_CAPTURE_CONTENT": "true"}
NARROW = View(instrument_name="narrow", attribute_keys=set())


class BrokenRedactor(Redactor):
    """Raises where it has to look at a text."""

    def text(self, text: str, counts: dict[str, int]) -> str:
        raise RuntimeError(text)

    def item(self, key: str, value: AttributeValue, counts: dict[str, int]) -> AttributeValue:
        raise RuntimeError(value)


class ChoosyRedactor(Redactor):
    """Raises at one word."""

    def item(self, key: str, value: AttributeValue, counts: dict[str, int]) -> AttributeValue:
        if "choke" in repr(value):
            raise RuntimeError(value)
        return super().item(key, value, counts)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, swallowed_faults: None) -> None:
    monkeypatch.setattr(policy, "Redactor", BrokenRedactor)


@pytest.fixture
def choosy(monkeypatch: pytest.MonkeyPatch, swallowed_faults: None) -> None:
    monkeypatch.setattr(policy, "Redactor", ChoosyRedactor)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.usefixtures("broken")
def test_no_value_leaves_when_redaction_fails(channel: str, receiver: HttpReceiver) -> None:
    with installation(CONTENT, endpoint=receiver.url, views=[NARROW]) as installed:
        for value in PERSONAL:
            CHANNELS[channel](installed, value.text)
        installed.flush()
    leaked = [value for value in PERSONAL if any(form in receiver.received.raw for form in spellings(value.raw))]
    assert not leaked
    assert any(site.startswith("redact.") for site in guard.failures)


@pytest.mark.usefixtures("broken")
def test_span_that_cannot_be_redacted_goes_out_with_its_numbers() -> None:
    with installation(CONTENT) as installed:
        chat(installed, {"role": "user", "content": "hello"}, temperature=0.5)
        call = installed.call
        assert (
            dict(call.attributes or {}).items()
            >= {
                names.OPERATION_NAME: "chat",
                names.OUTCOME: "ok",
                names.USAGE_INPUT_TOKENS: 9,
                names.REQUEST_TEMPERATURE: 0.5,
                names.REDACTION_FAILED: True,
            }.items()
        )
        assert call.name == "chat"
        assert not call.events
        assert installed.total(metrics.PIPELINE_BLANKED.name) == 1


@pytest.mark.usefixtures("broken")
def test_metric_without_labels_goes_out_when_redaction_fails() -> None:
    with installation() as installed:
        counter = installed.meter_provider.get_meter("shop").create_counter("orders")
        counter.add(2)
        counter.add(3, {"note": "labelled"})
        assert installed.total("orders") == 2


@pytest.mark.usefixtures("choosy")
def test_only_the_log_record_that_cannot_be_redacted_is_emptied(receiver: HttpReceiver) -> None:
    with installation(endpoint=receiver.url) as installed:
        logger = installed.logger_provider.get_logger("shop")
        logger.emit(LogRecord(body="fine", attributes={"note": "fine"}))
        logger.emit(LogRecord(body="choke", attributes={"note": "fine"}, event_name="named"))
        installed.flush()
    assert [log.body for log in receiver.received.logs] == ["fine", None]
    assert [log.attributes for log in receiver.received.logs] == [{"note": "fine"}, {}]
    assert not receiver.received.holds("named")


@pytest.mark.usefixtures("choosy")
def test_only_the_point_that_cannot_be_redacted_is_left_out() -> None:
    with installation() as installed:
        counter = installed.meter_provider.get_meter("shop").create_counter("orders")
        counter.add(2, {"note": "fine"})
        counter.add(3, {"note": "choke"})
        assert installed.total("orders") == 2


def resource_notes(installed: Installation) -> Mapping[str, object]:
    installed.tracer.start_span("work").end()
    return installed.spans[0].resource.attributes


@pytest.mark.usefixtures("broken")
def test_resource_that_cannot_be_redacted_is_left_out() -> None:
    with installation() as installed:
        assert not resource_notes(installed)


@pytest.mark.parametrize("place", ["log attribute", "label of a counter", "scope attribute", "resource attribute"])
def test_text_that_is_too_long_to_scan_is_cut_everywhere(place: str, receiver: HttpReceiver) -> None:
    text = "word " * 100 + "the end of it"
    with installation({"SPANWISE_REDACT_MAX_LENGTH": "200"}, endpoint=receiver.url) as installed:
        CHANNELS[place](installed, text)
        installed.flush()
    assert receiver.received.holds("word word")
    assert not receiver.received.holds("the end of it")


def test_wrong_redaction_policy_means_the_default_one(caplog: pytest.LogCaptureFixture) -> None:
    with installation({"SPANWISE_REDACT_ACTION": "hash"}) as installed:
        installed.tracer.start_span("work", attributes={"note": "Mail jane@example.org"}).end()
        assert dict(installed.spans[0].attributes or {})["note"] == "Mail [EMAIL]"
    assert "SPANWISE_REDACT_KEY" in caplog.text
