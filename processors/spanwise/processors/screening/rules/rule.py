"""What a rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spanwise.processors.screening.verdict import Place

__all__ = ["ANYWHERE", "THIRD_PARTY", "Rule"]

ANYWHERE: Final[frozenset[Place]] = frozenset({"user", "document", "output"})
"""Where most rules look. A system prompt is the developer's own and may well say "never reveal these rules"."""

THIRD_PARTY: Final[frozenset[Place]] = frozenset({"document", "output"})
"""Text that nobody in the conversation typed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern with the proof that it works.

    `pattern` is written in the common subset of RE2 and `re` (no look-around, no back-references), in lower
    case; `~` stands for at most eight words without sentence end. `weight` is the evidence of one match:
    0.5 and more flags by itself, less only together with other evidence. `example` must match and
    `counterexample`, a harmless look-alike, must not.
    """

    id: str
    category: str
    pattern: str
    example: str
    counterexample: str
    languages: tuple[str, ...] = ("en",)
    weight: float = 0.9
    places: frozenset[Place] = ANYWHERE

    @property
    def negatable(self) -> bool:
        """Whether "never" before it turns the order into its opposite."""
        return self.category in ("prompt_extraction", "exfiltration", "tool_abuse") and self.languages == ("en",)
