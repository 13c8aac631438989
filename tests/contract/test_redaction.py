"""What leaves the process by OTLP: no personal value by any channel, and every innocent value by each of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from opentelemetry.sdk.metrics.view import View

from contract.channels import CHANNELS, carries
from contract.installation import installation
from contract.values import INNOCENT, PERSONAL, spellings
from stack.receivers import HttpReceiver

CONTENT = {"SPANWISE_CAPTURE_CONTENT": "true"}
NOT_REDACTED = {**CONTENT, "SPANWISE_REDACT_ENABLED": "false"}
NARROW = View(instrument_name="narrow", attribute_keys=set())


def sent(receiver: HttpReceiver, environment: dict[str, str], channel: str, texts: Iterable[str]) -> bytes:
    """The decompressed bytes of all requests after the texts went into a channel."""
    with installation(environment, endpoint=receiver.url, views=[NARROW]) as installed:
        for text in texts:
            CHANNELS[channel](installed, text)
        installed.flush()
    return receiver.received.raw


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_personal_value_leaves(channel: str, receiver: HttpReceiver) -> None:
    raw = sent(receiver, CONTENT, channel, [value.text for value in PERSONAL])
    assert raw
    leaked = [value for value in PERSONAL if any(form in raw for form in spellings(value.raw))]
    assert not leaked


@pytest.mark.parametrize("channel", CHANNELS)
def test_personal_values_would_leave_without_redaction(channel: str, receiver: HttpReceiver) -> None:
    """The channel is one: what the test above does not find was there to be found."""
    raw = sent(receiver, NOT_REDACTED, channel, [value.text for value in PERSONAL])
    found = {value for value in PERSONAL if any(form in raw for form in spellings(value.raw))}
    assert found == {value for value in PERSONAL if carries(channel, value.text)}


@pytest.mark.parametrize("channel", CHANNELS)
def test_innocent_values_arrive_unchanged(channel: str, receiver: HttpReceiver) -> None:
    raw = sent(receiver, CONTENT, channel, INNOCENT)
    arrived = {value for value in INNOCENT if any(form in raw for form in spellings(value))}
    assert arrived == {value for value in INNOCENT if carries(channel, value)}
