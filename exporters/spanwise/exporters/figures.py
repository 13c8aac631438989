"""Figures as people read them: money, durations, counts, shares, times."""

from __future__ import annotations

import math
from datetime import datetime

__all__ = ["NOTHING", "clock", "compact", "money", "moment", "percent", "plural", "seconds", "whole"]

NOTHING = "–"
"""Stands where nothing is known, which is not zero."""

_UNITS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def whole(value: float) -> str:
    """`12480` → `12,480`."""
    return f"{round(value):,}"


def compact(value: float) -> str:
    """`12480` → `12.5k`; three digits that matter, two of a fraction."""
    for size, unit in _UNITS:
        if abs(value) >= size * 0.9995:
            return f"{value / size:.3g}{unit}" if abs(value) < size * 999.5 else f"{value / size:.0f}{unit}"
    return whole(value) if value >= 10 or value == round(value) else f"{value:.2g}"


def money(value: float | None) -> str:
    """US dollars: cents, or two digits that matter below a cent."""
    if value is None:
        return NOTHING
    if value == 0 or abs(value) >= 0.1:
        return f"${value:,.2f}"
    if abs(value) >= 0.01:
        return f"${value:.3f}"
    digits = min(9, 1 - math.floor(math.log10(abs(value))))
    return f"${value:.{digits}f}"


def seconds(value: float | None) -> str:
    """A duration in seconds as `840 µs`, `340 ms`, `1.23 s`, `2 m 05 s`, `1 h 12 m`, `3 d 4 h`."""
    if value is None:
        return NOTHING
    if value < 0.001:
        return f"{value * 1e6:.0f} µs"
    if value < 0.9995:
        return f"{value * 1e3:.0f} ms"
    if value < 59.95:
        return f"{value:.2f} s" if value < 9.995 else f"{value:.1f} s"
    return _long(round(value))


def percent(share: float | None) -> str:
    """`0.0251` → `2.5%`."""
    if share is None:
        return NOTHING
    return f"{share * 100:.1f}%" if 0 < abs(share) < 0.9995 else f"{share * 100:.0f}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`plural(1, "call")` → `1 call`, `plural(2000, "call")` → `2,000 calls`."""
    return f"{whole(count)} {one if count == 1 else many or one + 's'}"


def moment(time_ns: int | None) -> str:
    """A time (epoch, ns) in the local time zone, to the second."""
    return datetime.fromtimestamp(time_ns / 1e9).strftime("%Y-%m-%d %H:%M:%S") if time_ns else NOTHING


def clock(time_ns: int, span_ns: int) -> str:
    """A time as a label on an axis of some length: with seconds within ten minutes, the date beyond two days."""
    form = "%H:%M:%S" if span_ns < 600 * 10**9 else "%H:%M" if span_ns < 48 * 3600 * 10**9 else "%d %b"
    return datetime.fromtimestamp(time_ns / 1e9).strftime(form)


def _long(whole_seconds: int) -> str:
    minutes, rest = divmod(whole_seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes:02} m" if minutes else f"{hours} h"
    return f"{minutes} m {rest:02} s" if rest else f"{minutes} m"
