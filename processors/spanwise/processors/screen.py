"""The screening step: attacks in what came in, leaks in what went out, harm in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from spanwise.core.settings import setting
from spanwise.core.view import SpanView
from spanwise.processors.normalise import content_of

if TYPE_CHECKING:
    from spanwise.processors.screening.calls import CallScreener

__all__ = ["ScreenSettings", "ScreenStep"]

_FEWEST_LETTERS = 8


def _are_canaries(given: Sequence[str]) -> bool:
    return all(sum(map(str.isalnum, token)) >= _FEWEST_LETTERS for token in given)


@dataclass(frozen=True)
class ScreenSettings:
    """Area `screen`."""

    enabled: bool = setting(True, "Screen prompts, tool results and completions, whether or not content is captured.")
    history: bool = setting(
        False, "Screen the whole conversation at every call, and not only what is new since the model spoke last."
    )
    outputs: bool = setting(
        True, "Look for leaked system prompts, tool definitions, secrets and canaries, and exfiltration in completions."
    )
    model: Literal["hashed", "embedding"] = setting(
        "hashed",
        "The trained tier: the small model of the wheel, or with `embedding` also the sentence model of the extra "
        "`local-model`, which looks in documents for orders that are off their topic.",
    )
    allow: tuple[str, ...] = setting(
        (), "What does not count: rule ids such as `drop.earlier_orders`, their beginnings (`drop.*`), and phrases."
    )
    canaries: tuple[str, ...] = setting(
        (),
        "Tokens in your system prompts that no completion may hold, beside those of `spanwise screen --canary`.",
        check=_are_canaries,
        expects=f"tokens of at least {_FEWEST_LETTERS} letters or digits",
    )
    canary_key: str = setting("", "The key that `spanwise screen --canary` makes tokens with, so that only you can.")
    harm: bool = setting(True, "Look for requests for harm, threats and hate in prompts and completions.")
    refusals: bool = setting(
        True, "Call an answer that declines a `refusal` by its words, where the provider does not say what it is."
    )


class ScreenStep:
    """Flags calls; never blocks. The text itself is read in memory and goes nowhere."""

    def __init__(self, settings: ScreenSettings) -> None:
        self._settings = settings
        self._screener: CallScreener | None = None

    def __call__(self, span: SpanView) -> None:
        """Set `spanwise.screen.*` on a call to a model whose content is known."""
        if not self._settings.enabled or not span.is_client_call:
            return
        span.screened = self._on_first_call().note(span, content_of(span))

    def _on_first_call(self) -> CallScreener:
        if self._screener is None:
            from spanwise.processors.screening.calls import CallScreener  # late: 10 ms that only the worker spends

            self._screener = CallScreener(self._settings)
        return self._screener
