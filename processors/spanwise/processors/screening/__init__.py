"""Screening of prompts, documents and completions: prompt injection, jailbreaks, leaked system prompts.

Importing this package is cheap: pattern engine, model and numpy are loaded by the first call.
"""

from __future__ import annotations

from spanwise.processors.screening.allowing import AllowList
from spanwise.processors.screening.canaries import Canaries, plant
from spanwise.processors.screening.harm import HARMS, harm, refuses
from spanwise.processors.screening.leakage import LEAK_THRESHOLD, leak
from spanwise.processors.screening.screener import MAX_CHARACTERS, screen
from spanwise.processors.screening.verdict import THRESHOLD, Match, Place, ScreenModel, Verdict

__all__ = [
    "HARMS",
    "LEAK_THRESHOLD",
    "MAX_CHARACTERS",
    "THRESHOLD",
    "AllowList",
    "Canaries",
    "Match",
    "Place",
    "ScreenModel",
    "Verdict",
    "harm",
    "leak",
    "plant",
    "refuses",
    "screen",
]
