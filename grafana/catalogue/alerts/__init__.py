"""Every alert; a module of this package holds those of one category in its `ALERTS`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from catalogue.alert import Alert

__all__ = ["ALERTS"]


def _discovered() -> Iterator[Alert]:
    for module in sorted(found.name for found in iter_modules(__path__)):
        for alert in import_module(f"{__name__}.{module}").ALERTS:
            assert isinstance(alert, Alert), f"{module}: {alert!r} is no alert"
            yield alert


ALERTS: tuple[Alert, ...] = tuple(_discovered())
"""By category, then as the module has them."""
