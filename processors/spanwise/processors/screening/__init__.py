"""Screening of prompts, documents and completions: prompt injection, jailbreaks, leaked system prompts.

Importing this package is cheap: pattern engine, model and numpy are loaded by the first call.
"""

from __future__ import annotations

from spanwise.processors.screening.leakage import LEAK_THRESHOLD, leak
from spanwise.processors.screening.screener import MAX_CHARACTERS, screen
from spanwise.processors.screening.verdict import THRESHOLD, Match, Place, Verdict

__all__ = ["LEAK_THRESHOLD", "MAX_CHARACTERS", "THRESHOLD", "Match", "Place", "Verdict", "leak", "screen"]
