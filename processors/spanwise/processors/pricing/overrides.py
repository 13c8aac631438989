"""A user's own prices: a YAML file with negotiated rates, rates of self-hosted models, and discounts.

prices:
  - {provider: vllm, model: "llama-3*", input: 0.10, output: 0.20}
  - provider: openai
    model: "ft:gpt-4.1*"
    valid_from: 2026-05-01
    input: 3
    cache_read: 0.75
    output: 12
    longer: {200000: {input: 6, output: 18}}
discounts: {anthropic: 0.15}
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timezone
from fnmatch import fnmatchcase
from math import isfinite
from pathlib import Path
from types import NoneType
from typing import NamedTuple, cast

from spanwise.processors.pricing.tariff import KINDS, Tariff, tariff

__all__ = ["OwnPrice", "PriceFile", "read"]

_logger = logging.getLogger("spanwise")
_TERMS = {"provider", "model", "tier", "valid_from", "longer"}


class OwnPrice(NamedTuple):
    """One entry: which calls it is for (patterns in lower case, `*` for all; no tier for every tier), and the rates."""

    provider: str
    model: str
    tier: str | None
    valid_from_ns: int
    tariff: Tariff

    def covers(self, provider: str, model: str, tier: str | None, at_ns: int) -> bool:
        """The entry is for such a call; names in lower case."""
        return (
            at_ns >= self.valid_from_ns
            and self.tier in (None, tier)
            and self.provider in ("*", provider)
            and fnmatchcase(model, self.model)
        )

    @property
    def precedence(self) -> tuple[bool, bool, int, int]:
        """What is said of fewer calls wins; then, what is newer."""
        literal = len(self.model) - self.model.count("*") - self.model.count("?")
        return self.tier is not None, self.provider != "*", literal, self.valid_from_ns


@dataclass(frozen=True, slots=True)
class PriceFile:
    """Own prices, and the share of the published price that is off, by provider."""

    prices: tuple[OwnPrice, ...] = ()
    discounts: Mapping[str, float] = field(default_factory=dict[str, float])

    def find(self, provider: str, model: str, tier: str | None, at_ns: int) -> Tariff | None:
        """The tariff of the entry that is most specific to a call; of several, the newest, then the last."""
        call = provider.lower(), model.lower(), tier.lower() if tier else None, at_ns
        covering = [price for price in reversed(self.prices) if price.covers(*call)]
        return max(covering, key=lambda price: price.precedence).tariff if covering else None

    def factor(self, provider: str) -> float:
        """What a discount leaves of the published price."""
        return 1.0 - self.discounts.get(provider.lower(), 0.0)


def read(path: str) -> PriceFile:
    """Read a price file. One that is not right in every entry is not used at all, and one line says why."""
    import yaml  # only where a file is named: importing costs 10 ms

    try:
        return _price_file(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        problem = f"cannot be read ({type(error).__name__})"
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problem = f"is not YAML ({type(error).__name__})"
    except ValueError as error:
        problem = str(error)
    _logger.warning("spanwise: SPANWISE_PRICE_OVERRIDES=%s: %s; own prices are not used", path, problem)
    return PriceFile()


def _price_file(content: object) -> PriceFile:
    sections = _mapping(content, "the file")
    _only(sections, {"prices", "discounts", "currency"}, "the file")
    if sections.get("currency", "USD") != "USD":
        raise ValueError("currency is not USD, the only one supported")
    listed = enumerate(_items(sections.get("prices")), start=1)
    prices = tuple(_own_price(_mapping(entry, f"price {number}"), f"price {number}") for number, entry in listed)
    return PriceFile(prices, _discounts(_mapping(sections.get("discounts") or {}, "discounts")))


def _own_price(entry: Mapping[str, object], where: str) -> OwnPrice:
    _only(entry, KINDS | _TERMS, where)
    tier = entry.get("tier")
    return OwnPrice(
        _text(entry.get("provider"), f"{where}: provider"),
        _text(entry.get("model"), f"{where}: model"),
        None if tier is None else _text(tier, f"{where}: tier"),
        _midnight(entry.get("valid_from"), f"{where}: valid_from"),
        tariff(_brackets(entry, where), "override"),
    )


def _brackets(entry: Mapping[str, object], where: str) -> dict[int, dict[str, float]]:
    base = _rates(entry, where)
    if not base:
        raise ValueError(f"{where} has no rate (one of {', '.join(sorted(KINDS))})")
    brackets = {0: base}
    for start, given in _mapping(entry.get("longer") or {}, f"{where}: longer").items():
        if not start.isdecimal() or not int(start):
            raise ValueError(f"{where}: longer has {start!r}, which is no number of tokens")
        above = _mapping(given, f"{where}, above {start}")
        _only(above, KINDS, f"{where}, above {start}")
        brackets[int(start)] = base | _rates(above, f"{where}, above {start}")
    return brackets


def _rates(entry: Mapping[str, object], where: str) -> dict[str, float]:
    return {kind: _amount(value, f"{where}: {kind}") for kind, value in entry.items() if kind in KINDS}


def _discounts(entry: Mapping[str, object]) -> dict[str, float]:
    discounts = {provider.lower(): _amount(share, f"discount for {provider}") for provider, share in entry.items()}
    for provider, share in discounts.items():
        if share > 1:
            raise ValueError(f"discount for {provider} is {share:g}, not a share between 0 and 1")
    return discounts


def _amount(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or value < 0:
        raise ValueError(f"{where} is {value!r}, not a number from 0")
    return float(value)


def _midnight(value: object, where: str) -> int:
    """Nanoseconds since the epoch at which a date begins in UTC."""
    if value is None:
        return 0
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"{where} is {value!r}, not a date such as 2026-01-31")
    return int(datetime.combine(value, time(), timezone.utc).timestamp()) * 1_000_000_000


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where} is {value!r}, not a name")
    return value.lower()


def _items(value: object) -> list[object]:
    if not isinstance(value, (list, NoneType)):
        raise ValueError("prices is not a list")
    return cast("list[object]", value or [])


def _mapping(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not a mapping")
    return {str(key): item for key, item in cast("dict[object, object]", value).items()}


def _only(entry: Mapping[str, object], known: frozenset[str] | set[str], where: str) -> None:
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ValueError(f"{where} has {unknown[0]!r}, which is not one of {', '.join(sorted(known))}")
