"""One colour for one meaning on every dashboard: how a call ended, how urgent an alert is, which tokens."""

from __future__ import annotations

__all__ = ["BAND", "DIRECTIONS", "GOOD", "HARMS", "LIMIT", "OUTCOMES", "PRIORITIES", "QUANTILES", "SEVERE", "WARNING"]

GOOD = "green"
WARNING = "orange"
SEVERE = "red"
LIMIT = "dark-red"
BAND = "#6E7480"
"""What is usual: lines of the baseline stay in the background."""

OUTCOMES = {
    "ok": GOOD,
    "rate_limit": "#F2CC0C",
    "timeout": "#FF9830",
    "unavailable": "#F2495C",
    "auth": "#8F3BB8",
    "bad_request": "#5794F2",
    "not_found": "#8AB8FF",
    "content_filter": "#FF7383",
    "refusal": "#B877D9",
    "truncated": "#FFB357",
    "malformed_output": "#FA6400",
    "empty": "#A5A9B1",
    "abandoned": "#8E8E8E",
    "cancelled": "#6E7480",
    "error": "#C4162A",
}
"""`spanwise.outcome`."""

HARMS = {
    "self_harm": "#C4162A",
    "sexual_minors": "#8F3BB8",
    "violence": "#F2495C",
    "weapons": "#FA6400",
    "hate": "#FF9830",
    "crime": "#F2CC0C",
    "cybercrime": "#5794F2",
    "drugs": "#8AB8FF",
    "sexual": "#B877D9",
}
"""Categories of harmful content."""

PRIORITIES = {"P0": "dark-red", "P1": "red", "P2": "orange", "P3": "yellow"}

DIRECTIONS = {
    "input": "#5794F2",
    "output": "#FF9830",
    "cache_read": "#73BF69",
    "cache_write": "#37872D",
    "reasoning": "#B877D9",
}
"""`direction` of tokens."""

QUANTILES = {"p50": "#73BF69", "p95": "#FF9830", "p99": "#F2495C"}
