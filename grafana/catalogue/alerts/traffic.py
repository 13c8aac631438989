"""More or fewer calls than this hour usually has."""

from __future__ import annotations

from catalogue.alert import Alert, Case
from catalogue.scenes import SERVICE_LABELS, calls, cases
from catalogue.wording import RATE, WHO

__all__ = ["ALERTS"]

_CALLS = "genai:service:calls:rate5m"

_DAY = 24 * 60
_HISTORY = _DAY + 120

ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAITrafficSpike",
        expr=f"{_CALLS} > genai:baseline:calls:upper and {_CALLS} > 2 * genai:baseline:calls:median and {_CALLS} > 0.5",
        summary=f"{WHO} makes {RATE} calls per second, far more than usual",
        description="Above the band of this hour of the days before, and over twice what is expected.",
        priority="P2",
        category="traffic",
        owner="application",
        dashboard="spanwise-overview",
        panel="Requests against baseline",
        cases=cases(
            calls(),
            good=60,
            bad=240,
            almost=80,
            labels=SERVICE_LABELS,
            summary="shop (production) makes 4.00 calls per second, far more than usual",
            lead=_HISTORY,
            within=24,
        ),
        hold="10m",
    ),
    Alert(
        name="GenAITrafficDrop",
        expr=f"{_CALLS} < genai:baseline:calls:lower and {_CALLS} < 0.5 * genai:baseline:calls:median "
        "and genai:baseline:calls:median > 0.1",
        summary=f"{WHO} makes only {RATE} calls per second",
        description="Below the band of this hour of the days before, and less than half of what is expected.",
        priority="P2",
        category="traffic",
        owner="application",
        dashboard="spanwise-overview",
        panel="Requests against baseline",
        cases=(
            *cases(
                calls(),
                good=60,
                bad=15,
                almost=40,
                labels=SERVICE_LABELS,
                summary="shop (production) makes only 0.25 calls per second",
                lead=_HISTORY,
                within=24,
            ),
            Case(
                "silent",
                "the weekend of the first week",
                calls()([*[(10, 720), (60, 720)] * 4, (10, 720), (20, 600)]),
                silent=(4 * _DAY + 760, 4 * _DAY + 1300),
            ),
        ),
        hold="10m",
    ),
)
