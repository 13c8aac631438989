"""The one guard: the only place where telemetry code catches broadly.

A fault of ours never reaches the application. It is counted (`failures`, exported as the self-metric
`spanwise.internal.errors`), logged once per site, and raised again where `reraise` is set, as the tests do.
"""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["failed", "failures", "guarded", "reraise_faults"]

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D")

failures: Counter[str] = Counter()
"""Faults swallowed since the process started, by site."""

_logger = logging.getLogger("spanwise")
_reraise = False


def reraise_faults(on: bool) -> None:
    """Raise faults again after they were counted; tests switch this on so that no bug hides."""
    global _reraise
    _reraise = on


def failed(site: str, error: Exception) -> None:
    """Count a fault that a caller has just caught, and say so once per site.

    Only the type of the error is logged: its text may hold content of the application.
    """
    failures[site] += 1
    if failures[site] == 1:
        _logger.warning(
            "spanwise: internal error in %s (%s); your application is not affected, telemetry may be incomplete",
            site,
            type(error).__name__,
        )
    if _reraise:
        raise error


def guarded(site: str, default: D) -> Callable[[Callable[P, R]], Callable[P, R | D]]:
    """Make a function return `default` where it would raise an `Exception`; `BaseException` passes."""

    def decorate(function: Callable[P, R]) -> Callable[P, R | D]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R | D:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                failed(site, error)
                return default

        return run

    return decorate
