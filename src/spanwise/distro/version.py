"""The version of the installed distribution."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["VERSION"]


def _read() -> str:
    try:
        return version("spanwise")
    except PackageNotFoundError:  # a bare checkout
        return "0.0.0"


VERSION = _read()
