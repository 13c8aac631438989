"""The published prices of `genai-prices`: which entry a call falls under, and its rates.

Importing that library costs about 0.2 s and 30 MB (it brings pydantic), so it is imported on the first lookup.
Its own lookups remember every model name they were ever asked for; the ones used here remember none.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from spanwise.processors.pricing.tariff import Reason, Tariff, tariff

if TYPE_CHECKING:
    from genai_prices import UpdatePrices
    from genai_prices.data_snapshot import DataSnapshot
    from genai_prices.types import ModelInfo, ModelPrice, Provider

__all__ = ["COUNTED_PRICES", "PROVIDER_IDS", "Catalogue"]

_logger = logging.getLogger("spanwise")

PROVIDER_IDS = {
    "aws.bedrock": "aws",
    "azure.ai.inference": "azure",
    "azure.ai.openai": "azure",
    "fireworks_ai": "fireworks",
    "gcp.gemini": "google",
    "gcp.gen_ai": "google",
    "gcp.vertex_ai": "google",
    "mistral_ai": "mistral",
    "moonshot_ai": "moonshotai",
    "together_ai": "together",
    "voyage_ai": "voyageai",
    "x_ai": "x-ai",
    "z_ai": "zai",
}
"""Provider names of the conventions that the table spells otherwise. Names are matched whole: a proxy called
`our-openai` is not OpenAI."""

COUNTED_PRICES = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "input_audio_mtok": "input_audio",
    "cache_audio_read_mtok": "cache_read_audio",
    "input_image_mtok": "input_image",
    "output_audio_mtok": "output_audio",
    "output_image_mtok": "output_image",
    "output_reasoning_mtok": "reasoning",
    "requests_kcount": "request",
}
"""The table's prices that a call's token counts can be charged with. Searches, pages, seconds, characters, video
and citation tokens are in no usage record."""

_STANDARD_TIERS = frozenset({"auto", "default", "standard", "standard_only", "on_demand", "unspecified"})
_DISCOUNTS_CACHE_READS = frozenset({"anthropic", "aws", "azure", "deepseek", "google", "openai"})
"""Providers that never bill cached input at the full rate: without a published rate, it is not known."""
_DATE = re.compile(r"[-@](20\d\d-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01]))$")


class Catalogue:
    """The price table that is bundled with `genai-prices`, or its newest download if something updates it.

    Args:
        update: let the library download newer prices in the background, now and then hourly.

    Raises:
        ImportError: the library is not installed or cannot be imported.
    """

    def __init__(self, update: bool = False) -> None:
        from genai_prices import UpdatePrices, __version__
        from genai_prices.data_snapshot import get_snapshot

        self._version = __version__
        self._get_snapshot = get_snapshot
        self._snapshot = get_snapshot()
        self._updater = _start(UpdatePrices()) if update else None

    def changed(self) -> bool:
        """The table was replaced since the last `True`: what was looked up before is out of date."""
        newest = self._get_snapshot()
        if newest is self._snapshot:
            return False
        self._snapshot = newest
        return True

    def close(self) -> None:
        """Stop downloading."""
        if self._updater is not None:
            self._updater.__exit__()  # `stop`, which has no types

    def find(self, provider: str, model: str, tier: str | None, at_ns: int, factor: float = 1.0) -> Tariff | Reason:
        """The tariff of a call at a time (nanoseconds since the epoch), times the `factor` that a discount leaves."""
        seller = _seller(self._snapshot, provider)
        if seller is None:
            return "unknown_provider"
        entry = _entry(self._snapshot, seller, model)
        if entry is None:
            return "unknown_model"
        at = datetime.fromtimestamp(at_ns / 1e9, timezone.utc)
        prices = _prices(seller, entry, tier, at)
        if isinstance(prices, str):
            return prices
        listed = _brackets(entry, prices)
        if not listed:
            return "no_price_for_unit"
        found = tariff(listed, self._source(factor), never_inherited=_never_inherited(seller.id), factor=factor)
        return found._replace(lasting=not _depends_on_hour(entry))

    def _source(self, factor: float) -> str:
        updated = f" updated {self._snapshot.timestamp:%Y-%m-%d}" if self._snapshot.from_auto_update else ""
        discount = f", {1 - factor:.4g} off" if factor != 1 else ""
        return f"genai-prices {self._version}{updated}{discount}"


def _start(updater: UpdatePrices) -> UpdatePrices | None:
    try:
        updater.start()
    except RuntimeError:  # no new thread, as at interpreter exit
        _logger.warning("spanwise: prices cannot be updated in the background; using the bundled ones")
        return None
    return updater


def _seller(snapshot: DataSnapshot, provider: str) -> Provider | None:
    name = provider.lower()
    wanted = PROVIDER_IDS.get(name, name)
    return next((seller for seller in snapshot.providers if seller.id == wanted), None)


def _entry(snapshot: DataSnapshot, seller: Provider, model: str) -> ModelInfo | None:
    """The model as it is named; else, for a dated snapshot that the table has not seen, the undated model."""
    if seller.id == "google":
        model = model.rpartition("models/")[2] if "tunedModels/" not in model else model
    entry = seller.find_model(model, all_providers=snapshot.providers)
    undated = _DATE.sub("", model)
    if entry is None and undated != model:
        return seller.find_model(undated, all_providers=snapshot.providers)
    return entry


def _prices(seller: Provider, entry: ModelInfo, tier: str | None, at: datetime) -> ModelPrice | Reason:
    context = _context(tier)
    if context is None:
        return entry.get_prices(at)
    # the tiers of one seller say nothing about another who sells the same model
    own = any(entry is model for model in seller.models)
    if not own or not _has_variant(entry, context, at):
        return "no_price_for_tier"
    return entry.get_prices(at, context)


def _context(tier: str | None) -> Mapping[str, str] | None:
    name = (tier or "auto").lower().replace("-", "_").removeprefix("service_tier_")
    if name in _STANDARD_TIERS:
        return None
    return {"processing": "batch"} if name == "batch" else {"service_tier": name, "speed": name}


def _has_variant(entry: ModelInfo, context: Mapping[str, str], at: datetime) -> bool:
    return any(
        (variant.constraint is None or variant.constraint.active(at))
        and all(context.get(key) == value for key, value in variant.when.items())
        for variant in entry.price_variants or ()
    )


def _brackets(entry: ModelInfo, prices: ModelPrice) -> dict[int, dict[str, float]]:
    """Rates by the input length above which they hold; none where no token count can be charged with them."""
    listed = {
        COUNTED_PRICES[key]: _Steps.of(value)
        for key, value in cast("dict[str, object]", vars(prices)).items()
        if value is not None and key in COUNTED_PRICES
    }
    if not listed and entry.id.endswith(":free"):
        return {0: {"input": 0.0, "output": 0.0}}
    starts = {start for steps in listed.values() for start in steps}
    return {start: {kind: steps[start] for kind, steps in listed.items()} for start in starts}


def _never_inherited(seller: str) -> frozenset[str]:
    """Kinds that this seller bills apart: where the table has no rate for them, the rate of the whole is wrong."""
    kinds = {"cache_write_1h"}
    if seller != "google":  # publishes one rate for all media, or one rate each
        kinds |= {"input_audio", "output_audio"}
    if seller in _DISCOUNTS_CACHE_READS:
        kinds.add("cache_read")
    return frozenset(kinds)


class _Steps(dict[int, float]):
    """A rate by the input length above which it holds; asked for another length, the step below answers."""

    @classmethod
    def of(cls, price: object) -> _Steps:
        from genai_prices.types import TieredPrices

        if isinstance(price, TieredPrices):
            return cls({0: float(price.base)} | {tier.start: float(tier.price) for tier in price.tiers})
        if isinstance(price, Decimal):
            return cls({0: float(price)})
        raise TypeError(type(price).__name__)

    def __missing__(self, length: int) -> float:
        return self[max(start for start in self if start <= length)]


def _depends_on_hour(entry: ModelInfo) -> bool:
    from genai_prices.types import ModelPrice, TimeOfDateConstraint

    dated = [] if isinstance(entry.prices, ModelPrice) else entry.prices
    constraints = [priced.constraint for priced in (*dated, *(entry.price_variants or ()))]
    return any(isinstance(constraint, TimeOfDateConstraint) for constraint in constraints)
