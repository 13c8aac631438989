"""US social security numbers (no check digit; SSA's rules on what is never issued)."""

from __future__ import annotations

from spanwise.processors.pii.rules import NUMBER, Candidate, Rule
from spanwise.processors.pii.surroundings import unlinked

__all__ = ["RULES"]

_WORDS = ("ssn", "ssns", "ss#", "social security", "social sec", "soc sec", "social", "社会保障号", "社会安全号")


def _is_issued(candidate: Candidate) -> bool:
    digits = candidate.digits
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000":
        return False
    return len(set(digits)) > 1 and unlinked(candidate, ".-/")


RULES = (
    Rule(
        name="us_ssn",
        type="US_SSN",
        pattern=r"\d{3}-\d{2}-\d{4}",
        validate=_is_issued,
        trigger=r"\d-\d\d-\d{4}",
        score=0.8,
    ),
    Rule(
        name="us_ssn_labelled",
        type="US_SSN",
        pattern=r"(?:^|[^\w])(\d ?\d ?\d[ .\-\n]{0,3}\d ?\d[ .\-\n]{0,3}\d ?\d ?\d ?\d)",
        validate=_is_issued,
        context=_WORDS,
        trigger=NUMBER,
        score=0.9,
    ),
)
