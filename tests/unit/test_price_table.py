"""The whole published table against the library's own decimal arithmetic, and what the table costs to keep."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from genai_prices import Usage as LibraryUsage
from genai_prices.data_snapshot import DataSnapshot, get_snapshot, set_custom_snapshot
from genai_prices.data_units import unit_data
from genai_prices.types import ClauseEquals, ModelInfo, ModelPrice, Provider

from spanwise.core.inference import Usage
from spanwise.processors.price import Cost, PriceTable
from spanwise.processors.pricing.catalogue import COUNTED_PRICES

NOW = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
NOW_NS = int(NOW.timestamp()) * 1_000_000_000

SHAPES: dict[str, tuple[Usage, dict[str, int]]] = {
    "plain": (Usage(1234, 567), {}),
    "long": (Usage(1_234_567, 8901), {}),
    "cached": (Usage(9000, 567, 5000, 3000), {"cache_read_tokens": 5000, "cache_write_tokens": 3000}),
    "cached for an hour": (
        Usage(9000, 567, 5000, 3000, 1000),
        {"cache_read_tokens": 5000, "cache_write_tokens": 3000, "cache_write_1h_tokens": 1000},
    ),
    "reasoning": (Usage(1234, 567, reasoning_tokens=456), {"output_reasoning_tokens": 456}),
    "speech": (
        Usage(1234, 567, 50, cache_read_audio_tokens=40, input_audio_tokens=500, output_audio_tokens=300),
        {
            "cache_read_tokens": 50,
            "cache_audio_read_tokens": 40,
            "input_audio_tokens": 500,
            "output_audio_tokens": 300,
        },
    ),
    "images": (
        Usage(1234, 567, input_image_tokens=500, output_image_tokens=300),
        {"input_image_tokens": 500, "output_image_tokens": 300},
    ),
}


def listed_models() -> Iterator[tuple[Provider, ModelInfo]]:
    snapshot = get_snapshot()
    for seller in snapshot.providers:
        for model in seller.models:
            found = seller.find_model(model.id, all_providers=snapshot.providers)
            if found is not None:
                yield seller, found


@pytest.mark.parametrize("shape", SHAPES)
def test_every_listed_model_costs_what_exact_arithmetic_says(shape: str) -> None:
    usage, details = SHAPES[shape]
    counts = LibraryUsage(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, **details)
    table, reasons = PriceTable(), Counter[str]()
    for seller, model in listed_models():
        cost = table.price(seller.id, model.id, usage, at_ns=NOW_NS)
        if isinstance(cost, Cost):
            exact = model.calc_price(counts, seller, genai_request_timestamp=NOW).total_price
            assert cost.amount == pytest.approx(float(exact), rel=1e-12), (seller.id, model.id)
            reasons["priced"] += 1
        else:
            reasons[cost] += 1

    assert set(reasons) <= {"priced", "no_price_for_unit"}
    if shape in ("plain", "long", "reasoning"):
        assert reasons["priced"] > 0.9 * reasons.total()


def test_every_listed_price_that_no_token_count_can_be_charged_with_is_known() -> None:
    listed = {
        key
        for _, model in listed_models()
        for prices in (
            [model.prices] if isinstance(model.prices, ModelPrice) else [dated.prices for dated in model.prices]
        )
        for key in vars(prices)
    }
    tokens = {key for key in listed if key.endswith("_mtok")}

    assert tokens - set(COUNTED_PRICES) == {
        "cache_image_read_mtok",  # usage does not say how much of what was cached was images
        "input_video_mtok",
        "output_video_mtok",
        "output_citation_mtok",
    }
    assert set(COUNTED_PRICES) <= {str(unit["price_key"]) for unit in unit_data.values()}


def test_table_is_imported_on_the_first_lookup_and_reads_no_network() -> None:
    program = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("network")
socket.getaddrinfo = socket.socket.connect = refuse
from spanwise.core.inference import Usage
from spanwise.processors.price import PriceTable
table = PriceTable()
heavy = {"genai_prices", "pydantic", "httpx2", "yaml"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
print(table.price("openai", "gpt-4o-mini", Usage(1000, 0), at_ns=1_795_000_000_000_000_000))
assert "genai_prices" in sys.modules
import threading
assert threading.active_count() == 1
"""
    run = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True
    )

    assert run.returncode == 0, run.stderr
    assert "amount=0.00015" in run.stdout


def test_update_that_fails_leaves_the_bundled_prices_and_stops_when_closed() -> None:
    program = """
import socket, threading, time
def refuse(*args, **kwargs): raise OSError("no network")
socket.getaddrinfo = socket.socket.connect = refuse
from spanwise.core.inference import Usage
from spanwise.processors.price import PriceSettings, PriceTable
table = PriceTable(PriceSettings(update=True))
price = lambda: print(table.price("openai", "gpt-4o-mini", Usage(1000, 0), at_ns=1_795_000_000_000_000_000))
price()
[updater] = [thread for thread in threading.enumerate() if thread.name == "genai_prices:update"]
table.close()
updater.join(10)
print("stopped", not updater.is_alive())
price()
"""
    run = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True
    )

    assert run.stdout.count("amount=0.00015") == 2, run.stderr
    assert "stopped True" in run.stdout


def test_missing_library_costs_one_line_and_calls_are_unpriced() -> None:
    program = """
import sys
sys.modules["genai_prices"] = None
from spanwise.core.inference import Usage
from spanwise.processors.price import PriceTable
table = PriceTable()
for model in ("gpt-4o", "gpt-4o-mini"):
    print(table.price("openai", model, Usage(1000, 0), at_ns=0))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True
    )

    assert run.stdout.split() == ["no_price_table", "no_price_table"]
    assert run.stderr.count("genai-prices cannot be imported") == 1


def test_a_million_model_names_are_not_remembered() -> None:
    table = PriceTable()
    snapshot = get_snapshot()
    for number in range(3000):
        assert table.price("cohere", f"made-up-{number}", Usage(1, 1), at_ns=NOW_NS) == "unknown_model"
        assert len(table._tariffs) <= 1024  # pyright: ignore[reportPrivateUsage]

    assert not [key for key in snapshot._provider_cache if "made-up" in str(key)]  # pyright: ignore[reportPrivateUsage]


def test_newer_table_replaces_prices_that_were_looked_up() -> None:
    def snapshot(price: str) -> DataSnapshot:
        prices = ModelPrice(input_mtok=Decimal(price), output_mtok=Decimal(0))
        model = ModelInfo("acme-1", ClauseEquals("acme-1"), prices=prices)
        return DataSnapshot([Provider("acme", "Acme", "", models=[model])], from_auto_update=True)

    table = PriceTable()
    costs: list[object] = []
    try:
        for price in ("1", "3"):
            set_custom_snapshot(replace(snapshot(price), timestamp=NOW))
            costs.append(table.price("acme", "acme-1", Usage(1_000_000, 1), at_ns=NOW_NS))
    finally:
        set_custom_snapshot(None)

    assert [cost.amount for cost in costs if isinstance(cost, Cost)] == [1.0, 3.0]
    assert isinstance(costs[0], Cost)
    assert costs[0].source.endswith(" updated 2026-11-01")
    assert table.price("acme", "acme-1", Usage(1, 1), at_ns=NOW_NS) == "unknown_provider"
