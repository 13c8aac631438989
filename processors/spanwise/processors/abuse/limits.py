"""What is too much: limits by kind of subject, and which of them a usage exceeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, get_args

from spanwise.core.abuse import Reason, SubjectKind
from spanwise.core.settings import setting
from spanwise.processors.abuse.usage import CALLS, COST, ERRORS, INJECTIONS, REQUESTS, TOKENS, Usage

__all__ = ["AbuseSettings", "Excess", "Limits", "limits_of"]

_KINDS: tuple[SubjectKind, ...] = get_args(SubjectKind)
_LEAST_ACTIVE = 6
"""Ten minutes of activity that make a past to compare with."""


def _by_kind(limits: Mapping[str, float]) -> bool:
    return all(kind in _KINDS and limit >= 0 for kind, limit in limits.items())


def _limit(default: Mapping[str, float], doc: str) -> Mapping[str, float]:
    limits: Mapping[str, float] = setting(
        default, doc, check=_by_kind, expects="numbers from 0 by user, tenant or key, such as `user=60`"
    )
    return limits


@dataclass(frozen=True)
class AbuseSettings:
    """Area `abuse`. Limits are by kind of subject: `user`, `tenant`, `key`; 0, or a kind left out, is no limit."""

    enabled: bool = setting(True, "Watch what users, tenants and API keys use. Calls are flagged, never blocked.")
    requests: Mapping[str, float] = _limit({"user": 120, "tenant": 1_200}, "Calls in a minute.")
    tokens: Mapping[str, float] = _limit(
        {"user": 2_000_000, "tenant": 20_000_000}, "Input and output tokens in an hour."
    )
    cost: Mapping[str, float] = _limit({"user": 50, "tenant": 500}, "US dollars in a day.")
    errors: Mapping[str, float] = _limit(
        {"user": 0.5, "tenant": 0.5, "key": 0.5},
        "Share of an hour's calls that fail for what was asked; failures of the provider do not count.",
    )
    injections: Mapping[str, float] = _limit({"user": 3, "tenant": 30}, "Calls in an hour that screening flags.")
    change: Mapping[str, float] = _limit(
        {"user": 10, "tenant": 10, "key": 10},
        "How many times the calls or tokens that the subject usually has in ten minutes of activity.",
    )
    least_calls: int = setting(
        20, "Calls in the hour from which a share of errors says anything.", check=lambda n: n > 0, expects="above 0"
    )
    least_change: int = setting(
        60, "Calls in ten minutes from which a sudden change is one.", check=lambda n: n > 0, expects="above 0"
    )
    max_subjects: int = setting(
        10_000,
        "Subjects whose use is known exactly, at some 800 bytes each.",
        check=lambda n: n > 0,
        expects="above 0",
    )


class Excess(NamedTuple):
    """A limit that a usage exceeds."""

    reason: Reason
    value: float
    limit: float


class Limits:
    """The limits of one kind of subject; infinite where there is none."""

    def __init__(self, settings: AbuseSettings, kind: SubjectKind) -> None:
        self._requests = settings.requests.get(kind) or float("inf")
        self._tokens = settings.tokens.get(kind) or float("inf")
        self._cost = settings.cost.get(kind) or float("inf")
        self._errors = settings.errors.get(kind) or float("inf")
        self._injections = settings.injections.get(kind) or float("inf")
        self._change = settings.change.get(kind) or float("inf")
        self._least_calls = settings.least_calls
        self._least_change = settings.least_change

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        limits = (self._requests, self._tokens, self._cost, self._errors, self._injections, self._change)
        return min(limits) < float("inf")

    def exceeded(self, usage: Usage) -> tuple[Excess, ...]:
        """The limits that a usage exceeds; without them, which is nearly always, in a microsecond."""
        totals = usage.totals
        if (
            totals[REQUESTS] <= self._requests
            and totals[TOKENS] <= self._tokens
            and totals[COST] <= self._cost
            and totals[INJECTIONS] <= self._injections
            and (totals[CALLS] < self._least_calls or totals[ERRORS] <= self._errors * totals[CALLS])
            and (totals[CALLS] < self._least_change or self._growth(usage) <= self._change)
        ):
            return ()
        return tuple(self._excesses(usage))

    def _excesses(self, usage: Usage) -> Iterator[Excess]:
        totals = usage.totals
        measured: tuple[tuple[Reason, float, float], ...] = (
            ("requests", totals[REQUESTS], self._requests),
            ("tokens", totals[TOKENS], self._tokens),
            ("cost", totals[COST], self._cost),
            ("errors", self._share_of_errors(usage), self._errors),
            ("injections", totals[INJECTIONS], self._injections),
            ("change", self._growth(usage), self._change),
        )
        return (Excess(*one) for one in measured if one[1] > one[2])

    def _share_of_errors(self, usage: Usage) -> float:
        calls = usage.totals[CALLS]
        return usage.totals[ERRORS] / calls if calls >= self._least_calls else 0.0

    def _growth(self, usage: Usage) -> float:
        """How many times the usual the present ten minutes are."""
        calls = usage.step(CALLS)
        if usage.active < _LEAST_ACTIVE or calls < self._least_change:
            return 0.0
        tokens = usage.step(TOKENS) / usage.usual_tokens if usage.usual_tokens else 0.0
        return max(calls / usage.usual_calls, tokens)


def limits_of(settings: AbuseSettings) -> dict[SubjectKind, Limits]:
    """The limits by kind, where there are any."""
    made: dict[SubjectKind, Limits] = {kind: Limits(settings, kind) for kind in _KINDS}
    return {kind: limits for kind, limits in made.items() if limits.any}
