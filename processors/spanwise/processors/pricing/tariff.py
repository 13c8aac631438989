"""From prices and token counts to dollars. Pure arithmetic, no table.

Every kind of token has its own rate, so that a call costs one pass over its counts. A kind without a published
rate costs what the kind costs that it is part of, except where that is known to be wrong: then it has no rate, and a
call that used it has no price.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from spanwise.core.inference import Usage

__all__ = ["KINDS", "Cost", "Rates", "Reason", "Tariff", "rates", "tariff"]

Reason = Literal[
    "unknown_provider",
    "unknown_model",
    "no_price_table",
    "no_price_for_tier",
    "no_price_for_unit",
    "no_usage",
    "partial_usage",
    "ambiguous_usage",
    "invalid_usage",
    "failed_call",
]
"""Why a call has no price; the value of `spanwise.cost.unpriced`."""


class Rates(NamedTuple):
    """USD per million tokens, by kind of token; `request` is USD per thousand calls. `None` is not known."""

    input: float | None
    output: float | None
    cache_read: float | None
    cache_write: float | None
    cache_write_1h: float | None
    input_audio: float | None
    cache_read_audio: float | None
    input_image: float | None
    output_audio: float | None
    output_image: float | None
    reasoning: float | None
    request: float


class Cost(NamedTuple):
    """USD of one call. `amount` includes fees per call, which are neither input nor output.

    `source` says whose price it is: `genai-prices 0.2.3` or `override`.
    """

    amount: float
    input: float
    output: float
    source: str


class Tariff(NamedTuple):
    """Rates by length of the input: `longer` holds (input tokens above which they apply, rates), longest first.

    `source` says whose they are; one that changes within the day is not `lasting`.
    """

    base: Rates
    longer: tuple[tuple[int, Rates], ...]
    source: str
    lasting: bool = True

    def charge(self, usage: Usage) -> Cost | Reason:
        """What `usage` costs; the length of the whole input decides the rate of every token, as providers bill."""
        length = usage.input_tokens
        if length is None:
            return "no_usage" if usage.output_tokens is None else "partial_usage"
        prices = self.base
        for above, longer in self.longer:
            if length > above:
                prices = longer
                break
        input_cost = _input_cost(prices, usage, length)
        if isinstance(input_cost, str):
            return input_cost
        output_cost = _output_cost(prices, usage)
        if isinstance(output_cost, str):
            return output_cost
        amount = (input_cost + output_cost) / 1e6 + prices.request / 1e3
        return Cost(amount, input_cost / 1e6, output_cost / 1e6, self.source)


KINDS = frozenset(Rates._fields)
"""The kinds of token that a price file may name."""

_PART_OF = {
    "cache_read": "input",
    "cache_write": "input",
    "cache_write_1h": "cache_write",
    "input_audio": "input",
    "input_image": "input",
    "output_audio": "output",
    "output_image": "output",
    "reasoning": "output",
}


def rates(given: Mapping[str, float], never_inherited: frozenset[str] = frozenset()) -> Rates:
    """Complete the given rates: a kind that is missing inherits, unless it is in `never_inherited`."""
    full: dict[str, float | None] = {"input": given.get("input"), "output": given.get("output")}
    for kind, whole in _PART_OF.items():
        full[kind] = given.get(kind, None if kind in never_inherited else full[whole])
    cached_audio = "input_audio" if "input_audio" in given else "cache_read"
    full["cache_read_audio"] = given.get("cache_read_audio", full[cached_audio])
    return Rates(**full, request=given.get("request", 0.0))


def tariff(
    brackets: Mapping[int, Mapping[str, float]],
    source: str,
    *,
    never_inherited: frozenset[str] = frozenset(),
    factor: float = 1.0,
) -> Tariff:
    """Build a tariff from rates by input length; bracket 0 is the base. `factor` is what a discount leaves."""
    scaled = {
        start: rates({kind: rate * factor for kind, rate in given.items()}, never_inherited)
        for start, given in brackets.items()
    }
    longer = sorted(((start, bracket) for start, bracket in scaled.items() if start), reverse=True)
    return Tariff(scaled[0], tuple(longer), source)


def _input_cost(prices: Rates, usage: Usage, length: int) -> float | Reason:
    if not (
        usage.cache_read_tokens or usage.cache_write_tokens or usage.input_audio_tokens or usage.input_image_tokens
    ):
        return _sum((length, prices.input))
    read = usage.cache_read_tokens or 0
    write = usage.cache_write_tokens or 0
    hour = usage.cache_write_1h_tokens or 0
    if read + write > length:
        return "invalid_usage"
    audio, read_audio, image = _apart(prices, usage)
    if read and (image or (audio and usage.cache_read_audio_tokens is None)):
        return "ambiguous_usage"  # nobody says how much of what was cached was sound or image
    return _sum(
        (length - read - write - (audio - read_audio) - image, prices.input),
        (read - read_audio, prices.cache_read),
        (write - hour, prices.cache_write),
        (hour, prices.cache_write_1h),
        (audio - read_audio, prices.input_audio),
        (read_audio, prices.cache_read_audio),
        (image, prices.input_image),
    )


def _apart(prices: Rates, usage: Usage) -> tuple[int, int, int]:
    """Sound, cached sound and image tokens, each zero where it costs what text costs."""
    audio = usage.input_audio_tokens or 0
    image = usage.input_image_tokens or 0
    if image and prices.input_image == prices.input:
        image = 0
    if audio and prices.input_audio == prices.input and prices.cache_read_audio == prices.cache_read:
        audio = 0
    return audio, (usage.cache_read_audio_tokens or 0) if audio else 0, image


def _output_cost(prices: Rates, usage: Usage) -> float | Reason:
    length = usage.output_tokens
    if length is None:
        return "partial_usage" if prices.output else 0.0
    if not (usage.output_audio_tokens or usage.output_image_tokens or usage.reasoning_tokens):
        return _sum((length, prices.output))
    audio = usage.output_audio_tokens or 0
    image = usage.output_image_tokens or 0
    reasoning = usage.reasoning_tokens or 0
    if reasoning > length:
        return "invalid_usage"
    if prices.reasoning == prices.output:
        reasoning = 0  # part of the output, whatever it was: sound and image may overlap with it
    return _sum(
        (length - audio - image - reasoning, prices.output),
        (audio, prices.output_audio),
        (image, prices.output_image),
        (reasoning, prices.reasoning),
    )


def _sum(*parts: tuple[int, float | None]) -> float | Reason:
    total = 0.0
    for count, rate in parts:
        if not count:
            continue
        if count < 0:
            return "invalid_usage"
        if rate is None:
            return "no_price_for_unit"
        total += count * rate
    return total
