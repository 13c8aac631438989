"""Wiring: `configure()` for applications that set up telemetry in code, and the `spanwise` command line."""

from __future__ import annotations

from spanwise.distro.install import configure

__all__ = ["configure"]
