"""What the step writes on spans."""

from __future__ import annotations

import pytest
from opentelemetry.trace import SpanContext, SpanKind, StatusCode, TraceFlags
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Inference, Usage
from spanwise.core.settings import load
from spanwise.core.view import SpanView
from spanwise.processors.price import PriceSettings, PriceStep
from spanwise.semconv.attributes import COST_PROVIDER_REPORTED

STEP = PriceStep(PriceSettings())
START_NS = 1_793_534_400_000_000_000

CALL: dict[str, AnyValue] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o-mini",
    "gen_ai.response.model": "gpt-4o-mini-2024-07-18",
    "gen_ai.usage.input_tokens": 2006,
    "gen_ai.usage.output_tokens": 300,
    "gen_ai.usage.cache_read.input_tokens": 1920,
}


def call(**changes: AnyValue) -> dict[str, AnyValue]:
    """The attributes of a call, with some changed (by a short name) and, where `None`, removed."""
    attributes = CALL | {_NAMES[name]: value for name, value in changes.items()}
    return {name: value for name, value in attributes.items() if value is not None}


def priced(
    attributes: dict[str, AnyValue],
    *,
    usage: Usage | None = None,
    status: StatusCode = StatusCode.UNSET,
    step: PriceStep = STEP,
) -> dict[str, AnyValue]:
    """The `spanwise.cost.*` attributes of a call after the step."""
    span = SpanView(
        name="chat gpt-4o-mini",
        context=SpanContext(1, 1, is_remote=False, trace_flags=TraceFlags(1)),
        parent=None,
        kind=SpanKind.CLIENT,
        start_ns=START_NS,
        end_ns=START_NS + 1,
        attributes=attributes,
        events=[],
        links=[],
        status=status,
        status_description=None,
        scope="test",
        inference=Inference("chat", "openai", usage=usage) if usage else None,
    )
    step(span)
    prefix = "spanwise.cost."
    return {name.removeprefix(prefix): value for name, value in span.attributes.items() if name.startswith(prefix)}


_NAMES = {
    "operation": "gen_ai.operation.name",
    "provider": "gen_ai.provider.name",
    "asked": "gen_ai.request.model",
    "answered": "gen_ai.response.model",
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "request_tier": "openai.request.service_tier",
    "response_tier": "openai.response.service_tier",
    "reported": COST_PROVIDER_REPORTED,
    "amount": "spanwise.cost.amount",
    "unpriced": "spanwise.cost.unpriced",
    "error": "error.type",
}


def test_call_of_another_instrumentation_is_priced_from_its_attributes() -> None:
    cost = priced(call())

    assert cost == {
        "amount": pytest.approx(0.0003369, rel=1e-12),
        "input": pytest.approx(0.0001569, rel=1e-12),
        "output": pytest.approx(0.00018, rel=1e-12),
        "currency": "USD",
        "source": cost["source"],
    }
    assert str(cost["source"]).startswith("genai-prices ")


def test_usage_from_the_wire_goes_before_the_attributes() -> None:
    assert priced(call(), usage=Usage(1_000_000, 0))["amount"] == pytest.approx(0.15)


def test_attributes_are_used_where_the_wire_gave_no_usage() -> None:
    assert priced(call(), usage=Usage())["amount"] == pytest.approx(0.0003369)


def test_estimated_usage_is_priced_too() -> None:
    assert priced(call(), usage=Usage(1_000_000, 0, estimated=True))["amount"] == pytest.approx(0.15)


def test_model_that_answered_is_priced_not_the_one_asked_for() -> None:
    assert priced(call(asked="gpt-4o"))["amount"] == pytest.approx(0.0003369)


def test_model_that_was_asked_for_is_priced_where_the_answer_names_none_that_is_known() -> None:
    assert priced(call(answered=None))["amount"] == pytest.approx(0.0003369)
    assert priced(call(answered="internal-7"))["amount"] == pytest.approx(0.0003369)


@pytest.mark.parametrize("answered", ["ft:gpt-9-2031:org::id", "gpt-9-2031.ft-abc"])
def test_unknown_fine_tune_is_not_priced_as_the_model_that_was_asked_for(answered: str) -> None:
    assert priced(call(answered=answered)) == {"unpriced": "unknown_model"}


def test_tier_that_served_the_call_goes_before_the_one_asked_for() -> None:
    standard = priced(call())["amount"]

    assert priced(call(request_tier="priority", response_tier="default"))["amount"] == standard
    assert priced(call(request_tier="priority"))["amount"] == pytest.approx(0.0005615)


@pytest.mark.parametrize("wrong", [True, -1, float("nan"), "1"])
def test_provider_reported_cost_is_kept_unless_it_is_no_amount(wrong: AnyValue) -> None:
    assert priced(call(reported=0.25)) == {
        "amount": 0.25,
        "currency": "USD",
        "source": "provider",
        "provider_reported": 0.25,
    }
    assert priced(call(reported=wrong))["amount"] == pytest.approx(0.0003369)


def test_amount_that_is_there_already_stays() -> None:
    assert priced(call(amount=9.0)) == {"amount": 9.0}


def test_call_that_had_no_price_before_loses_the_reason_once_it_has_one() -> None:
    assert "unpriced" not in priced(call(unpriced="unknown_model"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"asked": "acme-llm-9", "answered": None}, "unknown_model"),
        ({"asked": None, "answered": None}, "unknown_model"),
        ({"provider": None}, "unknown_provider"),
        ({"provider": "ollama"}, "unknown_provider"),
        ({"output_tokens": None}, "partial_usage"),
        ({"input_tokens": 0.5, "output_tokens": True}, "no_usage"),
        ({"input_tokens": None, "output_tokens": None, "error": "429"}, "failed_call"),
    ],
)
def test_call_without_a_known_price_has_a_reason_and_no_amount(changes: dict[str, AnyValue], reason: str) -> None:
    assert priced(call(**changes)) == {"unpriced": reason}


def test_failed_call_that_was_counted_is_priced() -> None:
    assert priced(call(), status=StatusCode.ERROR)["amount"] == pytest.approx(0.0003369)


@pytest.mark.parametrize("operation", ["invoke_agent", "execute_tool", None])
def test_what_is_no_call_to_a_model_is_left_alone(operation: str | None) -> None:
    assert priced(call(operation=operation)) == {}


def test_step_that_is_off_writes_nothing() -> None:
    assert priced(call(), step=PriceStep(PriceSettings(enabled=False))) == {}


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANWISE_PRICE_OVERRIDES", "/etc/prices.yaml")
    monkeypatch.setenv("SPANWISE_PRICE_TIERS", "openai=flex, mistral_ai=batch")
    monkeypatch.setenv("SPANWISE_PRICE_UPDATE", "yes")

    assert load(PriceSettings, "price") == PriceSettings(
        overrides="/etc/prices.yaml", tiers={"openai": "flex", "mistral_ai": "batch"}, update=True
    )
