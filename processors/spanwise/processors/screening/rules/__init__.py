"""The pattern tables, one module per category. A pattern is folded text; `~` a gap inside one sentence."""

from __future__ import annotations

from functools import lru_cache

from spanwise.processors.screening.rules import (
    drop_translated,
    exfiltration,
    forged_role,
    indirect_injection,
    jailbreak,
    pretexts,
    prompt_extraction,
    prompt_injection,
    show_translated,
    tool_abuse,
)
from spanwise.processors.screening.rules.rule import Rule

__all__ = ["Rule", "all_rules"]

_TABLES = (
    prompt_injection,
    drop_translated,
    show_translated,
    prompt_extraction,
    jailbreak,
    pretexts,
    forged_role,
    indirect_injection,
    exfiltration,
    tool_abuse,
)


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule of every table, in a fixed order."""
    return tuple(rule for table in _TABLES for rule in table.RULES)
