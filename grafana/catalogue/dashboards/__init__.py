"""Every dashboard: a module of this package is one, in its `DASHBOARD`; its uid is `spanwise-<module>`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from catalogue.dashboard import Dashboard

__all__ = ["DASHBOARDS"]


def _discovered(name: str) -> Dashboard:
    found: object = import_module(f"{__name__}.{name}").DASHBOARD
    assert isinstance(found, Dashboard), f"{name}: {found!r} is no dashboard"
    return found


DASHBOARDS: dict[str, Dashboard] = {
    name: _discovered(name) for name in sorted(found.name for found in iter_modules(__path__))
}
"""By name."""
