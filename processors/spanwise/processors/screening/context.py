"""What stands around a find: orders that are forbidden ("never reveal…") and orders that are only quoted."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_negated", "without_quotations"]

_BEFORE: Final = 48
_NEGATION: Final = re.compile(
    rb"\b(?:not|never|n't|nor|avoid|refus(?:e|es|ing)(?: to)?|declin(?:e|es|ing)(?: to)?|without|prevent\w*|"
    rb"(?:requests?|attempts?|asks?|tr(?:y|ies|ying)|instructions?|quer(?:y|ies|ying)|asking) (?:you )?(?:to|that))"
    rb"\s+(?:\w+\s+){0,2}$"
)
_CUE: Final = (
    rb"(?:\b(?:like|such as|examples?|instance|e\.g\.|phrases?|known as|instruct\w* \w+ to|"
    rb"(?:might|may|could|would|can|should) (?:\w+ )?(?:read|say|ask|look|be|appear|include|contain|write|see))\b)"
)
_QUOTATION: Final = re.compile(_CUE + rb"[^.!?\n'\"`]{0,60}['\"`][^\n]{3,400}?(?:['\"`](?![a-z])|$)", re.MULTILINE)


def is_negated(folded: bytes, start: int) -> bool:
    """Whether the words right before `start` forbid or refuse what follows."""
    return _NEGATION.search(folded[max(0, start - _BEFORE) : start]) is not None


def without_quotations(folded: bytes) -> bytes | None:
    """The text with quoted examples blanked ("an attack may read 'ignore…'"), None if there are none."""
    blanked, count = _QUOTATION.subn(b" ", folded)
    return blanked if count else None
