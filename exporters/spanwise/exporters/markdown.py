"""Telemetry as text of Markdown, which may be shown by anything."""

from __future__ import annotations

import re

from spanwise.exporters.terminal import safe

__all__ = ["prose"]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def prose(line: str) -> str:
    """A line without markup of its own, which may hold values from telemetry; addresses become no links."""
    return _SPECIAL.sub(r"\\\1", safe(line)).replace("://", ":\\//")
