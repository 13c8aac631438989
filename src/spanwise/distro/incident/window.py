"""Spans of time, and those that an incident is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

__all__ = ["Baseline", "Window", "baselines", "instant", "parse_time"]

_LEAD_S = 300.0
"""Alerts look back five minutes: what they saw began up to so long before they did."""
_HOUR, _DAY = 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` up to `end`, seconds of the epoch."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start

    def earlier(self, seconds: float) -> Window:
        """As long, so much before."""
        return Window(self.start - seconds, self.end - seconds)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A window to compare with, and what people call it."""

    name: str
    window: Window


def baselines(incident: Window) -> tuple[Baseline, ...]:
    """As long just before, and the same hours a day and a week earlier where those do not overlap the incident."""
    before = incident.earlier(incident.seconds + _LEAD_S)
    seasons = (("a day earlier", _DAY), ("a week earlier", 7 * _DAY))
    found = [Baseline(name, incident.earlier(span)) for name, span in seasons if incident.seconds <= span - _LEAD_S]
    return (Baseline("just before", before), *found)


def instant(seconds: float) -> str:
    """A time as ISO 8601 in UTC, to the second: `2026-11-21T14:05:00Z`."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str, now: float) -> float:
    """Seconds of the epoch of an ISO time (UTC unless it says so), of a span before now (`90m`, `2h`, `1d`), of `now`.

    Raises:
        ValueError: it is none of these.
    """
    units = {"s": 1.0, "m": 60.0, "h": _HOUR, "d": _DAY}
    if text == "now":
        return now
    if text[-1:] in units and text[:-1].isdecimal():
        return now - timedelta(seconds=int(text[:-1]) * units[text[-1]]).total_seconds()
    try:
        given = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        raise ValueError(f"{text!r} is no time: 2026-11-21T14:05:00Z, 2h (before now) and now are") from None
    return (given if given.tzinfo else given.replace(tzinfo=timezone.utc)).timestamp()
