"""Cost per call: each span of a model call gets its price in USD, or the reason why it has none.

Never zero for unknown: a call whose price is not known has no amount, and `spanwise.cost.unpriced` says why.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass

from opentelemetry.trace import StatusCode
from opentelemetry.util.types import AnyValue

from spanwise.core.inference import Usage
from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.pricing import overrides
from spanwise.processors.pricing.catalogue import Catalogue
from spanwise.processors.pricing.tariff import Cost, Reason, Tariff
from spanwise.semconv import attributes as names

__all__ = ["Cost", "PriceSettings", "PriceStep", "PriceTable", "Reason"]

_logger = logging.getLogger("spanwise")

_DAY_NS = 86_400 * 1_000_000_000
_LONGEST_NAME = 256
_MOST_TARIFFS = 1024


@dataclass(frozen=True)
class PriceSettings:
    """How calls are priced; area `price`."""

    enabled: bool = setting(True, "Put a price on each call to a model.")
    overrides: str | None = setting(None, "Path of a YAML file with own prices and discounts (docs/cost.md).")
    tiers: dict[str, str] = setting(
        {}, "Service tier of a provider's calls where neither response nor request names one, e.g. `mistral_ai=batch`."
    )
    update: bool = setting(False, "Download newer prices in the background, at start and hourly. Uses the network.")


class PriceTable:
    """Prices of every known model, own prices first.

    The published table is loaded on the first lookup, not before. It is safe to ask from several threads.
    """

    def __init__(self, settings: PriceSettings | None = None) -> None:
        self._settings = settings or PriceSettings()
        self._own = overrides.read(self._settings.overrides) if self._settings.overrides else overrides.PriceFile()
        self._catalogue: Catalogue | None = None
        self._missing = False
        self._tariffs: dict[tuple[str, str, str | None, int], Tariff | Reason] = {}

    def price(
        self, provider: str, model: str, usage: Usage, *, at_ns: int, service_tier: str | None = None
    ) -> Cost | Reason:
        """What a call cost, or why that is not known.

        Args:
            provider: `gen_ai.provider.name`.
            model: the model that answered, as the provider spells it.
            usage: token counts; cached and reasoning tokens are part of input and output.
            at_ns: when the call was made, nanoseconds since the epoch: prices change.
            service_tier: the tier that served it, as the provider spells it; `batch` for a batch job.
        """
        key = provider, model, service_tier, at_ns // _DAY_NS
        if self._catalogue is not None and self._catalogue.changed():
            self._tariffs.clear()
        known = self._tariffs.get(key) or self._look_up(key, at_ns)
        return known if isinstance(known, str) else known.charge(usage)

    def close(self) -> None:
        """Stop the background updates, if there are any."""
        if self._catalogue is not None:
            self._catalogue.close()

    def _look_up(self, key: tuple[str, str, str | None, int], at_ns: int) -> Tariff | Reason:
        provider, model, tier, _ = key
        if max(len(provider), len(model), len(tier or "")) > _LONGEST_NAME:
            return "unknown_model"
        found = self._find(provider, model, tier or self._settings.tiers.get(provider), at_ns)
        if isinstance(found, str) or found.lasting:
            self._remember(key, found)
        return found

    def _find(self, provider: str, model: str, tier: str | None, at_ns: int) -> Tariff | Reason:
        own = self._own.find(provider, model, tier, at_ns)
        if own is not None:
            return own
        catalogue = self._load()
        if catalogue is None:
            return "no_price_table"
        return catalogue.find(provider, model, tier, at_ns, self._own.factor(provider))

    def _load(self) -> Catalogue | None:
        if self._catalogue is None and not self._missing:
            try:
                self._catalogue = Catalogue(self._settings.update)
            except ImportError as error:
                self._missing = True
                _logger.warning("spanwise: genai-prices cannot be imported (%s); only own prices are used", error.name)
        return self._catalogue

    def _remember(self, key: tuple[str, str, str | None, int], found: Tariff | Reason) -> None:
        """Bounded: the names of models may come from an application's users. Emptied when full, which needs no lock:
        a lock held while the process forks would stay locked in the child."""
        if len(self._tariffs) >= _MOST_TARIFFS:
            self._tariffs.clear()
        self._tariffs[key] = found


class PriceStep:
    """Puts `spanwise.cost.*` on each span of a model call.

    `amount`, `input`, `output`, `currency` and `source` where the price is known, else `unpriced`, the reason. An
    amount that is there already stays; one that the provider reported is taken as it is.
    """

    def __init__(self, settings: PriceSettings, table: PriceTable | None = None) -> None:
        self._enabled = settings.enabled
        self.table = table or PriceTable(settings)

    def __call__(self, span: SpanView) -> None:
        """Price one span, in place."""
        if not self._enabled or not span.is_client_call or names.COST_AMOUNT in span.attributes:
            return
        reported = _dollars(span.attributes.get(names.COST_PROVIDER_REPORTED))
        if reported is not None:
            _write(span.attributes, reported, "provider")
            return
        cost = self._cost(span)
        if isinstance(cost, str):
            span.attributes[names.COST_UNPRICED] = cost
            return
        _write(span.attributes, cost.amount, cost.source)
        span.attributes[names.COST_INPUT] = cost.input
        span.attributes[names.COST_OUTPUT] = cost.output

    def close(self) -> None:
        """Stop the background updates, if there are any."""
        self.table.close()

    def _cost(self, span: SpanView) -> Cost | Reason:
        usage = _usage(span)
        if usage.input_tokens is None and usage.output_tokens is None:
            return "failed_call" if _failed(span) else "no_usage"
        provider = _text(span.attributes.get(names.PROVIDER_NAME))
        if provider is None:
            return "unknown_provider"
        found: Cost | Reason = "unknown_model"
        for model in _models(span.attributes):
            found = self.table.price(provider, model, usage, at_ns=span.start_ns, service_tier=_tier(span.attributes))
            if found != "unknown_model":
                break
        return found


def _write(attributes: dict[str, AnyValue], amount: float, source: str) -> None:
    attributes[names.COST_AMOUNT] = amount
    attributes[names.COST_CURRENCY] = "USD"
    attributes[names.COST_SOURCE] = source
    attributes.pop(names.COST_UNPRICED, None)


def _models(attributes: Mapping[str, AnyValue]) -> list[str]:
    """The model that answered, then the one that was asked for. A fine-tune is never priced as what it was asked by:
    a deployment may bear the name of its base model."""
    answered = _text(attributes.get(names.RESPONSE_MODEL))
    asked = _text(attributes.get(names.REQUEST_MODEL))
    if answered and (answered == asked or answered.startswith("ft:") or ".ft-" in answered):
        return [answered]
    return [model for model in (answered, asked) if model]


def _tier(attributes: Mapping[str, AnyValue]) -> str | None:
    """The tier that served the call, else the one asked for: a response may say that it was another."""
    return _text(attributes.get(names.OPENAI_RESPONSE_SERVICE_TIER)) or _text(
        attributes.get(names.OPENAI_REQUEST_SERVICE_TIER)
    )


def _failed(span: SpanView) -> bool:
    return span.status is StatusCode.ERROR or names.ERROR_TYPE in span.attributes


def _usage(span: SpanView) -> Usage:
    """What was read from the wire, else what another instrumentation wrote on the span."""
    if span.inference is not None:
        usage = span.inference.usage
        if usage.input_tokens is not None or usage.output_tokens is not None:
            return usage
    counts = span.attributes
    return Usage(
        input_tokens=_count(counts.get(names.USAGE_INPUT_TOKENS)),
        output_tokens=_count(counts.get(names.USAGE_OUTPUT_TOKENS)),
        cache_read_tokens=_count(counts.get(names.USAGE_CACHE_READ_TOKENS)),
        cache_write_tokens=_count(counts.get(names.USAGE_CACHE_WRITE_TOKENS)),
        cache_write_1h_tokens=_count(counts.get(names.USAGE_CACHE_WRITE_1H_TOKENS)),
        reasoning_tokens=_count(counts.get(names.USAGE_REASONING_TOKENS)),
        input_audio_tokens=_count(counts.get(names.USAGE_INPUT_AUDIO_TOKENS)),
        output_audio_tokens=_count(counts.get(names.USAGE_OUTPUT_AUDIO_TOKENS)),
        cache_read_audio_tokens=_count(counts.get(names.USAGE_CACHE_READ_AUDIO_TOKENS)),
        input_image_tokens=_count(counts.get(names.USAGE_INPUT_IMAGE_TOKENS)),
        output_image_tokens=_count(counts.get(names.USAGE_OUTPUT_IMAGE_TOKENS)),
    )


def _count(value: AnyValue | None) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not float(value).is_integer():
        return None
    return int(value)


def _dollars(value: AnyValue | None) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        return None
    return float(value)


def _text(value: AnyValue | None) -> str | None:
    return value if isinstance(value, str) and value else None
