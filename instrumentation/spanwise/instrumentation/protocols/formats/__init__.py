"""The wire formats, one module each, found by themselves: a module here that has a `FORMAT` is one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from spanwise.instrumentation.protocols.wire_format import WireFormat

__all__ = ["FORMATS"]


def _discovered() -> tuple[WireFormat, ...]:
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    formats: list[object] = [getattr(module, "FORMAT", None) for module in modules]
    return tuple(form for form in formats if isinstance(form, WireFormat))


FORMATS = _discovered()
