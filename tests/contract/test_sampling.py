"""Sampling where everything comes together: traces of an application, metrics before it, exporters behind it."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import ReadableSpan

from contract.asking import OPENAI, ask
from contract.channels.wire import chat
from contract.installation import Installation, installation
from contract.others import traced_by
from provider import LocalProvider
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics

NOTHING = {"SPANWISE_SAMPLE_RATIO": "0"}


def handle(installed: Installation, *statuses: int) -> None:
    """One request of the application that makes some calls."""
    with installed.tracer.start_as_current_span("handle"):
        for status in statuses:
            chat(installed, {"role": "user", "content": "hello"}, status=status)


def names_of(spans: tuple[ReadableSpan, ...]) -> list[str]:
    return sorted(span.name for span in spans)


def test_metrics_are_exact_though_no_trace_is_kept() -> None:
    with installation(NOTHING) as installed:
        for _ in range(10):
            handle(installed, 200, 200)
        assert not installed.spans
        assert installed.total(metrics.CALLS.name) == 20
        assert installed.total(metrics.PIPELINE_SAMPLED_OUT.name) == 30


def test_trace_with_a_failed_call_is_kept_whole() -> None:
    with installation(NOTHING) as installed:
        handle(installed, 200, 400, 200)
        handle(installed, 200)
        spans = installed.spans
        assert names_of(spans) == ["chat gpt-4o-mini"] * 3 + ["handle"]
        assert {str((span.attributes or {})[names.SAMPLING_REASON]) for span in spans} == {"error"}
        assert installed.total(metrics.PIPELINE_KEPT.name, spanwise__sampling__reason="error") == 1


def test_collection_of_metrics_does_not_tear_a_trace_apart() -> None:
    with installation(NOTHING) as installed:
        with installed.tracer.start_as_current_span("handle"):
            chat(installed, {"role": "user", "content": "hello"})
            installed.points()
            chat(installed, {"role": "user", "content": "hello"}, status=400)
        assert names_of(installed.spans) == ["chat gpt-4o-mini"] * 2 + ["handle"]


@pytest.mark.parametrize("name", ["retried in vain", "broken stream"])
def test_attempts_of_a_failed_call_are_kept_with_it(name: str, provider: LocalProvider) -> None:
    with installation(NOTHING) as installed, traced_by(installed, ["httpx"]):
        with installed.tracer.start_as_current_span("handle"):
            ask(provider, OPENAI[name])
        spans = installed.spans
        attempts = provider.ledger()["attempts"]
        assert len(spans) == 2 + attempts


def test_kept_spans_tell_what_they_stand_for() -> None:
    with installation({"SPANWISE_SAMPLE_RATIO": "0.5"}) as installed:
        for _ in range(40):
            handle(installed, 200)
        spans = installed.spans
        assert 0 < len(spans) < 80
        assert {str((span.attributes or {})[names.SAMPLING_WEIGHT]) for span in spans} == {"2.0"}
        assert {span.context.trace_state["ot"] for span in spans if span.context} == {"th:8"}
