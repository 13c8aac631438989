"""The dialects in which other emitters write GenAI spans: one module each, a table and the few functions it needs."""

from __future__ import annotations

from spanwise.processors.dialects import anthropic_sdk, conventions, openinference, openlit, openllmetry
from spanwise.processors.dialects.dialect import Dialect

__all__ = ["DIALECTS"]

DIALECTS: tuple[Dialect, ...] = (
    anthropic_sdk.DIALECT,
    openinference.DIALECT,
    openllmetry.DIALECT,
    openlit.DIALECT,
    conventions.DIALECT,
)
"""In the order in which they are read: the conventions' earlier names last, since most dialects use some of them."""
