"""What a recording rule is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Group", "Rule"]


@dataclass(frozen=True)
class Rule:
    """One recording rule.

    Attributes:
        name: of the series that it makes.
        expr: PromQL.
        description: what the series says, with its unit.
        labels: what the rule adds to the labels of `expr`.
    """

    name: str
    expr: str
    description: str
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Group:
    """Rules that are evaluated one after the other, each `interval`: a rule may read what those before it made."""

    name: str
    interval: str
    rules: tuple[Rule, ...]
