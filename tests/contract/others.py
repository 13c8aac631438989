"""Others who trace the same calls, switched on for the length of a test."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from contract.installation import Installation

__all__ = ["OTHERS", "traced_by"]


def _httpx(installed: Installation) -> list[Any]:
    from opentelemetry.instrumentation import httpx

    instrumentors: list[Any] = [httpx.HTTPXClientInstrumentor(), httpx.HTTPX2ClientInstrumentor()]
    return instrumentors


def _openai(installed: Installation) -> list[Any]:
    module = pytest.importorskip("opentelemetry.instrumentation.genai.openai")
    return [module.OpenAIInstrumentor()]


def _anthropic(installed: Installation) -> list[Any]:
    module = pytest.importorskip("opentelemetry.instrumentation.genai.anthropic")
    return [module.AnthropicInstrumentor()]


OTHERS: dict[str, Callable[[Installation], list[Any]]] = {
    "httpx": _httpx,
    "openai": _openai,
    "anthropic": _anthropic,
}


@contextmanager
def traced_by(installed: Installation, names: Iterable[str]) -> Generator[None]:
    """Instrument with the others of these names, but for `native`, which Anthropic's SDK does itself."""
    with ExitStack() as stack:
        for name in names:
            for instrumentor in OTHERS[name](installed) if name in OTHERS else ():
                instrumentor.instrument(
                    tracer_provider=installed.tracer_provider,
                    meter_provider=installed.meter_provider,
                    logger_provider=installed.logger_provider,
                )
                stack.callback(instrumentor.uninstrument)
        yield
