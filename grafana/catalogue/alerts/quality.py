"""Calls are answered, but the answers are of no use."""

from __future__ import annotations

from catalogue.alert import Alert, Case
from catalogue.promql import MODEL, OUTCOME, SERVICE, sum_by
from catalogue.scenes import MODEL_LABELS, cases, ended
from catalogue.wording import PERCENT, WHO

__all__ = ["ALERTS"]

_BY = (*SERVICE, MODEL)
_FEW = [(1.0, 3), (0.0, 12)] * 4
_HARD = 0.5
"""Half of all answers: too much, also where it has been so for a day."""


def _sum(outcomes: str, window: str) -> str:
    return sum_by(_BY, f'sum_over_time(genai:model:calls:rate5m{{{OUTCOME}=~"{outcomes}"}}[{window})')


def _share(outcomes: str, limit: float) -> str:
    """A quarter of an hour against a limit and against the day before; at least five such answers."""
    now = f"({_sum(outcomes, '15m]')} / {_sum('.+', '15m]')})"
    before = f"{_sum(outcomes, '1d] offset 1h')} / {_sum('.+', '1d] offset 1h')}"
    enough = sum_by(_BY, f'avg_over_time(genai:model:calls:rate5m{{{OUTCOME}=~"{outcomes}"}}[15m])')
    return f"(({now} > {limit:g} unless {now} < 2 * ({before})) or {now} > {_HARD:g}) and ({enough} > 4.5 / 900)"


def _alert(name: str, outcomes: str, limit: float, what: str, description: str) -> Alert:
    return Alert(
        name=name,
        expr=_share(outcomes, limit),
        summary=f"{PERCENT} of the answers of {{{{ .Labels.gen_ai_request_model }}}} to {WHO} {what}",
        description=f"{description} The limit is {limit:.0%} over 15 minutes, and twice the share of the last day.",
        priority="P2",
        category="quality",
        owner="application",
        dashboard="spanwise-quality",
        panel="Outcomes",
        cases=(
            *cases(
                ended(outcomes.partition("|")[0]),
                good=0,
                bad=18,
                almost=60 * limit - 1,
                labels=MODEL_LABELS,
                summary=f"30% of the answers of gpt-5 to shop (production) {what}",
                within=25,
            ),
            Case(
                "silent",
                "it has been so all the time",
                ended(outcomes.partition("|")[0])([(18, 240)]),
                silent=(180, 240),
            ),
            Case(
                "silent",
                "three answers in a quarter of an hour",
                ended(outcomes.partition("|")[0], of=1)(_FEW),
                silent=(20, 40),
            ),
        ),
    )


ALERTS: tuple[Alert, ...] = (
    _alert(
        "GenAITruncatedShareHigh",
        "truncated",
        0.1,
        "are cut off",
        "The model reached the limit of output tokens or of its context, or the stream broke off.",
    ),
    _alert(
        "GenAIRefusalShareHigh",
        "refusal|content_filter",
        0.05,
        "are refusals",
        "The model refuses, or a content filter stops it.",
    ),
    _alert(
        "GenAIMalformedOutputShareHigh",
        "malformed_output",
        0.02,
        "cannot be parsed",
        "A structured answer does not hold what the request asked for.",
    ),
    _alert("GenAIEmptyShareHigh", "empty", 0.02, "are empty", "The call succeeds, and the answer holds nothing."),
)
