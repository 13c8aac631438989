"""What all tests share: no fault of ours is swallowed unless a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spanwise.core import guard


@pytest.fixture(autouse=True)
def raised_faults() -> Iterator[None]:
    """Our own faults are raised, and none was swallowed on the way by somebody else's handler."""
    guard.failures.clear()
    guard.reraise_faults(True)
    yield
    guard.reraise_faults(False)
    faults = dict(guard.failures)
    guard.failures.clear()
    assert not faults


@pytest.fixture
def swallowed_faults(raised_faults: None) -> Iterator[None]:
    """Our own faults are counted and swallowed, as in production; the test says which ones it expects."""
    guard.reraise_faults(False)
    yield
    guard.failures.clear()
