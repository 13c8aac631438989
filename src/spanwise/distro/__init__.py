"""Wiring: `configure()` for applications that set up telemetry in code, and the `spanwise` command line."""

from __future__ import annotations

from typing import Any

__all__ = ["configure"]


def configure(tracer_provider: Any = None, meter_provider: Any = None, logger_provider: Any = None) -> None:
    """Do from code what `opentelemetry-instrument` does: set up OpenTelemetry unless somebody has, and install.

    Args:
        tracer_provider: the SDK provider to stand in front of; the global one by default. Where there is none yet,
            the SDK is configured from the `OTEL_*` variables first.
        meter_provider: where metrics are recorded; the global one by default.
        logger_provider: whose log records are redacted; the global one by default.
    """
    from spanwise.distro.install import configure as run  # late: `spanwise doctor` has to start without the rest

    run(tracer_provider, meter_provider, logger_provider)
