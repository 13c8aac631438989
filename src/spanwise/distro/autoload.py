"""The entry point that `opentelemetry-instrument` calls before it loads instrumentors.

It runs for every distro and configurator, and with `OTEL_CONFIG_FILE`. An exception here would stop all other
auto-instrumentation, so there is none.
"""

from __future__ import annotations

from spanwise.core.guard import guarded

__all__ = ["pre_instrument"]


@guarded("autoload", None)
def pre_instrument() -> None:
    """Install the pipeline and the wire instrumentation with what the environment and `spanwise.yaml` say."""
    from spanwise.distro.install import install

    install()
