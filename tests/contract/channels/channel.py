"""What a channel is, and the list of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from contract.installation import Installation

__all__ = ["CHANNELS", "Channel", "carries", "channel"]

Channel = Callable[[Installation, str], None]
"""Puts a text into telemetry in one way."""

CHANNELS: dict[str, Channel] = {}


def channel(function: Channel) -> Channel:
    """Enter a function into `CHANNELS` under its name in words."""
    CHANNELS[function.__name__.replace("_", " ")] = function
    return function


def carries(channel: str, text: str) -> bool:
    """Whether a channel can hold a text: `tracestate` takes printable ASCII without two characters, up to a length."""
    if channel != "tracestate":
        return True
    return re.fullmatch(r"[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,256}", text) is not None
