"""A user's own prices and discounts."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from pathlib import Path

import pytest

from spanwise.core.inference import Usage
from spanwise.processors.price import Cost, PriceSettings, PriceTable

MILLION = Usage(1_000_000, 1_000_000)


def at(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=timezone.utc).timestamp()) * 1_000_000_000


NOW = at("2026-11-01")


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "prices.yaml"
    path.write_text("""
currency: USD
prices:
  - {provider: vllm, model: "*", input: 0.1, output: 0.2}
  - {provider: vllm, model: "Llama-3*", input: 0.3, output: 0.4}
  - {provider: vllm, model: "llama-3*", valid_from: 2026-06-01, input: 0.5, output: 0.6, cache_read: 0.05}
  - {provider: vllm, model: "llama-3*", tier: batch, input: 0.7, output: 0.8, request: 2}
  - {provider: openai, model: gpt-4o, input: 2, output: 8, longer: {1000: {input: 4}}}
  - {provider: "*", model: embedder, input: 0.01}
  - {provider: "*", model: "qwen-of-everybody", input: 9, output: 9}
  - {provider: acme, model: "a*", input: 1, output: 1}
  - {provider: acme, model: "a*", input: 2, output: 2}
discounts: {Anthropic: 0.15}
""")
    return str(path)


def amount(
    own: str, provider: str, model: str, usage: Usage = MILLION, day: int = NOW, tier: str | None = None
) -> float:
    cost = PriceTable(PriceSettings(overrides=own)).price(provider, model, usage, at_ns=day, service_tier=tier)
    assert isinstance(cost, Cost), cost
    return cost.amount


def test_own_price_makes_a_local_model_known(own: str) -> None:
    assert amount(own, "vllm", "qwen") == pytest.approx(0.3)


def test_own_price_goes_before_the_published_one_and_says_so(own: str) -> None:
    cost = PriceTable(PriceSettings(overrides=own)).price("openai", "gpt-4o", Usage(1000, 1000), at_ns=NOW)

    assert cost == Cost(amount=0.01, input=0.002, output=0.008, source="override")


def test_most_specific_pattern_wins_over_a_wider_one(own: str) -> None:
    assert amount(own, "vllm", "Llama-3-70B", day=at("2026-05-31")) == pytest.approx(0.7)


def test_entry_that_names_the_provider_wins_over_one_for_all(own: str) -> None:
    assert amount(own, "vllm", "qwen-of-everybody") == pytest.approx(0.3)


def test_last_of_equal_entries_wins(own: str) -> None:
    assert amount(own, "acme", "a-1") == pytest.approx(4)


def test_newer_price_holds_from_its_day_on(own: str) -> None:
    assert amount(own, "vllm", "llama-3-70b", day=at("2026-06-01")) == pytest.approx(1.1)


def test_price_of_a_tier_holds_for_that_tier_and_fees_are_per_thousand_calls(own: str) -> None:
    assert amount(own, "vllm", "llama-3-70b", tier="batch") == pytest.approx(1.502)


def test_kind_that_is_given_is_used_and_one_that_is_not_costs_what_it_is_part_of(own: str) -> None:
    usage = Usage(1_000_000, 0, cache_read_tokens=400_000, cache_write_tokens=100_000)

    assert amount(own, "vllm", "llama-3", usage) == pytest.approx(0.6 * 0.5 + 0.4 * 0.05)


def test_longer_input_changes_the_rates_that_are_named(own: str) -> None:
    assert amount(own, "openai", "gpt-4o", Usage(1001, 10)) == pytest.approx((1001 * 4 + 10 * 8) / 1e6)


def test_any_provider_may_be_meant(own: str) -> None:
    assert amount(own, "somebody", "embedder", Usage(1_000_000)) == pytest.approx(0.01)


def test_own_price_without_output_has_no_price_for_output(own: str) -> None:
    table = PriceTable(PriceSettings(overrides=own))

    assert table.price("somebody", "embedder", Usage(10, 10), at_ns=NOW) == "no_price_for_unit"


def test_discount_is_off_the_published_price(own: str) -> None:
    table = PriceTable(PriceSettings(overrides=own))
    cost = table.price("anthropic", "claude-sonnet-4-5", Usage(1000, 1000), at_ns=NOW)

    assert isinstance(cost, Cost)
    assert cost.amount == pytest.approx(0.018 * 0.85, rel=1e-12)
    assert cost.source.endswith(", 0.15 off")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("prices: [", "is not YAML"),
        ("- 1", "the file is not a mapping"),
        ("price: []", "the file has 'price'"),
        ("prices: {a: 1}", "prices is not a list"),
        ("prices: [1]", "price 1 is not a mapping"),
        ("currency: EUR", "currency is not USD"),
        ("prices: [{provider: a, model: b}]", "price 1 has no rate"),
        ("prices: [{model: b, input: 1}]", "price 1: provider is None"),
        ("prices: [{provider: a, model: b, input: -1}]", "price 1: input is -1,"),
        ("prices: [{provider: a, model: b, input: '1'}]", "price 1: input is '1'"),
        ("prices: [{provider: a, model: b, input: .nan}]", "price 1: input is nan"),
        ("prices: [{provider: a, model: b, inputs: 1}]", "price 1 has 'inputs'"),
        ("prices: [{provider: a, model: b, input: 1, valid_from: soon}]", "price 1: valid_from is 'soon'"),
        ("prices: [{provider: a, model: b, input: 1, longer: 5}]", "price 1: longer is not a mapping"),
        ("prices: [{provider: a, model: b, input: 1, longer: {0: {input: 2}}}]", "price 1: longer has '0'"),
        ("discounts: {openai: 15}", "discount for openai is 15"),
    ],
)
def test_wrong_price_file_costs_one_line_and_the_published_prices_stay(
    text: str, problem: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(text)

    with caplog.at_level(logging.WARNING, "spanwise"):
        table = PriceTable(PriceSettings(overrides=str(path)))

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert problem in caplog.text
    assert str(path) in caplog.text
    assert isinstance(table.price("openai", "gpt-4o", Usage(10, 10), at_ns=NOW), Cost)


def test_price_file_that_is_missing_costs_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = PriceTable(PriceSettings(overrides=str(tmp_path / "none.yaml")))

    assert "cannot be read (FileNotFoundError)" in caplog.text
    assert table.price("vllm", "llama", MILLION, at_ns=NOW) == "unknown_provider"
