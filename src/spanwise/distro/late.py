"""Global providers that the application sets after we were installed: what they send must not go unredacted.

The API has no public way to hear of it. Where its internals look different, `when_set` says so and returns False.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal, NamedTuple

from opentelemetry import trace
from opentelemetry._logs import _internal as logs
from opentelemetry.metrics import _internal as metrics

from spanwise.core.guard import guarded

__all__ = ["Signal", "when_set"]

Signal = Literal["trace", "metric", "log"]

_logger = logging.getLogger("spanwise")


class _Place(NamedTuple):
    """Where the API keeps a global provider, and the function that every way of setting it comes through."""

    module: ModuleType
    held: str
    setter: str


_PLACES: dict[Signal, _Place] = {
    "trace": _Place(trace, "_TRACER_PROVIDER", "_set_tracer_provider"),
    "metric": _Place(metrics, "_METER_PROVIDER", "_set_meter_provider"),
    "log": _Place(logs, "_LOGGER_PROVIDER", "_set_logger_provider"),
}


def when_set(signal: Signal, then: Callable[[Any], object]) -> bool:
    """Call `then` with the global provider of a signal as soon as there is one, on the thread that sets it."""
    module, held, setter = _PLACES[signal]
    original = getattr(module, setter, None)
    if original is None or not hasattr(module, held):
        _logger.error("spanwise: this version of the API is not known; set the %s provider before us", signal)
        return False

    @functools.wraps(original)
    def set_provider(provider: Any, *args: Any, **options: Any) -> None:
        original(provider, *args, **options)
        if getattr(module, held) is provider:
            _tell(then, provider)

    setattr(module, setter, set_provider)
    return True


@guarded("provider.set", None)
def _tell(then: Callable[[Any], object], provider: Any) -> None:
    then(provider)
