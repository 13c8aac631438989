"""Actions by place, on the real surface: what one place keeps or turns into a token leaves no other place so."""

from __future__ import annotations

import re

import pytest

from contract.channels import CHANNELS
from contract.installation import installation
from contract.values import PERSONAL, spellings
from spanwise.processors.redact import Redactor, RedactSettings
from spanwise.semconv import attributes as names
from stack.receivers import HttpReceiver

TEXT = "Mail jane.doe@example.org today"
KEY = "a key of some thirty-two characters"
PLACES = {
    "input": {"prompt", "prompt in parts", "system instruction", "earlier answer", "tool result"},
    "output": {"completion", "refusal", "streamed completion split over chunks"},
    "error": {"span status description", "exception that leaves a span", "cause of an exception"},
    "url": {"url of an http span", "encoded url of an http span"},
    "log": {"log body", "structured log body", "log attribute", "log event name"},
    "metric": {"label of a counter", "label of a histogram", "label of a gauge", "attribute of an exemplar"},
}
ACTIONS = {
    "mask": rb"\[EMAIL\]",
    "partial": rb"\[EMAIL:\xe2\x80\xa6@example\.org\]",
    "hash": rb"\[EMAIL:[a-p]{16}\]",
    "pseudonym": rb"\[EMAIL:[a-z2-7]{40,}\]",
}
CASES = [(place, channel) for place, channels in PLACES.items() for channel in sorted(channels)]


def sent(receiver: HttpReceiver, channel: str, places: str, action: str = "mask") -> bytes:
    """The bytes of all requests after a text went into a channel twice: a second time may be remembered."""
    settings = {
        "SPANWISE_CAPTURE_CONTENT": "true",
        "SPANWISE_REDACT_ACTION": action,
        "SPANWISE_REDACT_PLACES": places,
        "SPANWISE_REDACT_KEY": KEY,
    }
    with installation(settings, endpoint=receiver.url) as installed:
        CHANNELS[channel](installed, TEXT)
        CHANNELS[channel](installed, TEXT)
        installed.flush()
    return receiver.received.raw


@pytest.mark.parametrize(("place", "channel"), CASES)
def test_place_has_its_action(place: str, channel: str, receiver: HttpReceiver) -> None:
    raw = sent(receiver, channel, f"{place}.EMAIL=pseudonym")
    assert re.search(ACTIONS["pseudonym"], raw)
    assert b"jane.doe" not in raw


@pytest.mark.parametrize(("place", "channel"), CASES)
def test_other_places_do_not_have_it(place: str, channel: str, receiver: HttpReceiver) -> None:
    others = ",".join(f"{other}=keep" for other in PLACES if other != place)
    raw = sent(receiver, channel, others)
    assert re.search(ACTIONS["mask"], raw)
    assert b"jane.doe" not in raw


@pytest.mark.parametrize("action", ["partial", "hash", "pseudonym", "drop"])
@pytest.mark.parametrize("channel", CHANNELS)
def test_no_personal_value_leaves_under_any_action(channel: str, action: str, receiver: HttpReceiver) -> None:
    settings = {"SPANWISE_CAPTURE_CONTENT": "true", "SPANWISE_REDACT_ACTION": action, "SPANWISE_REDACT_KEY": KEY}
    with installation(settings, endpoint=receiver.url) as installed:
        for value in PERSONAL:
            CHANNELS[channel](installed, value.text)
        installed.flush()
    raw = receiver.received.raw
    assert raw
    assert not [value for value in PERSONAL if any(form in raw for form in spellings(value.raw))]


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_works_at_a_place(action: str, receiver: HttpReceiver) -> None:
    raw = sent(receiver, "prompt", f"input={action}", "drop")
    assert re.search(ACTIONS[action], raw)
    assert b"jane.doe" not in raw


@pytest.mark.parametrize(("places", "action"), [("input=hash", "hash"), ("input=hash,log=partial", "partial")])
def test_prompt_in_a_log_record_is_at_the_place_of_logs_first(places: str, action: str, receiver: HttpReceiver) -> None:
    assert re.search(ACTIONS[action], sent(receiver, "nested log attribute", places))


def test_value_that_logs_may_keep_leaves_no_span(receiver: HttpReceiver) -> None:
    """The order matters: what was found harmless in a log record is not taken as harmless on a span."""
    with installation({"SPANWISE_REDACT_PLACES": "log=keep"}, endpoint=receiver.url) as installed:
        CHANNELS["log attribute"](installed, TEXT)
        CHANNELS["span attribute"](installed, TEXT)
        (span, *_) = installed.spans
        assert "Mail [EMAIL] today" in {str(value) for value in (span.attributes or {}).values()}


def test_policy_is_on_every_span_and_changes_with_a_place() -> None:
    policies: set[str] = set()
    for places in ("", "log=drop", "log=drop,input.EMAIL=partial"):
        with installation({"SPANWISE_REDACT_PLACES": places}) as installed:
            with installed.tracer.start_as_current_span("nothing in it"):
                CHANNELS["prompt"](installed, "hello")
            found = {str((span.attributes or {}).get(names.REDACTION_POLICY)) for span in installed.spans}
            assert len(installed.spans) >= 2
            assert len(found) == 1
            policies |= found
    assert len(policies) == 3
    assert Redactor(RedactSettings()).policy in policies
