"""More or fewer calls than this hour usually has."""

from __future__ import annotations

from catalogue.alert import Alert
from catalogue.wording import NUMBER, WHO

__all__ = ["ALERTS"]

_CALLS = "genai:service:calls:rate5m"

ALERTS: tuple[Alert, ...] = (
    Alert(
        name="GenAITrafficSpike",
        expr=f"{_CALLS} > genai:baseline:calls:upper and {_CALLS} > 2 * genai:baseline:calls:median and {_CALLS} > 0.5",
        summary=f"{WHO} makes {NUMBER} calls per second, far more than usual",
        description="Above the band of this hour of the days before, and over twice what is expected.",
        priority="P2",
        category="traffic",
        owner="application",
        dashboard="spanwise-overview",
        panel="Requests against baseline",
        cases=(),
        hold="10m",
    ),
    Alert(
        name="GenAITrafficDrop",
        expr=f"{_CALLS} < genai:baseline:calls:lower and {_CALLS} < 0.5 * genai:baseline:calls:median "
        "and genai:baseline:calls:median > 0.1",
        summary=f"{WHO} makes only {NUMBER} calls per second",
        description="Below the band of this hour of the days before, and less than half of what is expected.",
        priority="P2",
        category="traffic",
        owner="application",
        dashboard="spanwise-overview",
        panel="Requests against baseline",
        cases=(),
        hold="10m",
    ),
)
