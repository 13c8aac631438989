"""One call, one span, tokens once, whoever else traces it; compared with what the provider says it served."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from contract.asking import CLAUDE, OPENAI, Ask, ask
from contract.installation import Installation, installation
from contract.others import traced_by
from provider import LedgerReport, LocalProvider
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from spanwise.semconv.metrics import PROFILES

TOKENS = "gen_ai.client.token.usage"
DURATION = PROFILES["v1.41"].duration.name

OPENAI_TRACERS = ("", "httpx", "openai", "openai httpx")
CLAUDE_TRACERS = ("", "httpx", "anthropic", "native", "native httpx", "anthropic native", "anthropic native httpx")
UNREPORTED = ("abandoned", "broken stream", "error in a stream")
"""Scenarios in which the provider never tells the final usage."""


def check_span(installed: Installation, asked: Ask, name: str) -> None:
    call = installed.call
    assert call.kind is SpanKind.CLIENT
    assert (call.status.status_code is StatusCode.ERROR) == asked.fails
    assert (names.ERROR_TYPE in (call.attributes or {})) == asked.fails
    outcome = (call.attributes or {})[names.OUTCOME]
    assert (outcome == "ok") == (not asked.fails and name != "abandoned")


def check_tree(spans: Sequence[ReadableSpan], attempts: int, *, with_http: bool) -> None:
    """Each span's parent was exported, and each attempt is a child of the call."""
    ids = {span.context.span_id: span for span in spans if span.context}
    assert all(span.parent is None or span.parent.span_id in ids for span in spans)
    http = [span for span in spans if "http.request.method" in (span.attributes or {}) and not _is_call(span)]
    http += [span for span in spans if "http.method" in (span.attributes or {}) and not _is_call(span)]
    assert len(http) == (attempts if with_http else 0)
    assert all(span.parent is not None and _is_call(ids[span.parent.span_id]) for span in http)


def _is_call(span: ReadableSpan) -> bool:
    return names.OPERATION_NAME in (span.attributes or {})


def check_tokens(installed: Installation, ledger: LedgerReport) -> None:
    found = dict(installed.call.attributes or {})
    tokens = ledger["tokens"]
    assert found.get(names.USAGE_INPUT_TOKENS, 0) == tokens["input"]
    assert found.get(names.USAGE_OUTPUT_TOKENS, 0) == tokens["output"]
    assert installed.total(TOKENS, gen_ai__token__type="input") == tokens["input"]
    assert installed.total(TOKENS, gen_ai__token__type="output") == tokens["output"]


def check_metrics(installed: Installation, attempts: int) -> None:
    assert installed.total(metrics.CALLS.name) == 1
    assert sum(point.count for point in installed.points() if point.name == DURATION) == 1
    cost = (installed.call.attributes or {}).get(names.COST_AMOUNT)
    assert installed.total(metrics.COST.name) == pytest.approx(cost or 0)
    assert installed.total(metrics.ATTEMPTS.name) == attempts - 1


def check(installed: Installation, provider: LocalProvider, asked: Ask, name: str, tracers: str) -> None:
    ledger = provider.ledger()
    assert ledger["calls"] == 1
    check_span(installed, asked, name)
    check_tree(installed.spans, ledger["attempts"], with_http="httpx" in tracers)
    check_metrics(installed, ledger["attempts"])
    if name not in UNREPORTED:
        check_tokens(installed, ledger)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("tracers", OPENAI_TRACERS)
@pytest.mark.parametrize("name", OPENAI)
def test_call_of_openai_is_one_span(name: str, tracers: str, asynchronous: bool, provider: LocalProvider) -> None:
    asked = OPENAI[name]
    with installation() as installed, traced_by(installed, tracers.split()):
        ask(provider, asked, asynchronous=asynchronous)
        check(installed, provider, asked, name, tracers)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("tracers", CLAUDE_TRACERS)
@pytest.mark.parametrize("name", CLAUDE)
def test_call_of_claude_is_one_span(name: str, tracers: str, asynchronous: bool, provider: LocalProvider) -> None:
    asked = CLAUDE[name]
    native = "native" in tracers
    with installation(as_global=native) as installed, traced_by(installed, tracers.split()):
        ask(provider, asked, asynchronous=asynchronous, open_telemetry={} if native else False)
        check(installed, provider, asked, name, tracers)
