"""What stays of attributes that could not be redacted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from opentelemetry.util.types import AnyValue

from spanwise.processors.redact import Redactor
from spanwise.processors.surface import CaptureSettings, Surface
from spanwise.semconv import attributes as names


class BrokenRedactor(Redactor):
    """Raises at every value."""

    def value(self, value: AnyValue, counts: dict[str, int]) -> AnyValue:
        raise RuntimeError("broken")


@pytest.mark.usefixtures("swallowed_faults")
def test_attributes_that_cannot_be_redacted_leave_as_numbers_and_known_words() -> None:
    attributes: Mapping[str, AnyValue] = {
        names.OPERATION_NAME: "chat",
        names.USAGE_INPUT_TOKENS: 12,
        names.REQUEST_STOP_SEQUENCES: ("grace@example.org",),
        names.USER_ID: "grace@example.org",
        "customer.number": 4539148803436467,
    }
    left = Surface(BrokenRedactor(), CaptureSettings()).attributes(attributes)
    assert left == {names.OPERATION_NAME: "chat", names.USAGE_INPUT_TOKENS: 12}
