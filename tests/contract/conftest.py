"""A backend to report to, and a provider to call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provider import LocalProvider
from stack.receivers import HttpReceiver, http_receiver


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        yield running


@pytest.fixture
def provider() -> Iterator[LocalProvider]:
    with LocalProvider() as running:
        yield running


@pytest.fixture(params=["auto", "ordinary"])
def recorder(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings of both ways to make spans."""
    return {"SPANWISE_PIPELINE_SPANS": request.param}
