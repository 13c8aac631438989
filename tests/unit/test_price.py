"""What calls cost: bills worked out by hand from the providers' price lists, and what has no price."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import NamedTuple

import pytest

from spanwise.core.inference import Usage
from spanwise.processors.price import Cost, PriceSettings, PriceTable

TABLE = PriceTable()


def at(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=timezone.utc).timestamp()) * 1_000_000_000


NOW = at("2026-11-01T12:00:00")


class Bill(NamedTuple):
    provider: str
    model: str
    usage: Usage
    lines: list[tuple[int, str]]
    """Tokens and their list price in USD per million."""
    total: str
    """Their sum in USD, worked out by hand."""
    tier: str | None = None
    at_ns: int = NOW


BILLS = {
    "openai with cached input": Bill(
        "openai",
        "gpt-4o-mini-2024-07-18",
        Usage(2006, 300, cache_read_tokens=1920),
        [(86, "0.15"), (1920, "0.075"), (300, "0.60")],
        "0.0003369",
    ),
    "openai reasoning is output": Bill(
        "openai", "o3", Usage(1000, 5000, reasoning_tokens=4096), [(1000, "2"), (5000, "8")], "0.042"
    ),
    "openai before a price cut": Bill(
        "openai", "o3", Usage(1000, 5000), [(1000, "10"), (5000, "40")], "0.21", at_ns=at("2025-06-09T23:59:59")
    ),
    "openai from the day of a price cut": Bill(
        "openai", "o3", Usage(1000, 5000), [(1000, "2"), (5000, "8")], "0.042", at_ns=at("2025-06-10T00:00:00")
    ),
    "openai flex tier": Bill(
        "openai",
        "o3",
        Usage(3000, 500, cache_read_tokens=1024),
        [(1976, "1"), (1024, "0.25"), (500, "4")],
        "0.004232",
        tier="flex",
    ),
    "openai priority tier": Bill(
        "openai",
        "gpt-4o-mini",
        Usage(2006, 300, cache_read_tokens=1920),
        [(86, "0.25"), (1920, "0.125"), (300, "1")],
        "0.0005615",
        tier="priority",
    ),
    "openai batch job": Bill(
        "openai", "gpt-5-2025-08-07", Usage(4000, 1000), [(4000, "0.625"), (1000, "5")], "0.0075", tier="batch"
    ),
    "openai long context": Bill(
        "openai",
        "gpt-5.4",
        Usage(272_001, 100, cache_read_tokens=200_000),
        [(72_001, "5"), (200_000, "0.5"), (100, "22.5")],
        "0.462255",
    ),
    "openai last token before long context": Bill(
        "openai", "gpt-5.4", Usage(272_000, 100), [(272_000, "2.5"), (100, "15")], "0.6815"
    ),
    "openai cache writes": Bill(
        "openai",
        "gpt-5.6-luna",
        Usage(10_000, 100, cache_read_tokens=2000, cache_write_tokens=3000),
        [(5000, "0.2"), (2000, "0.02"), (3000, "0.25"), (100, "1.2")],
        "0.00191",
    ),
    "openai fine-tune": Bill(
        "openai", "ft:gpt-4o-mini-2024-07-18:org::id", Usage(1000, 200), [(1000, "0.3"), (200, "1.2")], "0.00054"
    ),
    "openai embeddings": Bill("openai", "text-embedding-3-small", Usage(8191), [(8191, "0.02")], "0.00016382"),
    "openai speech": Bill(
        "openai",
        "gpt-realtime",
        Usage(
            1500,
            400,
            cache_read_tokens=600,
            cache_read_audio_tokens=500,
            input_audio_tokens=1100,
            output_audio_tokens=350,
        ),
        [(300, "4"), (100, "0.4"), (600, "32"), (500, "0.4"), (50, "16"), (350, "64")],
        "0.04384",
    ),
    "openai images": Bill(
        "openai",
        "gpt-image-1",
        Usage(350, 1056, input_image_tokens=323, output_image_tokens=1056),
        [(27, "5"), (323, "10"), (1056, "40")],
        "0.045605",
    ),
    "azure sells openai's": Bill(
        "azure.ai.openai",
        "gpt-4o-2024-08-06",
        Usage(3000, 700, cache_read_tokens=1024),
        [(1976, "2.5"), (1024, "1.25"), (700, "10")],
        "0.01322",
    ),
    "anthropic, cache for five minutes and an hour": Bill(
        "anthropic",
        "claude-sonnet-4-5-20250929",
        Usage(21_000, 800, cache_read_tokens=12_000, cache_write_tokens=8000, cache_write_1h_tokens=5000),
        [(1000, "3"), (12_000, "0.3"), (3000, "3.75"), (5000, "6"), (800, "15")],
        "0.05985",
    ),
    "anthropic long context": Bill(
        "anthropic",
        "claude-sonnet-4-5",
        Usage(200_001, 1000, cache_read_tokens=150_000, cache_write_tokens=50_000),
        [(1, "6"), (150_000, "0.6"), (50_000, "7.5"), (1000, "22.5")],
        "0.487506",
    ),
    "anthropic batch job": Bill(
        "anthropic",
        "claude-sonnet-4-5",
        Usage(5000, 500, cache_read_tokens=4000),
        [(1000, "1.5"), (4000, "0.15"), (500, "7.5")],
        "0.00585",
        tier="batch",
    ),
    "anthropic on vertex": Bill(
        "gcp.vertex_ai", "claude-sonnet-4-5@20250929", Usage(1000, 100), [(1000, "3"), (100, "15")], "0.0045"
    ),
    "anthropic on bedrock, regional": Bill(
        "aws.bedrock",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        Usage(5000, 300, cache_read_tokens=2000, cache_write_tokens=1000),
        [(2000, "3.3"), (2000, "0.33"), (1000, "4.125"), (300, "16.5")],
        "0.016335",
    ),
    "amazon nova": Bill(
        "aws.bedrock",
        "amazon.nova-lite-v1:0",
        Usage(2000, 200, cache_read_tokens=1000),
        [(1000, "0.06"), (1000, "0.015"), (200, "0.24")],
        "0.000123",
    ),
    "gemini with thoughts": Bill(
        "gcp.gemini",
        "models/gemini-2.5-pro",
        Usage(200_000, 3000, cache_read_tokens=100_000, reasoning_tokens=2500),
        [(100_000, "1.25"), (100_000, "0.125"), (3000, "10")],
        "0.1675",
    ),
    "gemini long context": Bill(
        "gcp.gemini",
        "gemini-2.5-pro",
        Usage(200_001, 3000, cache_read_tokens=100_000),
        [(100_001, "2.5"), (100_000, "0.25"), (3000, "15")],
        "0.3200025",
    ),
    "gemini speech": Bill(
        "gcp.gemini",
        "gemini-2.5-flash",
        Usage(5000, 100, input_audio_tokens=4800),
        [(200, "0.3"), (4800, "1"), (100, "2.5")],
        "0.00511",
    ),
    "mistral": Bill("mistral_ai", "mistral-large-2411", Usage(1200, 340), [(1200, "2"), (340, "6")], "0.00444"),
    "groq": Bill(
        "groq", "llama-3.3-70b-versatile", Usage(900, 120), [(900, "0.59"), (120, "0.79")], "0.0006258", "on_demand"
    ),
    "grok": Bill(
        "x_ai",
        "grok-4-0709",
        Usage(1000, 600, cache_read_tokens=700, reasoning_tokens=500),
        [(300, "3"), (700, "0.75"), (600, "15")],
        "0.010425",
    ),
    "deepseek by day": Bill(
        "deepseek",
        "deepseek-chat",
        Usage(1000, 500, cache_read_tokens=640),
        [(360, "0.27"), (640, "0.07"), (500, "1.1")],
        "0.000692",
    ),
    "deepseek by night": Bill(
        "deepseek",
        "deepseek-chat",
        Usage(1000, 500, cache_read_tokens=640),
        [(360, "0.135"), (640, "0.035"), (500, "0.55")],
        "0.000346",
        at_ns=at("2026-11-01T16:30:00"),
    ),
    "cohere": Bill("cohere", "command-r-plus-08-2024", Usage(400, 80), [(400, "2.5"), (80, "10")], "0.0018"),
    "cohere embeddings": Bill("cohere", "embed-v4.0", Usage(512, 0), [(512, "0.12")], "0.00006144"),
    "together": Bill(
        "together_ai",
        "meta-llama/Llama-3.3-70B-Instruct-Turbo",
        Usage(1000, 1000),
        [(1000, "0.88"), (1000, "0.88")],
        "0.00176",
    ),
    "openrouter": Bill("openrouter", "openai/gpt-4o-mini", Usage(1000, 100), [(1000, "0.15"), (100, "0.6")], "0.00021"),
    "openrouter, free by name": Bill(
        "openrouter", "meta-llama/llama-3.3-70b-instruct:free", Usage(1000, 100), [(1100, "0")], "0"
    ),
    "moonshot": Bill("moonshot_ai", "kimi-k2-thinking", Usage(1000, 100), [(1000, "0.6"), (100, "2.5")], "0.00085"),
    "perplexity, with a fee of 12 USD per 1000 calls": Bill(
        "perplexity", "sonar", Usage(50, 400), [(50, "1"), (400, "1"), (1, "12000")], "0.01245"
    ),
    "perplexity, thoughts priced apart": Bill(
        "perplexity",
        "sonar-deep-research",
        Usage(100, 9000, reasoning_tokens=8000),
        [(100, "2"), (1000, "8"), (8000, "3")],
        "0.0322",
    ),
}


@pytest.mark.parametrize("bill", BILLS.values(), ids=list(BILLS))
def test_call_costs_what_the_price_list_says(bill: Bill) -> None:
    by_hand = sum((Decimal(price) * count for count, price in bill.lines), Decimal(0)) / 1_000_000
    assert by_hand == Decimal(bill.total)

    cost = TABLE.price(bill.provider, bill.model, bill.usage, at_ns=bill.at_ns, service_tier=bill.tier)

    assert isinstance(cost, Cost), cost
    assert cost.amount == pytest.approx(float(bill.total), rel=1e-12, abs=0)
    assert cost.source.startswith("genai-prices ")


def test_amount_is_input_and_output_and_the_fee_per_call() -> None:
    cost = TABLE.price("perplexity", "sonar", Usage(50, 400), at_ns=NOW)

    assert isinstance(cost, Cost)
    assert (cost.input, cost.output) == pytest.approx((0.00005, 0.0004))
    assert cost.amount - cost.input - cost.output == pytest.approx(0.012)


@pytest.mark.parametrize(
    ("provider", "model", "usage", "tier", "reason"),
    [
        ("ollama", "llama3", Usage(10, 10), None, "unknown_provider"),
        ("vllm", "gpt-4o", Usage(10, 10), None, "unknown_provider"),
        ("our-openai-proxy", "gpt-4o", Usage(10, 10), None, "unknown_provider"),
        ("openai", "acme-llm-9", Usage(10, 10), None, "unknown_model"),
        ("openai", "gpt-4o-mini-of-mine", Usage(10, 10), None, "unknown_model"),
        ("openai", "ft:gpt-4.1-2025-04-14:org::id", Usage(10, 10), None, "unknown_model"),
        ("gcp.gemini", "tunedModels/gemini-of-mine", Usage(10, 10), None, "unknown_model"),
        ("openai", "x" * 10_000, Usage(10, 10), None, "unknown_model"),
        ("openai", "gpt-4o-mini", Usage(10, 10), "flex", "no_price_for_tier"),
        ("openai", "gpt-4o-mini", Usage(10, 10), "scale", "no_price_for_tier"),
        ("azure.ai.openai", "gpt-4o-mini", Usage(10, 10), "priority", "no_price_for_tier"),
        ("openai", "ft:gpt-4o-mini-2024-07-18:o::i", Usage(10, 10, cache_read_tokens=5), None, "no_price_for_unit"),
        ("openai", "gpt-4o-audio-preview", Usage(10, 10, input_audio_tokens=5), None, "no_price_for_unit"),
        ("openai", "text-embedding-3-small", Usage(10, 10), None, "no_price_for_unit"),
        ("openai", "gpt-live-1", Usage(10, 10), None, "no_price_for_unit"),
        ("openai", "gpt-4o-mini", Usage(), None, "no_usage"),
        ("openai", "gpt-4o-mini", Usage(10), None, "partial_usage"),
        ("openai", "gpt-4o-mini", Usage(output_tokens=10), None, "partial_usage"),
        ("openai", "gpt-4o-mini", Usage(10, 10, cache_read_tokens=11), None, "invalid_usage"),
        ("openai", "gpt-4o-mini", Usage(10, 10, reasoning_tokens=11), None, "invalid_usage"),
        ("openai", "gpt-4o-mini", Usage(-1, 10), None, "invalid_usage"),
        (
            "anthropic",
            "claude-sonnet-4-5",
            Usage(10, 10, cache_write_tokens=4, cache_write_1h_tokens=5),
            None,
            "invalid_usage",
        ),
        ("openai", "gpt-image-1", Usage(10, 10, 5, input_image_tokens=8), None, "ambiguous_usage"),
        (
            "aws.bedrock",
            "us.anthropic.claude-sonnet-4-20250514-v1:0",
            Usage(10, 10, cache_write_tokens=5, cache_write_1h_tokens=5),
            None,
            "no_price_for_unit",
        ),
    ],
)
def test_unknown_price_is_a_reason_and_never_zero(
    provider: str, model: str, usage: Usage, tier: str | None, reason: str
) -> None:
    assert TABLE.price(provider, model, usage, at_ns=NOW, service_tier=tier) == reason


def test_tier_has_no_price_before_its_price_was_published() -> None:
    before = TABLE.price("openai", "o3", Usage(1, 1), at_ns=at("2026-10-11T23:00:00"), service_tier="flex")
    after = TABLE.price("openai", "o3", Usage(1, 1), at_ns=at("2026-10-12T01:00:00"), service_tier="flex")

    assert before == "no_price_for_tier"
    assert isinstance(after, Cost)


@pytest.mark.parametrize("tier", ["auto", "default", "standard", "on_demand", "STANDARD", "SERVICE_TIER_UNSPECIFIED"])
def test_every_name_of_the_standard_tier_is_the_standard_price(tier: str) -> None:
    standard = TABLE.price("openai", "gpt-4o-mini", Usage(1000, 100), at_ns=NOW)

    assert TABLE.price("openai", "gpt-4o-mini", Usage(1000, 100), at_ns=NOW, service_tier=tier) == standard


def test_dated_snapshot_that_the_table_has_not_seen_costs_what_its_model_costs() -> None:
    known = TABLE.price("openai", "gpt-4o", Usage(1000, 100), at_ns=NOW)

    assert isinstance(known, Cost)
    assert TABLE.price("openai", "gpt-4o-2031-01-01", Usage(1000, 100), at_ns=NOW) == known


def test_configured_tier_holds_where_the_call_names_none() -> None:
    table = PriceTable(PriceSettings(tiers={"openai": "batch"}))

    unnamed = table.price("openai", "gpt-5", Usage(4000, 1000), at_ns=NOW)
    named = table.price("openai", "gpt-5", Usage(4000, 1000), at_ns=NOW, service_tier="default")

    assert isinstance(unnamed, Cost)
    assert unnamed.amount == pytest.approx(0.0075)
    assert named == TABLE.price("openai", "gpt-5", Usage(4000, 1000), at_ns=NOW)


def test_image_tokens_that_cost_what_text_costs_may_be_cached() -> None:
    with_image = TABLE.price("openai", "gpt-4o", Usage(1000, 10, 900, input_image_tokens=800), at_ns=NOW)

    assert with_image == TABLE.price("openai", "gpt-4o", Usage(1000, 10, 900), at_ns=NOW)
