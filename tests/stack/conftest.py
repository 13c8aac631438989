"""What the tests with real programs share: a provider to call, and a backend to report to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provider import LocalProvider
from stack.receivers import HttpReceiver, http_receiver


@pytest.fixture
def provider() -> Iterator[LocalProvider]:
    with LocalProvider() as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        yield running


@pytest.fixture
def settings(provider: LocalProvider, receiver: HttpReceiver) -> dict[str, str]:
    return environment_of(provider, receiver)


def environment_of(provider: LocalProvider, receiver: HttpReceiver) -> dict[str, str]:
    """The environment of an application that calls `provider` and reports to `receiver`."""
    return {
        "OPENAI_BASE_URL": provider.openai_base_url,
        "OPENAI_API_KEY": "sk-local",
        "ANTHROPIC_BASE_URL": provider.anthropic_base_url,
        "ANTHROPIC_API_KEY": "sk-ant-local",
        "OTEL_SERVICE_NAME": "shop",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_METRICS_EXPORTER": "otlp",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED": "true",
    }
