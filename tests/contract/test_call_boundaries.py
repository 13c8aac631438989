"""Where one call ends and the next begins: attempts, flushes, spans around it."""

from __future__ import annotations

import httpx
import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from contract.asking import CLAUDE, OPENAI, ask
from contract.installation import Installation, installation
from contract.others import traced_by
from provider import LocalProvider
from spanwise.core.recorder import SCOPE
from spanwise.semconv import attributes as names
from spanwise.semconv import metrics
from stack.receivers import HttpReceiver

TOKENS = "gen_ai.client.token.usage"
BODY = b'{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}]}'


def attempt(number: int, status: int) -> None:
    """One attempt as OpenAI's SDK makes it."""

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"choices": []})

    with httpx.Client(transport=httpx.MockTransport(respond)) as client:
        headers = {"x-stainless-retry-count": str(number)}
        client.post("https://api.openai.com/v1/chat/completions", content=BODY, headers=headers)


def attempts_of(installed: Installation) -> object:
    return (installed.call.attributes or {}).get(names.ATTEMPTS)


def test_attempts_are_one_call_though_metrics_are_collected_between_them() -> None:
    with installation() as installed:
        attempt(0, 503)
        installed.points()
        attempt(1, 200)
        assert attempts_of(installed) == 2
        assert installed.total(metrics.CALLS.name) == 1


def test_flush_between_attempts_ends_the_call() -> None:
    with installation() as installed:
        attempt(0, 503)
        assert installed.call.status.is_ok is False
        attempt(1, 200)
        assert len(installed.calls) == 2


def test_failed_call_is_measured_though_the_meter_provider_ends_first(receiver: HttpReceiver) -> None:
    with installation(endpoint=receiver.url) as installed:
        attempt(0, 503)
        installed.meter_provider.shutdown()
        assert receiver.received.total(metrics.CALLS.name) == 1


def test_other_request_between_attempts_leaves_the_failed_call_alone() -> None:
    with installation() as installed:
        attempt(0, 503)
        with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(204))) as client:
            client.get("https://shop.example/")
        attempt(1, 200)
        assert attempts_of(installed) == 2


def test_call_that_is_not_sampled_is_measured_once_beside_an_instrumentor_that_measures(
    provider: LocalProvider,
) -> None:
    with installation(sampler=ALWAYS_OFF) as installed, traced_by(installed, ["openai"]):
        ask(provider, OPENAI["chat"])
        assert not installed.spans
        tokens = provider.ledger()["tokens"]
        assert installed.total(TOKENS) == tokens["input"] + tokens["output"]
        assert installed.total(metrics.CALLS.name) == 1
        assert installed.total(metrics.COST.name) > 0


def test_call_that_is_not_sampled_is_measured_once_beside_an_sdk_that_traces_itself(provider: LocalProvider) -> None:
    with installation(sampler=ALWAYS_OFF, as_global=True) as installed:
        ask(provider, CLAUDE["chat"])
        tokens = provider.ledger()["tokens"]
        assert installed.total(TOKENS) == tokens["input"] + tokens["output"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.operation.name": "chat"},
        {"openinference.span.kind": "LLM", "llm.model_name": "gpt-4o-mini"},
        {"gen_ai.system": "openai", "llm.request.type": "chat"},
    ],
    ids=["conventions", "openinference", "openllmetry"],
)
def test_span_of_another_instrumentor_is_completed_and_stays_the_only_one(attributes: dict[str, str]) -> None:
    with installation() as installed:
        with installed.tracer_provider.get_tracer("other").start_as_current_span("theirs", attributes=attributes):
            attempt(0, 200)
        call = installed.call
        assert call.instrumentation_scope is not None and call.instrumentation_scope.name == "other"
        assert dict(call.attributes or {})[names.MERGED_SOURCES] == (SCOPE,)
        assert installed.total(metrics.CALLS.name) == 1


def test_span_of_an_agent_is_not_the_call_inside_it() -> None:
    with installation() as installed:
        attributes = {names.OPERATION_NAME: "invoke_agent", names.AGENT_NAME: "shop"}
        with installed.tracer.start_as_current_span("invoke_agent shop", attributes=attributes) as agent:
            attempt(0, 200)
        call = installed.call
        assert call.parent == agent.get_span_context()
        assert len(installed.spans) == 2


def test_calls_one_after_another_stay_apart() -> None:
    with installation() as installed:
        for _ in range(3):
            attempt(0, 200)
        attempt(0, 503)
        attempt(0, 200)
        assert len(installed.calls) == 5
        assert installed.total(metrics.CALLS.name) == 5
