"""The dialects in which other emitters write GenAI spans: one module each, a table and the few functions it needs."""

from __future__ import annotations

from spanwise.processors.dialects import (
    anthropic_sdk,
    langfuse,
    logfire,
    openinference,
    openlit,
    openllmetry,
    vercel,
)
from spanwise.processors.dialects.dialect import Dialect

__all__ = ["DIALECTS"]

DIALECTS: tuple[Dialect, ...] = (
    anthropic_sdk.DIALECT,
    langfuse.DIALECT,
    logfire.DIALECT,
    openinference.DIALECT,
    openllmetry.DIALECT,
    openlit.DIALECT,
    vercel.DIALECT,
)
"""The conventions' own earlier names, of which most dialects use some, are `conventions`: read after all of these."""
